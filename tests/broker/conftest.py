"""Topics of a test's own, for tests about partitions, offsets and groups."""

from collections.abc import Callable, Iterator
from uuid import uuid4

import pytest

from pipelines.broker.admin import TopicAdmin
from pipelines.settings import Settings

NewTopic = Callable[[int], str]


@pytest.fixture
def new_topic(request: pytest.FixtureRequest, broker_settings: Settings) -> Iterator[NewTopic]:
    """Create a topic with so many partitions; on Apache Kafka, which may be the user's, it is deleted after the test.

    Not on the embedded broker: a reader that a failed test left open would bring down the whole process there, for
    librdkafka 2.16 crashes on that broker's answer about a deleted topic. It forgets everything at its end anyway.
    """
    made: list[str] = []

    def create(partitions: int) -> str:
        made.append(f"test-{uuid4().hex[:12]}")
        TopicAdmin(broker_settings).create([(made[-1], partitions, {})])
        return made[-1]

    yield create
    if made and request.node.callspec.params["broker_settings"] == "kafka":
        TopicAdmin(broker_settings).delete(made)

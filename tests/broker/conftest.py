"""Topics of a test's own, for tests about partitions, offsets and groups."""

from collections.abc import Callable, Iterator
from uuid import uuid4

import pytest

from pipelines.broker.admin import TopicAdmin
from pipelines.settings import Settings

NewTopic = Callable[[int], str]


@pytest.fixture
def new_topic(broker_settings: Settings) -> Iterator[NewTopic]:
    """Create a topic with so many partitions; it is deleted after the test."""
    made: list[str] = []

    def create(partitions: int) -> str:
        made.append(f"test-{uuid4().hex[:12]}")
        TopicAdmin(broker_settings).create([(made[-1], partitions, {})])
        return made[-1]

    yield create
    if made:
        TopicAdmin(broker_settings).delete(made)

"""Topics come from the table, once; a partition count is never changed."""

from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest
from confluent_kafka.admin import AdminClient

from pipelines.broker.admin import TopicAdmin
from pipelines.broker.clients import client_config, existing_topics
from pipelines.broker.embedded import EmbeddedBroker
from pipelines.broker.topics import (
    Change,
    Problem,
    apply_topics,
    check_topics,
    create_changelogs,
    desired_topics,
)
from pipelines.errors import BrokerError
from pipelines.settings import load_settings
from schemas.topics import LIVE_AUDIO, LIVE_DANMAKU, TOPICS


def test_applying_again_changes_nothing(broker_settings):
    apply_topics(broker_settings)
    assert apply_topics(broker_settings) == []
    assert check_topics(broker_settings) == []


def test_every_topic_and_dead_letter_topic_exists_with_its_partition_count(broker_settings):
    existing = existing_topics(broker_settings)
    for topic in TOPICS.values():
        assert existing[topic.name] == existing[topic.dead_letter]
        assert existing[topic.name] in (1, broker_settings.partitions)


def test_another_partition_count_is_refused_and_nothing_is_changed(broker_settings):
    before = existing_topics(broker_settings)
    other = broker_settings.model_copy(update={"partitions": broker_settings.partitions + 1})
    with pytest.raises(BrokerError, match=r"live-frames has 8, not 9.*DAJIA_PARTITIONS"):
        apply_topics(other)
    assert {problem.problem for problem in check_topics(other)} == {Problem.PARTITIONS}
    assert existing_topics(broker_settings) == before


def test_a_configuration_that_differs_is_found_and_set(broker_settings):
    TopicAdmin(broker_settings).alter({LIVE_AUDIO.name: {"retention.ms": ("", "1000")}})
    problems = check_topics(broker_settings)
    assert [(problem.topic, problem.problem) for problem in problems] == [(LIVE_AUDIO.name, Problem.CONFIG)]
    assert "retention.ms 1000 -> 21600000" in problems[0].detail

    changes = apply_topics(broker_settings)
    assert [(change.topic, change.change) for change in changes] == [(LIVE_AUDIO.name, Change.ALTERED)]
    assert check_topics(broker_settings) == []


def test_workers_that_start_together_create_one_changelog(broker_settings):
    for _ in range(3):
        name = f"test-{uuid4().hex[:12]}-changelog"
        with ThreadPoolExecutor(4) as workers:
            list(workers.map(create_changelogs, [broker_settings] * 4, [[name]] * 4))
        assert existing_topics(broker_settings)[name] == broker_settings.partitions
    other = broker_settings.model_copy(update={"partitions": broker_settings.partitions + 1})
    with pytest.raises(BrokerError, match="changelog has 8, not 9"):
        create_changelogs(other, [name])


@pytest.mark.embedded
def test_a_missing_topic_is_found_and_created():
    with EmbeddedBroker() as broker:
        settings = broker.settings(load_settings())
        assert {problem.problem for problem in check_topics(settings)} == {Problem.MISSING}
        assert len(apply_topics(settings)) == len(desired_topics(settings))
        admin = AdminClient(client_config(settings, client_id="test"))
        admin.delete_topics([LIVE_DANMAKU.name])[LIVE_DANMAKU.name].result(timeout=10)
        assert [problem.topic for problem in check_topics(settings)] == [LIVE_DANMAKU.name]
        assert [change.topic for change in apply_topics(settings)] == [LIVE_DANMAKU.name]


@pytest.mark.kafka
def test_more_copies_than_brokers_are_refused_with_the_setting_to_change(kafka_settings):
    too_many = kafka_settings.model_copy(update={"replication_factor": 7})
    with pytest.raises(BrokerError, match="DAJIA_REPLICATION_FACTOR"):
        TopicAdmin(too_many).create([("test-too-many-copies", 1, {})])

"""Which topics there should be, read from the table; no broker."""

import pytest

from pipelines.broker.configs import HEADER_ALLOWANCE_BYTES, consumer_config, producer_config
from pipelines.broker.topics import DEAD_LETTER_MAX_BYTES, DEAD_LETTER_RETENTION_MS, desired_topics
from pipelines.settings import load_settings
from schemas.topics import HOUR_MS, LIVE_FRAMES, REFERENCE_TERMS, ROOM_PARTITIONS, TOPICS


@pytest.fixture
def settings():
    return load_settings().model_copy(update={"partitions": 24, "app_prefix": "one"})


@pytest.fixture
def desired(settings):
    return {topic.name: topic for topic in desired_topics(settings)}


def test_every_topic_has_a_dead_letter_topic_with_as_many_partitions(desired):
    assert set(desired) == set(TOPICS) | {topic.dead_letter for topic in TOPICS.values()}
    for topic in TOPICS.values():
        assert desired[topic.name].partitions == desired[topic.dead_letter].partitions


def test_all_room_topics_have_the_partition_count_of_the_settings(desired):
    room_topics = [topic for topic in TOPICS.values() if topic.partitions == ROOM_PARTITIONS]
    assert len(room_topics) > 10
    assert {desired[topic.name].partitions for topic in room_topics} == {24}
    assert desired[REFERENCE_TERMS.name].partitions == 1


def test_configuration_comes_from_the_table(desired):
    assert desired[LIVE_FRAMES.name].config == {
        "cleanup.policy": "delete",
        "retention.ms": str(6 * HOUR_MS),
        "max.message.bytes": str(LIVE_FRAMES.max_message_bytes + HEADER_ALLOWANCE_BYTES),
        "message.timestamp.type": "CreateTime",
    }
    assert desired[REFERENCE_TERMS.name].config["cleanup.policy"] == "compact"
    assert desired[REFERENCE_TERMS.name].config["retention.ms"] == "-1"


def test_dead_letters_are_deleted_after_a_week_and_may_be_large(desired):
    for topic in TOPICS.values():
        config = desired[topic.dead_letter].config
        assert config["cleanup.policy"] == "delete"
        assert config["retention.ms"] == str(DEAD_LETTER_RETENTION_MS)
        assert int(config["max.message.bytes"]) > DEAD_LETTER_MAX_BYTES > topic.max_message_bytes


def test_the_producer_can_send_the_largest_record_of_the_table(settings):
    largest = max(topic.max_message_bytes for topic in TOPICS.values())
    assert producer_config(settings, client_id="x")["message.max.bytes"] >= largest + HEADER_ALLOWANCE_BYTES


def test_groups_and_client_ids_carry_the_prefix(settings):
    config = consumer_config(settings, group="watch")
    assert (config["group.id"], config["client.id"]) == ("one-watch", "one-watch")
    assert config["enable.auto.commit"] is False

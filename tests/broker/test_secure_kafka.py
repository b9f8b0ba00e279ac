"""TLS, SCRAM and access lists on a real Apache Kafka: each role has exactly the rights of the topic table."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from confluent_kafka import Consumer, KafkaError, KafkaException, Producer, TopicPartition
from confluent_kafka.admin import (
    AdminClient,
    ScramCredentialInfo,
    ScramMechanism,
    UserScramCredentialUpsertion,
)
from pydantic import SecretStr

from pipelines.broker.access_lists import apply_rights
from pipelines.broker.clients import Publisher, read_topics
from pipelines.broker.configs import client_config, consumer_config, existing_topics, producer_config
from pipelines.broker.rights import WORKER_ROLES, Operation, Resource, rights_of, user_of
from pipelines.broker.topics import apply_topics
from pipelines.cli.doctor import Status, findings
from pipelines.clock import now_ms
from pipelines.errors import BrokerError
from pipelines.settings import Settings, load_settings
from schemas import DanmakuBatch, DanmakuLine
from schemas.cloudevents import encode
from schemas.topics import LIVE_DANMAKU, SUSPICION_EVENTS, TOPICS

KAFKA_SCRIPT = Path(__file__).resolve().parents[2] / "deploy" / "kafka" / "kafka.py"
REFUSED = {KafkaError.TOPIC_AUTHORIZATION_FAILED, KafkaError.GROUP_AUTHORIZATION_FAILED}
TRIED = (*WORKER_ROLES, "ingest", "chat gateway", "operator")

pytestmark = pytest.mark.kafka


@pytest.fixture(scope="module")
def admin(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    """The administrator of a Kafka with all three on, which has the topics, the users and their rights."""
    home = tmp_path_factory.mktemp("secure-kafka")
    script = [sys.executable, str(KAFKA_SCRIPT), "--dir", str(home)]
    up = subprocess.run([*script, "up", "--port", "0", "--secure"], check=False, stdout=subprocess.PIPE, text=True)
    assert up.returncode == 0
    try:
        given = dict(line.split("=", 1) for line in up.stdout.splitlines())
        settings = load_settings().model_copy(
            update={
                "kafka_bootstrap_servers": given["KAFKA_BOOTSTRAP_SERVERS"],
                "kafka_properties": SecretStr(given["DAJIA_KAFKA_PROPERTIES"]),
                "kafka_password_file": Path(given["DAJIA_KAFKA_PASSWORD_FILE"]),
                "partitions": 2,
            }
        )
        apply_topics(settings)
        add_users(settings, home)
        apply_rights(TRIED, settings)
        time.sleep(1)  # the broker applies what its controller has written
        yield settings
    finally:
        subprocess.run([*script, "down", "--clean"], check=True)


def add_users(admin: Settings, home: Path) -> None:
    mechanism = ScramCredentialInfo(ScramMechanism.SCRAM_SHA_512, 4096)
    alterations = []
    for role in TRIED:
        password = uuid4().hex
        (home / f"{user_of(role, admin)}.password").write_text(password)
        alterations.append(UserScramCredentialUpsertion(user_of(role, admin), mechanism, password.encode()))
    client = AdminClient(client_config(admin, client_id="users"))
    for answer in client.alter_user_scram_credentials(alterations).values():
        answer.result(30)


def of(role: str, admin: Settings) -> Settings:
    """The settings of a role: the same broker, its own user."""
    user = user_of(role, admin)
    properties = admin.kafka_properties.get_secret_value().replace("sasl.username=admin", f"sasl.username={user}")
    password = admin.kafka_password_file.parent.parent / f"{user}.password"
    return admin.model_copy(update={"kafka_properties": SecretStr(properties), "kafka_password_file": password})


def writes(settings: Settings, topics: list[str]) -> set[str]:
    """Those of the topics that took a record."""
    taken: set[str] = set()
    # A refused idempotent producer is fatal to all its records; rights on single topics are what is asked for here.
    config = producer_config(settings, client_id="try") | {"enable.idempotence": False, "message.timeout.ms": 8000}
    producer = Producer(config)
    for topic in topics:
        note = lambda error, message: taken.add(message.topic()) if error is None else None  # noqa: E731
        producer.produce(topic, value=b"x", key=b"k", on_delivery=note)
    producer.flush(20)
    return taken


def reads(settings: Settings, topics: list[str], group: str) -> set[str]:
    """Those of the topics that could be fetched from; empty partitions answer too."""
    consumer = Consumer(consumer_config(settings, group=group))
    refused: set[str] = set()
    answered: set[str] = set()
    try:
        consumer.assign([TopicPartition(topic, 0, 0) for topic in topics])
        deadline = time.monotonic() + 15
        while len(refused | answered) < len(topics) and time.monotonic() < deadline:
            for message in consumer.consume(100, timeout=0.2):
                error = message.error()
                if error is not None and error.code() in REFUSED:
                    refused.add(message.topic())
                elif message.topic():
                    answered.add(message.topic())
    finally:
        consumer.close()
    return answered - refused


@pytest.mark.parametrize("role", TRIED)
def test_a_role_has_the_rights_of_the_table_and_is_refused_elsewhere(admin: Settings, role: str) -> None:
    settings = of(role, admin)
    everything = sorted([*TOPICS, *(topic.dead_letter for topic in TOPICS.values() if topic.consumers)])
    rights = [right for right in rights_of(role, admin) if right.resource is Resource.TOPIC and not right.prefixed]
    visible = {right.name for right in rights}
    assert {name for name in existing_topics(settings) if not name.startswith("__")} == visible
    expected = {right.name for right in rights if Operation.WRITE in right.operations}
    others = [name for name in everything if name not in expected]
    assert writes(settings, [*expected, others[0], others[-1]]) == expected
    expected = {right.name for right in rights if Operation.READ in right.operations}
    others = [name for name in everything if name not in expected]
    assert reads(settings, [*expected, others[0], others[-1]], role.replace(" ", "-")) == expected


def test_a_group_of_another_role_is_refused(admin: Settings) -> None:
    consumer = Consumer(consumer_config(of("danmaku", admin), group="join"))
    try:
        consumer.subscribe([LIVE_DANMAKU.name])
        deadline, codes = time.monotonic() + 15, set()
        while not codes & REFUSED and time.monotonic() < deadline:
            message = consumer.poll(0.5)
            if message is not None and message.error() is not None:
                codes.add(message.error().code())
    except KafkaException as error:
        codes = {error.args[0].code()}
    finally:
        consumer.close()
    assert KafkaError.GROUP_AUTHORIZATION_FAILED in codes


@pytest.mark.parametrize("fault", ["password", "plaintext", "authority"])
def test_who_is_not_known_gets_no_answer_and_no_secret_is_told(admin: Settings, tmp_path: Path, fault: str) -> None:
    properties = admin.kafka_properties.get_secret_value()
    (tmp_path / "password").write_text("a-wrong-password")
    changes: dict[str, object] = {
        "password": {"kafka_password_file": tmp_path / "password"},
        "plaintext": {"kafka_properties": SecretStr(""), "kafka_password_file": None},
        "authority": {"kafka_properties": SecretStr(properties.split(",ssl.ca.location")[0])},
    }[fault]
    with pytest.raises(BrokerError, match="no Kafka broker answers") as refused:
        existing_topics(admin.model_copy(update=changes))
    secret = admin.kafka_password_file.read_text()
    assert secret not in str(refused.value)
    assert "a-wrong-password" not in str(refused.value)


def test_a_worker_runs_with_the_rights_of_its_role(admin: Settings, tmp_path: Path) -> None:
    room, at = f"room-{uuid4().hex[:8]}", now_ms()
    line = DanmakuLine(line_id="1", viewer="0123456789abcdef", time_ms=at, text="顶级原单,懂的来")
    batch = DanmakuBatch(room=room, session=f"{room}-1", lines=(line,))
    with Publisher(of("chat gateway", admin), client_id="gateway") as gateway:
        gateway.send(LIVE_DANMAKU.name, encode(batch, source="test"))
    settings = of("danmaku", admin).model_copy(update={"state_dir": tmp_path})
    log = tmp_path / "log"
    with log.open("wb") as stream:
        command = [sys.executable, "-m", "pipelines.cli", "worker", "danmaku"]
        worker = subprocess.Popen(command, env=os.environ | settings.environment(), stdout=stream, stderr=stream)
    try:
        deadline = time.monotonic() + 90
        found = False
        while not found and time.monotonic() < deadline and worker.poll() is None:
            found = any(record.key == room.encode() for record in read_topics(admin, [SUSPICION_EVENTS.name]))
        assert found, log.read_text()[-3000:]
    finally:
        worker.terminate()
        worker.wait(30)
    assert settings.kafka_password_file.read_text() not in log.read_text()


def test_the_doctor_finds_a_role_s_rights_and_an_operator_s_topics_in_order(admin: Settings) -> None:
    bad = {Status.FAIL}
    as_role = {finding.check: finding for finding in findings(of("danmaku", admin))}
    assert as_role["rights"].detail == "dajia-danmaku sees the 7 topics of its role"
    assert "topics" not in as_role
    as_operator = {finding.check: finding for finding in findings(of("operator", admin))}
    assert not {check for check in ("rights", "topics", "changelogs", "clock") if as_operator[check].status in bad}
    assert as_operator["clock"].detail.startswith("the broker's clock is")

"""Rights follow the topic table: nobody gets a topic that the table does not give him."""

import json
import shlex

import pytest
from click.testing import CliRunner

from pipelines.broker.rights import EVERY_AGENT, WORKER_ROLES, Operation, Resource, rights_of, roles_with_rights
from pipelines.cli.topics import acls
from pipelines.settings import Settings
from pipelines.workers import ROLES
from schemas.topics import TOPICS, Cleanup


def allowed(role: str, operation: Operation) -> set[str]:
    rights = rights_of(role, Settings())
    return {
        right.name
        for right in rights
        if right.resource is Resource.TOPIC and not right.prefixed and operation in right.operations
    }


@pytest.mark.parametrize("role", [role for role in roles_with_rights() if role != "operator"])
def test_a_role_reads_and_writes_what_the_table_says_and_no_more(role):
    consumed = {
        name
        for name, topic in TOPICS.items()
        if role in topic.consumers or (EVERY_AGENT in topic.consumers and role in WORKER_ROLES)
    }
    produced = {name for name, topic in TOPICS.items() if role in topic.producers}
    compacted = {name for name, topic in TOPICS.items() if topic.cleanup is Cleanup.COMPACT}
    known = consumed | (produced & compacted)
    letters = {f"{name}-dlq" for name in known}
    assert allowed(role, Operation.WRITE) == produced | letters
    assert allowed(role, Operation.READ) == known | {f"{name}-dlq" for name in known & compacted}
    assert not allowed(role, Operation.CREATE)


def test_every_worker_has_rights_and_only_workers_have_changelogs():
    assert set(ROLES) <= set(WORKER_ROLES)
    with_changelogs = {
        role
        for role in roles_with_rights()
        if role != "operator" and any(x.prefixed for x in rights_of(role, Settings()))
    }
    assert with_changelogs == set(WORKER_ROLES)


def test_the_operator_neither_reads_nor_writes_a_topic_of_the_table():
    assert not allowed("operator", Operation.READ) | allowed("operator", Operation.WRITE)


def test_commands_and_json_say_the_same():
    commands = CliRunner().invoke(acls, ["--role", "chat gateway"]).stdout.splitlines()
    rights = [
        json.loads(line) for line in CliRunner().invoke(acls, ["--role", "chat gateway", "--json"]).stdout.splitlines()
    ]
    words = shlex.split(commands[0])
    assert len(commands) == len(rights) > 0
    assert words[words.index("--allow-principal") + 1] == "User:dajia-chat-gateway"
    assert words[words.index("--topic") + 1] == rights[0]["name"] == "live-danmaku"
    refused = CliRunner().invoke(acls, ["--role", "nobody"])
    assert (refused.exit_code, "there are frames" in refused.stderr) == (2, True)

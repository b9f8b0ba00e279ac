"""`dajia policy` against a broker: a published policy is in force in a running worker, a bad one is dead-lettered."""

import subprocess
import sys
import time

import pytest

from pipelines.broker.publisher import Publisher
from pipelines.broker.reader import read_topics
from pipelines.cases.policy import BUNDLED_POLICY as CASES_POLICY
from pipelines.join.policy import BUNDLED_POLICY
from pipelines.reference.policy import LiveCasePolicy, LivePolicy
from schemas import PolicyEntry
from schemas.cloudevents import encode
from schemas.topics import REFERENCE_POLICY

TEXT = BUNDLED_POLICY.read_text("utf-8")
CASES_TEXT = CASES_POLICY.read_text("utf-8")


@pytest.fixture
def dajia(broker_settings):
    """Run `dajia policy …`; the policy is withdrawn at the end: an Apache Kafka may be the user's."""

    def run(*words):
        command = [sys.executable, "-m", "pipelines.cli", "policy", *map(str, words)]
        environment = {"PATH": "/usr/bin:/bin"} | broker_settings.environment()
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        assert "Traceback" not in done.stderr
        return done.returncode, done.stdout, done.stderr

    yield run
    run("withdraw")


def until(condition, seconds=10.0):
    end_s = time.monotonic() + seconds
    while not condition() and time.monotonic() < end_s:
        time.sleep(0.1)
    return condition()


@pytest.mark.parametrize("broker_settings", [pytest.param("embedded", marks=pytest.mark.embedded)], indirect=True)
def test_a_published_policy_takes_over_and_a_refused_one_does_not(dajia, broker_settings, tmp_path):
    mine = tmp_path / "mine.toml"
    version = TEXT.split('version = "', maxsplit=1)[1].split('"', maxsplit=1)[0]
    mine.write_text(TEXT.replace(f'version = "{version}"', 'version = "mine-1"', 1), "utf-8")
    accounts = tmp_path / "accounts.toml"
    live = LivePolicy(broker_settings, "join").start()
    cases = LiveCasePolicy(broker_settings, "cases").start()
    try:
        own = live.policy.version
        assert dajia("publish", mine, "--json")[:2] == (0, '{"version":"mine-1"}\n')
        assert until(lambda: live.policy.version == "mine-1")
        assert dajia("show")[1] == mine.read_text("utf-8")

        never = mine.read_text("utf-8").replace("posterior = 0.99", "posterior = 0.9999999999999999", 1)
        entry = PolicyEntry(version="mine-1", toml=never)
        with Publisher(broker_settings, client_id="test") as publisher:
            publisher.send(REFERENCE_POLICY.name, encode(entry, source="test"))

        def refused():
            letters = read_topics(broker_settings, [REFERENCE_POLICY.dead_letter])
            return [dict(one.headers)["dlq_message"].decode() for one in letters]

        assert until(refused)
        assert "'live-cut' can never fire" in refused()[-1]
        assert live.policy.version == "mine-1"

        accounts.write_text(CASES_TEXT.replace(f'version = "{cases.policy.version}"', 'version = "ours-1"', 1), "utf-8")
        assert dajia("publish", accounts)[0] == 1, "no policy of rooms"
        assert dajia("publish", accounts, "--accounts", "--json")[:2] == (0, '{"version":"ours-1"}\n')
        assert until(lambda: cases.policy.version == "ours-1")
        assert dajia("withdraw", "--accounts")[0] == 0
        assert until(lambda: cases.policy.version != "ours-1")
        assert live.policy.version == "mine-1"

        assert dajia("withdraw")[0] == 0
        assert until(lambda: live.policy.version == own)
        assert dajia("show")[0] == 1
    finally:
        live.stop()
        cases.stop()

"""The doctor's findings, without a broker and on the embedded one."""

import msgspec
import pytest
from click.testing import CliRunner
from pydantic import SecretStr

from pipelines.broker.embedded import EmbeddedBroker, free_port
from pipelines.broker.rights import Resource, rights_of
from pipelines.broker.topics import apply_topics
from pipelines.cli import doctor
from pipelines.cli.doctor import Finding, Status
from pipelines.errors import BrokerError
from pipelines.models import named
from pipelines.settings import load_settings


@pytest.fixture
def settings(tmp_path):
    """A model folder of its own, so that no large file is read."""
    servers = f"127.0.0.1:{free_port()}"
    return load_settings().model_copy(update={"kafka_bootstrap_servers": servers, "models_dir": tmp_path / "models"})


def by_check(settings) -> dict[str, Finding]:
    return {finding.check: finding for finding in doctor.findings(settings)}


def test_without_a_broker_the_rest_is_looked_at_all_the_same(settings):
    found = by_check(settings)
    assert found["broker"].status is Status.FAIL
    assert found["broker"].remedy == "dajia broker"
    assert {found[check].status for check in ("python", "packages", "disk")} == {Status.OK}
    assert "topics" not in found


def test_a_model_that_is_not_there_is_a_warning_with_the_command_that_fetches_it(settings):
    model = doctor._model(settings)
    assert (model.status, model.remedy) == (Status.WARN, "dajia models fetch whisper-base")


def test_a_damaged_model_fails(settings):
    (settings.models_dir / "whisper-base").mkdir(parents=True)
    for name, size in {file.path: file.bytes for file in named("whisper-base").files}.items():
        with (settings.models_dir / "whisper-base" / name).open("wb") as file:
            file.truncate(size)  # the right size, the wrong bytes; a hole, so it takes no disk
    model = doctor._model(settings)
    assert model.status is Status.FAIL
    assert model.remedy.endswith("&& dajia models fetch whisper-base")


def test_a_configured_model_folder_must_exist(settings, tmp_path):
    gone = settings.model_copy(update={"asr_engine": "vosk", "asr_model": tmp_path / "gone"})
    assert doctor._model(gone).status is Status.FAIL
    there = settings.model_copy(update={"asr_engine": "vosk", "asr_model": tmp_path})
    assert doctor._model(there).status is Status.OK


def test_another_python_fails():
    assert doctor._python((3, 10)).status is Status.FAIL
    assert doctor._python((3, 13)).status is Status.FAIL
    assert doctor._python((3, 12)).status is Status.OK


def test_little_disk_warns_and_too_little_fails(settings, monkeypatch):
    for free_mib, status in ((4096, Status.OK), (1024, Status.WARN), (100, Status.FAIL)):
        monkeypatch.setattr(
            doctor.shutil, "disk_usage", lambda _, free=free_mib: type("Usage", (), {"free": free << 20})
        )
        assert {finding.status for finding in doctor._disk(settings)} == {status}


@pytest.mark.parametrize(
    ("skew_ms", "status"), [(0, "ok"), (-5000, "ok"), (-20_000, "warn"), (61_000, "fail"), (None, "ok")]
)
def test_a_clock_that_is_wrong_is_seen(settings, monkeypatch, skew_ms, status):
    monkeypatch.setattr(doctor, "clock_skew_ms", lambda _: skew_ms)
    assert doctor._clock(settings).status == status


def test_a_clock_that_cannot_be_asked_is_a_warning(settings, monkeypatch):
    def refuse(_):
        raise BrokerError("not allowed to create topics")

    monkeypatch.setattr(doctor, "clock_skew_ms", refuse)
    assert doctor._clock(settings).status is Status.WARN


def test_a_changelog_out_of_step_fails(settings):
    existing = {"dajia-join-rooms-changelog": 4, "other-join-rooms-changelog": 4, "dajia-frames": 3}
    assert doctor._changelogs(settings, existing).status is Status.FAIL
    assert doctor._changelogs(settings, existing | {"dajia-join-rooms-changelog": 8}).status is Status.OK


@pytest.mark.embedded
def test_the_command_writes_json_lines_and_fails_until_topics_are_applied(settings, monkeypatch):
    with EmbeddedBroker() as broker:
        monkeypatch.setenv("KAFKA_BOOTSTRAP_SERVERS", broker.bootstrap_servers)
        monkeypatch.setenv("DAJIA_MODELS_DIR", str(settings.models_dir))
        before = CliRunner().invoke(doctor.doctor, ["--json"])
        assert before.exit_code == 1
        lines = [msgspec.json.decode(line, type=Finding) for line in before.stdout.splitlines()]
        assert [(line.status, line.remedy) for line in lines if line.check == "topics"] == [
            (Status.FAIL, "dajia topics apply")
        ]
        apply_topics(broker.settings(settings))
        after = CliRunner().invoke(doctor.doctor, [])
        assert after.exit_code == 0
        assert (after.stdout, "ok    topics" in after.stderr) == ("", True)


def test_a_role_that_does_not_see_its_topics_is_told_which_command_gives_it_the_rights(settings):
    secure = "security.protocol=SASL_SSL,sasl.mechanism=PLAIN,sasl.password=x,sasl.username="
    join = settings.model_copy(update={"kafka_properties": SecretStr(f"{secure}dajia-join")})
    topics = {right.name: 8 for right in rights_of("join", join) if right.resource is Resource.TOPIC}
    assert doctor._rights(join, topics).status is Status.OK
    del topics["suspicion-events"]
    hidden = doctor._rights(join, topics)
    assert (hidden.status, hidden.detail) == (Status.FAIL, "dajia-join does not see suspicion-events")
    assert hidden.remedy.startswith("dajia topics acls --role 'join' --apply")
    other = settings.model_copy(update={"kafka_properties": SecretStr(f"{secure}somebody")})
    assert doctor._rights(other, {}).status is Status.OK
    assert doctor._rights(settings, {}).detail.startswith("no user")


def test_the_key_that_everybody_knows_is_a_warning(settings):
    assert doctor._secrets(settings).status is Status.WARN
    own = settings.model_copy(update={"viewer_key": SecretStr("a key of their own")})
    assert doctor._secrets(own).status is Status.OK


def test_a_gpu_is_said_and_one_that_does_not_answer_is_a_warning(monkeypatch, tmp_path):
    program = tmp_path / "nvidia-smi"
    monkeypatch.setenv("PATH", str(tmp_path))
    assert (doctor._gpu().status, doctor._gpu().detail[:4]) == (Status.OK, "none")
    program.write_text("#!/bin/sh\necho 'NVIDIA H100, 80000 MiB'\n")
    program.chmod(0o755)
    assert doctor._gpu().detail == "NVIDIA H100, 80000 MiB"
    program.write_text("#!/bin/sh\necho no devices were found; exit 6\n")
    assert doctor._gpu().status is Status.WARN

"""`dajia doctor`: looks at everything that a worker needs and says what to do."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator
from enum import StrEnum
from importlib.metadata import PackageNotFoundError, distribution, requires
from pathlib import Path

import click
import msgspec

from detectors.text.engine import TextEngine
from detectors.text.lexicon import LexiconError
from pipelines.broker.broker_clock import clock_skew_ms
from pipelines.broker.clients import existing_topics
from pipelines.broker.rights import OPERATOR, Resource, rights_of, roles_with_rights, user_of
from pipelines.broker.topics import Problem, check_topics, desired_topics
from pipelines.clock import today
from pipelines.errors import BrokerError, SettingsError
from pipelines.models import DEFAULT_SPEECH_MODEL, faults, is_present
from pipelines.policy import read_policy
from pipelines.settings import DEVELOPMENT_VIEWER_KEY, Settings, load_settings, unknown_variables

OLDEST_PYTHON, FIRST_UNTRIED_PYTHON = (3, 11), (3, 13)
"""As `requires-python` in pyproject.toml."""
MIB = 1024 * 1024
LITTLE_SPACE_MIB, TOO_LITTLE_SPACE_MIB = 2048, 512
"""Fetching the speech model takes 300 MiB (wheels and the joined file); a worker's scratch files stay under 1 GiB."""
TOLERATED_SKEW = 0.1
"""Share of the accepted clock skew (DAJIA_MAX_FUTURE_MS) from which on it is worth a warning."""
NAMES_SHOWN = 5


class Status(StrEnum):
    """How bad a finding is."""

    OK = "ok"
    WARN = "warn"
    FAIL = "fail"


class Finding(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What one check found, and the command that mends it."""

    check: str
    status: Status
    detail: str
    remedy: str = ""


@click.command()
@click.option("--json", "as_json", is_flag=True, help="JSON lines on stdout instead of words on stderr.")
def doctor(as_json: bool) -> None:  # noqa: FBT001 (a flag of the command line)
    """Check the set-up: settings, Python, packages, broker, rights, topics, models, disk, GPU, clock.

    Reads the settings and asks the broker in KAFKA_BOOTSTRAP_SERVERS; to compare clocks it writes one record to a topic
    of its own, which it deletes again. Writes a finding a check, ok, warn or fail, with the command that mends it:
    words on stderr, or with --json one JSON line each on stdout. Exit status 1 when something fails.

    \b
    Example:
      dajia doctor --json
      {"check":"broker","status":"ok","detail":"127.0.0.1:9092 answers, it has 32 topics"}
    """  # noqa: D301 (click reads \b as "keep these lines")
    failed = False
    for finding in findings(load_settings()):
        failed = failed or finding.status is Status.FAIL
        if as_json:
            click.echo(msgspec.json.encode(finding))
        else:
            _say(finding)
    sys.exit(1 if failed else 0)


def findings(settings: Settings) -> Iterator[Finding]:
    """Run all checks; those that need a broker only when one answers."""
    yield _settings(settings, os.environ)  # noqa: TID251  to find misspelt names
    yield _python(sys.version_info[:2])
    yield _packages()
    yield _model(settings)
    yield from _disk(settings)
    yield _secrets(settings)
    yield _gpu()
    try:
        existing = existing_topics(settings)
    except BrokerError as error:
        yield Finding(check="broker", status=Status.FAIL, detail=str(error), remedy="dajia broker")
        return
    answers = f"{settings.kafka_bootstrap_servers} answers, it has {len(existing)} topics"
    yield Finding(check="broker", status=Status.OK, detail=answers)
    yield _rights(settings, existing)
    if _role(settings) in {None, OPERATOR}:  # a role sees its own topics only, and not their configuration
        yield from _topics(settings)
    yield _changelogs(settings, existing)
    yield _clock(settings)


def _settings(settings: Settings, environment: Iterable[str]) -> Finding:
    try:
        read_policy(settings.policy_file)
        TextEngine.load(settings.lexicon_file, as_of=today())
    except (SettingsError, LexiconError) as error:
        remedy = "correct the file, or unset DAJIA_POLICY_FILE or DAJIA_LEXICON_FILE"
        return Finding(check="settings", status=Status.FAIL, detail=str(error), remedy=remedy)
    if unknown := unknown_variables(environment):
        remedy = "correct the names: pipelines/settings.py lists the settings"
        detail = f"no such setting: {_first(unknown)}"
        return Finding(check="settings", status=Status.WARN, detail=detail, remedy=remedy)
    return Finding(check="settings", status=Status.OK, detail="policy and lexicon can be read")


def _python(version: tuple[int, int]) -> Finding:
    said = ".".join(map(str, version))
    if OLDEST_PYTHON <= version < FIRST_UNTRIED_PYTHON:
        return Finding(check="python", status=Status.OK, detail=said)
    return Finding(check="python", status=Status.FAIL, detail=f"{said} is not supported", remedy="install Python 3.11")


def _packages() -> Finding:
    names = [re.split(r"[^A-Za-z0-9._-]", line, maxsplit=1)[0] for line in requires("dajia") or [] if ";" not in line]
    missing = [name for name in names if not _installed(name)]
    if missing:
        return Finding(
            check="packages",
            status=Status.FAIL,
            detail=f"missing: {', '.join(missing)}",
            remedy="pip install --require-hashes -r requirements/runtime.txt",
        )
    return Finding(check="packages", status=Status.OK, detail=f"all {len(names)} installed")


def _installed(name: str) -> bool:
    try:
        distribution(name)
    except PackageNotFoundError:
        return False
    return True


def _model(settings: Settings) -> Finding:
    if settings.asr_model is not None or settings.asr_engine != "whisper":
        folder = settings.asr_model
        if folder is not None and folder.is_dir():
            return Finding(check="model", status=Status.OK, detail=f"{settings.asr_engine} from {folder}")
        remedy = "unpack a model and name its folder in DAJIA_ASR_MODEL"
        return Finding(check="model", status=Status.FAIL, detail=f"no {settings.asr_engine} model", remedy=remedy)
    fetch = f"dajia models fetch {DEFAULT_SPEECH_MODEL}"
    if not is_present(DEFAULT_SPEECH_MODEL, settings):
        detail = f"{DEFAULT_SPEECH_MODEL} is not there yet; the first worker that needs it fetches it"
        return Finding(check="model", status=Status.WARN, detail=detail, remedy=fetch)
    if found := faults(DEFAULT_SPEECH_MODEL, settings):
        remedy = f"rm -r {settings.models_dir / DEFAULT_SPEECH_MODEL} && {fetch}"
        return Finding(check="model", status=Status.FAIL, detail="; ".join(found), remedy=remedy)
    return Finding(check="model", status=Status.OK, detail=f"{DEFAULT_SPEECH_MODEL} is there, its hashes are right")


def _disk(settings: Settings) -> Iterator[Finding]:
    for variable, folder in (("DAJIA_STATE_DIR", settings.state_dir), ("DAJIA_MODELS_DIR", settings.models_dir)):
        free_mib = shutil.disk_usage(_existing(folder)).free // MIB
        status = (
            Status.FAIL
            if free_mib < TOO_LITTLE_SPACE_MIB
            else Status.WARN
            if free_mib < LITTLE_SPACE_MIB
            else Status.OK
        )
        remedy = "" if status is Status.OK else f"make room, or name another disk in {variable}"
        yield Finding(check="disk", status=status, detail=f"{free_mib} MiB free for {folder}", remedy=remedy)


def _existing(folder: Path) -> Path:
    """Find the nearest folder that exists: where this one will be made."""
    absolute = folder.absolute()
    return next(path for path in (absolute, *absolute.parents) if path.exists())


def _secrets(settings: Settings) -> Finding:
    if settings.viewer_key.get_secret_value() == DEVELOPMENT_VIEWER_KEY:
        return Finding(
            check="secrets",
            status=Status.WARN,
            detail="viewers are hashed with the key that everybody knows",
            remedy="export DAJIA_VIEWER_KEY=$(head -c 24 /dev/urandom | base64)",
        )
    return Finding(check="secrets", status=Status.OK, detail="viewers are hashed with a key of your own")


def _gpu() -> Finding:
    """A GPU is no must: workers judge on the processor; where one is, it is said, and whether it can be used."""
    program = shutil.which("nvidia-smi")
    if program is None:
        return Finding(check="gpu", status=Status.OK, detail="none; frames and speech are judged on the processor")
    done = subprocess.run(  # noqa: S603 (found by which)
        [program, "--query-gpu=name,memory.free", "--format=csv,noheader"], check=False, capture_output=True, text=True
    )
    if done.returncode:
        detail = f"nvidia-smi finds none that answers: {(done.stdout or done.stderr).strip().splitlines()[:1]}"
        return Finding(check="gpu", status=Status.WARN, detail=detail, remedy="nvidia-smi -L, and mend the driver")
    return Finding(check="gpu", status=Status.OK, detail="; ".join(done.stdout.strip().splitlines()))


def _rights(settings: Settings, existing: dict[str, int]) -> Finding:
    """A broker with access lists shows a client only the topics that it may use."""
    user = settings.client_properties().shared.get("sasl.username", "")
    if not user:
        return Finding(check="rights", status=Status.OK, detail="no user: the broker lets everybody in")
    role = _role(settings)
    if role is None:
        detail = f"{user} is no user of the table, what it may do is yours to say; it sees {len(existing)} topics"
        return Finding(check="rights", status=Status.OK, detail=detail)
    rights = [right for right in rights_of(role, settings) if right.resource is Resource.TOPIC and not right.prefixed]
    if hidden := sorted({right.name for right in rights} - existing.keys()):
        detail = f"{user} does not see {_first(hidden)}"
        remedy = f"dajia topics acls --role '{role}' --apply, as an administrator"
        return Finding(check="rights", status=Status.FAIL, detail=detail, remedy=remedy)
    return Finding(check="rights", status=Status.OK, detail=f"{user} sees the {len(rights)} topics of its role")


def _role(settings: Settings) -> str | None:
    """The role whose user these settings name; None for nobody's or another user."""
    user = settings.client_properties().shared.get("sasl.username", "")
    return next((role for role in roles_with_rights() if user_of(role, settings) == user), None)


def _topics(settings: Settings) -> Iterator[Finding]:
    by_problem: dict[Problem, list[str]] = {}
    for problem in check_topics(settings):
        by_problem.setdefault(problem.problem, []).append(f"{problem.topic} ({problem.detail})")
    if not by_problem:
        detail = f"all {len(desired_topics(settings))} are as in the table"
        yield Finding(check="topics", status=Status.OK, detail=detail)
    for kind, topics in by_problem.items():
        miscounted = kind is Problem.PARTITIONS
        yield Finding(
            check="topics",
            status=Status.WARN if kind is Problem.CONFIG else Status.FAIL,
            detail=f"{len(topics)} topics, {kind}: {_first(topics)}",
            remedy="export DAJIA_PARTITIONS=…, or delete these topics" if miscounted else "dajia topics apply",
        )


def _changelogs(settings: Settings, existing: dict[str, int]) -> Finding:
    """A table lies beside its source: its changelog needs the same partition count."""
    ours = re.compile(rf"{re.escape(settings.app_prefix)}-[a-z]+-.+-changelog")
    counts = {topic: count for topic, count in existing.items() if ours.fullmatch(topic)}
    wrong = [f"{topic} has {count}" for topic, count in counts.items() if count != settings.partitions]
    if wrong:
        return Finding(
            check="changelogs",
            status=Status.FAIL,
            detail=f"not {settings.partitions} partitions: {_first(wrong)}",
            remedy="set DAJIA_PARTITIONS to their count, or DAJIA_APP_PREFIX to a new name",
        )
    return Finding(check="changelogs", status=Status.OK, detail=f"{len(counts)}, in step with the room topics")


def _clock(settings: Settings) -> Finding:
    try:
        skew_ms = clock_skew_ms(settings)
    except BrokerError as error:
        return Finding(check="clock", status=Status.WARN, detail=str(error), remedy="allow this client to make a topic")
    if skew_ms is None:
        return Finding(check="clock", status=Status.OK, detail="the broker has no clock of its own")
    detail = f"the broker's clock is {skew_ms:+d} ms from ours; {settings.max_future_ms} ms are accepted"
    if abs(skew_ms) <= TOLERATED_SKEW * settings.max_future_ms:
        return Finding(check="clock", status=Status.OK, detail=detail)
    status = Status.FAIL if abs(skew_ms) > settings.max_future_ms else Status.WARN
    return Finding(
        check="clock", status=status, detail=detail, remedy="set both clocks by NTP: timedatectl set-ntp true"
    )


def _first(items: list[str]) -> str:
    more = len(items) - NAMES_SHOWN
    return "; ".join(items[:NAMES_SHOWN]) + (f"; and {more} more" if more > 0 else "")


def _say(finding: Finding) -> None:
    colour = {Status.OK: "green", Status.WARN: "yellow", Status.FAIL: "red"}[finding.status]
    click.echo(f"{click.style(f'{finding.status:4}', fg=colour)}  {finding.check:10}  {finding.detail}", err=True)
    if finding.remedy:
        click.echo(f"      {'':10}  -> {finding.remedy}", err=True)

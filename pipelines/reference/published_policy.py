"""What the reference-policy topic holds now, and putting a policy into it."""

from pipelines.broker.publisher import Publisher
from pipelines.broker.reader import read_topics
from pipelines.broker.topics import require_topics
from pipelines.cases.rules import Policy as CasePolicy
from pipelines.errors import InputError
from pipelines.join.policy import Policy, load_policy
from pipelines.policy import load_case_policy
from pipelines.settings import Settings
from schemas import DecodeError, Judges, PolicyEntry
from schemas.cloudevents import decode, encode, record_key
from schemas.topics import REFERENCE_POLICY


def published_policy(settings: Settings, judges: Judges = Judges.ROOMS) -> PolicyEntry | None:
    """The newest entry that can be decoded; None when there is none, or it was withdrawn.

    Raises:
        BrokerError: no broker answers, or there is no such topic.
    """
    newest: PolicyEntry | None = None
    for record in read_topics(settings, [REFERENCE_POLICY.name]):
        if record.key != _key(judges):
            continue
        if record.value is None:
            newest = None
            continue
        try:
            entry = decode(REFERENCE_POLICY, key=record.key, value=record.value, headers=record.headers)
        except DecodeError:
            continue  # workers have dead-lettered it
        assert isinstance(entry, PolicyEntry)
        newest = entry
    return newest


def publish_policy(settings: Settings, toml_text: str, checked: Policy | CasePolicy) -> None:
    """Publish a policy that was checked.

    Raises:
        BrokerError: no broker answers, or there is no such topic.
        DeliveryError: the broker did not take it.
        InputError: another policy of the same version is published.
    """
    require_topics(settings, [REFERENCE_POLICY.name])
    judges = Judges.ROOMS if isinstance(checked, Policy) else Judges.ACCOUNTS
    before = published_policy(settings, judges)
    if before is not None and before.version == checked.version and _other(before.toml, checked):
        raise InputError(
            f"policy {checked.version} is published with other numbers; give the changed one another `version`, "
            "actions name it. Nothing is published"
        )
    entry = PolicyEntry(version=checked.version, toml=toml_text, judges=judges)
    with Publisher(settings, client_id="reference") as publisher:
        publisher.send(REFERENCE_POLICY.name, encode(entry, source="dajia/reference"))


def withdraw_policy(settings: Settings, judges: Judges = Judges.ROOMS) -> None:
    """Take the published policy away.

    Raises:
        BrokerError: no broker answers, or there is no such topic.
        DeliveryError: the broker did not take it.
    """
    require_topics(settings, [REFERENCE_POLICY.name])
    with Publisher(settings, client_id="reference") as publisher:
        publisher.remove(REFERENCE_POLICY.name, _key(judges))


def _key(judges: Judges) -> bytes:
    return record_key(PolicyEntry(version="", toml="", judges=judges)).encode()


def _other(toml_text: str, checked: Policy | CasePolicy) -> bool:
    load = load_policy if isinstance(checked, Policy) else load_case_policy
    try:
        return load(toml_text, "") != checked
    except ValueError:
        return True

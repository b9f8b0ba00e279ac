"""Properties of Kafka clients as people write them, checked and sorted by the client that takes them.

Two clients speak to Kafka: librdkafka (publishers, readers, administration) and aiokafka inside Faust (workers). A
property without a prefix goes to both, under librdkafka's name, and is refused where Faust has nothing like it; one
with the prefix `librdkafka.` or `faust.` goes to that client alone, whatever it is.
"""

import json
from collections.abc import Mapping
from types import MappingProxyType

import msgspec

LIBRDKAFKA_PREFIX, FAUST_PREFIX = "librdkafka.", "faust."

PROTOCOLS = ("PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL")
MECHANISMS = ("PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512")
"""Those that need nothing but a name and a password; the others need code on the client's side."""

SECURITY = frozenset(
    {
        "security.protocol",
        "sasl.mechanism",
        "sasl.username",
        "sasl.password",
        "ssl.ca.location",
        "ssl.certificate.location",
        "ssl.key.location",
        "ssl.key.password",
        "ssl.endpoint.identification.algorithm",
    }
)
"""Both clients have them: librdkafka as they are, Faust as credentials and a TLS context."""

OTHER_NAMES: Mapping[str, str] = MappingProxyType({"sasl.mechanisms": "sasl.mechanism"})
SECRETS = frozenset({"sasl.password", "ssl.key.password"})

SHARED: Mapping[str, tuple[tuple[str, ...], str]] = MappingProxyType(
    {
        "metadata.max.age.ms": (("consumer_metadata_max_age_ms", "producer_metadata_max_age_ms"), "int"),
        "connections.max.idle.ms": (("consumer_connections_max_idle_ms", "producer_connections_max_idle_ms"), "int"),
        "socket.timeout.ms": (("broker_request_timeout", "producer_request_timeout"), "seconds"),
        "max.partition.fetch.bytes": (("consumer_max_fetch_size",), "int"),
        "compression.type": (("producer_compression_type",), "text"),
        "batch.size": (("producer_max_batch_size",), "int"),
        "check.crcs": (("broker_check_crcs",), "bool"),
    }
)
"""Property -> Faust's settings of the same meaning, and how its value is written there."""

OURS: Mapping[str, str] = MappingProxyType(
    {
        "bootstrap.servers": "set KAFKA_BOOTSTRAP_SERVERS",
        "metadata.broker.list": "set KAFKA_BOOTSTRAP_SERVERS",
        "client.id": "set DAJIA_APP_PREFIX",
        "group.id": "set DAJIA_APP_PREFIX",
        "session.timeout.ms": "set DAJIA_SESSION_TIMEOUT_S",
        "enable.idempotence": "records would be doubled or reordered without it",
        "transactional.id": "exactly-once effects are made by ids here, not by transactions",
        "acks": "idempotent sending needs all of them",
        "partitioner": "a room's records would meet different workers",
        "enable.auto.commit": "records are acknowledged after their effect, never by the clock",
        "enable.auto.offset.store": "records are acknowledged after their effect, never by the clock",
        "auto.offset.reset": "workers begin with the oldest record",
        "enable.partition.eof": "readers need to hear where a topic ends",
    }
)
"""Properties that the project sets itself, and why they are not for others to set."""


class ClientProperties(msgspec.Struct, frozen=True, kw_only=True):
    """Checked properties, by who takes them; printing it shows no secret."""

    shared: dict[str, str]
    """For both clients, in librdkafka's words."""
    librdkafka: dict[str, str]
    faust: dict[str, str]

    def __repr__(self) -> str:
        return f"ClientProperties(names={sorted([*self.shared, *self.librdkafka, *self.faust])})"


def parse(text: str) -> dict[str, str]:
    """Read properties: a JSON object, or `key=value` separated by line breaks or commas; `#` begins a comment.

    A value that holds a comma is written in JSON, or on a line of a file.

    Raises:
        ValueError: it is neither; the message never has a value in it.
    """
    if text.lstrip().startswith("{"):
        try:
            found = json.loads(text)
        except json.JSONDecodeError as error:
            raise ValueError(f'is no JSON object: column {error.colno}; write {{"name": "value"}}') from None
        if any(isinstance(value, dict | list) or value is None for value in found.values()):
            raise ValueError('takes text, numbers and true or false in its JSON: {"name": "value"}')
        return {name: _json_word(value) for name, value in found.items()}
    separated = text.splitlines() if "\n" in text else text.split(",")
    lines = [line.strip() for line in separated if line.strip() and not line.strip().startswith("#")]
    properties = {}
    for at, line in enumerate(lines, start=1):
        name, equals, value = line.partition("=")
        if not equals or not name.strip():
            raise ValueError(f"has no = in item {at}; write name=value, or JSON when a value has a comma in it")
        properties[name.strip()] = value.strip()
    return properties


def sort(properties: Mapping[str, str]) -> ClientProperties:
    """Check names and values, and sort them by client.

    Raises:
        ValueError: a property is ours to set, or one of the clients cannot do it; the message says which and why.
    """
    shared: dict[str, str] = {}
    librdkafka: dict[str, str] = {}
    faust: dict[str, str] = {}
    for written, value in properties.items():
        name = OTHER_NAMES.get(written, written)
        if (bare := name.removeprefix(LIBRDKAFKA_PREFIX)) in OURS:
            raise ValueError(f"{written} is not to be set here: {OURS[bare]}")
        if name.startswith(LIBRDKAFKA_PREFIX):
            librdkafka[bare] = value
        elif name.startswith(FAUST_PREFIX):
            faust[name.removeprefix(FAUST_PREFIX)] = value
        elif name in SECURITY or name in SHARED:
            shared[name] = value
        else:
            raise ValueError(
                f"{written} has no counterpart in Faust's client, so workers would not obey it; write "
                f"{LIBRDKAFKA_PREFIX}{written} to set it for publishers and readers alone"
            )
    _check_security(shared)
    for name in shared.keys() & SHARED.keys():
        for_faust(name, shared[name])
    return ClientProperties(shared=shared, librdkafka=librdkafka, faust=faust)


def for_faust(name: str, value: str) -> dict[str, object]:
    """Faust's settings for one property of `SHARED`.

    Raises:
        ValueError: the value is no number, or no truth value.
    """
    settings, kind = SHARED[name]
    if kind == "bool" and value not in ("true", "false"):
        raise ValueError(f"{name} takes true or false")
    if kind in ("int", "seconds") and not value.isdecimal():
        raise ValueError(f"{name} takes a whole number")
    typed: object = value
    if kind == "bool":
        typed = value == "true"
    elif kind == "int":
        typed = int(value)
    elif kind == "seconds":
        typed = int(value) / 1000
    return dict.fromkeys(settings, typed)


def _check_security(shared: Mapping[str, str]) -> None:
    protocol = shared.get("security.protocol", "PLAINTEXT").upper()
    if protocol not in PROTOCOLS:
        raise ValueError(f"security.protocol takes one of {', '.join(PROTOCOLS)}")
    mechanism = shared.get("sasl.mechanism", MECHANISMS[0])
    if mechanism not in MECHANISMS:
        raise ValueError(
            f"sasl.mechanism takes one of {', '.join(MECHANISMS)}: what else there is (OAUTHBEARER, GSSAPI) needs code "
            "beside Faust's client that is not here"
        )
    if protocol.startswith("SASL") and "sasl.username" not in shared:
        raise ValueError(
            f"security.protocol={protocol} needs sasl.username, and a password in DAJIA_KAFKA_PASSWORD_FILE"
        )
    if protocol.startswith("SASL") and "sasl.mechanism" not in shared:
        raise ValueError(f"security.protocol={protocol} needs sasl.mechanism: one of {', '.join(MECHANISMS)}")
    if not protocol.startswith("SASL") and any(name.startswith("sasl.") for name in shared):
        raise ValueError(f"sasl.… is set but security.protocol is {protocol}; make it SASL_SSL")
    if not protocol.endswith("SSL") and any(name.startswith("ssl.") for name in shared):
        raise ValueError(f"ssl.… is set but security.protocol is {protocol}; make it SSL or SASL_SSL")
    if ("ssl.certificate.location" in shared) != ("ssl.key.location" in shared):
        raise ValueError("ssl.certificate.location and ssl.key.location go together")
    if shared.get("ssl.endpoint.identification.algorithm", "https") not in ("https", "none"):
        raise ValueError("ssl.endpoint.identification.algorithm takes https or none")


def _json_word(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)

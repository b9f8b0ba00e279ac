"""The Kafka properties that people give, in the words of Faust: credentials, a TLS context, and its own settings."""

import ssl
from collections.abc import Collection
from typing import Any

from faust.auth import SASLCredentials, SSLCredentials
from faust.types.settings import Settings as FaustSettings

from pipelines.errors import SettingsError
from pipelines.kafka_properties import SHARED, ClientProperties, for_faust
from pipelines.settings import Settings


def faust_options(settings: Settings, ours: Collection[str]) -> dict[str, Any]:
    """Options for `faust.App` that say what `DAJIA_KAFKA_PROPERTIES` and the files beside it say.

    Args:
        settings: the settings.
        ours: names of Faust's settings that the project sets itself; they are refused.

    Raises:
        SettingsError: a file of a certificate or key cannot be used, or Faust has no such setting.
    """
    given = settings.client_properties()
    options: dict[str, Any] = {}
    for name, value in given.shared.items():
        if name in SHARED:
            options |= for_faust(name, value)
    for name, value in given.faust.items():
        if name in ours:
            raise SettingsError(f"DAJIA_KAFKA_PROPERTIES: faust.{name} is set by the workers themselves; take it out")
        options[name] = _own(name, value)
    if (credentials := _credentials(given)) is not None:
        options["broker_credentials"] = credentials
    return options


def _credentials(given: ClientProperties) -> SASLCredentials | SSLCredentials | None:
    shared = given.shared
    protocol = shared.get("security.protocol", "PLAINTEXT").upper()
    context = _tls(given) if protocol.endswith("SSL") else None
    if protocol.startswith("SASL"):
        return SASLCredentials(
            username=shared["sasl.username"],
            password=shared.get("sasl.password", ""),
            mechanism=shared["sasl.mechanism"],
            ssl_context=context,
        )
    return SSLCredentials(context) if context is not None else None


def _tls(given: ClientProperties) -> ssl.SSLContext:
    shared = given.shared
    try:
        context = ssl.create_default_context(cafile=shared.get("ssl.ca.location"))
        if "ssl.certificate.location" in shared:
            context.load_cert_chain(
                shared["ssl.certificate.location"], shared["ssl.key.location"], shared.get("ssl.key.password")
            )
    except (OSError, ssl.SSLError) as error:
        raise SettingsError(
            f"DAJIA_KAFKA_PROPERTIES: the files of ssl.ca.location, ssl.certificate.location and ssl.key.location "
            f"cannot be used ({error.strerror or error.__class__.__name__}); they must be PEM and readable by this user"
        ) from None
    context.check_hostname = shared.get("ssl.endpoint.identification.algorithm", "https") == "https"
    return context


def _own(name: str, value: str) -> object:
    known: Any = FaustSettings.SETTINGS.get(name)  # its converters take no settings for plain values
    if known is None:
        raise SettingsError(f"DAJIA_KAFKA_PROPERTIES: Faust has no setting {name}; correct faust.{name} or take it out")
    try:
        return known.to_python(None, value)
    except (TypeError, ValueError, AttributeError):
        raise SettingsError(
            f"DAJIA_KAFKA_PROPERTIES: faust.{name} cannot have this value; see Faust's settings"
        ) from None

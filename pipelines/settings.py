"""All settings: one typed class, read once at the edge from the environment and passed down.

Each setting is an environment variable `DAJIA_<NAME>`; the broker's is `KAFKA_BOOTSTRAP_SERVERS`, as everywhere else.
"""

import os
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Literal, Self

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from pipelines.errors import SettingsError
from pipelines.kafka_properties import ClientProperties, parse, sort


def _cache_home() -> Path:
    return Path.home() / ".cache" / "dajia"


DEVELOPMENT_VIEWER_KEY = "dajia-development-key"
"""Known to everybody who reads this: `dajia doctor` warns of it."""
LOOPBACK_HOSTS = ("127.0.0.1", "::1", "localhost")


class Settings(BaseSettings):
    """Settings of every command and worker; printed, it shows no secret."""

    model_config = SettingsConfigDict(env_prefix="DAJIA_", frozen=True, extra="forbid", hide_input_in_errors=True)

    kafka_bootstrap_servers: str = Field(
        default="127.0.0.1:9092",
        min_length=1,
        validation_alias="KAFKA_BOOTSTRAP_SERVERS",
        description="Kafka brokers, host:port separated by commas.",
    )
    kafka_properties: SecretStr = Field(
        default=SecretStr(""),
        description="More properties of the Kafka clients: name=value separated by commas, or a JSON object. Names are "
        "librdkafka's; with the prefix librdkafka. or faust. for one of the two clients alone.",
    )
    kafka_properties_file: Path | None = Field(
        default=None, description="File with such properties, a line each or JSON; those of the variable win."
    )
    kafka_password_file: Path | None = Field(
        default=None, description="File whose content is the SASL password (sasl.password)."
    )
    app_prefix: str = Field(
        default="dajia", pattern=r"^[a-z][a-z0-9-]*$", description="Prefix of consumer groups and changelog topics."
    )
    partitions: int = Field(
        default=8,
        ge=1,
        le=4096,
        description="Partitions of every topic keyed by room. Fixed once the topics exist: rooms would change workers.",
    )
    replication_factor: int = Field(default=1, ge=1, le=7, description="Copies of each partition. 3 in production.")
    session_timeout_s: float = Field(
        default=30,
        ge=6,
        le=1800,
        description="A worker silent for so long is taken for dead and its rooms go to others, seconds.",
    )
    metrics_host: str = Field(
        default="127.0.0.1",
        min_length=1,
        description="Address that the metrics endpoint binds to; others than the loopback need a token file.",
    )
    metrics_token_file: Path | None = Field(
        default=None, description="File whose content a scrape must send as bearer token."
    )
    metrics_port: int = Field(
        default=0, ge=0, le=65535, description="Port of the metrics endpoint; 0 takes a free one and logs it."
    )
    state_dir: Path = Field(default_factory=lambda: Path(".dajia"), description="Where workers keep scratch files.")
    models_dir: Path = Field(
        default_factory=lambda: _cache_home() / "models", description="Where `dajia models fetch` puts models."
    )
    asr_engine: Literal["whisper", "vosk"] = Field(default="whisper", description="Speech recogniser.")
    asr_model: Path | None = Field(
        default=None, description="Model folder of the recogniser; for whisper the fetched whisper-base when unset."
    )
    asr_batch: int = Field(
        default=8, ge=1, le=64, description="Most utterances, of as many rooms, that are recognised together."
    )
    asr_patience_s: float = Field(
        default=60,
        ge=1,
        le=86_400,
        description="An utterance not recognised so long after its end is given up, and said to be, seconds; "
        "three times that where something was found in the room.",
    )
    gallery_dir: Path | None = Field(
        default=None, description="Folder with marks of one's own (`dajia gallery add`); they are looked for, too."
    )
    inference_provider: Literal["cpu", "cuda"] = Field(
        default="cpu", description="Where ONNX Runtime runs the OCR models; cuda needs onnxruntime-gpu."
    )
    inference_threads: int = Field(default=1, ge=1, le=64, description="Threads of one OCR or speech engine.")
    viewer_key: SecretStr = Field(
        default=SecretStr(DEVELOPMENT_VIEWER_KEY),
        min_length=8,
        description="Secret key of the viewer hash; rotate it, so that hashes cannot be joined over months.",
    )
    max_future_ms: int = Field(
        default=60_000, ge=0, description="Newest event time accepted, milliseconds after now (clock skew)."
    )
    max_image_pixels: int = Field(
        default=8_300_000, ge=10_000, description="Largest picture decoded, pixels; a 4K frame has 8,294,400."
    )
    frame_long_side_px: int = Field(
        default=1280,
        ge=64,
        le=8192,
        description="Longer side of published frames, pixels; larger ones are scaled down.",
    )
    jpeg_quality: int = Field(default=85, ge=10, le=100, description="JPEG quality of published frames.")
    source_open_timeout_s: float = Field(
        default=10, gt=0, le=3600, description="How long a stream may take to open and show its streams, seconds."
    )
    source_read_timeout_s: float = Field(
        default=15,
        gt=0,
        le=3600,
        description="How long a stream may be silent before it counts as broken, seconds; more than an HLS segment.",
    )
    policy_file: Path | None = Field(default=None, description="Policy TOML for the join; the bundled one when unset.")
    cases_policy_file: Path | None = Field(
        default=None, description="Policy TOML for hosts and merchants; the bundled one when unset."
    )
    vault: str = Field(
        default=".dajia/vault", min_length=1, description="Where evidence is kept: a folder, or s3://bucket/prefix."
    )
    vault_key_file: Path | None = Field(
        default=None,
        description="File of a 32-byte key (raw or hexadecimal) that encrypts evidence at rest; unset: it is not.",
    )
    vault_s3_endpoint: str | None = Field(default=None, description="URL of the S3 server; Amazon's when unset.")
    vault_s3_encrypt: bool = Field(default=False, description="Ask the S3 server to encrypt at rest (SSE-S3).")
    evidence_key_file: Path | None = Field(
        default=None,
        description="Ed25519 private key (PEM) that signs evidence; evidence-key.pem in the state folder when unset.",
    )
    evidence_sign_command: str = Field(
        default="",
        description="Command that signs instead, for a key service: data on stdin, the signature in base64 on stdout.",
    )
    evidence_public_key_file: Path | None = Field(
        default=None, description="Public key (PEM) that belongs to the command or key file; beside the key when unset."
    )
    evidence_part_s: int = Field(
        default=60, ge=5, le=600, description="Length of the parts in which an incident is sealed, seconds on air."
    )
    evidence_quiet_s: int = Field(
        default=120,
        ge=0,
        le=86_400,
        description="Pictures and sound are kept until so many seconds after the last suspicion of an incident.",
    )
    evidence_media: Literal["suspicious", "all"] = Field(
        default="suspicious", description="Keep pictures and sound of incidents only, or of all shows from their start."
    )
    lexicon_file: Path | None = Field(default=None, description="Lexicon CSV; the bundled one when unset.")

    @field_validator("kafka_properties")
    @classmethod
    def _properties_can_be_read(cls, value: SecretStr) -> SecretStr:
        parse(value.get_secret_value())
        return value

    @model_validator(mode="after")
    def _metrics_are_not_open_to_everybody(self) -> Self:
        if self.metrics_host not in LOOPBACK_HOSTS and self.metrics_token_file is None:
            raise ValueError(
                f"DAJIA_METRICS_HOST={self.metrics_host} is open to others: name a file with a token in "
                "DAJIA_METRICS_TOKEN_FILE, or set DAJIA_METRICS_HOST=127.0.0.1"
            )
        return self

    def client_properties(self) -> ClientProperties:
        """The properties of the Kafka clients, files read, checked and sorted by client.

        Raises:
            SettingsError: a file cannot be read, or a property cannot be obeyed; no value is in the message.
        """
        try:
            properties = parse(_content(self.kafka_properties_file, "DAJIA_KAFKA_PROPERTIES_FILE"))
            properties |= parse(self.kafka_properties.get_secret_value())
            if self.kafka_password_file is not None:
                properties["sasl.password"] = _content(self.kafka_password_file, "DAJIA_KAFKA_PASSWORD_FILE").strip()
            return sort(properties)
        except ValueError as error:
            raise SettingsError(f"impossible setting: DAJIA_KAFKA_PROPERTIES: {error}") from None

    def metrics_token(self) -> str:
        """The token that a scrape must bring; empty when none is asked for.

        Raises:
            SettingsError: the file cannot be read or is empty.
        """
        token = _content(self.metrics_token_file, "DAJIA_METRICS_TOKEN_FILE").strip()
        if self.metrics_token_file is not None and not token:
            raise SettingsError(f"DAJIA_METRICS_TOKEN_FILE: {self.metrics_token_file} is empty; write a token into it")
        return token

    @classmethod
    def variables(cls) -> dict[str, str]:
        """The environment variable of each setting."""
        return {
            name: str(field.validation_alias or f"DAJIA_{name.upper()}") for name, field in cls.model_fields.items()
        }

    def environment(self) -> dict[str, str]:
        """Return the environment variables that give a child process these settings."""
        variables = self.variables()
        values = {name: getattr(self, name) for name in self.model_fields_set}
        return {variables[name]: _written(value) for name, value in values.items() if value is not None}


def load_settings() -> Settings:
    """Read the settings from the environment.

    Raises:
        SettingsError: a value is impossible, or a variable is misspelt; the message names the variable and what it
            takes, and never the value of a secret.
    """
    environment = os.environ  # noqa: TID251  this is the place where settings are built
    if unknown := unknown_variables(environment):
        known = sorted(Settings.variables().values())
        sentences = [_misspelt(name, known) for name in unknown]
        raise SettingsError("no such setting: " + "; ".join(sentences))
    try:
        settings = Settings()
    except ValidationError as error:
        variables = Settings.variables()
        lines = [_line(variables, item["loc"], item["msg"]) for item in error.errors(include_input=False)]
        raise SettingsError("impossible setting: " + "; ".join(lines)) from None
    settings.client_properties()
    return settings


def unknown_variables(environment: Iterable[str]) -> list[str]:
    """Names among `environment` that look like settings of ours and are none: misspelt ones, most likely."""
    known = set(Settings.variables().values())
    return sorted(name for name in environment if name.startswith("DAJIA_") and name not in known)


def _misspelt(name: str, known: list[str]) -> str:
    near = get_close_matches(name, known, n=1, cutoff=0.8)
    return f"{name}; {f'did you mean {near[0]}?' if near else 'unset it; deploy/SETTINGS.md lists all settings'}"


def _line(variables: Mapping[str, str], place: tuple[int | str, ...], message: str) -> str:
    said = message.removeprefix("Value error, ")
    return f"{variables.get(str(place[0]), place[0])}: {said}" if place else said


def _content(path: Path | None, variable: str) -> str:
    if path is None:
        return ""
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "no text"
        raise SettingsError(
            f"{variable}: {path} cannot be read ({reason}); name a file that this user may read"
        ) from None


def _written(value: object) -> str:
    return value.get_secret_value() if isinstance(value, SecretStr) else str(value)

"""Kafka client properties: read, refused with a reason, and handed to both clients in their own words."""

import importlib.util
import ssl
from pathlib import Path

import pytest
from faust.auth import SASLCredentials, SSLCredentials
from pydantic import SecretStr

from pipelines.broker.configs import client_config, existing_topics
from pipelines.broker.faust_options import faust_options
from pipelines.errors import SettingsError
from pipelines.kafka_properties import parse, sort
from pipelines.settings import Settings, load_settings

CERTIFICATES = Path(__file__).parents[3] / "deploy" / "kafka" / "secure.py"
PASSWORD = "not-for-logs-7f3a"  # noqa: S105  made up, to look for


def certificates(folder: Path) -> Path:
    """A certificate authority, made as for the Kafka of the tests."""
    spec = importlib.util.spec_from_file_location("secure", CERTIFICATES)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    module.write_certificates(folder)
    return folder / "ca.pem"


def settings_with(text: str, **changes) -> Settings:
    return Settings().model_copy(update={"kafka_properties": SecretStr(text), **changes})


@pytest.mark.parametrize(
    "text", ["a.b=1,c=x=y", '{"a.b": 1, "c": "x=y"}', "# said\na.b=1\n\nc = x=y\n"], ids=["commas", "json", "lines"]
)
def test_three_ways_of_writing_are_one(text):
    assert parse(text) == {"a.b": "1", "c": "x=y"}


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (f"group.id=x,sasl.password={PASSWORD}", "group.id is not to be set here: set DAJIA_APP_PREFIX"),
        ("librdkafka.partitioner=random", "partitioner is not to be set here"),
        ("client.rack=a", "write librdkafka.client.rack"),
        ("sasl.mechanism=OAUTHBEARER,security.protocol=SASL_SSL,sasl.username=x", "OAUTHBEARER, GSSAPI"),
        ("security.protocol=TLS", "security.protocol takes one of PLAINTEXT"),
        ("security.protocol=SASL_SSL,sasl.mechanism=PLAIN", "needs sasl.username"),
        ("security.protocol=SASL_SSL,sasl.username=x", "needs sasl.mechanism"),
        (f"sasl.username=x,sasl.password={PASSWORD}", "make it SASL_SSL"),
        ("security.protocol=SASL_PLAINTEXT,sasl.mechanism=PLAIN,sasl.username=x,ssl.ca.location=x", "make it SSL"),
        ("security.protocol=SSL,ssl.certificate.location=x", "go together"),
        ("socket.timeout.ms=soon", "socket.timeout.ms takes a whole number"),
        ("check.crcs=maybe", "takes true or false"),
        (f"sasl.password={PASSWORD},oops", "no = in item 2"),
        (f'{{"sasl.password": "{PASSWORD}"', "no JSON object"),
    ],
)
def test_what_cannot_be_obeyed_is_refused_at_start_and_no_secret_is_told(monkeypatch, text, reason):
    monkeypatch.setenv("DAJIA_KAFKA_PROPERTIES", text)
    with pytest.raises(SettingsError, match="DAJIA_KAFKA_PROPERTIES") as refused:
        load_settings()
    assert reason in str(refused.value)
    assert PASSWORD not in repr(refused.value)
    assert refused.value.__cause__ is None  # pydantic's error would bring the input along


def test_both_clients_get_user_password_and_authority(tmp_path):
    authority = certificates(tmp_path)
    (tmp_path / "password").write_text(f"{PASSWORD}\n")
    text = (
        f"security.protocol=SASL_SSL,sasl.mechanisms=SCRAM-SHA-512,sasl.username=dajia-join,ssl.ca.location={authority}"
    )
    settings = settings_with(text, kafka_password_file=tmp_path / "password")
    config = client_config(settings, client_id="x")
    assert config["sasl.password"] == PASSWORD
    assert (config["sasl.mechanism"], config["ssl.ca.location"]) == ("SCRAM-SHA-512", str(authority))
    credentials = faust_options(settings, ())["broker_credentials"]
    assert isinstance(credentials, SASLCredentials)
    assert (credentials.username, credentials.password) == ("dajia-join", PASSWORD)
    assert (credentials.protocol.value, credentials.mechanism.value) == ("SASL_SSL", "SCRAM-SHA-512")
    assert credentials.ssl_context is not None
    assert credentials.ssl_context.check_hostname
    assert credentials.ssl_context.get_ca_certs()[0]["subject"] == ((("commonName", "dajia trial authority"),),)


def test_tls_alone_and_a_name_that_need_not_fit(tmp_path):
    authority = certificates(tmp_path)
    text = f"security.protocol=SSL,ssl.ca.location={authority},ssl.endpoint.identification.algorithm=none"
    credentials = faust_options(settings_with(text), ())["broker_credentials"]
    assert isinstance(credentials, SSLCredentials)
    assert (credentials.context.check_hostname, credentials.context.verify_mode) == (False, ssl.CERT_REQUIRED)


def test_one_name_becomes_faust_s_settings_and_a_prefix_reaches_one_client_only():
    text = "max.partition.fetch.bytes=2000000,socket.timeout.ms=90000,librdkafka.client.rack=a"
    text += ",faust.broker_max_poll_records=50"
    settings = settings_with(text)
    assert faust_options(settings, ("broker",)) == {
        "consumer_max_fetch_size": 2_000_000,
        "broker_request_timeout": 90.0,
        "producer_request_timeout": 90.0,
        "broker_max_poll_records": 50,
    }
    config = client_config(settings, client_id="x")
    assert (config["client.rack"], config["socket.timeout.ms"]) == ("a", "90000")
    assert not [name for name in config if "poll" in name]


def test_properties_that_a_client_does_not_know_are_refused():
    with pytest.raises(SettingsError, match=r"No such configuration property.*no\.such\.thing"):
        existing_topics(settings_with("librdkafka.no.such.thing=1"))
    with pytest.raises(SettingsError, match="Faust has no setting no_such_thing"):
        faust_options(settings_with("faust.no_such_thing=1"), ())
    with pytest.raises(SettingsError, match=r"faust\.store is set by the workers"):
        faust_options(settings_with("faust.store=rocksdb://"), ("store",))


def test_files_give_properties_and_the_variable_wins(tmp_path):
    file = tmp_path / "client.properties"
    file.write_text("socket.timeout.ms=1000\ncheck.crcs=false\n")
    given = settings_with("socket.timeout.ms=2000", kafka_properties_file=file).client_properties()
    assert given.shared == {"socket.timeout.ms": "2000", "check.crcs": "false"}
    with pytest.raises(SettingsError, match=r"DAJIA_KAFKA_PASSWORD_FILE: .*none cannot be read"):
        settings_with("", kafka_password_file=tmp_path / "none").client_properties()


def test_printed_settings_and_properties_show_no_secret(monkeypatch):
    text = f"security.protocol=SASL_SSL,sasl.mechanism=PLAIN,sasl.username=x,sasl.password={PASSWORD}"
    monkeypatch.setenv("DAJIA_KAFKA_PROPERTIES", text)
    monkeypatch.setenv("DAJIA_VIEWER_KEY", PASSWORD)
    settings = load_settings()
    dumps = [repr(settings), str(settings), str(settings.model_dump()), settings.model_dump_json()]
    dumps += [repr(settings.client_properties()), repr(faust_options(settings, ()))]
    assert not [dump for dump in dumps if PASSWORD in dump]
    assert settings.environment()["DAJIA_KAFKA_PROPERTIES"] == text  # a child process needs the words themselves
    assert sort(parse(text)).shared["sasl.password"] == PASSWORD

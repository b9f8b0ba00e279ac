"""TLS, SCRAM and access lists for the Kafka of `kafka.py up --secure`: certificates, users, the lines of its settings.

For tests and trying out. The certificates last a month and the passwords lie in files beside the data.
"""  # noqa: INP001 (a script's part, not a package)

import datetime as dt
import ipaddress
import secrets
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

ADMIN = "admin"
MECHANISM = "SCRAM-SHA-512"
LIFETIME = dt.timedelta(days=30)
LINES = """
# TLS, SCRAM and access lists on every listener (kafka.py up --secure).
listener.security.protocol.map=CLIENTS:SASL_SSL,CONTROLLER:SASL_SSL
inter.broker.listener.name=CLIENTS
sasl.enabled.mechanisms={mechanism},PLAIN
sasl.mechanism.inter.broker.protocol={mechanism}
sasl.mechanism.controller.protocol=PLAIN
listener.name.clients.sasl.enabled.mechanisms={mechanism}
listener.name.clients.scram-sha-512.sasl.jaas.config=org.apache.kafka.common.security.scram.ScramLoginModule required \
username="{admin}" password="{password}";
listener.name.controller.sasl.enabled.mechanisms=PLAIN
listener.name.controller.plain.sasl.jaas.config=org.apache.kafka.common.security.plain.PlainLoginModule required \
username="{admin}" password="{password}" user_{admin}="{password}";
ssl.keystore.type=PEM
ssl.keystore.location={folder}/broker.pem
ssl.truststore.type=PEM
ssl.truststore.location={folder}/ca.pem
authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer
super.users=User:{admin}
allow.everyone.if.no.acl.found=false
"""


def prepare(home: Path) -> str:
    """Make certificates and the administrator's password, once; returns the lines for server.properties."""
    folder = home / "secure"
    if not (folder / "broker.pem").exists():
        folder.mkdir(parents=True, exist_ok=True)
        write_secret(folder / "password", secrets.token_urlsafe(24))
        write_certificates(folder)
    password = (folder / "password").read_text(encoding="ascii")
    return LINES.format(mechanism=MECHANISM, admin=ADMIN, password=password, folder=folder)


def scram_of_admin(home: Path) -> str:
    """The administrator's credentials in the words of Kafka's storage tool."""
    password = (home / "secure" / "password").read_text(encoding="ascii")
    return f"{MECHANISM}=[name={ADMIN},password={password}]"


def properties_of(home: Path, user: str = ADMIN) -> str:
    """`DAJIA_KAFKA_PROPERTIES` of a user; the password goes into a file of its own."""
    return (
        f"security.protocol=SASL_SSL,sasl.mechanism={MECHANISM},sasl.username={user},"
        f"ssl.ca.location={home / 'secure' / 'ca.pem'}"
    )


def write_secret(path: Path, content: str) -> None:
    """Write a file that only this user may read."""
    path.touch(mode=0o600)
    path.write_text(content, encoding="ascii")


def write_certificates(folder: Path) -> None:
    """Write ca.pem and broker.pem (key and certificate for the loopback)."""
    authority_key, broker_key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    authority = _name("dajia trial authority")
    ca = (
        _certificate(authority, authority, authority_key)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(signs=True), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(authority_key.public_key()), critical=False)
        .sign(authority_key, hashes.SHA256())
    )
    names = [x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
    broker = (
        _certificate(_name("localhost"), authority, broker_key)
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(authority_key.public_key()), critical=False)
        .sign(authority_key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    (folder / "ca.pem").write_bytes(ca.public_bytes(pem))
    key = broker_key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    write_secret(folder / "broker.pem", (key + broker.public_bytes(pem)).decode("ascii"))


def _certificate(subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePrivateKey) -> x509.CertificateBuilder:
    now = dt.datetime.now(dt.UTC)  # noqa: TID251 (a certificate is for now)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(hours=1))
        .not_valid_after(now + LIFETIME)
    )


def _name(common: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)])


def _usage(*, signs: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=True, key_cert_sign=signs, crl_sign=signs, content_commitment=False, key_encipherment=False,
        data_encipherment=False, key_agreement=False, encipher_only=False, decipher_only=False,
    )  # fmt: skip

"""Keys that sign evidence: from a PEM file, or with a key service that is reached by a command."""

import base64
import os
import subprocess
import tempfile
from collections.abc import Iterable
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from pipelines.errors import SettingsError, SigningError
from pipelines.evidence.chain import Signer, key_id_of
from pipelines.settings import Settings

KEY_FILE, PUBLIC_KEY_FILE = "evidence-key.pem", "evidence-key.pub.pem"
SIGN_WITHIN_S = 30.0


class FileSigner:
    """Signs with the private key of a PEM file."""

    def __init__(self, path: Path) -> None:
        """Read the key.

        Raises:
            SettingsError: the file has no Ed25519 key.
        """
        try:
            key = serialization.load_pem_private_key(path.read_bytes(), password=None)
        except (OSError, ValueError, TypeError) as error:
            raise SettingsError(f"{path}: no private key: {error}; `dajia evidence keygen` makes one") from error
        if not isinstance(key, Ed25519PrivateKey):
            raise SettingsError(f"{path}: not an Ed25519 key; `dajia evidence keygen` makes one")
        self._key = key
        self.public_key = key.public_key().public_bytes_raw()

    def sign(self, data: bytes) -> bytes:
        """The signature of data."""
        return self._key.sign(data)


class CommandSigner:
    """Signs by a command: data on its standard input, the signature in base64 on its standard output."""

    def __init__(self, command: str, public_key: Path) -> None:
        """Read the public key; the command is run at each signature, by the shell.

        Raises:
            SettingsError: the file has no Ed25519 key.
        """
        self._command = command
        self.public_key = read_public_key(public_key)

    def sign(self, data: bytes) -> bytes:
        """The signature of data.

        Raises:
            SigningError: the command fails or gives no signature that fits its key.
        """
        try:
            done = subprocess.run(  # noqa: S602  the operator's own command, from a setting
                self._command, shell=True, input=data, capture_output=True, timeout=SIGN_WITHIN_S, check=True
            )
            signature = base64.b64decode(done.stdout.strip(), validate=True)
            Ed25519PublicKey.from_public_bytes(self.public_key).verify(signature, data)
        except Exception as error:
            raise SigningError(
                f"DAJIA_EVIDENCE_SIGN_COMMAND gave no signature that fits the public key: {error}"
            ) from error
        return signature


def signer_of(settings: Settings) -> Signer:
    """The signer that the settings name; the key in the state folder, made when there is none, when they name none.

    Raises:
        SettingsError: a key cannot be read.
    """
    path = settings.evidence_key_file
    if settings.evidence_sign_command:
        return CommandSigner(settings.evidence_sign_command, public_key_path(settings))
    if path is None:
        path = settings.state_dir / KEY_FILE
        if not path.exists():
            _generate_once(path)
    return FileSigner(path)


def public_key_path(settings: Settings) -> Path:
    """Where the public key lies that belongs to the signer of the settings."""
    if settings.evidence_public_key_file is not None:
        return settings.evidence_public_key_file
    beside = settings.evidence_key_file or settings.state_dir / KEY_FILE
    return beside.with_name(beside.name.removesuffix(".pem") + ".pub.pem")


def generate(path: Path) -> Path:
    """Make a key, readable by its owner only, and its public key beside it, whose path is returned.

    Raises:
        SettingsError: a file is there already, or cannot be written.
    """
    key = Ed25519PrivateKey.generate()
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    public = key.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    public_path = path.with_name(path.name.removesuffix(".pem") + ".pub.pem")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=path.parent) as scratch:  # mode 0600
            scratch.write(private)
            scratch.flush()
            os.link(scratch.name, path)  # whole or not there, and never over another one
        public_path.write_bytes(public)
    except OSError as error:
        raise SettingsError(f"{path}: cannot be made: {error.strerror}; name another file") from error
    return public_path


def _generate_once(path: Path) -> None:
    try:
        generate(path)
    except SettingsError:
        if not path.exists():  # otherwise another worker was faster
            raise


def read_public_key(path: Path) -> bytes:
    """The raw key of a PEM file, public or private.

    Raises:
        SettingsError: the file has no Ed25519 key.
    """
    try:
        data = path.read_bytes()
        if b"PRIVATE KEY" in data:
            return FileSigner(path).public_key
        key = serialization.load_pem_public_key(data)
    except (OSError, ValueError) as error:
        raise SettingsError(f"{path}: no public key: {error}; `dajia evidence keygen` makes a pair") from error
    if not isinstance(key, Ed25519PublicKey):
        raise SettingsError(f"{path}: not an Ed25519 key")
    return key.public_bytes_raw()


def trusted(paths: Iterable[Path]) -> dict[str, bytes]:
    """Public keys of PEM files by their ids.

    Raises:
        SettingsError: a file has no Ed25519 key.
    """
    return {key_id_of(key): key for key in map(read_public_key, paths)}

"""Encryption at rest: what lies on the disk says nothing, and nothing of it can be changed, cut, moved or renamed."""

import pytest

from pipelines.errors import SettingsError, VaultDamagedError, VaultRefusedError
from pipelines.evidence.encryption import CHUNK, EncryptedVault, read_key
from pipelines.evidence.folder_vault import FolderVault
from pipelines.evidence.vault import open_vault
from pipelines.settings import Settings

KEY = "sessions/r/s/00000001-bundle.tar"
SECRET = bytes(range(32))


@pytest.fixture
def folder(tmp_path):
    return FolderVault(tmp_path / "vault")


def put(vault, tmp_path, data, key=KEY):
    path = tmp_path / "source"
    path.write_bytes(data)
    vault.put(key, path, retain_until_ms=5)


def read(vault, key=KEY):
    with vault.open(key) as file:
        return file.read()


@pytest.mark.parametrize("size", [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK])
def test_every_size_comes_back_and_is_described_as_put(folder, tmp_path, size):
    data = b"evidence"[:1] * size
    vault = EncryptedVault(folder, SECRET)
    put(vault, tmp_path, data)
    put(vault, tmp_path, data)  # equal bytes may come again
    assert read(vault) == data
    assert vault.stat(KEY).size == size
    assert b"eee" not in read(folder)
    assert [about.size for about in vault.list("sessions/")] == [size]


def test_it_can_be_read_anywhere(folder, tmp_path):
    data = bytes(number % 251 for number in range(3 * CHUNK + 77))
    vault = EncryptedVault(folder, SECRET)
    put(vault, tmp_path, data)
    with vault.open(KEY) as file:
        for at, length in ((2 * CHUNK - 5, 10), (0, 3), (3 * CHUNK + 70, 100), (CHUNK, CHUNK)):
            file.seek(at)
            assert file.read(length) == data[at : at + length]


def test_other_bytes_are_refused_here_too(folder, tmp_path):
    vault = EncryptedVault(folder, SECRET)
    put(vault, tmp_path, b"one")
    with pytest.raises(VaultRefusedError):
        put(vault, tmp_path, b"two")


CODED = CHUNK + 16


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda data: data[:200] + bytes([data[200] ^ 1]) + data[201:], id="one bit"),
        pytest.param(lambda data: data[:30] + bytes([data[30] ^ 1]) + data[31:], id="the size"),
        pytest.param(lambda data: data[: 64 + CODED], id="cut after a chunk"),
        pytest.param(lambda data: data + b"x", id="something appended"),
        pytest.param(
            lambda data: data[:64] + data[64 + CODED : 64 + 2 * CODED] + data[64 : 64 + CODED] + data[64 + 2 * CODED :],
            id="chunks swapped",
        ),
    ],
)
def test_what_was_changed_on_the_disk_is_not_read(folder, tmp_path, change):
    vault = EncryptedVault(folder, SECRET)
    put(vault, tmp_path, bytes(2 * CHUNK + 9))
    path = folder._objects / KEY
    path.write_bytes(change(path.read_bytes()))
    with pytest.raises(VaultDamagedError, match="cannot be decrypted"):
        read(vault)


def test_an_object_under_another_name_is_not_read(folder, tmp_path):
    vault = EncryptedVault(folder, SECRET)
    put(vault, tmp_path, b"one")
    put(vault, tmp_path, b"two", "sessions/r/s/00000002-bundle.tar")
    (folder._objects / KEY).replace(folder._objects / "sessions/r/s/00000002-bundle.tar")
    with pytest.raises(VaultDamagedError):
        read(vault, "sessions/r/s/00000002-bundle.tar")


def test_another_key_and_plain_objects_are_named(folder, tmp_path):
    put(EncryptedVault(folder, SECRET), tmp_path, b"one")
    with pytest.raises(VaultDamagedError, match="key is another one"):
        read(EncryptedVault(folder, bytes(32)))
    put(folder, tmp_path, b"plain", "sessions/r/s/00000003-bundle.tar")
    with pytest.raises(VaultDamagedError, match="put without a vault key"):
        read(EncryptedVault(folder, SECRET), "sessions/r/s/00000003-bundle.tar")


def test_the_key_is_a_file_of_a_setting(tmp_path):
    (tmp_path / "key").write_text(SECRET.hex() + "\n")
    assert read_key(tmp_path / "key") == SECRET
    vault = open_vault(Settings(vault=str(tmp_path / "v"), vault_key_file=tmp_path / "key"))
    assert isinstance(vault, EncryptedVault)
    (tmp_path / "short").write_text("abcd")
    with pytest.raises(SettingsError, match="openssl rand"):
        read_key(tmp_path / "short")
    with pytest.raises(SettingsError, match="openssl rand"):
        read_key(tmp_path / "none")

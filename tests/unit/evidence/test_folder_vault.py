"""The vault in a folder: whole or not at all, never overwritten, not deleted before its time."""

import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from pipelines.errors import (
    SettingsError,
    VaultFullError,
    VaultMissingError,
    VaultReadOnlyError,
    VaultRefusedError,
    VaultUnreachableError,
)
from pipelines.evidence import folder_vault
from pipelines.evidence.folder_vault import FolderVault
from pipelines.evidence.vault import open_vault
from pipelines.settings import Settings

KEY = "sessions/r/s/00000001-bundle.tar"


@pytest.fixture
def vault(tmp_path):
    return FolderVault(tmp_path / "vault")


@pytest.fixture
def source(tmp_path):
    path = tmp_path / "source"
    path.write_bytes(b"evidence" * 1000)
    return path


def read(vault, key):
    with vault.open(key) as file:
        return file.read()


def test_what_was_put_is_read_listed_and_described(vault, source):
    vault.put(KEY, source, retain_until_ms=1000)
    vault.put("sessions/r/s/chain/00000001.json", source, retain_until_ms=1000)
    vault.put("sessions/other/s/00000001-bundle.tar", source, retain_until_ms=1000)
    assert read(vault, KEY) == source.read_bytes()
    about = vault.stat(KEY)
    assert (about.size, about.retain_until_ms, about.held) == (8000, 1000, False)
    assert [found.key for found in vault.list("sessions/r/")] == [KEY, "sessions/r/s/chain/00000001.json"]
    assert [found.key for found in vault.list("sessions/r/s/chain/0000")] == ["sessions/r/s/chain/00000001.json"]
    assert len(list(vault.list(""))) == 3


def test_equal_bytes_may_come_again_and_only_lengthen_the_retention(vault, source):
    vault.put(KEY, source, retain_until_ms=1000)
    vault.put(KEY, source, retain_until_ms=2000)
    vault.put(KEY, source, retain_until_ms=500)
    assert vault.stat(KEY).retain_until_ms == 2000


def test_other_bytes_are_refused(vault, source, tmp_path):
    vault.put(KEY, source, retain_until_ms=1000)
    other = tmp_path / "other"
    other.write_bytes(b"other")
    with pytest.raises(VaultRefusedError, match="never overwritten"):
        vault.put(KEY, other, retain_until_ms=1000)
    assert read(vault, KEY) == source.read_bytes()


def test_deleted_only_after_the_retention_and_without_hold(vault, source):
    vault.put(KEY, source, retain_until_ms=1000)
    with pytest.raises(VaultRefusedError, match=r"kept until 1970-01-01 00:00:01 UTC"):
        vault.delete(KEY, now_ms=999)
    vault.hold(KEY, on=True)
    with pytest.raises(VaultRefusedError, match="legal hold"):
        vault.delete(KEY, now_ms=1000)
    vault.hold(KEY, on=False)
    vault.delete(KEY, now_ms=1000)
    assert vault.stat(KEY) is None
    vault.delete(KEY, now_ms=1000)
    with pytest.raises(VaultMissingError, match="has no"):
        vault.open(KEY)
    with pytest.raises(VaultMissingError, match="to hold"):
        vault.hold(KEY, on=True)


def test_of_many_writers_of_one_key_one_succeeds(vault, tmp_path):
    done, refused = [], []

    def write(number):
        path = tmp_path / str(number)
        path.write_bytes(bytes([number]) * 10_000)
        try:
            vault.put(KEY, path, retain_until_ms=1)
            done.append(number)
        except VaultRefusedError:
            refused.append(number)

    threads = [threading.Thread(target=write, args=(number,)) for number in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(done), len(refused)) == (1, 11)
    assert read(vault, KEY) == bytes(done) * 10_000
    assert not list((vault._root / "incoming").iterdir())


@pytest.mark.parametrize("at", [1, 3, 5, 6, 7, 8])
def test_killed_anywhere_it_holds_the_object_or_not_and_takes_it_again(tmp_path, source, at):
    """The process ends without any clean-up before its n-th call of the operating system's that changes the disk."""
    program = f"""
import os, pathlib, sys
calls = 0
def counted(event, args):
    global calls
    if event in ("open", "os.rename", "os.mkdir", "os.remove") and "vault" in str(args[0]):
        calls += 1
        if calls == {at + 4}:
            os._exit(9)
from pipelines.evidence.folder_vault import FolderVault
sys.addaudithook(counted)
FolderVault(pathlib.Path(sys.argv[1])).put({KEY!r}, pathlib.Path(sys.argv[2]), retain_until_ms=7)
"""
    ended = subprocess.run([sys.executable, "-c", program, tmp_path / "vault", source], check=False)
    assert ended.returncode == 9
    vault = FolderVault(tmp_path / "vault")
    about = vault.stat(KEY)
    if about is not None:
        assert (read(vault, KEY), about.retain_until_ms) == (source.read_bytes(), 7)
    vault.put(KEY, source, retain_until_ms=7)
    assert read(vault, KEY) == source.read_bytes()


def test_a_full_disk_leaves_nothing_behind(vault, source, monkeypatch):
    if not os.access("/dev/full", os.W_OK):
        pytest.skip("the system has no /dev/full")
    copied = folder_vault._copied
    with Path("/dev/full").open("wb", buffering=0) as full:
        monkeypatch.setattr(folder_vault, "_copied", lambda source, file: copied(source, full))
        with pytest.raises(VaultFullError, match="seals are tried again"):
            vault.put(KEY, source, retain_until_ms=1)
    assert vault.stat(KEY) is None
    assert not list((vault._root / "incoming").iterdir())


def test_a_disk_that_has_gone_is_no_empty_vault(vault, source, tmp_path):
    vault.put(KEY, source, retain_until_ms=1)
    (tmp_path / "vault").rename(tmp_path / "unmounted")
    for call in (
        lambda: vault.stat(KEY),
        lambda: list(vault.list("")),
        lambda: vault.put(KEY, source, retain_until_ms=1),
    ):
        with pytest.raises(VaultUnreachableError, match="mounted"):
            call()


def test_a_folder_that_cannot_be_made_says_so(tmp_path):
    with pytest.raises((VaultReadOnlyError, VaultUnreachableError), match="vault"):
        FolderVault(tmp_path / "a" / ("x" * 300))


def test_the_setting_names_the_vault(tmp_path):
    assert isinstance(open_vault(Settings(vault=str(tmp_path / "v"))), FolderVault)
    with pytest.raises(SettingsError, match="ftp://"):
        open_vault(Settings(vault="ftp://host/x"))

"""The vault in a real bucket with object lock: also who holds the root credentials cannot delete before the time."""

import threading
import time

import pytest
from botocore.exceptions import ClientError

from pipelines.errors import VaultMissingError, VaultReadOnlyError, VaultRefusedError, VaultUnreachableError
from pipelines.evidence.encryption import EncryptedVault
from pipelines.evidence.s3_vault import S3Vault
from pipelines.evidence.vault import open_vault
from pipelines.settings import Settings

pytestmark = pytest.mark.s3

KEY = "sessions/r%2Fx/直".encode("ascii", "ignore").decode() + "s/00000001-bundle.tar"


@pytest.fixture
def vault(bucket, server):
    return S3Vault(bucket, "dajia", endpoint=server)


@pytest.fixture
def source(tmp_path):
    path = tmp_path / "source"
    path.write_bytes(bytes(range(256)) * 10_000)
    return path


def soon(seconds):
    """Moment in so many seconds, on a whole second as S3 keeps it, milliseconds."""
    return (int(time.time()) + seconds) * 1000


def read(vault, key=KEY):
    with vault.open(key) as file:
        return file.read()


def test_what_was_put_is_read_listed_and_described(vault, source):
    until = soon(60)
    vault.put(KEY, source, retain_until_ms=until)
    vault.put("sessions/r/s/chain/00000001.json", source, retain_until_ms=until)
    about = vault.stat(KEY)
    assert (about.size, about.retain_until_ms, about.held) == (2_560_000, until, False)
    assert read(vault) == source.read_bytes()
    with vault.open(KEY) as file:
        file.seek(-10, 2)
        assert file.read() == source.read_bytes()[-10:]
        file.seek(1_500_000)
        assert file.read(3) == source.read_bytes()[1_500_000:1_500_003]
    assert {found.key for found in vault.list("sessions/")} == {KEY, "sessions/r/s/chain/00000001.json"}
    assert [found.key for found in vault.list("sessions/r/")] == ["sessions/r/s/chain/00000001.json"]
    assert vault.stat("sessions/none") is None
    with pytest.raises(VaultMissingError):
        vault.open("sessions/none")


def test_a_locked_version_cannot_be_deleted_by_anybody(vault, source, client, bucket):
    vault.put(KEY, source, retain_until_ms=soon(3600))
    with pytest.raises(VaultRefusedError, match="must be kept until"):
        vault.delete(KEY, now_ms=soon(0))
    with pytest.raises(VaultRefusedError, match="locked in bucket"):
        vault.delete(KEY, now_ms=soon(7200))  # a clock that was put forward does not help
    name = f"dajia/{KEY}"
    version = client.head_object(Bucket=bucket, Key=name)["VersionId"]
    with pytest.raises(ClientError):
        client.delete_object(Bucket=bucket, Key=name, VersionId=version, BypassGovernanceRetention=True)
    with pytest.raises(ClientError):
        client.put_object_retention(
            Bucket=bucket, Key=name, Retention={"Mode": "COMPLIANCE", "RetainUntilDate": "2020-01-01T00:00:00Z"}
        )
    assert read(vault) == source.read_bytes()


def test_deleted_after_its_time_and_not_under_a_hold(vault, source):
    until = soon(2)
    vault.put(KEY, source, retain_until_ms=until)
    vault.hold(KEY, on=True)
    assert vault.stat(KEY).held
    time.sleep(max(0, until / 1000 - time.time()) + 0.1)
    with pytest.raises(VaultRefusedError, match="legal hold"):
        vault.delete(KEY, now_ms=until)
    vault.hold(KEY, on=False)
    vault.delete(KEY, now_ms=until)
    assert vault.stat(KEY) is None
    vault.delete(KEY, now_ms=until)


def test_never_overwritten_and_retention_only_grows(vault, source, tmp_path):
    first, later = soon(60), soon(120)
    vault.put(KEY, source, retain_until_ms=first)
    vault.put(KEY, source, retain_until_ms=later)
    vault.put(KEY, source, retain_until_ms=first)
    assert vault.stat(KEY).retain_until_ms == later
    other = tmp_path / "other"
    other.write_bytes(b"other")
    with pytest.raises(VaultRefusedError, match="never overwritten"):
        vault.put(KEY, other, retain_until_ms=later)


def test_of_many_writers_one_succeeds(vault, tmp_path):
    outcomes = []

    def write(number):
        path = tmp_path / str(number)
        path.write_bytes(bytes([number]))
        try:
            vault.put(KEY, path, retain_until_ms=soon(60))
            outcomes.append(number)
        except VaultRefusedError:
            outcomes.append(None)

    threads = [threading.Thread(target=write, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    winners = [number for number in outcomes if number is not None]
    assert (len(outcomes), len(winners)) == (8, 1)
    assert read(vault) == bytes(winners)


def test_encrypted_in_the_bucket(bucket, server, source, tmp_path, client):
    (tmp_path / "key").write_bytes(bytes(32))
    settings = Settings(vault=f"s3://{bucket}/e", vault_s3_endpoint=server, vault_key_file=tmp_path / "key")
    vault = open_vault(settings)
    assert isinstance(vault, EncryptedVault)
    vault.put(KEY, source, retain_until_ms=soon(60))
    vault.put(KEY, source, retain_until_ms=soon(60))
    assert read(vault) == source.read_bytes()
    stored = client.get_object(Bucket=bucket, Key=f"e/{KEY}")["Body"].read()
    assert bytes(range(256)) not in stored


def test_what_is_wrong_says_what_to_do(client, server, credentials, monkeypatch):
    client.create_bucket(Bucket="no-lock")
    with pytest.raises(VaultReadOnlyError, match="no object lock"):
        S3Vault("no-lock", endpoint=server)
    with pytest.raises(VaultUnreachableError, match="check DAJIA_VAULT"):
        S3Vault("not-there", endpoint=server)
    with pytest.raises(VaultUnreachableError, match="cannot be reached"):
        S3Vault("evidence", endpoint="http://127.0.0.1:9")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "wrong")
    with pytest.raises(VaultReadOnlyError, match="credentials"):
        S3Vault("no-lock", endpoint=server)

"""A real S3 server (versitygw) on the loopback, with its data in a temporary folder."""

import os
import socket
import subprocess
import time
from pathlib import Path

import boto3
import pytest

BINARY = Path(__file__).parents[2] / ".dajia" / "bin" / "versitygw"
ACCESS, SECRET = "dajia-test", "dajia-test-secret"


@pytest.fixture(scope="session")
def server(tmp_path_factory):
    """Its URL. Needs a file system with extended attributes."""
    if not BINARY.exists():
        pytest.fail(f"{BINARY} is missing; `make test-s3` builds it")
    folder = tmp_path_factory.mktemp("s3")
    (folder / "data").mkdir()
    (folder / "versions").mkdir()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {**os.environ, "ROOT_ACCESS_KEY_ID": ACCESS, "ROOT_SECRET_ACCESS_KEY": SECRET}
    command = [BINARY, "--port", f"127.0.0.1:{port}", "--quiet", "posix", "--versioning-dir", folder / "versions"]
    process = subprocess.Popen([*command, folder / "data"], env=environment, stdout=subprocess.DEVNULL)
    try:
        deadline = time.monotonic() + 30
        while True:
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
                break
            except OSError:
                assert process.poll() is None, "versitygw ended"
                assert time.monotonic() < deadline, "versitygw did not listen within 30 s"
                time.sleep(0.05)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(10)


@pytest.fixture
def credentials(monkeypatch):
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", ACCESS)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", SECRET)
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")


@pytest.fixture
def client(server, credentials):
    client = boto3.client("s3", endpoint_url=server)
    yield client
    client.close()


@pytest.fixture
def bucket(client, request):
    name = f"evidence-{abs(hash(request.node.nodeid))}"
    client.create_bucket(Bucket=name, ObjectLockEnabledForBucket=True)
    return name

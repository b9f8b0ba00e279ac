"""The worker's endpoint: metrics behind a token, health without one, and never open to others by mistake."""

import urllib.error
import urllib.request

import pytest

from pipelines.errors import SettingsError
from pipelines.metrics import READY
from pipelines.metrics_server import serve_metrics
from pipelines.settings import Settings, load_settings


def get(port: int, path: str, token: str = "") -> tuple[int, str]:
    request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", headers={"Authorization": f"Bearer {token}"})
    try:
        with urllib.request.urlopen(request, timeout=5) as answer:  # noqa: S310  our own server
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode()


def test_metrics_need_the_token_and_probes_do_not(tmp_path):
    (tmp_path / "token").write_text("a token for tests\n")
    port = serve_metrics(Settings().model_copy(update={"metrics_token_file": tmp_path / "token"}), "probed")
    assert get(port, "/metrics")[0] == 401
    assert get(port, "/metrics", "a token for testS")[0] == 401
    status, text = get(port, "/metrics", "a token for tests")
    assert (status, "# HELP dajia_records_total" in text) == (200, True)
    assert get(port, "/healthz")[0] == 200
    assert get(port, "/readyz")[0] == 503
    READY.labels("probed").set(1)
    assert get(port, "/readyz")[0] == 200


def test_a_taken_port_and_an_open_address_are_refused(monkeypatch, tmp_path):
    port = serve_metrics(Settings(), "probed")
    with pytest.raises(SettingsError, match="change DAJIA_METRICS_HOST or DAJIA_METRICS_PORT"):
        serve_metrics(Settings().model_copy(update={"metrics_port": port}), "probed")
    monkeypatch.setenv("DAJIA_METRICS_HOST", "0.0.0.0")  # noqa: S104  refused below
    with pytest.raises(SettingsError, match="name a file with a token in DAJIA_METRICS_TOKEN_FILE"):
        load_settings()
    (tmp_path / "token").write_text("")
    monkeypatch.setenv("DAJIA_METRICS_TOKEN_FILE", str(tmp_path / "token"))
    with pytest.raises(SettingsError, match="is empty"):
        load_settings().metrics_token()

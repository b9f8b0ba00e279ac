"""The worker's HTTP endpoint: metrics for Prometheus, behind a token where there is one, and two health probes."""

import hmac
import threading
from collections.abc import Callable, Iterable
from socketserver import ThreadingMixIn
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from prometheus_client import REGISTRY, make_wsgi_app

from pipelines.errors import SettingsError
from pipelines.settings import Settings

StartResponse = Callable[[str, list[tuple[str, str]]], object]
_TEXT = [("Content-Type", "text/plain; charset=utf-8")]


def serve_metrics(settings: Settings, role: str) -> int:
    """Serve `/metrics`, `/healthz` (the process answers) and `/readyz` (it consumes) in a thread; returns the port.

    Only `/metrics` asks for the token: the other two tell nothing but themselves, and probes have no tokens.

    Raises:
        SettingsError: the token file cannot be read, or nobody can listen there.
    """
    app = _application(settings.metrics_token(), role)
    try:
        server = make_server(settings.metrics_host, settings.metrics_port, app, _Server, _Quiet)
    except OSError as error:
        raise SettingsError(
            f"metrics cannot be served at {settings.metrics_host}:{settings.metrics_port} ({error.strerror}); change "
            "DAJIA_METRICS_HOST or DAJIA_METRICS_PORT, 0 takes a free port"
        ) from error
    threading.Thread(target=server.serve_forever, name="metrics", daemon=True).start()
    return server.server_port


def _application(token: str, role: str) -> Callable[[dict[str, Any], StartResponse], Iterable[bytes]]:
    metrics = make_wsgi_app()

    def answer(environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "/")
        if path == "/healthz":
            start_response("200 OK", _TEXT)
            return [b"alive\n"]
        if path == "/readyz":
            ready = REGISTRY.get_sample_value("dajia_ready", {"role": role}) == 1
            start_response("200 OK" if ready else "503 Service Unavailable", _TEXT)
            return [b"ready\n" if ready else b"starting, or between two assignments\n"]
        given = str(environ.get("HTTP_AUTHORIZATION", ""))
        if token and not hmac.compare_digest(given.encode(), f"Bearer {token}".encode()):
            start_response("401 Unauthorized", [*_TEXT, ("WWW-Authenticate", "Bearer")])
            return [b"the token of DAJIA_METRICS_TOKEN_FILE is needed: Authorization: Bearer ...\n"]
        answered: Iterable[bytes] = metrics(environ, start_response)
        return answered

    return answer


class _Server(ThreadingMixIn, WSGIServer):
    """A probe is answered while a scrape is under way."""

    daemon_threads = True


class _Quiet(WSGIRequestHandler):
    """A request is no event worth a line in the log; one that hangs does not hold the others up for long."""

    timeout = 5

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  the name is the base class's
        pass

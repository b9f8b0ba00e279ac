"""The case file in a real headless Chromium: it plays, it is whole, it does nothing else."""

import json
import re
import shutil
import subprocess
import threading
import time
import urllib.error
import urllib.request
from http.server import BaseHTTPRequestHandler, HTTPServer

import counterfeit_show
import pytest
from counterfeit_show import SESSION, START_MS

from pipelines.evidence.casefile.build import build
from pipelines.evidence.casefile.load import find, read
from pipelines.evidence.casefile.redact import Role, redacted
from pipelines.evidence.casefile.write import write

pytestmark = pytest.mark.browser

ARGUMENTS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--autoplay-policy=no-user-gesture-required",
]  # fmt: skip


@pytest.fixture(scope="module")
def page_file(tmp_path_factory):
    folder = tmp_path_factory.mktemp("case")
    vault, _ = counterfeit_show.seal(folder)
    case = build(SESSION, read(vault, find(vault, SESSION)), START_MS + 4_000_000)
    return write(redacted(case, Role.POLICE), folder / "out", with_pdf=False)["html"]


class Driver:
    """A session of chromedriver, spoken to in plain WebDriver."""

    def __init__(self, url, profile):
        self._url = url
        options = {"args": [*ARGUMENTS, f"--user-data-dir={profile}"]}
        wanted = {
            "goog:chromeOptions": options,
            "goog:loggingPrefs": {"browser": "ALL", "performance": "ALL"},
        }
        made = self._call("POST", "/session", {"capabilities": {"alwaysMatch": wanted}})
        self._session = f"/session/{made['sessionId']}"

    def open(self, url):
        self._call("POST", f"{self._session}/url", {"url": url})

    def run(self, script):
        return self._call("POST", f"{self._session}/execute/async", {"script": script, "args": []})

    def resize(self, width, height):
        self._call("POST", f"{self._session}/window/rect", {"width": width, "height": height})

    def log(self, kind):
        return self._call("POST", f"{self._session}/se/log", {"type": kind})

    def close(self):
        self._call("DELETE", self._session)

    def _call(self, method, path, body=None):
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(  # noqa: S310  chromedriver on the loopback
            self._url + path, data, {"Content-Type": "application/json"}, method=method
        )
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310  as above
                return json.load(answer)["value"]
        except urllib.error.HTTPError as error:
            with error:
                raise AssertionError(error.read().decode()) from None


@pytest.fixture(scope="module")
def driver(tmp_path_factory):
    program = shutil.which("chromedriver")
    if program is None or shutil.which("chromium") is None:
        pytest.fail("Chromium and its driver are needed: apt install chromium chromium-driver")
    process = subprocess.Popen([program, "--port=0"], stdout=subprocess.PIPE, text=True)
    try:
        port = next(found[1] for line in process.stdout if (found := re.search(r"successfully on port (\d+)", line)))
        driver = Driver(f"http://127.0.0.1:{port}", tmp_path_factory.mktemp("profile"))
        yield driver
        driver.close()
    finally:
        process.terminate()
        process.wait(10)
        process.stdout.close()


@pytest.fixture
def opened(driver, page_file):
    driver.log("browser")
    driver.log("performance")
    driver.open(page_file.as_uri())
    return driver


def requests(driver):
    messages = (json.loads(entry["message"])["message"] for entry in driver.log("performance"))
    return [one["params"]["request"]["url"] for one in messages if one["method"] == "Network.requestWillBeSent"]


def test_the_clip_plays(opened):
    played = opened.run(
        """const done = arguments[0], clip = document.querySelector("video");
        clip.muted = true; clip.currentTime = 0;
        clip.addEventListener("timeupdate", () => { if (clip.currentTime > 0.5)
          done({at: clip.currentTime, width: clip.videoWidth, length: clip.duration, error: clip.error}); });
        clip.play().catch((error) => done({error: String(error)}));"""
    )
    assert played["error"] is None
    assert played["width"] == 320
    assert played["length"] == pytest.approx(30, abs=1)


def test_a_sign_that_is_clicked_moves_the_clip(opened):
    at = opened.run(
        f"""const done = arguments[0], clip = document.querySelector("video");
        document.querySelector('td[data-seek="{START_MS + 7000}"]').click();
        clip.addEventListener("seeked", () => done(clip.currentTime));"""
    )
    assert at == pytest.approx(6, abs=0.6)


@pytest.mark.parametrize(("width", "shown"), [(1280, "wide"), (600, "narrow")])
def test_the_timeline_is_there_and_fits(opened, width, shown):
    opened.resize(width, 900)
    found = opened.run(
        """const done = arguments[0];
        const seen = [...document.querySelectorAll("svg.timeline")].filter((svg) => svg.getClientRects().length);
        document.fonts.ready.then(() => done({count: seen.length, name: seen[0].classList.value,
          dots: seen[0].querySelectorAll("circle").length, line: seen[0].querySelectorAll("polyline").length,
          type: parseFloat(getComputedStyle(seen[0].querySelector("text")).fontSize) *
            seen[0].getBoundingClientRect().width / seen[0].viewBox.baseVal.width,
          font: document.fonts.check('16px "Noto Sans SC"', "案卷"),
          over: document.documentElement.scrollWidth - document.documentElement.clientWidth}));"""
    )
    assert found["count"] == 1
    assert shown in found["name"]
    assert (found["dots"], found["line"]) == (7, 1)
    assert found["type"] >= 10  # px, of the smallest type in it
    assert found["font"]
    assert found["over"] <= 0  # nothing has to be pushed aside to be read


def test_nothing_leaves_the_page_and_the_console_is_silent(opened):
    time.sleep(0.5)
    urls = requests(opened)
    assert any(url.startswith("file:") for url in urls)
    assert [url for url in urls if not url.startswith(("file:", "data:"))] == []
    assert [entry["message"] for entry in opened.log("browser")] == []
    title = opened.run("arguments[0](document.title)")
    assert title == f"案卷 {SESSION}"  # hostile chat would have set another one


def test_the_check_sees_a_page_that_does_call_out(driver, tmp_path):
    """The same look at a page without our policy finds the request: the test above can fail."""
    asked = threading.Event()

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self):
            asked.set()
            self.send_error(404)

        def log_message(self, *arguments):
            pass

    with HTTPServer(("127.0.0.1", 0), Answer) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        (tmp_path / "bad.html").write_text(
            f'<script>console.error("seen")</script><img src="http://127.0.0.1:{server.server_port}/x">'
        )
        driver.log("performance")
        driver.open((tmp_path / "bad.html").as_uri())
        assert asked.wait(10)
        server.shutdown()
    assert any(url.startswith("http:") for url in requests(driver))
    assert any("seen" in entry["message"] for entry in driver.log("browser"))

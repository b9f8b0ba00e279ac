"""houbb/sensitive-word as a measured peer: a small Java program, built with Maven when it is first needed.

Java and Maven are the peer's, not ours: without them the peer is left out and the reason is told.
"""

import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

import msgspec

PROJECT = Path(__file__).resolve().parents[2] / "tests" / "benchmarks" / "houbb"
WARM_UP_ROUNDS = 12
"""Over 20,000 lines its speed is level after five rounds."""
BUILD_SECONDS = 600


class PeerMissingError(RuntimeError):
    """The peer cannot be run here; the message says what to install."""


class Round(msgspec.Struct, frozen=True):
    """One pass over all lines."""

    lines_per_second: float
    found: int


class HoubbPeer:
    """The running peer: warmed up once, then one pass over the lines for each `measure`.

    Raises:
        PeerMissingError: Java, Maven or the project is missing, or it cannot be built.
    """

    def __init__(self, terms: Sequence[str], lines: Sequence[str], folder: Path) -> None:
        classpath = _build()
        for name, content in (("terms.txt", terms), ("lines.txt", lines)):
            (folder / name).write_text("\n".join(content) + "\n", encoding="utf-8")
        self._process = subprocess.Popen(  # noqa: S603 - our own arguments
            [
                _tool("java"), "-XX:+UseSerialGC", "-Xmx2g", "-cp", classpath, "dajia.HoubbPeer",
                str(folder / "terms.txt"), str(folder / "lines.txt"), str(WARM_UP_ROUNDS),
            ],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8",
        )  # fmt: skip
        self.load_s = msgspec.json.decode(self._read(), type=dict[str, float])["load_s"]
        self._read()

    def measure(self) -> Round:
        """One pass over the lines."""
        assert self._process.stdin is not None
        self._process.stdin.write("\n")
        self._process.stdin.flush()
        return msgspec.json.decode(self._read(), type=Round)

    def _read(self) -> str:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise PeerMissingError(f"the houbb peer ended with status {self._process.wait()}; its words are above")
        return line

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.communicate()


def _tool(name: str) -> str:
    path = shutil.which(name)
    if path is None:
        raise PeerMissingError(f"{name} is missing; on Debian and Ubuntu: apt-get install maven (it brings Java)")
    return path


def _build() -> str:
    """Compile the project and copy its jars beside the classes; return the class path."""
    if not (PROJECT / "pom.xml").exists():
        raise PeerMissingError("tests/benchmarks/houbb is only in a checkout of the repository; run the command there")
    target = PROJECT / "target"
    _tool("java")
    done = subprocess.run(  # noqa: S603 - our own arguments
        [
            _tool("mvn"), "--quiet", "--batch-mode", "--file", str(PROJECT / "pom.xml"), "compile",
            "dependency:copy-dependencies", f"-DoutputDirectory={target / 'jars'}",
        ],
        check=False, capture_output=True, text=True, timeout=BUILD_SECONDS,
    )  # fmt: skip
    if done.returncode:
        raise PeerMissingError(f"Maven could not build tests/benchmarks/houbb: {(done.stdout + done.stderr)[-400:]}")
    return f"{target / 'classes'}:{target / 'jars'}/*"

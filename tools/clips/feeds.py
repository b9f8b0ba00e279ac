"""What the platform would tell beside the picture: chat, listings, complaints, start and end, as JSON lines."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from script import Script


def write_feeds(script: Script, folder: Path) -> None:
    """Write what is beside the clip, one file a kind. Every `at_ms` counts from the clip's start."""
    _write(
        folder / "danmaku.jsonl",
        ({"at_ms": round(c.at_s * 1000), "viewer": c.viewer, "text": c.text} for c in script.chat),
    )
    _write(folder / "listings.jsonl", script.listings)
    _write(folder / "reports.jsonl", script.reports)
    _write(
        folder / "lifecycle.jsonl",
        (
            {"at_ms": 0, "change": "started", "host": script.host, "title": script.title},
            {"at_ms": round(script.duration_s * 1000), "change": "ended"},
        ),
    )


def _write(path: Path, rows: Iterable[dict[str, Any]]) -> None:
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), "utf-8")

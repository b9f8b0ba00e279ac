"""Grafana's dashboards: each metric once, drawn as its type asks, on the dashboard that its name belongs to."""

import json
from pathlib import Path
from typing import Any

from pipelines.watching.declared import Declared, declared

FOLDER = Path("watch/grafana/dashboards")
TITLES = {
    "fleet": "Fleet: workers, lag, autonomy",
    "rooms": "Room pipeline: from on air to action",
    "detectors": "Detectors: what is seen, heard and typed",
    "evidence": "Evidence: seals and the vault",
}
PLACES = {
    "evidence": ("seal", "vault", "evidence", "bag"),
    "detectors": (
        "suspicions", "detector", "frames", "utterance", "speech", "unheard", "engine", "lexicon", "unknown_signals",
        "late", "skewed", "gallery", "ocr", "pattern",
    ),
    "rooms": (
        "event_age", "enforcements", "compensations", "time_to_action", "resends", "outcomes", "held", "rooms",
        "state_bytes", "cases", "early_warnings", "policy",
    ),
}  # fmt: skip
"""Words in a metric's name that decide its dashboard, tried in this order; fleet takes the rest."""
PERCENTILES = (0.5, 0.95, 0.99)
COLUMNS, WIDTH, HEIGHT = 2, 12, 8
"""Grafana's grid is 24 wide."""


def dashboards() -> dict[Path, str]:
    """Every dashboard by its place below deploy/."""
    by_place: dict[str, list[Declared]] = {name: [] for name in TITLES}
    for metric in declared():
        by_place[_place(metric.name)].append(metric)
    return {FOLDER / f"{name}.json": _written(name, metrics) for name, metrics in by_place.items() if metrics}


def _place(name: str) -> str:
    words = name.removeprefix("dajia_")
    return next((place for place, parts in PLACES.items() if any(part in words for part in parts)), "fleet")


def _written(name: str, metrics: list[Declared]) -> str:
    board = {
        "uid": f"dajia-{name}",
        "title": TITLES[name],
        "tags": ["dajia"],
        "schemaVersion": 39,
        "refresh": "30s",
        "time": {"from": "now-3h", "to": "now"},
        "panels": [_panel(at, metric) for at, metric in enumerate(metrics)],
    }
    return json.dumps(board, indent=1, ensure_ascii=False) + "\n"


def _panel(at: int, metric: Declared) -> dict[str, Any]:
    return {
        "id": at + 1,
        "type": "timeseries",
        "title": metric.name,
        "description": metric.meaning,
        "datasource": {"type": "prometheus", "uid": "prometheus"},
        "gridPos": {"x": at % COLUMNS * WIDTH, "y": at // COLUMNS * HEIGHT, "w": WIDTH, "h": HEIGHT},
        "fieldConfig": {"defaults": {"unit": _unit(metric)}, "overrides": []},
        "targets": [
            {"refId": chr(ord("A") + number), "expr": expression, "legendFormat": legend}
            for number, (expression, legend) in enumerate(_queries(metric))
        ],
    }


def _queries(metric: Declared) -> list[tuple[str, str]]:
    # Partitions and workers are summed up: a panel of a thousand lines is read by nobody.
    labels = [label for label in metric.labels if label != "partition"]
    by = f" by ({', '.join(labels)})" if labels else ""
    legend = " ".join(f"{{{{{label}}}}}" for label in labels) or metric.name
    if metric.kind == "counter":
        return [(f"sum{by} (rate({metric.name}[5m]))", legend)]
    if metric.kind == "histogram":
        buckets = f"sum by ({', '.join(['le', *labels])}) (rate({metric.name}_bucket[5m]))"
        return [(f"histogram_quantile({share}, {buckets})", f"p{share:.0%} {legend}") for share in PERCENTILES]
    reduced = (
        "max" if metric.name.endswith(("_info", "_ready", "_halted", "_halt", "_exhausted", "_seconds")) else "sum"
    )
    return [(f"{reduced}{by} ({metric.name})", legend)]


def _unit(metric: Declared) -> str:
    if metric.kind == "counter":
        return "ops"
    return "s" if metric.name.endswith("_seconds") else "bytes" if metric.name.endswith("_bytes") else "short"

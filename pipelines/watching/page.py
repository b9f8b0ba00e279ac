"""The reference page of the metrics."""

from pipelines.watching.declared import declared


def metrics_page() -> str:
    """All metrics as a page."""
    rows = [
        f"| `{one.name}` | {one.kind} | {', '.join(f'`{label}`' for label in one.labels) or ' '} | {one.meaning} |"
        for one in declared()
    ]
    return "\n".join(
        [
            "# Metrics",
            "",
            "Served by each worker at `/metrics`, from `pipelines/metrics.py`; `dajia manifests` writes this page.",
            "No room id is a label. Rules: [`watch/rules/`](watch/rules/alerts.yml); then: [`runbooks/`](runbooks/).",
            "",
            "| metric | type | labels | meaning |",
            "|---|---|---|---|",
            *rows,
            "",
        ]
    )

"""Rules and runbooks name metrics, files and commands that exist."""

import json
import re
from pathlib import Path

import prometheus_client
import pytest
import yaml

import pipelines.metrics  # noqa: F401  registers every metric
from pipelines.cli.main import COMMANDS
from pipelines.watching.declared import declared
from pipelines.workers import ROLES

DEPLOY = Path(__file__).resolve().parents[3] / "deploy"
RULES = [
    rule
    for path in sorted((DEPLOY / "watch" / "rules").glob("*.yml"))
    for group in yaml.safe_load(path.read_text(encoding="utf-8"))["groups"]
    for rule in group["rules"]
]
ALERTS = [rule for rule in RULES if "alert" in rule]
RUNBOOKS = sorted((DEPLOY / "runbooks").glob("*.md"))


def series() -> set[str]:
    suffixes = {"counter": ("_total",), "histogram": ("_bucket", "_count", "_sum"), "gauge": ("",)}
    return {
        f"{family.name}{suffix}"
        for family in prometheus_client.REGISTRY.collect()
        if family.name.startswith("dajia_")
        for suffix in suffixes[family.type]
    }


@pytest.mark.parametrize("rule", RULES, ids=[rule.get("alert") or rule["record"] for rule in RULES])
def test_rules_ask_for_metrics_that_there_are(rule):
    recorded = {rule["record"] for rule in RULES if "record" in rule}
    named = set(re.findall(r"(?:\w+:)*\bdajia\w*(?::\w+)*", rule["expr"])) - {"dajia"}
    assert named <= series() | recorded, named - series() - recorded


def test_every_alert_is_tested_and_has_a_runbook_and_a_severity():
    tests = (DEPLOY / "watch" / "rules.test.yml").read_text(encoding="utf-8")
    for alert in ALERTS:
        assert (DEPLOY.parent / alert["annotations"]["runbook"]).is_file()
        assert alert["labels"]["severity"] in ("page", "ticket")
        assert alert["alert"] in tests
    assert {path.name for path in RUNBOOKS} == {Path(alert["annotations"]["runbook"]).name for alert in ALERTS}


@pytest.mark.parametrize("runbook", RUNBOOKS, ids=lambda path: path.stem)
def test_runbooks_name_metrics_and_commands_that_there_are(runbook):
    text = runbook.read_text(encoding="utf-8")
    recorded = {rule["record"] for rule in RULES if "record" in rule}
    assert set(re.findall(r"(?:\w+:)*\bdajia_\w*(?::\w+)*", text)) <= series() | recorded
    assert set(re.findall(r"`dajia (\w+)", text)) <= set(COMMANDS)
    for link in re.findall(r"\]\(([\w-]+\.md)\)", text):
        assert (runbook.parent / link).is_file()


def test_prometheus_scrapes_every_role():
    config = yaml.safe_load((DEPLOY / "watch" / "prometheus.yml").read_text(encoding="utf-8"))
    targets = config["scrape_configs"][0]["static_configs"][0]["targets"]
    compose = yaml.safe_load((DEPLOY / "compose" / "compose.yaml").read_text(encoding="utf-8"))
    chart = yaml.safe_load((DEPLOY / "helm" / "dajia" / "values.yaml").read_text(encoding="utf-8"))
    assert {target.split(":")[0] for target in targets} == set(ROLES)
    assert set(ROLES) <= compose["services"].keys()
    assert set(ROLES) <= chart["roles"].keys()


def test_every_metric_is_on_one_dashboard_and_no_room_is_a_label():
    boards = [
        json.loads(path.read_text()) for path in sorted((DEPLOY / "watch" / "grafana" / "dashboards").glob("*.json"))
    ]
    titles = [panel["title"] for board in boards for panel in board["panels"]]
    metrics = list(declared())
    assert sorted(titles) == sorted(metric.name for metric in metrics)
    assert len(metrics) > 30
    assert not {"room_id", "session", "host"} & {label for metric in metrics for label in metric.labels}
    for board in boards:
        asked = {
            name for panel in board["panels"] for x in panel["targets"] for name in re.findall(r"dajia_\w+", x["expr"])
        }
        assert asked <= series()

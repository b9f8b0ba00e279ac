"""Files of deploy/ that follow from the code: settings pages, and the data that the Helm chart is made from.

`dajia manifests` writes them; tests/unit/deploy holds them against the code, so they never lag behind it.
"""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from pydantic import SecretStr
from pydantic_core import PydanticUndefined

from pipelines.broker.rights import EVERY_AGENT, WORKER_ROLES, Resource, Right, rights_of, roles_with_rights
from pipelines.broker.topics import desired_topics
from pipelines.settings import Settings
from pipelines.watching import dashboards, metrics_page
from schemas.topics import SENSING_DIRECTIVES, TOPICS, Cleanup

CHART = Path("helm/dajia/files")
_LIMITS = {
    "minimum": "at least {}",
    "maximum": "at most {}",
    "exclusiveMinimum": "more than {}",
    "exclusiveMaximum": "less than {}",
    "minLength": "{} characters or more",
    "pattern": "matching {}",
}


def manifests() -> dict[Path, str]:
    """Every generated file by its place below deploy/."""
    settings = Settings.model_construct()
    return {
        Path("env.example"): env_example(),
        Path("SETTINGS.md"): settings_page(),
        Path("METRICS.md"): metrics_page(),
        **dashboards(),
        CHART / "topics.json": _json(_topics(settings)),
        CHART / "users.json": _json(_users(settings)),
        CHART / "lag.json": _json(_lag()),
    }


def env_example() -> str:
    """All settings as an environment file: each with its meaning, commented out at its default."""
    lines = [
        "# Settings of dajia; `dajia manifests` writes this file. Uncomment what should differ from its default.",
        "",
    ]
    for name, variable in Settings.variables().items():
        field = Settings.model_fields[name]
        lines += [f"# {field.description}", f"# {_takes(name)}", f"#{variable}={_default(name)}", ""]
    return "\n".join(lines)


def settings_page() -> str:
    """All settings as a page."""
    rows = [
        f"| `{variable}` | {Settings.model_fields[name].description} | {_takes(name)} | `{_default(name) or ' '}` |"
        for name, variable in Settings.variables().items()
    ]
    return "\n".join(
        [
            "# Settings",
            "",
            "Environment variables of every command and worker, from `pipelines/settings.py`; `dajia manifests` writes",
            "this page.",
            "What is unknown or impossible ends the program at its start, with the sentence that says what to change.",
            "",
            "| variable | meaning | takes | default |",
            "|---|---|---|---|",
            *rows,
            "",
            "Secrets are given by file where a file is taken (`…_FILE`); values of `DAJIA_KAFKA_PROPERTIES` and",
            "`DAJIA_VIEWER_KEY` are never logged, dumped or told in an error. Which client takes which property:",
            "[`README.md`](README.md#security).",
            "",
        ]
    )


def _takes(name: str) -> str:
    schema = Settings.model_json_schema(by_alias=False)["properties"][name]
    options = [option for option in schema.get("anyOf", [schema]) if option.get("type") != "null"]
    option = options[0]
    if "enum" in option:
        return "one of " + ", ".join(option["enum"])
    words = {"integer": "whole number", "number": "number", "boolean": "true or false"}
    kind = {"path": "file or folder", "password": "secret text"}.get(
        option.get("format", ""), words.get(option["type"], "text")
    )
    return ", ".join([kind, *(said.format(_cell(option[key])) for key, said in _LIMITS.items() if key in option)])


def _default(name: str) -> str:
    field = Settings.model_fields[name]
    value = field.default
    if value is PydanticUndefined:
        home = str(Path.home())
        return str(field.default_factory()).replace(home, "~") if field.default_factory else ""  # type: ignore[call-arg]
    if isinstance(value, SecretStr):
        return value.get_secret_value()
    return "" if value is None else str(value)


def _topics(settings: Settings) -> list[dict[str, Any]]:
    by_room = {topic.name for topic in desired_topics(settings) if topic.partitions == settings.partitions}
    return [
        {"name": topic.name, "byRoom": topic.name in by_room, "partitions": topic.partitions, "config": topic.config}
        for topic in desired_topics(settings)
    ]


def _users(settings: Settings) -> list[dict[str, Any]]:
    return [
        {"role": role, "acls": [_acl(right, settings) for right in rights_of(role, settings)]}
        for role in roles_with_rights()
    ]


def _acl(right: Right, settings: Settings) -> dict[str, Any]:
    resource: dict[str, str] = {"type": right.resource.value}
    if right.resource is not Resource.CLUSTER:
        ours = right.name.startswith(f"{settings.app_prefix}-")
        # The chart puts its own prefix there: a release may have another one.
        resource["name"] = f"PREFIX{right.name.removeprefix(settings.app_prefix)}" if ours else right.name
        resource["patternType"] = "prefix" if right.prefixed else "literal"
    return {"resource": resource, "operations": [operation.value for operation in right.operations]}


def _lag() -> dict[str, list[str]]:
    """Topics of each worker whose lag counts: those that its group shares, not those that every worker reads whole."""
    return {role: list(_shared(role)) for role in WORKER_ROLES}


def _shared(role: str) -> Iterable[str]:
    for topic in TOPICS.values():
        if topic is SENSING_DIRECTIVES:
            continue  # says how closely to look, and is no work that more workers would do
        whole = topic.cleanup is Cleanup.COMPACT or (topic.partitions == 1 and role != "governor")
        if role in topic.consumers and EVERY_AGENT not in topic.consumers and not whole:
            yield topic.name


def _cell(value: object) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)


def _json(value: Mapping[str, Any] | list[dict[str, Any]]) -> str:
    return json.dumps(value, indent=1, ensure_ascii=False) + "\n"

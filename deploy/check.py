"""`make check-deploy`: image, compose file and chart, looked at by the tools that `tools.sh` has fetched.

Exit status 1 when something is wrong, or when a tool is missing: what was not looked at did not pass.
"""  # noqa: INP001 (a script, not a package)

import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import yaml

HERE = Path(__file__).resolve().parent
TOOLS = HERE.parent / ".dajia"
BIN = TOOLS / "bin"
PYTHON_TOOLS = TOOLS / "check-tools"
SCHEMAS = PYTHON_TOOLS / "kubernetes_validate" / "kubernetes-json-schema"
CHART = HERE / "helm" / "dajia"
KUBERNETES = "1.37.0"
"""The newest version whose schemas kubernetes-validate brings; the chart takes 1.27 and later."""
OLDEST_KUBERNETES = "1.27.0"
VARIANTS = {
    "as it comes": [],
    "a trial without users": ["--set", "kafka.protocol=PLAINTEXT,strimzi.enabled=false,keda.enabled=false"],
    "with GPUs": ["--set", "roles.frames.gpu.enabled=true,roles.audio.gpu.enabled=true"],
}
NATIVE = {"deployment": "apps-v1", "networkpolicy": "networking-v1", "poddisruptionbudget": "policy-v1"}
UNCHECKED = ("KafkaTopic", "KafkaUser")
"""Strimzi publishes the schemas of its resources in no registry."""


class MissingTool(Exception):  # noqa: N818 (it is no error of the files)
    """A tool is not here."""


def main() -> None:
    """Run every check, say what each found."""
    failed = 0
    for name, check in CHECKS.items():
        try:
            faults = list(check())
        except MissingTool as error:
            faults = [f"not checked: {error}; run deploy/tools.sh, which says what it needs"]
        print(f"{'FAIL' if faults else 'ok  '}  {name}", file=sys.stderr)
        for fault in faults:
            print(f"      {fault}", file=sys.stderr)
        failed += bool(faults)
    sys.exit(1 if failed else 0)


def dockerfile() -> Iterator[str]:
    """Lint the Dockerfile by hadolint."""
    yield from said([tool(PYTHON_TOOLS / "bin" / "hadolint"), str(HERE / "Dockerfile")])


def compose() -> Iterator[str]:
    """Load the compose file by Docker's own library, which also checks that its parts fit each other."""
    yield from said([tool(BIN / "compose"), str(HERE / "compose" / "compose.yaml")], quiet=True)


def lint() -> Iterator[str]:
    """Lint the chart by helm."""
    yield from said([tool(BIN / "helm"), "lint", "--strict", str(CHART)], quiet=True)


def rules() -> Iterator[str]:
    """Check the recording and alerting rules and run their tests, by Prometheus's own tool."""
    promtool = tool(BIN / "promtool")
    watch = HERE / "watch"
    yield from said([promtool, "check", "rules", *map(str, sorted((watch / "rules").glob("*.yml")))], quiet=True)
    yield from said([promtool, "test", "rules", str(watch / "rules.test.yml")], quiet=True)
    with tempfile.TemporaryDirectory() as folder:
        asked = Path(folder) / "dashboards.yml"
        asked.write_text(yaml.safe_dump(questions()), encoding="utf-8")
        yield from said([promtool, "check", "rules", str(asked)], quiet=True)
    yield from said([promtool, "check", "config", "--syntax-only", str(watch / "prometheus.yml")], quiet=True)


def questions() -> dict[str, object]:
    """What the dashboards ask Prometheus, as rules, for promtool reads no dashboards."""
    boards = [
        json.loads(path.read_text(encoding="utf-8")) for path in (HERE / "watch").glob("grafana/dashboards/*.json")
    ]
    asked = {target["expr"] for board in boards for panel in board["panels"] for target in panel["targets"]}
    rules = [{"record": f"dashboard:{at}", "expr": expression} for at, expression in enumerate(sorted(asked))]
    return {"groups": [{"name": "dashboards", "rules": rules}]}


def resources() -> Iterator[str]:
    """Render the chart in several ways and hold every resource against its schema."""
    helm, kubeconform = tool(BIN / "helm"), tool(BIN / "kubeconform")
    if not SCHEMAS.is_dir() or not (PYTHON_TOOLS / "keda").is_dir():
        raise MissingTool("schemas of Kubernetes or KEDA")
    with tempfile.TemporaryDirectory() as folder:
        keda_schemas(Path(folder))
        options = ["-schema-location", f"{folder}/{{{{ .ResourceKind }}}}.json"]
        for version in (OLDEST_KUBERNETES, KUBERNETES):
            native_schemas(Path(folder), version)
            for variant, values in VARIANTS.items():
                rendered = [helm, "template", "dajia", str(CHART), "--kube-version", version, *values]
                done = subprocess.run(rendered, check=False, capture_output=True, text=True)  # noqa: S603 (ours)
                if done.returncode:
                    yield f"{variant}: {done.stderr.strip()}"
                    continue
                check = [kubeconform, "-strict", "-skip", ",".join(UNCHECKED), "-kubernetes-version", version, *options]
                yield from (f"{version}, {variant}: {fault}" for fault in said(check, given=done.stdout))


def native_schemas(folder: Path, version: str) -> None:
    """Write the schemas of Kubernetes's own kinds, whole: kubeconform does not follow references to other files."""
    source = SCHEMAS / f"v{version}-local-strict"
    definitions = json.loads(
        (source / "_definitions.json").read_text(encoding="utf-8").replace("/api/_definitions.json#", "#")
    )["$defs"]
    for kind, suffix in NATIVE.items():
        text = (source / f"{kind}-{suffix}.json").read_text(encoding="utf-8").replace("/api/_definitions.json#", "#")
        schema = json.loads(text) | {"$defs": definitions}
        (folder / f"{kind}.json").write_text(json.dumps(schema), encoding="utf-8")


def keda_schemas(folder: Path) -> None:
    """Write the schemas of KEDA's resource definitions where kubeconform finds them."""
    for path in (PYTHON_TOOLS / "keda").glob("keda.sh_*.yaml"):
        definition = yaml.safe_load(path.read_text(encoding="utf-8"))["spec"]
        schema = definition["versions"][0]["schema"]["openAPIV3Schema"]
        closed(schema["properties"]["spec"])
        (folder / f"{definition['names']['kind'].lower()}.json").write_text(json.dumps(schema), encoding="utf-8")


def closed(schema: object) -> None:
    """Refuse properties that a schema does not name, as the server's strict validation does."""
    if isinstance(schema, dict):
        if "properties" in schema:
            schema.setdefault("additionalProperties", False)
        for part in schema.values():
            closed(part)
    elif isinstance(schema, list):
        for part in schema:
            closed(part)


def tool(path: Path) -> str:
    """Path of a tool that is here."""
    found = shutil.which(path)
    if found is None:
        raise MissingTool(path.name)
    return found


def said(command: list[str], *, given: str = "", quiet: bool = False) -> Iterator[str]:
    """Lines of a tool that found something; with `quiet` only when it failed."""
    done = subprocess.run(command, check=False, capture_output=True, text=True, input=given)  # noqa: S603 (ours)
    lines = (done.stdout + done.stderr).strip().splitlines()
    if done.returncode or (lines and not quiet):
        yield from lines or [f"{command[0]} ended with status {done.returncode}"]


CHECKS = {
    "Dockerfile (hadolint)": dockerfile,
    "compose file (compose-go)": compose,
    "chart (helm lint)": lint,
    "rules, alerts and their tests, questions of the dashboards (promtool)": rules,
    f"resources (helm template, kubeconform; schemas of Kubernetes and KEDA, not {' and '.join(UNCHECKED)})": resources,
}

if __name__ == "__main__":
    main()

"""A policy's text with other numbers: comments stay, and each changed number says where it comes from."""

import re

from pipelines.calibrate.calibration import Value
from pipelines.join.policy import Policy
from pipelines.quantities import probability
from pipelines.toml_lines import line_of

MOST_WEIGHT, MOST_CAP = 10.0, 100.0
"""What the policy's format takes."""
LEAST_CHANCE = 1e-4

_NUMBER = r"(?P<before>\s*=\s*)[-+0-9.eE_]+"


def with_weights(text: str, policy: Policy, prior: Value, weights: list[Value]) -> str:
    """The text with the changed ones of the families' factors and of the prior's shift put in."""
    if prior.is_changed:
        shifted = probability(policy.prior_nats + prior.after)
        note = f"log-odds {prior.after:+.2f} ({prior.low:+.2f} to {prior.high:+.2f})"
        after = min(max(shifted, LEAST_CHANCE), 1 - LEAST_CHANCE)
        text = _set(text, ("prior", "probability"), after, f"{note}; before: {policy.prior.probability:g}", prior.shows)
    for value in weights:
        if not value.is_changed:
            continue
        cap = min(policy.families[value.name].cap * value.after, MOST_CAP)
        note = f"cap and weights of this family x {value.after:.2f} ({value.low:.2f} to {value.high:.2f})"
        text = _set(text, ("families", value.name, "cap"), cap, note, value.shows)
        for signal, rule in policy.signals.items():
            if rule.family == value.name and rule.weight > 0:
                text = _set(text, ("signals", signal, "weight"), min(rule.weight * value.after, MOST_WEIGHT))
    return text


def with_thresholds(text: str, policy: Policy, lines: list[Value]) -> str:
    """The text with the changed ones of the lines' posteriors put in."""
    places = {line.name: place for place, line in enumerate(policy.ladder)}
    for value in lines:
        if value.is_changed:
            after = min(max(value.after, LEAST_CHANCE), 1 - LEAST_CHANCE)
            note = f"{value.before:.0%} upheld from {after:.4g} on ({value.low:.4g} to {value.high:.4g})"
            path = ("ladder", places[value.name], "posterior")
            text = _set(text, path, after, f"{note}; before: {value.before:g}", value.shows)
    return text


def with_version(text: str, version: str) -> str:
    """The text under another version."""
    return re.sub(r'(?m)^version(\s*=\s*)".*"', lambda found: f'version{found[1]}"{version}"', text, count=1)


def _set(text: str, path: tuple[str | int, ...], value: float, note: str = "", shows: int = 0) -> str:
    """Put a number in its place, with a comment in the line above where there is a note."""
    lines = text.splitlines(keepends=True)
    place = line_of(text, path) - 1
    key = str(path[-1])
    changed, count = re.subn(rf"\b{key}{_NUMBER}", lambda found: f"{key}{found['before']}{value:.4g}", lines[place])
    assert count == 1, f"{'.'.join(map(str, path))} is not written in line {place + 1}"
    lines[place] = _as_float(changed, key)
    if note:
        lines.insert(place, f"# Calibrated on {shows} reviewed shows, 95 % interval: {note}.\n")
    return "".join(lines)


def _as_float(line: str, key: str) -> str:
    """TOML keeps 1 and 1.0 apart; the numbers of a policy are written with a point."""
    return re.sub(rf"(\b{key}\s*=\s*)(\d+)(?=[\s,}}]|$)", r"\1\2.0", line)

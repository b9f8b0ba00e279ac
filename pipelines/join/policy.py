"""Reading a policy, and refusing one that cannot be right. The bundled one is `policy.toml`.

A refusal names the file, the line and what to change there; all that is wrong is told at once.
"""

import re
import tomllib
from itertools import takewhile
from pathlib import Path
from typing import Any

import msgspec
from msgspec import structs

from pipelines.join.ladder_rules import Corroboration, Line, SealRule, SellerRule, Stands
from pipelines.join.refusals import Refusal, name_refusals, refusals
from pipelines.join.rules import DecideAt, GroupBy, Policy, needed_nats, posterior, release_nats
from pipelines.quantities import log_odds
from pipelines.toml_lines import ANY_KEY, line_of, path_of
from schemas import Signal

__all__ = [
    "BUNDLED_POLICY",
    "Corroboration",
    "DecideAt",
    "GroupBy",
    "Line",
    "Policy",
    "PolicyError",
    "SealRule",
    "SellerRule",
    "Stands",
    "load_policy",
    "log_odds",
    "needed_nats",
    "posterior",
    "release_nats",
]

BUNDLED_POLICY = Path(__file__).with_name("policy.toml")
"""The policy that comes with the package; callers read it and give its text to `load_policy`."""


class PolicyError(ValueError):
    """The policy text is not a policy; the message names file and line and what to change."""


def load_policy(toml_text: str, name: str = "policy") -> Policy:
    """Read and check a policy.

    Args:
        toml_text: the policy.
        name: what the messages call the file.

    Raises:
        PolicyError: not TOML, a key is missing, unknown or impossible, or the parts contradict each other.
    """
    table, unknown = _parsed(toml_text, name)
    try:
        policy = structs.replace(msgspec.convert(table, Policy), unknown=unknown)
    except msgspec.ValidationError as error:
        line = line_of(toml_text, list(takewhile(lambda step: step != ANY_KEY, path_of(str(error)))))
        raise PolicyError(
            f"{name}:{line}: the policy does not fit: {error}; compare it with pipelines/join/policy.toml"
        ) from error
    found = name_refusals(policy) or refusals(policy)
    if found:
        raise PolicyError("\n".join(_told(refusal, toml_text, name) for refusal in found))
    return policy


def _parsed(toml_text: str, name: str) -> tuple[dict[str, Any], tuple[str, ...]]:
    """The table, and the signals that are taken out of it because nobody knows them."""
    try:
        table = tomllib.loads(toml_text)
    except tomllib.TOMLDecodeError as error:
        at = re.search(r"at line (\d+)", str(error))
        line = at[1] if at else len(toml_text.splitlines())
        raise PolicyError(f"{name}:{line}: the policy is not TOML: {error}; correct that line") from error
    if "unknown" in table:
        raise PolicyError(f"{name}:{line_of(toml_text, ('unknown',))}: `unknown` is no key of a policy; remove it")
    signals = table.get("signals")
    if not isinstance(signals, dict):
        return table, ()
    known = set(Signal)
    unknown = tuple(signal for signal in signals if signal not in known)
    return table | {"signals": {one: rule for one, rule in signals.items() if one in known}}, unknown


def _told(refusal: Refusal, toml_text: str, name: str) -> str:
    return f"{name}:{line_of(toml_text, refusal.path)}: {refusal.sentence}"

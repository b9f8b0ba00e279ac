"""Reads a policy for accounts and refuses one that cannot be meant. The bundled one is `policy.toml`."""

import tomllib
from itertools import pairwise
from pathlib import Path

import msgspec

from pipelines.cases.rules import ACCOUNT_RUNGS, COMPUTED_SIGNS, Line, Policy
from pipelines.quantities import probability
from pipelines.toml_lines import ANY_KEY, path_of, places_of
from schemas import Authority, IdentifierKind, KnowingSign, Rung

__all__ = ["ACCOUNT_RUNGS", "BUNDLED_POLICY", "Policy", "PolicyError", "load_policy"]

BUNDLED_POLICY = Path(__file__).with_name("policy.toml")
"""The policy that comes with the package; callers read it and give its text to `load_policy`."""


class PolicyError(ValueError):
    """The policy text is not a policy; the message names line and key and what to change."""


def load_policy(toml_text: str) -> Policy:
    """Read and check a policy.

    Raises:
        PolicyError: not TOML, a key is missing, unknown or impossible, or a line can never or always fire.
    """
    try:
        policy = msgspec.convert(tomllib.loads(toml_text), Policy)
    except tomllib.TOMLDecodeError as error:
        raise PolicyError(f"not TOML: {error}; correct that line") from error
    except msgspec.ValidationError as error:
        place = _place_of(toml_text, str(error))
        raise PolicyError(f"{place}{error}; compare it with pipelines/cases/policy.toml") from error
    _Check(policy, toml_text).everything()
    return policy


def _place_of(toml_text: str, message: str) -> str:
    """`line 12, column 1: ` of the key that a message names as `$.path`, or an empty string when it names none."""
    path = path_of(message)
    places = places_of(toml_text, path)
    if not places:
        return ""
    if len(places) > 1 and ANY_KEY in path:
        return f"one of the lines {', '.join(str(place.line) for place in places)}: "
    return f"line {places[0].line}, column {places[0].column}: "


class _Check:
    """What the types cannot say."""

    def __init__(self, policy: Policy, toml_text: str) -> None:
        self._policy, self._text = policy, toml_text

    def everything(self) -> None:
        self._names()
        self._tables()
        for place, line in enumerate(self._policy.ladder):
            self._line(place, line)
        self._order()

    def _refuse(self, path: str, sentence: str) -> None:
        raise PolicyError(f"{_place_of(self._text, f'`$.{path}`')}{sentence}")

    def _names(self) -> None:
        policy = self._policy
        for what, given, wanted in (
            ("signs", set(policy.signs), set(KnowingSign)),
            ("identifiers.weights", set(policy.identifiers.weights), set(IdentifierKind)),
        ):
            if missing := sorted(wanted - given):
                self._refuse(what, f"[{what}] misses {', '.join(missing)}; add a line for each")
        for rung in policy.strikes.rungs:
            if rung in ACCOUNT_RUNGS:
                self._refuse("strikes.rungs", f"[strikes.rungs] {rung} is no room action; take it out")
        for sign, rule in policy.signs.items():
            if sign in COMPUTED_SIGNS and rule.signals:
                self._refuse(f"signs.{sign}.signals", f"{sign} comes from the account's history; leave signals empty")
            self._law(f"signs.{sign}.law", rule.law)
        for place, threshold in enumerate(policy.thresholds):
            self._law(f"thresholds[{place}].law", threshold.law)

    def _law(self, path: str, name: str) -> None:
        if name not in self._policy.law:
            self._refuse(path, f"law {name!r} is not listed; add [law.{name}] with citation and status, or correct it")

    def _tables(self) -> None:
        policy = self._policy
        for path, rows in (
            ("fakes.table", [(float(step.orders), step.points) for step in policy.fakes.table]),
            ("partners.table", [(step.share, step.nats) for step in policy.partners.table]),
            ("thresholds", [(one.cny, one.cny) for one in policy.thresholds]),
        ):
            for place, (a, b) in enumerate(pairwise(rows), start=1):
                if a[0] >= b[0] or a[1] > b[1]:
                    self._refuse(
                        f"{path}[{place}]", f"{path} must rise from line to line; sort its lines, smallest first"
                    )

    def _line(self, place: int, line: Line) -> None:
        policy, at = self._policy, f"ladder[{place}]"
        for law in line.law:
            self._law(f"{at}.law", law)
        if line.rung not in ACCOUNT_RUNGS:
            self._refuse(f"{at}.rung", f"line {line.name!r}: {line.rung} is for rooms; name a rung for accounts")
        if line.rung is Rung.REFER and line.mode is Authority.AUTONOMOUS:
            self._refuse(
                f"{at}.mode", f'line {line.name!r}: what the police were told cannot be untold; set mode = "review"'
            )
        if line.partner_share and not line.suspect_partners:
            self._refuse(f"{at}.partner_share", f"line {line.name!r}: a share needs suspect_partners of 1 or more")
        if line.posterior > probability(policy.most_nats):
            self._refuse(
                f"{at}.posterior",
                f"line {line.name!r} can never fire: no account comes above {probability(policy.most_nats):.12g}; "
                "lower its posterior or raise strikes.cap_nats",
            )
        for key, most in (
            ("points", policy.limits.strikes),
            ("confirmed", policy.limits.strikes),
            ("knowing", len(policy.signs)),
            ("suspect_partners", policy.limits.partners),
        ):
            if getattr(line, key) > most:
                self._refuse(f"{at}.{key}", f"line {line.name!r} can never fire: at most {most} {key} are kept")
        if line.posterior <= policy.prior.probability and not any((line.points, *line.needs[2:])):
            self._refuse(at, f"line {line.name!r} always fires; let it ask for points or a posterior above the prior")

    def _order(self) -> None:
        ladder = self._policy.ladder
        seen: set[str] = set()
        for place, line in enumerate(ladder):
            if line.name in seen:
                self._refuse(
                    f"ladder[{place}].name", f"two lines are called {line.name!r}; action ids need them to differ"
                )
            seen.add(line.name)
            for milder in ladder[:place]:
                self._pair(place, milder, line)

    def _pair(self, place: int, milder: Line, line: Line) -> None:
        if ACCOUNT_RUNGS.index(milder.rung) > ACCOUNT_RUNGS.index(line.rung):
            self._refuse(
                f"ladder[{place}].rung",
                f"line {line.name!r} comes after {milder.name!r} but is milder; sort the lines, mildest rung first",
            )
        asks_less = all(a <= b for a, b in zip(line.needs, milder.needs, strict=True)) and line.needs != milder.needs
        if milder.rung is not line.rung and asks_less and set(milder.subjects) & set(line.subjects):
            self._refuse(
                f"ladder[{place}]",
                f"line {line.name!r} is stronger than {milder.name!r} and asks for less; raise what it asks for",
            )

"""Check one row of the lexicon, and turn terms into rows and reference entries and back."""

import math
import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import TypeVar

from detectors.text.fold import SYMBOLS
from detectors.text.hits import SPEAKERS
from detectors.text.term import BASES, FOLDS, NEEDS, LexiconError, Term
from detectors.text.weights import full_weight
from schemas import TermCategory, TermEntry

SHORTEST = 2
"""Letters: one letter is no word and would match everywhere."""

SINCE = re.compile(r"[0-9]+(?:\.[0-9]+)+|[0-9]{4}-[0-9]{2}-[0-9]{2}")

_Value = TypeVar("_Value")


def parse_row(row: Mapping[str, str], *, where: str) -> Term:
    """Check one row of `COLUMNS`.

    Raises:
        LexiconError: a field is wrong; the message starts with `where` and names the column.
    """

    def take(column: str, parse: Callable[[str], _Value]) -> _Value:
        text = row[column].strip()
        try:
            return parse(text)
        except ValueError as error:
            raise LexiconError(f"{where}, column {column}: {text!r}; {error}") from error

    category = TermCategory(take("kind", lambda text: _one_of(text, tuple(TermCategory))))
    term = take("term", _word)
    llr = take("llr", lambda text: _weight(text, category))
    return Term(
        term=term, category=category, folded=term.translate(SYMBOLS),
        brand=take("brand", lambda text: _brand(text, category)),
        llr=llr, risk=risk_of(llr, category),
        basis=take("basis", lambda text: _one_of(text, BASES)),
        folds=frozenset(take("folds", lambda text: _some_of(text, FOLDS))),
        needs=take("needs", lambda text: _one_of(text, NEEDS) if text else ""),
        guards=take("guards", lambda text: _guards(text, term)),
        roles=frozenset(take("roles", lambda text: _some_of(text, tuple(sorted(SPEAKERS))))),
        source=take("source", lambda text: _filled(text, "the page address or count it comes from, or: unsourced")),
        since=take("since", _since),
        owner=take("owner", lambda text: _filled(text, "who answers questions about the term")),
        expires=take("expires", _day), notes=row["notes"].strip(),
    )  # fmt: skip


def row_of(term: Term) -> dict[str, str]:
    """The row that `parse_row` reads as `term`."""
    return {
        "term": term.term, "kind": term.category, "brand": term.brand, "llr": f"{term.llr:g}", "basis": term.basis,
        "folds": " ".join(fold for fold in FOLDS if fold in term.folds), "needs": term.needs,
        "guards": " ".join(term.guards), "roles": " ".join(sorted(term.roles)), "source": term.source,
        "since": term.since, "owner": term.owner, "expires": term.expires.isoformat() if term.expires else "",
        "notes": term.notes,
    }  # fmt: skip


def entry_of(term: Term) -> TermEntry:
    """The reference entry that `term_of` reads as `term`."""
    row = row_of(term)
    return TermEntry(
        term=term.term, category=term.category, brand=term.brand, risk=term.risk, llr=term.llr, basis=term.basis,
        folds=tuple(row["folds"].split()), needs=term.needs, guards=term.guards, roles=tuple(row["roles"].split()),
        source=term.source, since=term.since, owner=term.owner, expires=row["expires"], notes=term.notes,
    )  # fmt: skip


def term_of(entry: TermEntry, *, where: str) -> Term:
    """Check a reference entry. Entries from before `llr` give the risk only; what they lack is filled in.

    Raises:
        LexiconError: see `parse_row`.
    """
    llr = full_weight(entry.category) * entry.risk**2 if entry.llr is None else entry.llr
    return parse_row(
        {
            "term": entry.term, "kind": entry.category, "brand": entry.brand, "llr": f"{llr:g}", "basis": entry.basis,
            "folds": " ".join(entry.folds), "needs": entry.needs, "guards": " ".join(entry.guards),
            "roles": " ".join(entry.roles), "source": entry.source or "unsourced", "since": entry.since or "0.1.0",
            "owner": entry.owner or "unnamed", "expires": entry.expires, "notes": entry.notes,
        },
        where=where,
    )  # fmt: skip


def risk_of(llr: float, category: TermCategory) -> float:
    """`Term.risk` of a weight."""
    full = full_weight(category)
    return round(math.sqrt(llr / full), 3) if full else 0.0


def _one_of(text: str, allowed: tuple[str, ...]) -> str:
    if text not in allowed:
        raise ValueError(f"use one of {', '.join(allowed)}")
    return text


def _some_of(text: str, allowed: tuple[str, ...]) -> tuple[str, ...]:
    words = tuple(text.split())
    unknown = [word for word in words if word not in allowed]
    if unknown:
        raise ValueError(f"{unknown[0]!r} is unknown; leave it empty or write some of {' '.join(allowed)}")
    return words


def _word(text: str) -> str:
    folded = text.translate(SYMBOLS)
    if len(folded) < SHORTEST:
        raise ValueError(f"fewer than two letters once folded ({folded!r}); write a longer term")
    return text


def _weight(text: str, category: TermCategory) -> float:
    full = full_weight(category)
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not 0 <= value <= full:  # false for nan too
        raise ValueError(f"write a number from 0 to {full:g}, the full weight of kind {category}")
    return value


def _brand(text: str, category: TermCategory) -> str:
    if not text and category in (TermCategory.BRAND, TermCategory.BRAND_ALIAS):
        raise ValueError(f"a term of kind {category} needs the brand that it points to, spelt as in brands.csv")
    return text


def _guards(text: str, term: str) -> tuple[str, ...]:
    guards, held = tuple(text.split()), term.translate(SYMBOLS)
    for guard in guards:
        folded = guard.translate(SYMBOLS)
        if held not in folded or held == folded:
            raise ValueError(f"guard {guard!r} does not hold {term!r}; write longer words with the term in them")
    return guards


def _filled(text: str, what: str) -> str:
    if not text:
        raise ValueError(f"write {what}")
    return text


def _since(text: str) -> str:
    if not SINCE.fullmatch(text):
        raise ValueError("write the lexicon version (0.2.0) or the day (2026-11-24) that it was added")
    return text


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise ValueError("write the last day in force as 2026-12-31, or leave it empty") from error

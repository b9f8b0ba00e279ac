"""`dajia text explain`: the way of one line through the text engine."""

import sys
import unicodedata
from collections.abc import Iterator, Sequence
from pathlib import Path

import click
import msgspec

from detectors.text.engine import TextEngine
from detectors.text.explain import Explanation, Letter, Weighed, explain
from detectors.text.lexicon import LexiconError, in_force, read_lexicon
from pipelines.clock import today
from pipelines.errors import SettingsError
from schemas import Signal

COLUMNS = 100
"""Width of the terminal output, in columns of one Latin letter."""


@click.command(name="explain")
@click.argument("text")
@click.option(
    "--speaker", type=click.Choice(["host", "viewer", "screen", "listing", "report"]), default="host", show_default=True
)
@click.option(
    "--lexicon", type=click.Path(path_type=Path, dir_okay=False), help="Lexicon CSV; the bundled one when unset."
)
@click.option("--json", "as_json", is_flag=True, help="One JSON line instead of words.")
def explain_command(text: str, speaker: str, lexicon: Path | None, *, as_json: bool) -> None:
    """Show the way of TEXT through the engine.

    The folded letters with their places and sounds, every candidate that gave no hit and why, the hits with their
    weights and what the words around them did, and the rule by which the line acts, if it does.

    \b
    Examples:
      dajia text explain "不是高仿 是一比一的货"
      dajia text explain "元旦快乐 高仿真花" --speaker viewer --json
    """  # noqa: D301 (click reads \b as "keep these lines")
    try:
        terms = read_lexicon(lexicon)
        current = in_force(terms, today())
        engine = TextEngine.of(current)
    except LexiconError as error:
        raise SettingsError(str(error)) from error
    standing = frozenset(current)
    told = explain(engine, text, speaker=speaker, expired=[term for term in terms if term not in standing])
    if as_json:
        sys.stdout.buffer.write(msgspec.json.encode(told) + b"\n")
    else:
        click.echo("\n".join(lines_of(told)))


def lines_of(told: Explanation) -> Iterator[str]:
    """The explanation for a terminal."""
    yield f"{told.text}"
    yield f"speaker {told.speaker}, lexicon {told.lexicon_version}"
    yield from _letters(told.letters)
    if told.dropped:
        yield "\ncandidates that gave no hit"
        yield from _table(
            [_place(one.start, one.end), one.surface, one.term, one.kind, _how(one.folds), one.because]
            for one in told.dropped
        )
    if told.hits:
        yield "\nhits"
        yield from _table(
            [_place(one.start, one.end), one.surface, _term(one), one.signal,
             _how(one.folds), f"{one.llr:+.3f}", "; ".join(one.decisions)]
            for one in told.hits
        )  # fmt: skip
    if not told.dropped and not told.hits:
        yield "\nnothing in the line is near to a term"
    if told.talk:
        yield f"\nas plain talk: {told.talk.llr:+.3f} ({'; '.join(told.talk.cues)})"
    yield f"\n{'acts' if told.acts else 'does not act'}: {told.rule}"


def _term(one: Weighed) -> str:
    return one.term or ("plain talk" if one.signal == Signal.SALES_TALK else f"{one.price_cny or 0:g} yuan")


def _letters(letters: Sequence[Letter]) -> Iterator[str]:
    """Folded letters, places and sounds, one under the other."""
    columns = [(one.letter, str(one.start), one.sound or "·") for one in letters]
    row: list[tuple[str, str, str]] = []
    width = 0
    for column in columns:
        needed = max(map(_width, column)) + 1
        if row and width + needed > COLUMNS - len(LABELS[0]):
            yield from _stacked(row)
            row, width = [], 0
        row.append(column)
        width += needed
    if row:
        yield from _stacked(row)


LABELS = ("folded  ", "at      ", "sounds  ")


def _stacked(columns: list[tuple[str, str, str]]) -> Iterator[str]:
    widths = [max(map(_width, column)) for column in columns]
    for k, label in enumerate(LABELS):
        fields = (_padded(column[k], width) for column, width in zip(columns, widths, strict=True))
        yield (label + " ".join(fields)).rstrip()


def _table(rows: Iterator[list[str]]) -> Iterator[str]:
    """Columns as wide as their widest field; the last is as long as it is."""
    listed = list(rows)
    widths = [max(_width(row[k]) for row in listed) for k in range(len(listed[0]))]
    for row in listed:
        yield "  " + "  ".join(_padded(field, width) for field, width in zip(row, widths, strict=True)).rstrip()


def _place(start: int, end: int) -> str:
    return f"{start}-{end}"


def _how(folds: tuple[str, ...]) -> str:
    return ",".join(folds) or "as written"


def _padded(text: str, width: int) -> str:
    return text + " " * (width - _width(text))


def _width(text: str) -> int:
    """Columns of a terminal: ideographs and emoji take two, marks that combine none."""
    return sum(
        0 if unicodedata.combining(letter) or unicodedata.category(letter) in ("Mn", "Cf")
        else 2 if unicodedata.east_asian_width(letter) in "WF"
        else 1
        for letter in text
    )  # fmt: skip

"""What `dajia reference` says to people, on stderr."""

import click

from detectors.text.impact import Held
from pipelines.reference.changes import Change, Kind
from pipelines.reference.lexicon_file import Problem
from pipelines.reference.lint import FalseAlarm
from pipelines.story import printable

MOST_WORDS = 8


def say_problem(problem: Problem) -> None:
    """A wrong row."""
    column = f", column {problem.column}" if problem.column else ""
    _say("problem", "red", f"{problem.file} line {problem.row}{column}: {problem.problem}")


def say_change(change: Change, *, fields: bool) -> None:
    """A difference, with its columns or in short."""
    colour = {Kind.NEW: "green", Kind.CHANGED: "yellow", Kind.GONE: "red"}[change.change]
    _say(change.change, colour, change.term)
    for column, (before, after) in change.fields.items() if fields else ():
        click.echo(f"          {column}: {before or '(empty)'} -> {after or '(empty)'}", err=True)


def say_held(held: Held) -> None:
    """Everyday words that hold a term or sound like it."""
    for how, words in (("held in", held.spelled), ("sounds as in", held.sounding)):
        if words:
            more = f" and {len(words) - MOST_WORDS} more" if len(words) > MOST_WORDS else ""
            _say("look", "yellow", f"{held.term} {how} {' '.join(words[:MOST_WORDS])}{more}")


def say_alarm(alarm: FalseAlarm) -> None:
    """A measured false alarm with its examples."""
    ways = ", ".join(f"{count} by {way}" for way, count in alarm.hits.items())
    rate = f"{alarm.per_10k:g} in 10,000 of {alarm.lines} lines"
    _say("alarm", "red", f"{alarm.term} in {alarm.corpus}: {ways}; {rate}")
    for example in alarm.examples:
        click.echo(f"          {printable(example)}", err=True)


def say_progress(corpus: str, lines: int) -> None:
    """How far a corpus is scanned."""
    click.echo(f"{corpus}: {lines} lines scanned", err=True)


def _say(label: str, colour: str, words: str) -> None:
    click.echo(f"{click.style(f'{label:8}', fg=colour)}  {words}", err=True)

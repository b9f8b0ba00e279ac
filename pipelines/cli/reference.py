"""`dajia reference`: look at, check and publish the lexicon that running workers use."""

import sys
from pathlib import Path

import click
import msgspec

from detectors.text.lexicon import write_lexicon
from detectors.text.overlay import overlaid
from pipelines.bench.ordinary_talk import ordinary_talk
from pipelines.cli.reference_words import say_alarm, say_change, say_held, say_problem, say_progress
from pipelines.errors import InputError
from pipelines.reference.changes import Plan, switched_off
from pipelines.reference.corpora import read_corpus
from pipelines.reference.draft import Draft, base_terms, engine_in_force
from pipelines.reference.lexicon_file import read_lexicon_file
from pipelines.reference.published import carry_out, published_entries
from pipelines.settings import Settings, load_settings

ORDINARY = "made-up ordinary talk"
FILE = click.argument("file", type=click.Path(path_type=Path, dir_okay=False, exists=True))
AGAINST = click.option(
    "--against", type=click.Path(path_type=Path, dir_okay=False, exists=True), multiple=True, metavar="CORPUS",
    help="Ordinary lines: .txt, .csv, .tsv or .jsonl, also .gz. May be given several times.",
)  # fmt: skip
COLUMN = click.option("--column", default="", help="Column or key of the corpora that holds the text.")
WHOLE = click.option("--whole", is_flag=True, help="FILE is the whole lexicon: what it lacks is gone.")
OFFLINE = click.option("--offline", is_flag=True, help="Compare with the bundled lexicon; needs no broker.")
OWNER = click.option("--owner", default="", help="Who answers questions about terms whose row names nobody.")
JSON = click.option("--json", "as_json", is_flag=True, help="JSON lines on stdout instead of words on stderr.")


@click.group()
def reference() -> None:
    """See, check and publish the lexicon that workers use.

    In force is the bundled lexicon (or DAJIA_LEXICON_FILE) with the entries of the reference-terms topic laid over it,
    term by term. FILE is a lexicon CSV with the columns of the bundled one: what is to be added or changed, or with
    --whole everything. What is published is in force in all workers within five seconds.
    """


@reference.command()
@FILE
@AGAINST
@COLUMN
@WHOLE
@OFFLINE
@OWNER
@JSON
def lint(
    file: Path, *, against: tuple[Path, ...], column: str, whole: bool, offline: bool, owner: str, as_json: bool
) -> None:
    """Show what the new and changed terms of FILE would hit in ordinary text.

    Scans everyday words, the words of guards, made-up ordinary talk and the files of --against, and counts the lines in
    which a term is found with more weight than now: by spelling, sound or shape. Names everyday words that hold a term
    (火车站 holds 火车) or sound like it, and every wrong row with its column. Exit status 1 when there are false alarms
    or wrong rows.

    \b
    Examples:
      dajia reference lint new.csv --against chat.txt.gz --against reviews.csv --column review
      dajia reference lint new.csv --offline --json
      {"false_alarm":{"term":"大妈","corpus":"chat.txt","hits":{"spelling":3},"lines":9000,"per_10k":3.33,…}}
    """  # noqa: D301 (click reads \b as "keep these lines")
    draft = _draft(load_settings(), file, whole=whole, offline=offline, owner=owner)
    _show(draft, as_json=as_json, fields=False)
    alarms = _measure(draft, against, column, as_json=as_json)
    sys.exit(1 if alarms or draft.problems else 0)


@reference.command()
@FILE
@WHOLE
@OFFLINE
@OWNER
@JSON
def diff(file: Path, *, whole: bool, offline: bool, owner: str, as_json: bool) -> None:
    """Show what FILE changes: new terms, changed ones column by column, with --whole those that are gone.

    \b
    Examples:
      dajia reference diff new.csv
      dajia reference diff all.csv --whole --json
      {"change":{"term":"原单","change":"changed","fields":{"llr":["3","2.1"]}}}
    """  # noqa: D301 (as above)
    draft = _draft(load_settings(), file, whole=whole, offline=offline, owner=owner)
    _show(draft, as_json=as_json, fields=True)
    sys.exit(1 if draft.problems else 0)


@reference.command()
@FILE
@AGAINST
@COLUMN
@WHOLE
@OWNER
@click.option("--force", is_flag=True, help="Publish terms that have false alarms, too.")
@JSON
def publish(
    file: Path, *, against: tuple[Path, ...], column: str, whole: bool, owner: str, force: bool, as_json: bool
) -> None:
    """Lint FILE and publish what it changes; workers have it within five seconds.

    Nothing is published when a row is wrong, or when a term has false alarms and --force is not given. Waits until the
    entries are in the topic and says which lexicon version is in force then.

    \b
    Examples:
      dajia reference publish new.csv --against chat.txt.gz --owner "Li, trust and safety"
      dajia reference publish new.csv --json
      {"version":"3f0c9a55d21e","published":2,"removed":0}
    """  # noqa: D301 (as above)
    settings = load_settings()
    draft = _draft(settings, file, whole=whole, offline=False, owner=owner)
    _show(draft, as_json=as_json, fields=True)
    if draft.problems:
        raise InputError(f"{len(draft.problems)} rows of {file} are wrong, see above; nothing is published")
    alarms = _measure(draft, against, column, as_json=as_json)
    if alarms and not force:
        raise InputError(
            f"{alarms} false alarms, see above; nothing is published. Give the terms guards or needs, or use --force"
        )
    _publish(settings, draft.plan, as_json=as_json)


@reference.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, allow_dash=True), default="-")
@OFFLINE
def pull(file: Path, *, offline: bool) -> None:
    """Write the lexicon in force to FILE, or to standard output, as the CSV that the other commands read.

    Terms that are past their last day are in it, too; switched-off ones are not.

    \b
    Example:
      dajia reference pull all.csv && dajia reference diff all.csv --whole
    """  # noqa: D301 (as above)
    settings = load_settings()
    entries = {} if offline else published_entries(settings)
    terms = overlaid(base_terms(settings), entries.values())
    text = write_lexicon(terms)
    if str(file) == "-":
        click.echo(text, nl=False)
    else:
        try:
            file.write_text(text, encoding="utf-8")
        except OSError as error:
            raise InputError(f"{file}: cannot be written: {error.strerror}") from error
    off = sorted(entry.term for entry in entries.values() if entry.off)
    words = f"; switched off: {' '.join(off)}" if off else ""
    click.echo(f"{len(terms)} terms, {len(entries)} entries of the topic over the bundled ones{words}", err=True)


@reference.command()
@click.argument("terms", nargs=-1, required=True, metavar="TERM…")
@JSON
def remove(terms: tuple[str, ...], *, as_json: bool) -> None:
    """Take published entries away: what is bundled is in force again, or nothing.

    \b
    Example:
      dajia reference remove 甪货 甪单
    """  # noqa: D301 (as above)
    settings = load_settings()
    published = published_entries(settings)
    if missing := [term for term in terms if term not in published]:
        raise InputError(
            f"not published: {', '.join(missing)}; `dajia reference off` switches bundled terms off. Nothing is changed"
        )
    _publish(settings, Plan(entries=(), removed=terms), as_json=as_json)


@reference.command()
@click.argument("terms", nargs=-1, required=True, metavar="TERM…")
@JSON
def off(terms: tuple[str, ...], *, as_json: bool) -> None:
    """Switch bundled terms off; `remove` switches them on again.

    \b
    Example:
      dajia reference off 老花
    """  # noqa: D301 (as above)
    settings = load_settings()
    _publish(settings, switched_off(base_terms(settings), terms), as_json=as_json)


def _draft(settings: Settings, file: Path, *, whole: bool, offline: bool, owner: str) -> Draft:
    read = read_lexicon_file(file, owner=owner)
    entries = {} if offline else published_entries(settings)
    return Draft(base_terms(settings), entries, read, whole=whole)


def _show(draft: Draft, *, as_json: bool, fields: bool) -> None:
    for problem in draft.problems:
        _json("problem", problem) if as_json else say_problem(problem)
    for change in draft.changes:
        _json("change", change) if as_json else say_change(change, fields=fields)
    if not as_json:
        click.echo(f"{len(draft.changes)} changes, {len(draft.problems)} wrong rows", err=True)


def _measure(draft: Draft, against: tuple[Path, ...], column: str, *, as_json: bool) -> int:
    """Show everyday words and false alarms; returns the number of those."""
    for held in draft.held():
        _json("held", held) if as_json else say_held(held)
    alarms = 0
    corpora = [
        (ORDINARY, (line for _, line in ordinary_talk())),
        *((path.name, read_corpus(path, column)) for path in against),
    ]
    for alarm in draft.false_alarms(corpora, say_progress):
        alarms += 1
        _json("false_alarm", alarm) if as_json else say_alarm(alarm)
    return alarms


def _publish(settings: Settings, plan: Plan, *, as_json: bool) -> None:
    entries = carry_out(settings, plan)
    version = engine_in_force(base_terms(settings), entries).version
    sent, removed = len(plan.entries), len(plan.removed)
    if as_json:
        click.echo(msgspec.json.encode({"version": version, "published": sent, "removed": removed}))
    else:
        click.echo(f"{sent} entries published, {removed} taken away; lexicon {version} within five seconds", err=True)


def _json(name: str, what: msgspec.Struct) -> None:
    click.echo(msgspec.json.encode({name: what}))

"""A lexicon file beside the lexicon in force: what it changes, what it would hit, what to publish."""

from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property

from detectors.text.engine import TextEngine
from detectors.text.impact import Held
from detectors.text.lexicon import read_lexicon
from detectors.text.overlay import folded, overlaid
from detectors.text.term import LexiconError, Term
from pipelines.clock import today
from pipelines.errors import InputError, SettingsError
from pipelines.reference.changes import Kind, applied, plan
from pipelines.reference.lexicon_file import LexiconFile
from pipelines.reference.lint import Corpus, FalseAlarm, Progress, false_alarms, words_holding
from pipelines.settings import Settings
from schemas import TermEntry


class Draft:
    """What a file would change."""

    def __init__(
        self, base: tuple[Term, ...], entries: Mapping[str, TermEntry], file: LexiconFile, *, whole: bool
    ) -> None:
        """Compare.

        Args:
            base: the bundled terms.
            entries: what the topic holds.
            file: the file.
            whole: it is the whole lexicon: what it lacks is gone.

        Raises:
            InputError: see `plan`.
        """
        self._base, self._entries = base, entries
        self.problems = file.problems
        self.changes, self.plan = plan(base, entries, file.terms, whole=whole)
        changed = {folded(change.term) for change in self.changes if change.change is not Kind.GONE}
        self._terms = [term for term in file.terms if term.folded in changed]

    @cached_property
    def before(self) -> TextEngine:
        """The engine in force."""
        return engine_in_force(self._base, self._entries)

    @cached_property
    def after(self) -> TextEngine:
        """The engine once the plan is carried out."""
        return engine_in_force(self._base, applied(self._entries, self.plan))

    def held(self) -> list[Held]:
        """Everyday words that hold the new and changed terms, or sound like them."""
        return words_holding(self.after, self._terms)

    def false_alarms(self, against: Iterable[Corpus], progress: Progress) -> Iterator[FalseAlarm]:
        """What the new and changed terms would hit in ordinary text."""
        return false_alarms(self.before, self.after, self._terms, against=against, progress=progress)


def base_terms(settings: Settings) -> tuple[Term, ...]:
    """The terms under the entries: those of DAJIA_LEXICON_FILE, or the bundled ones.

    Raises:
        SettingsError: they cannot be used.
    """
    try:
        return read_lexicon(settings.lexicon_file)
    except LexiconError as error:
        raise SettingsError(str(error)) from error


def engine_in_force(base: tuple[Term, ...], entries: Mapping[str, TermEntry]) -> TextEngine:
    """The engine that workers have today with these entries.

    Raises:
        InputError: they make no usable lexicon.
    """
    try:
        return TextEngine.of(overlaid(base, entries.values()), as_of=today())
    except LexiconError as error:
        raise InputError(f"no usable lexicon: {error}") from error

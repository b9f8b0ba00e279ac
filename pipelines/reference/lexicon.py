"""The lexicon of a running worker: the bundled one with the entries of the reference-terms topic laid over it.

A thread reads the topic (every worker all of it, without a group), builds a new engine when changes have settled, and
puts it in `LiveLexicon.engine`, which agents read between two records. Until then, and whenever entries are unusable,
the engine before stays in force.

For operators: `dajia_lexicon_info{version}` says what is in force, `dajia_lexicon_reloads_total{result}` counts
`loaded`, `unchanged` (published again as it was) and `refused` (see reference-terms-dlq). Workers that show different
versions for longer than ten seconds do not read the same topic, or one of them cannot reach it: its log says so.
"""

import logging
import time
from collections.abc import Mapping
from datetime import date

from detectors.text.engine import TextEngine
from detectors.text.lexicon import read_lexicon
from detectors.text.overlay import overlaid
from pipelines.broker.topic_thread import TopicThread
from pipelines.clock import today
from pipelines.metrics import LEXICON_INFO, LEXICON_RELOADS
from pipelines.reference.refused import RefusedEntries
from pipelines.reference.settling import Settling
from pipelines.reference.terms import TermEntries
from pipelines.settings import Settings
from schemas import DeadLetterReason, DecodeError, TermEntry
from schemas.topics import REFERENCE_TERMS

logger = logging.getLogger("dajia.reference")


class LiveLexicon(TopicThread):
    """Keeps `engine` up to date with the reference-terms topic."""

    engine: TextEngine
    """What is in force; another thread replaces it, so take it once for each record."""

    def __init__(self, settings: Settings, role: str, *, many_lines: bool = False) -> None:
        """Read the base.

        Args:
            settings: which topic, which base.
            role: of the worker, for its log.
            many_lines: engines are prepared for many lines at once before they are put in force.

        Raises:
            LexiconError: the base cannot be used.
        """
        super().__init__(settings, role, REFERENCE_TERMS)
        self._many_lines = many_lines
        self._base = read_lexicon(settings.lexicon_file)
        self._refused = RefusedEntries(settings, role)
        self._day = today()
        self._put_in_force({}, self._day)

    def _in_force(self) -> str:
        return f"lexicon {self.engine.version}"

    def _follow(self) -> None:
        topic, settling, reached = TermEntries(), Settling(), False
        for batch in self._batches("reference"):
            for record in batch.records:
                try:
                    topic.take(record)
                except DecodeError as error:
                    self._refused.add(record, error)
                else:
                    settling.note(time.monotonic())
            if not batch.at_end:
                continue
            if settling.due(time.monotonic()) or not reached or self._day != today():
                self._reload(topic)
                reached = True
                self._reached_end()
            self._refused.send()

    def _reload(self, topic: TermEntries) -> None:
        """Put the topic's entries in force, or refuse those that are new."""
        day = today()
        try:
            changed = topic.entries != self._entries or day != self._day
            result = self._put_in_force(topic.entries, day) if changed else "unchanged"
        except Exception as error:  # noqa: BLE001  whatever entries do to an engine, the old one stays in force
            reason = f"no usable lexicon with this entry and those beside it: {type(error).__name__}: {error}"
            for record in topic.revert(self._entries):
                self._refused.add(record, DecodeError(DeadLetterReason.UNUSABLE_ENTRY, reason))
            result, self._day = "refused", day
        topic.settle()
        LEXICON_RELOADS.labels(result).inc()

    def _put_in_force(self, entries: Mapping[str, TermEntry], day: date) -> str:
        """Build an engine and let it take over; returns whether it is another one."""
        started_s = time.monotonic()
        engine = TextEngine.of(overlaid(self._base, entries.values()), as_of=day)
        self._entries, self._day = dict(entries), day
        before = getattr(self, "engine", None)
        if before is not None and before.version == engine.version:
            return "unchanged"
        if self._many_lines:
            engine.prepare()
        self.engine = engine
        LEXICON_INFO.clear()
        LEXICON_INFO.labels(engine.version).set(1)
        logger.info(
            "lexicon %s in force: %d entries over %d bundled terms, built in %.2f s",
            engine.version,
            len(entries),
            len(self._base),
            time.monotonic() - started_s,
            extra={"role": self._role},
        )
        return "loaded"

"""Marks of the gallery that are shown to the camera."""

from collections.abc import Mapping
from functools import lru_cache

import cv2
import msgspec
import numpy as np

from detectors.contract import Example, Image, ScreenItem
from detectors.frame.covered_label import FRAME_SPAN_MS
from detectors.frame.gallery.match import Box, MarkFound
from detectors.frame.gallery.store import BUNDLED, Entry, EntryKind, Gallery, load_gallery
from detectors.frame.picture import decode_picture
from detectors.frame.weights import picture_weight
from schemas import Facts, Modality, Signal, Suspicion, Violation, suspicion_id

SURE_MARGIN = 0.05
"""Above the threshold of its entry, one sighting is enough."""
SEARCH_MS = 5000
"""Of a session's frames, one in this time is searched: a search takes up to a second of a core, and goods are held up
for longer. Searching each frame that is read doubled what the two rooms of the demo take of two cores (own choice)."""
PERSISTENCE_MS = 12_000
"""Of sightings that are less sure, two within this time make a finding: two searches and a little more."""
REPEAT_MS = 60_000
"""A mark that stays in the picture is one piece of evidence in this time."""
HARMLESS_LEAD = 0.05
"""A mark must beat a harmless look-alike in the same place by so much."""


class LogoState(msgspec.Struct, frozen=True, kw_only=True):
    """Last search, and last sighting and report of each entry in a session, ms."""

    session: str = ""
    searched: int | None = None
    seen: dict[str, int] = {}
    reported: dict[str, int] = {}


class LogoDetector:
    """Marks that a frame shows; each weighs little, for honest shops show marks, too."""

    name = "frame-logo"
    version = "1"
    modality = Modality.FRAME

    def __init__(self, gallery: Gallery) -> None:
        self.gallery = gallery
        self.quarantined: frozenset[str] = frozenset()
        """Entries that are not reported now (see `detectors.frame.gallery.flood`); set by who sees all rooms."""
        self._llr = picture_weight(self.name)

    def initial(self) -> LogoState:
        """Nothing was seen."""
        return LogoState()

    def judge(self, state: LogoState, item: ScreenItem) -> tuple[LogoState, list[Suspicion]]:
        """Report marks that are sure, or seen for the second time within `PERSISTENCE_MS`; search every `SEARCH_MS`."""
        if state.session == item.session and _within(state.searched, item.time_ms, SEARCH_MS - 1):
            return state, []
        seen, reported = (dict(state.seen), dict(state.reported)) if state.session == item.session else ({}, {})
        found = []
        for mark in self.marks(item.image):
            entry = self.gallery.entries[mark.entry]
            again = _within(seen.get(mark.entry), item.time_ms, PERSISTENCE_MS)
            seen[mark.entry] = item.time_ms
            if not (again or mark.score >= entry.threshold + SURE_MARGIN) or mark.entry in self.quarantined:
                continue
            if not _within(reported.get(mark.entry), item.time_ms, REPEAT_MS):
                reported[mark.entry] = item.time_ms
                found.append(self._suspicion(item, mark, entry))
        return LogoState(session=item.session, searched=item.time_ms, seen=seen, reported=reported), found

    def marks(self, image: Image) -> list[MarkFound]:
        """Marks above their thresholds where no harmless look-alike fits as well, best first."""
        found = self.gallery.index.find(image)
        harmless = [one for one in found if self.gallery.entries[one.entry].kind is EntryKind.HARMLESS]
        return [
            one
            for one in found
            if self.gallery.entries[one.entry].kind is EntryKind.MARK
            and one.score >= self.gallery.entries[one.entry].threshold
            and not any(_is_rather(other, one) for other in harmless)
        ]

    def _suspicion(self, item: ScreenItem, mark: MarkFound, entry: Entry) -> Suspicion:
        start_ms, end_ms = item.time_ms, item.time_ms + FRAME_SPAN_MS
        identity = suspicion_id(
            session=item.session, detector=self.name, version=self.version, source=str(item.sequence),
            start_ms=start_ms, end_ms=end_ms, signal=Signal.LOGO, about=entry.name,
        )  # fmt: skip
        return Suspicion(
            suspicion_id=identity, room=item.room, session=item.session, modality=self.modality, detector=self.name,
            detector_version=self.version, signal=Signal.LOGO, start_ms=start_ms, end_ms=end_ms, llr=self._llr,
            score=mark.score,
            facts=Facts(
                speaker="screen", brand=entry.brand, term=entry.name, box_xyxy=mark.box_xyxy, confidence=mark.score,
                surface="mirrored" if mark.mirrored else "",
            ),
            categories=(Violation.INTELLECTUAL_PROPERTY,),
        )  # fmt: skip

    def examples(self) -> tuple[Example[ScreenItem], ...]:
        """See the contract."""
        shown = _draw_mark(self.gallery.entries)
        mirrored = np.ascontiguousarray(shown[:, ::-1])
        return (
            Example(why="a mark on plain cloth", items=_still(shown), signals=frozenset({Signal.LOGO})),
            Example(
                why="its mirror image",
                items=_still(mirrored),
                signals=frozenset({Signal.LOGO}),
            ),
            Example(why="plain cloth", items=_still(np.full_like(shown, 90)), signals=frozenset()),
        )


@lru_cache(maxsize=1)
def bundled_gallery() -> Gallery:
    """The bundled gallery, made ready once."""
    return load_gallery()


def _draw_mark(entries: Mapping[str, Entry]) -> Image:
    """A light mark of the gallery on dark cloth."""
    entry = next(one for one in entries.values() if one.name == "puma")
    picture = decode_picture((BUNDLED / entry.pictures[0]).read_bytes(), max_pixels=1_000_000)
    small = np.asarray(cv2.resize(picture, (150, 130), interpolation=cv2.INTER_AREA), dtype=np.uint8)
    image = np.full((720, 405, 3), (58, 44, 66), dtype=np.uint8)
    image[300:430, 120:270] = np.maximum(255 - small, (58, 44, 66))
    return image


def _still(image: Image) -> tuple[ScreenItem, ...]:
    return tuple(
        ScreenItem(room="r1", session="s1", sequence=look, time_ms=look * SEARCH_MS, image=image, boxes=())
        for look in range(2)
    )


def _is_rather(harmless: MarkFound, mark: MarkFound) -> bool:
    return harmless.score > mark.score - HARMLESS_LEAD and _shared(harmless.box_xyxy, mark.box_xyxy)


def _shared(one: Box, other: Box) -> bool:
    """Whether two boxes share half of the smaller one."""
    width = min(one[2], other[2]) - max(one[0], other[0])
    height = min(one[3], other[3]) - max(one[1], other[1])
    smaller = min((box[2] - box[0]) * (box[3] - box[1]) for box in (one, other))
    return width > 0 and height > 0 and 2 * width * height >= smaller


def _within(before_ms: int | None, now_ms: int, span_ms: int) -> bool:
    return before_ms is not None and abs(now_ms - before_ms) <= span_ms

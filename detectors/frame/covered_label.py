"""A strip of tape over a label that is shown to the camera.

What one picture shows is found by `label_cover.find_covers`; this detector asks that it stays: sellers hold a label up
for seconds, while a single frame shows hands, folds and overlays in every arrangement. It needs no text boxes, so give it
every frame, not only those that are read.
"""

import math

import msgspec

from detectors.contract import Example, ScreenItem
from detectors.frame.cover_score import cover_score
from detectors.frame.label_cover import Cover, find_covers
from schemas import Facts, Modality, Signal, Suspicion, Violation, suspicion_id

FRAME_SPAN_MS = 1000
PERSISTENCE_MS = 5_000
"""Two sightings within this time make a finding."""
SEEN_SCORE = 0.5
"""Score of a sighting."""
UNMISTAKABLE_SCORE = 0.9
"""Score from which one sighting is enough."""
REPEAT_MS = 30_000
"""A label that stays in the picture is one piece of evidence in this time."""
ACTING_LLR = 1.5
"""From here a covered label alone is worth a person's look (`flag` of `dajia frame scan`)."""
MAX_LLR = 3.0


class CoveredLabelState(msgspec.Struct, frozen=True, kw_only=True):
    """The last sighting and the last report of a session."""

    session: str = ""
    seen_ms: int | None = None
    seen_score: float = 0.0
    reported_ms: int | None = None


class CoveredLabelDetector:
    """Reports a covered label that stays for two frames, or one that is unmistakable."""

    name = "frame-covered-label"
    version = "1"
    modality = Modality.FRAME

    def initial(self) -> CoveredLabelState:
        """Nothing was seen."""
        return CoveredLabelState()

    def judge(self, state: CoveredLabelState, item: ScreenItem) -> tuple[CoveredLabelState, list[Suspicion]]:
        """Report the likeliest covered label of a frame when it was also seen within the last `PERSISTENCE_MS`."""
        if state.session != item.session:
            state = CoveredLabelState(session=item.session)
        scored = [(cover_score(cover.features), cover) for cover in find_covers(item.image)]
        score, cover = max(scored, key=lambda one: one[0], default=(0.0, None))
        if cover is None or score < SEEN_SCORE:
            return state, []
        seen_before = _within(state.seen_ms, item.time_ms, PERSISTENCE_MS)
        now = msgspec.structs.replace(state, seen_ms=item.time_ms, seen_score=score)
        if not seen_before and score < UNMISTAKABLE_SCORE:
            return now, []
        if _within(state.reported_ms, item.time_ms, REPEAT_MS):
            return now, []
        both = min(score, state.seen_score) if seen_before else score
        return msgspec.structs.replace(now, reported_ms=item.time_ms), [self._suspicion(item, cover, both)]

    def _suspicion(self, item: ScreenItem, cover: Cover, score: float) -> Suspicion:
        start_ms, end_ms = item.time_ms, item.time_ms + FRAME_SPAN_MS
        identity = suspicion_id(
            session=item.session, detector=self.name, version=self.version, source=str(item.sequence),
            start_ms=start_ms, end_ms=end_ms, signal=Signal.COVERED_LABEL,
        )  # fmt: skip
        return Suspicion(
            suspicion_id=identity, room=item.room, session=item.session, modality=self.modality, detector=self.name,
            detector_version=self.version, signal=Signal.COVERED_LABEL, start_ms=start_ms, end_ms=end_ms,
            llr=min(MAX_LLR, math.log(score / max(1 - score, 1e-6)) + 1.5), score=score,
            facts=Facts(speaker="screen", box_xyxy=cover.box_xyxy, confidence=score),
            categories=(Violation.INTELLECTUAL_PROPERTY, Violation.FAKE_AS_GENUINE),
        )  # fmt: skip

    def examples(self) -> tuple[Example[ScreenItem], ...]:
        """See the contract."""
        return ()


def _within(before_ms: int | None, now_ms: int, span_ms: int) -> bool:
    return before_ms is not None and abs(now_ms - before_ms) <= span_ms

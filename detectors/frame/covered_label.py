"""A strip of tape over a label that is shown to the camera.

What one picture shows is found by `label_cover.find_covers`; this detector asks that it stays: sellers hold a label up
for seconds, while a single frame shows hands, folds and overlays in every arrangement. It needs
no text boxes, so give it every frame, not only those that are read.
"""

import cv2
import msgspec
import numpy as np

from detectors.contract import Example, Image, ScreenItem
from detectors.frame.cover_score import cover_score, load_cover_trees
from detectors.frame.label_cover import Cover, find_covers
from schemas import Facts, Modality, Signal, Suspicion, Violation, suspicion_id

FRAME_SPAN_MS = 1000
PERSISTENCE_MS = 5_000
"""Two sightings within this time make a finding."""
SEEN_SCORE = 0.73
"""Score of a sighting: on 360 drawn pictures looked at only once, 85 % of covered labels, 2 of 280 others."""
UNMISTAKABLE_SCORE = 0.92
"""Score from which one sighting is enough: 70 % of the same covered labels, 1 of 280 others."""
REPEAT_MS = 30_000
"""A label that stays in the picture is one piece of evidence in this time."""
ACTING_LLR = 1.5
"""From here a covered label alone is worth a person's look (`flag` of `dajia frame scan`)."""
SEEN_LLR, MAX_LLR = 1.6, 3.0
"""Weight of a finding that is just seen, and of an unmistakable one. The share of covered and of other pictures would
allow more (85 : 0.7), but labels are also covered for honest reasons, and the others were drawn, not filmed."""


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

    def __init__(self) -> None:
        self._trees = load_cover_trees()

    def initial(self) -> CoveredLabelState:
        """Nothing was seen."""
        return CoveredLabelState()

    def judge(self, state: CoveredLabelState, item: ScreenItem) -> tuple[CoveredLabelState, list[Suspicion]]:
        """Report the likeliest covered label of a frame when it was also seen within the last `PERSISTENCE_MS`."""
        if state.session != item.session:
            state = CoveredLabelState(session=item.session)
        scored = [(cover_score(self._trees, cover.features), cover) for cover in find_covers(item.image)]
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
            llr=_weight(score), score=score,
            facts=Facts(speaker="screen", box_xyxy=cover.box_xyxy, confidence=score),
            categories=(
                Violation.INTELLECTUAL_PROPERTY, Violation.FAKE_AS_GENUINE, Violation.MARK_COVERED_KNOWING,
            ),
        )  # fmt: skip

    def examples(self) -> tuple[Example[ScreenItem], ...]:
        """See the contract."""
        taped, bare = draw_label(taped=True), draw_label(taped=False)
        return (
            Example(
                why="a label under tape that stays", items=_shown(taped), signals=frozenset({Signal.COVERED_LABEL})
            ),
            Example(why="the same label without tape", items=_shown(bare), signals=frozenset()),
            Example(why="an empty picture", items=_shown(np.zeros((720, 405, 3), np.uint8)), signals=frozenset()),
        )


def draw_label(*, taped: bool) -> Image:
    """Draw a white label on dark cloth, with or without a strip of tape over its name."""
    image = np.full((720, 405, 3), (58, 44, 66), dtype=np.uint8)
    cv2.rectangle(image, (60, 280), (345, 440), (246, 244, 238), -1)
    cv2.putText(image, "MAISON", (84, 366), cv2.FONT_HERSHEY_SIMPLEX, 1.9, (24, 20, 28), 7, cv2.LINE_AA)
    cv2.putText(image, "100% COTTON", (128, 418), cv2.FONT_HERSHEY_SIMPLEX, 0.7, (24, 20, 28), 2, cv2.LINE_AA)
    if taped:
        strip = np.array([(112, 310), (296, 296), (301, 364), (117, 378)], dtype=np.int32)
        cv2.fillConvexPoly(image, strip, (205, 181, 131), cv2.LINE_AA)
    return image


def _shown(image: Image) -> tuple[ScreenItem, ...]:
    return tuple(
        ScreenItem(room="r1", session="s1", sequence=second, time_ms=second * 1000, image=image, boxes=())
        for second in range(2)
    )


def _weight(score: float) -> float:
    """Log-likelihood ratio, straight between just seen and unmistakable."""
    share = (score - SEEN_SCORE) / (UNMISTAKABLE_SCORE - SEEN_SCORE)
    return SEEN_LLR + (MAX_LLR - SEEN_LLR) * min(max(share, 0.0), 1.0)


def _within(before_ms: int | None, now_ms: int, span_ms: int) -> bool:
    return before_ms is not None and abs(now_ms - before_ms) <= span_ms

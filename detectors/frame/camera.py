"""What is wrong with the camera's picture: black, frozen, against the light. Facts for reviewers, without weight."""

from enum import StrEnum

import cv2
import msgspec
import numpy as np

from detectors.contract import Example, Image, ScreenItem
from detectors.frame.covered_label import FRAME_SPAN_MS
from schemas import Facts, Modality, Signal, Suspicion, suspicion_id

THUMB_WIDTH, THUMB_HEIGHT = 27, 48
BLACK_GREY, BLACK_SHARE = 24, 0.985
"""Levels below which a cell is black, and the share of black cells of a black picture."""
GLARE_GREY, GLARE_SHARE, SHADE_GREY, SHADE_SHARE = 250, 0.25, 60, 0.25
"""Against the light: a quarter of the picture burnt out while another quarter lies in the dark."""
STAYS_MS = 10_000
"""A fact is told when it has been so for this long: cuts and flashes pass."""
FROZEN_MS = 30_000
"""A picture without any change for so long. Video noise alone moves a live picture, a re-sent one not at all."""
FROZEN_GREY = 0.35
"""Mean difference of the thumbnails, grey levels: sensor noise of two levels leaves 0.5 or more (drawn frames)."""
REPEAT_MS = 300_000


class CameraFact(StrEnum):
    """What is wrong."""

    BLACK = "black"
    BACKLIT = "against-the-light"
    FROZEN = "frozen"


class CameraState(msgspec.Struct, frozen=True, kw_only=True):
    """Since when each fact has held, ms, and when it was told."""

    session: str = ""
    thumb: bytes = b""
    still_since_ms: int = 0
    since: dict[str, int] = {}
    told: dict[str, int] = {}


class CameraDetector:
    """Tells a fact about the camera once it has lasted, at most every five minutes."""

    name = "frame-camera"
    version = "1"
    modality = Modality.FRAME

    def initial(self) -> CameraState:
        """Nothing was seen."""
        return CameraState()

    def judge(self, state: CameraState, item: ScreenItem) -> tuple[CameraState, list[Suspicion]]:
        """Report what has been wrong for long enough."""
        if state.session != item.session:
            state = CameraState(session=item.session)
        small = cv2.resize(item.image, (THUMB_WIDTH, THUMB_HEIGHT), interpolation=cv2.INTER_AREA)
        thumb = np.asarray(cv2.cvtColor(small, cv2.COLOR_RGB2GRAY), dtype=np.uint8)
        is_still = bool(state.thumb) and _difference(state.thumb, thumb) < FROZEN_GREY
        still_since_ms = state.still_since_ms if is_still else item.time_ms
        since = {fact: state.since.get(fact, item.time_ms) for fact in _shown(thumb)}
        told, found = dict(state.told), []
        lasting = [fact for fact, from_ms in since.items() if item.time_ms - from_ms >= STAYS_MS]
        if item.time_ms - still_since_ms >= FROZEN_MS and CameraFact.BLACK not in since:
            lasting.append(CameraFact.FROZEN)
        for fact in lasting:
            if fact not in told or abs(item.time_ms - told[fact]) >= REPEAT_MS:
                told[fact] = item.time_ms
                found.append(self._suspicion(item, fact))
        # The reference stays while the picture is still: a slow drift adds up and is a change.
        kept = state.thumb if is_still else thumb.tobytes()
        return (
            CameraState(session=item.session, thumb=kept, still_since_ms=still_since_ms, since=since, told=told),
            found,
        )

    def _suspicion(self, item: ScreenItem, fact: str) -> Suspicion:
        start_ms, end_ms = item.time_ms, item.time_ms + FRAME_SPAN_MS
        identity = suspicion_id(
            session=item.session, detector=self.name, version=self.version, source=str(item.sequence),
            start_ms=start_ms, end_ms=end_ms, signal=Signal.CAMERA, about=fact,
        )  # fmt: skip
        rows, columns = item.image.shape[:2]
        return Suspicion(
            suspicion_id=identity, room=item.room, session=item.session, modality=self.modality, detector=self.name,
            detector_version=self.version, signal=Signal.CAMERA, start_ms=start_ms, end_ms=end_ms, llr=0.0, score=1.0,
            facts=Facts(surface=fact, speaker="screen", box_xyxy=(0, 0, columns, rows)),
        )  # fmt: skip

    def examples(self) -> tuple[Example[ScreenItem], ...]:
        """See the contract."""
        black, noise = np.zeros((720, 405, 3), np.uint8), np.random.default_rng(1)
        live = [noise.integers(60, 190, (720, 405, 3)).astype(np.uint8) for _ in range(2)]
        told = frozenset({Signal.CAMERA})
        flash = (*_at(black, 0, 1, 2), *_at(live[0], 3), *_at(live[1], 8, 14))
        return (
            Example(why="a black picture that stays", items=_at(black, 0, 4, 8, 12), signals=told),
            Example(why="the same picture for half a minute", items=_at(live[0], 0, 10, 20, 31), signals=told),
            Example(why="a black picture for a moment", items=flash, signals=frozenset()),
        )


def _shown(thumb: Image) -> list[str]:
    if float((thumb < BLACK_GREY).mean()) >= BLACK_SHARE:
        return [CameraFact.BLACK]
    is_backlit = (thumb >= GLARE_GREY).mean() >= GLARE_SHARE and (thumb <= SHADE_GREY).mean() >= SHADE_SHARE
    return [CameraFact.BACKLIT] if is_backlit else []


def _difference(before: bytes, thumb: Image) -> float:
    old = np.frombuffer(before, dtype=np.uint8).reshape(thumb.shape)
    return float(np.abs(old.astype(np.int16) - thumb).mean())


def _at(image: Image, *seconds: int) -> tuple[ScreenItem, ...]:
    return tuple(
        ScreenItem(room="r1", session="s1", sequence=second, time_ms=second * 1000, image=image, boxes=())
        for second in seconds
    )

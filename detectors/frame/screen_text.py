"""What is written in the picture: boards, captions, LED signs, labels."""

import msgspec
import numpy as np

from detectors.contract import Example, Image, ScreenItem, TextBox, TextItem
from detectors.frame.reading_order import Box, boards, union
from detectors.text.engine import TextEngine
from detectors.text.suspicions import judge_text
from schemas import Modality, Signal, Suspicion

FRAME_SPAN_MS = 1000
"""Span of a finding in one frame: frames come once a second by default."""
REPEAT_MS = 60_000
"""The same finding of a session is reported once in this time: a caption that stays is one piece of evidence."""
MAX_REMEMBERED = 256
"""Findings remembered of a session; beyond, the oldest is forgotten and may be reported again."""
MAX_BOXES = 100
"""Boxes judged of one frame; a page full of text has fewer lines."""
MIN_CHARACTERS = 2
"""A single character in a picture is texture or decoration."""


class ScreenTextState(msgspec.Struct, frozen=True, kw_only=True):
    """Findings already reported in a session."""

    session: str = ""
    reported: dict[str, int] = {}
    """Finding (see `_key`) to the time, ms, at which it was reported last."""


class ScreenTextDetector:
    """Text read in a frame, judged by the shared text engine as `screen` text."""

    name = "frame-text"
    version = "1"
    modality = Modality.FRAME

    def __init__(self, engine: TextEngine) -> None:
        self.engine = engine
        """May be replaced between two items."""

    def initial(self) -> ScreenTextState:
        """Nothing was reported."""
        return ScreenTextState()

    def judge(self, state: ScreenTextState, item: ScreenItem) -> tuple[ScreenTextState, list[Suspicion]]:
        """Report what the text of a frame says and was not reported within `REPEAT_MS`."""
        known = state.reported if state.session == item.session else {}
        reported = {key: time_ms for key, time_ms in known.items() if abs(item.time_ms - time_ms) < REPEAT_MS}
        fresh: list[Suspicion] = []
        for suspicion in self._findings(item):
            key = _key(suspicion)
            if key not in reported:
                reported[key] = item.time_ms
                fresh.append(suspicion)
        newest = dict(list(reported.items())[-MAX_REMEMBERED:])
        return ScreenTextState(session=item.session, reported=newest), fresh

    def _findings(self, item: ScreenItem) -> list[Suspicion]:
        """All findings of a frame, whole boards before their single boxes: the whole knows what a price belongs to."""
        legible = tuple(box for box in item.boxes if len(box.text.strip()) >= MIN_CHARACTERS)[:MAX_BOXES]
        findings: list[Suspicion] = []
        for number, board in enumerate(boards(legible)):
            whole = self._judge_boxes(item, f"{item.sequence}/{number}", board)
            findings += whole
            if len(board) == 1:
                continue
            seen = {_what(suspicion) for suspicion in whole}
            for part, box in enumerate(board):
                alone = self._judge_boxes(item, f"{item.sequence}/{number}/{part}", (box,))
                findings += [suspicion for suspicion in alone if _what(suspicion) not in seen]
        return findings

    def _judge_boxes(self, item: ScreenItem, source_id: str, parts: tuple[TextBox, ...]) -> list[Suspicion]:
        text = TextItem(
            room=item.room, session=item.session, source_id=source_id, text=" ".join(box.text for box in parts),
            speaker="screen", start_ms=item.time_ms, end_ms=item.time_ms + FRAME_SPAN_MS,
        )  # fmt: skip
        found = judge_text(self.engine, text, modality=self.modality, detector=self.name, version=self.version)
        return [_placed(suspicion, parts) for suspicion in found]

    def examples(self) -> tuple[Example[ScreenItem], ...]:
        """See the contract."""
        code_word = _example_item("顶级原单 高仿包包")
        return (
            Example(why="a board with a trade word", items=(code_word,), signals=frozenset({Signal.CODE_WORD})),
            Example(
                why="a caption of an honest shop", items=(_example_item("新款上架 欢迎光临"),), signals=frozenset()
            ),
            Example(why="a frame without text", items=(_example_item(""),), signals=frozenset()),
        )


def _placed(suspicion: Suspicion, parts: tuple[TextBox, ...]) -> Suspicion:
    """The finding with its place in the picture: the box that holds its words, else the whole board."""
    surface = suspicion.facts.surface
    holder = next((box for box in parts if surface and surface in box.text), None)
    box: Box = holder.box_xyxy if holder else union(parts)
    confidence = holder.confidence if holder else min(part.confidence for part in parts)
    return msgspec.structs.replace(
        suspicion, facts=msgspec.structs.replace(suspicion.facts, box_xyxy=box, confidence=confidence)
    )


def _what(suspicion: Suspicion) -> tuple[str, str, float | None]:
    """What a finding says, whatever else the whole board knows about it."""
    facts = suspicion.facts
    return suspicion.signal, facts.term or facts.surface, facts.price_cny


def _key(suspicion: Suspicion) -> str:
    facts = suspicion.facts
    # A price is its amount: the reader writes ¥18000 in one frame and ￥18000 in the next.
    words = facts.term or (facts.surface if facts.price_cny is None else "")
    parts = (suspicion.signal, words, facts.brand, facts.price_cny, facts.price_role)
    return "|".join("" if part is None else str(part) for part in parts)


def _example_item(text: str) -> ScreenItem:
    blank: Image = np.zeros((720, 405, 3), dtype=np.uint8)
    boxes = (TextBox(text=text, box_xyxy=(20, 60, 380, 110), confidence=0.98),) if text else ()
    return ScreenItem(room="r1", session="s1", sequence=0, time_ms=60_000, image=blank, boxes=boxes)

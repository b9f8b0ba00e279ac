"""Judges each chat line of a batch by the text engine."""

import msgspec

from detectors.contract import Example, TextItem
from detectors.text.engine import TextEngine
from detectors.text.suspicions import judge_texts
from schemas import DanmakuBatch, DanmakuLine, Modality, Signal, Suspicion


class DanmakuTextDetector:
    """Code words, brand aliases, off-platform talk and doubts in chat. Stateless; one item is one batch."""

    name = "danmaku-text"
    version = "1"
    modality = Modality.DANMAKU

    def __init__(self, engine: TextEngine) -> None:
        self.engine = engine
        """May be replaced between two items."""

    def initial(self) -> None:
        """No state."""

    def judge(self, state: None, item: DanmakuBatch) -> tuple[None, list[Suspicion]]:
        """Judge every line of the batch; each line is a span of one millisecond."""
        judged = judge_texts(
            self.engine, [_text(item, line) for line in item.lines], speaker="viewer", modality=self.modality,
            detector=self.name, version=self.version,
        )  # fmt: skip
        return state, [
            msgspec.structs.replace(one, facts=msgspec.structs.replace(one.facts, source_id=line.line_id))
            for line, found in zip(item.lines, judged, strict=True)
            for one in found
        ]

    def examples(self) -> tuple[Example[DanmakuBatch], ...]:
        """A doubt, and ordinary shopping chat."""
        return (
            Example(why="a viewer doubts", items=(_batch("这是假货吧"),), signals=frozenset({Signal.DOUBT})),
            Example(
                why="questions about size and colour", items=(_batch("身高165穿什么码", "好看"),), signals=frozenset()
            ),
        )


def _text(batch: DanmakuBatch, line: DanmakuLine) -> TextItem:
    return TextItem(
        room=batch.room, session=batch.session, source_id=line.line_id, text=line.text, speaker="viewer",
        start_ms=line.time_ms, end_ms=line.time_ms + 1,
    )  # fmt: skip


def _batch(*texts: str) -> DanmakuBatch:
    lines = tuple(
        DanmakuLine(line_id=f"line-{number}", viewer=f"viewer-{number}", time_ms=1000 + number, text=text)
        for number, text in enumerate(texts)
    )
    return DanmakuBatch(room="example", session="example-1", lines=lines)

"""What every detector promises, and the items that detectors judge.

A detector is a pure object: `judge(state, item)` gives the new state and the suspicions, and nothing else happens.
It asks no clock, draws no lots, opens no file. The engines (OCR, speech) have done their work before: a detector of
speech judges a transcript, a detector of screen text judges text boxes.
"""

from typing import Generic, Protocol, TypeVar

import msgspec
import numpy as np
from numpy.typing import NDArray

from schemas import Modality, Signal, Suspicion

Image = NDArray[np.uint8]
"""Picture as rows x columns x 3, RGB, 0 to 255."""

Item = TypeVar("Item", contravariant=True)  # noqa: PLC0105  reads better in the contract below
State = TypeVar("State")


class TextItem(msgspec.Struct, frozen=True, kw_only=True):
    """A piece of text of a room, whoever wrote or said it."""

    room: str
    session: str
    source_id: str
    """Id of the source item: chat line id, utterance start, frame sequence."""
    text: str
    speaker: str
    """host, viewer, screen, listing or report."""
    start_ms: int
    end_ms: int


class TextBox(msgspec.Struct, frozen=True, kw_only=True):
    """Text that OCR read in a picture."""

    text: str
    box_xyxy: tuple[int, int, int, int]
    """Pixels: left, top, right (exclusive), bottom (exclusive)."""
    confidence: float


class ScreenItem(msgspec.Struct, frozen=True, kw_only=True):
    """A frame with the text read in it."""

    room: str
    session: str
    sequence: int
    time_ms: int
    image: Image
    boxes: tuple[TextBox, ...]


class Word(msgspec.Struct, frozen=True, kw_only=True):
    """A recognised word with its place in the stream."""

    text: str
    start_ms: int
    end_ms: int
    confidence: float


class Utterance(msgspec.Struct, frozen=True, kw_only=True):
    """What the host said between two pauses, as the recogniser wrote it."""

    room: str
    session: str
    start_ms: int
    end_ms: int
    text: str
    words: tuple[Word, ...] = ()
    confidence: float = 1.0
    alternatives: tuple[str, ...] = ()
    """What else may have been said, likeliest first."""
    model_version: str = ""


class Example(msgspec.Struct, Generic[Item], frozen=True, kw_only=True):
    """A worked example that the contract suite runs: these items, in this order, give these signals and no others."""

    why: str
    items: tuple[Item, ...]
    signals: frozenset[Signal]


class Detector(Protocol[State, Item]):
    """The contract. `tests/contract` runs it over `detectors.registry`."""

    name: str
    version: str
    modality: Modality

    def initial(self) -> State:
        """State of a room that nothing is known about: a Struct, so that it can be stored; None if stateless."""
        ...

    def judge(self, state: State, item: Item) -> tuple[State, list[Suspicion]]:
        """Judge one item. The same state and item always give the same result; `state` is not mutated."""
        ...

    def examples(self) -> tuple[Example[Item], ...]:
        """At least one example that gives a signal and one that gives none."""
        ...

"""Keep what became of every candidate, for an analyst who asks why a line fired or not.

The engine sifts with `sift` whether it is traced or not, so that an explanation cannot differ from a decision.
"""

from collections.abc import Callable, Iterable

import msgspec

from detectors.text.candidates import Candidate
from detectors.text.hits import Hit


class Dropped(msgspec.Struct, frozen=True):
    """A candidate that gave no hit."""

    candidate: Candidate
    offset: int
    """Of the piece of the text that the candidate's places count from."""
    because: str


class Trace:
    """What `TextEngine.scan` went through. One for each scan."""

    def __init__(self) -> None:
        self.offset = 0
        self.dropped: list[Dropped] = []
        self.hits: list[Hit] = []

    def drop(self, candidate: Candidate, because: str) -> None:
        """Note that a candidate gave no hit."""
        self.dropped.append(Dropped(candidate, self.offset, because))


def sift(
    candidates: Iterable[Candidate],
    stands: Callable[[Candidate], bool],
    trace: Trace | None,
    because: Callable[[Candidate], str],
) -> list[Candidate]:
    """Candidates that stand; a trace is told of the others, `because` is only asked for them."""
    if trace is None:
        return [one for one in candidates if stands(one)]
    kept = []
    for one in candidates:
        if stands(one):
            kept.append(one)
        else:
            trace.drop(one, because(one))
    return kept

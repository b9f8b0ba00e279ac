"""Patterns over classes of characters as a trie in arrays, to be walked from each place of a text.

The first two classes take one look-up in a table of pairs, further ones a look-up in a hash table; tables of bits in
front of both, which stay in the processor's nearest cache, turn most places of a text away. So a place costs some
nanoseconds, nearly whatever the number of patterns.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from detectors.text.compiled import compiled

Ints = NDArray[np.int32]
Words = NDArray[np.uint64]

FEWEST = 2
"""Classes of the shortest pattern."""

SPREAD = 4
"""Slots of the hash table for each key, so that most are found, or found missing, in the first slot."""

BIT_SPREAD = 16
"""Bits for each key: one absent key in 16 is taken for one that may be there."""

MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)
"""Odd, with well-mixed upper bits (the golden ratio)."""

WORD = 64
"""Bits of a number of a table of bits."""


class Trie(NamedTuple):
    """Patterns over classes 1 to `classes` - 1; class 0 stands in no pattern."""

    classes: int
    pair_bits: Words
    """One bit for each pair of classes that some pattern begins with."""
    pairs: Ints
    """Pair -> its node."""
    step_bits: Words
    step_shift: int
    slots: NDArray[np.int64]
    """Slots by two: node times classes plus class, -1 where empty; the next node."""
    slot_shift: int
    ends: Ints
    """Node -> its first place in `order`; one more than there are nodes."""
    order: Ints
    """Patterns by the node that they end in."""


def build_trie(patterns: Sequence[Sequence[int]], *, classes: int) -> Trie:
    """Build the trie; each pattern is at least `FEWEST` classes long."""
    lengths = np.fromiter(map(len, patterns), dtype=np.int64, count=len(patterns))
    letters = np.zeros((len(patterns), max(int(lengths.max(initial=0)), FEWEST)), dtype=np.int64)
    letters[np.arange(letters.shape[1]) < lengths[:, None]] = [letter for pattern in patterns for letter in pattern]
    beginnings = letters[:, 0] * classes + letters[:, 1]
    first, place = np.unique(beginnings, return_inverse=True)
    pairs = np.zeros(classes * classes, dtype=np.int32)
    pairs[first] = np.arange(1, len(first) + 1)
    node, nodes = place + 1, len(first) + 1
    keys, values = [np.zeros(0, dtype=np.int64)], [np.zeros(0, dtype=np.int64)]
    for depth in range(FEWEST, letters.shape[1]):
        longer = np.flatnonzero(lengths > depth)
        steps, place = np.unique(node[longer] * classes + letters[longer, depth], return_inverse=True)
        keys.append(steps)
        values.append(np.arange(nodes, nodes + len(steps)))
        node[longer] = place + nodes
        nodes += len(steps)
    steps = np.concatenate(keys)
    slot_shift = WORD - max(int(steps.size * SPREAD).bit_length(), 4)
    step_shift = WORD - max(int(steps.size * BIT_SPREAD).bit_length(), 6)
    hashed = steps.astype(np.uint64) * MULTIPLIER
    order = np.argsort(node, kind="stable")
    return Trie(
        classes=classes,
        pair_bits=_bits(first, classes * classes),
        pairs=pairs,
        step_bits=_bits((hashed >> np.uint64(step_shift)).astype(np.int64), 1 << (WORD - step_shift)),
        step_shift=step_shift,
        slots=_slots(steps, np.concatenate(values), slot_shift),
        slot_shift=slot_shift,
        ends=np.searchsorted(node[order], np.arange(nodes + 1)).astype(np.int32),
        order=order.astype(np.int32),
    )


def _bits(places: NDArray[np.int64], size: int) -> Words:
    """A table of `size` bits, those at `places` set."""
    bits = np.zeros(size // WORD + 1, dtype=np.uint64)
    np.bitwise_or.at(bits, places // WORD, np.uint64(1) << (places % WORD).astype(np.uint64))
    return bits


def _slots(keys: NDArray[np.int64], values: NDArray[np.int64], shift: int) -> NDArray[np.int64]:
    """A hash table: each key in its slot, or in the next free one."""
    size = 1 << (WORD - shift)
    table = np.full((size, 2), -1, dtype=np.int64)
    slots = ((keys.astype(np.uint64) * MULTIPLIER) >> np.uint64(shift)).astype(np.int64)
    waiting = np.arange(keys.size)
    while waiting.size:
        free = waiting[table[slots[waiting], 0] < 0]
        taken, which = np.unique(slots[free], return_index=True)
        table[taken, 0], table[taken, 1] = keys[free[which]], values[free[which]]
        waiting = waiting[table[slots[waiting], 0] != keys[waiting]]
        slots[waiting] = (slots[waiting] + 1) & (size - 1)
    return table


@compiled
def find(trie: Trie, text: Ints, seconds: Ints, size: int, starts: int, others: bool, found: Ints) -> int:
    """Find all patterns in the first `size` classes of `text`, overlapping ones too; returns how many.

    Only those are found that begin in the first `starts` places.

    `seconds` are other classes of the same places, 0 where there is none (`others`: there are any); one of them may
    take the place of the first. `found` is told pattern, beginning, and 1 when one does so, else 0, as far as there is
    room.
    """
    classes, pair_bits = trie.classes, trie.pair_bits
    count = 0
    for first in range(min(size - 1, starts)):
        pair = np.int64(text[first]) * classes + text[first + 1]
        reach = first + 1
        if (pair_bits[pair >> 6] >> np.uint64(pair & 63)) & np.uint64(1):
            count, reach = _walk(trie, text, seconds, size, found, count, first, -1)
        if others:
            for at in range(first, min(reach + 1, size)):
                if seconds[at]:
                    count, _ = _walk(trie, text, seconds, size, found, count, first, at)
    return count


@compiled
def _walk(
    trie: Trie, text: Ints, seconds: Ints, size: int, found: Ints, count: int, first: int, at: int
) -> tuple[int, int]:
    """Patterns that begin at a place, with the other class at the place `at`; the new count, and where it ends."""
    one, two = text[first] if at != first else seconds[first], text[first + 1]
    if at == first + 1:
        two = seconds[at]
    ends, order, room = trie.ends, trie.order, found.shape[0]
    node, place = int(trie.pairs[np.int64(one) * trie.classes + two]), first + 1
    while node:
        for ending in range(ends[node], ends[node + 1]):
            if count < room and place >= at:
                found[count, 0], found[count, 1], found[count, 2] = order[ending], first, at >= 0
                count += 1
        place += 1
        if place == size:
            break
        node = _step(trie, node, int(seconds[place] if place == at else text[place]))
    return count, place


@compiled
def _step(trie: Trie, node: int, letter: int) -> int:
    """The node behind a node; 0 when no pattern goes on so."""
    key = node * trie.classes + letter
    hashed = np.uint64(key) * MULTIPLIER
    bit = hashed >> np.uint64(trie.step_shift)
    if (trie.step_bits[bit >> np.uint64(6)] >> (bit & np.uint64(63))) & np.uint64(1):
        slots, slot = trie.slots, np.int64(hashed >> np.uint64(trie.slot_shift))
        while slots[slot, 0] >= 0:
            if slots[slot, 0] == key:
                return int(slots[slot, 1])
            slot = (slot + 1) & (slots.shape[0] - 1)
    return 0

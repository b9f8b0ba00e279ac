"""Find patterns in an array of classes, all places at once: a trie whose steps are array operations.

An automaton walks a text character by character; here every place of the text takes the first two steps by one look-up
in a table of pairs, a table of bits says where a third step may follow, and the few places that are left go on
together. Cost: some nanoseconds a character, nearly whatever the number of patterns.
"""

from collections.abc import Sequence

import msgspec
import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Classes = NDArray[np.uint32]

FEWEST = 2
"""Classes of the shortest pattern."""

SPREAD = 4
"""Slots of the hash table for each key: two or three tables then hold all keys of a lexicon."""

BLOOM_SPREAD = 32
"""Bits for each third step: one place in 32 that goes no further is taken for one that does."""

MULTIPLIERS = (0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9, 0xD6E8FEB86659FD93)
"""Odd, with well-mixed upper bits (the golden ratio and the primes of xxHash)."""

BLOOM_MULTIPLIER = np.uint32(0x9E3779B1)


class Found(msgspec.Struct, frozen=True):
    """Matches: arrays of one length."""

    pattern: Ints
    place: Ints
    """Where the pattern begins in the text."""


class SoundTrie:
    """Patterns over classes 1 to `classes` - 1; class 0 stands in no pattern.

    Args:
        patterns: each at least `FEWEST` classes long.
        classes: number of classes, 0 included.
    """

    def __init__(self, patterns: Sequence[Sequence[int]], *, classes: int) -> None:
        self._classes = classes
        lengths = np.fromiter(map(len, patterns), dtype=np.int64, count=len(patterns))
        self.lengths = lengths
        letters = np.zeros((len(patterns), max(int(lengths.max(initial=0)), FEWEST)), dtype=np.int64)
        letters[np.arange(letters.shape[1]) < lengths[:, None]] = [letter for pattern in patterns for letter in pattern]
        pairs = letters[:, 0] * classes + letters[:, 1]
        ending = np.unique(pairs[lengths == FEWEST])
        going_on = np.setdiff1d(pairs, ending)
        self._first_ending = len(going_on) + 1
        self._pairs = np.zeros(classes * classes, dtype=np.uint32)
        self._pairs[np.concatenate([going_on, ending])] = np.arange(1, len(going_on) + len(ending) + 1)
        node = self._pairs[pairs].astype(np.int64)
        keys, values, nodes = [], [], len(going_on) + len(ending) + 1
        for depth in range(FEWEST, letters.shape[1]):
            longer = np.flatnonzero(lengths > depth)
            steps, place = np.unique(node[longer] * classes + letters[longer, depth], return_inverse=True)
            keys.append(steps)
            values.append(np.arange(nodes, nodes + len(steps)))
            node[longer] = place + nodes
            nodes += len(steps)
        none = np.zeros(0, dtype=np.int64)
        self._steps = _HashTable(np.concatenate([*keys, none]), np.concatenate([*values, none]))
        third = keys[0] if keys else none
        self._shift = np.uint32(32 - max(int(third.size * BLOOM_SPREAD).bit_length(), 4))
        self._third = np.zeros(1 << (32 - int(self._shift)), dtype=np.bool_)
        self._third[self._bits(third.astype(np.uint32))] = True
        self._order = np.argsort(node, kind="stable")
        self._first = np.searchsorted(node[self._order], np.arange(nodes + 1))

    def _bits(self, steps: NDArray[np.uint32]) -> NDArray[np.uint32]:
        return (steps * BLOOM_MULTIPLIER) >> self._shift

    def find(self, text: Classes) -> Found:
        """All matches in `text`, overlapping ones too."""
        classes = np.uint32(self._classes)
        if text.size < FEWEST:
            return Found(np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64))
        nodes = self._pairs[text[:-1] * classes + text[1:]]
        place = np.flatnonzero(nodes)
        node = nodes[place]
        ended = np.flatnonzero(node >= self._first_ending)
        found = [self._ends(node[ended], place[ended])]
        if place.size and place[-1] + FEWEST == len(text):
            place, node = place[:-1], node[:-1]
        step = node * classes + text[place + FEWEST]
        further = np.flatnonzero(self._third[self._bits(step)])
        place, node, depth = place[further], node[further].astype(np.int64), FEWEST
        while place.size:
            node = self._steps.values(node * self._classes + text[place + depth])
            depth += 1
            further = np.flatnonzero(node)
            place, node = place[further], node[further]
            found.append(self._ends(node, place))
            within = np.flatnonzero(place + depth < len(text))
            place, node = place[within], node[within]
        return Found(np.concatenate([one.pattern for one in found]), np.concatenate([one.place for one in found]))

    def _ends(self, node: NDArray[np.integer], place: Ints) -> Found:
        """The patterns that end in each node."""
        starts = self._first[node]
        counts = self._first[node + 1] - starts
        within = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
        return Found(self._order[np.repeat(starts, counts) + within], np.repeat(place, counts))


class _HashTable:
    """Whole numbers to whole numbers from 1 on; 0 for what is absent. Keys that meet in a slot go to a next table."""

    def __init__(self, keys: Ints, values: Ints) -> None:
        self._bits = max(int(keys.size * SPREAD).bit_length(), 4)
        self._tables: list[tuple[np.uint64, Ints, Ints]] = []
        rest = np.arange(keys.size)
        while rest.size:
            multiplier = np.uint64(MULTIPLIERS[len(self._tables) % len(MULTIPLIERS)] + 2 * len(self._tables))
            slots, first = np.unique(self._slots(keys[rest], multiplier), return_index=True)
            table_keys = np.full(1 << self._bits, -1, dtype=np.int64)
            table_values = np.zeros(1 << self._bits, dtype=np.int64)
            table_keys[slots], table_values[slots] = keys[rest[first]], values[rest[first]]
            self._tables.append((multiplier, table_keys, table_values))
            rest = np.delete(rest, first)

    def _slots(self, keys: Ints, multiplier: np.uint64) -> NDArray[np.uint64]:
        return (keys.view(np.uint64) * multiplier) >> np.uint64(64 - self._bits)

    def values(self, keys: Ints) -> Ints:
        """Value of each key."""
        found = np.zeros(keys.size, dtype=np.int64)
        for multiplier, table_keys, table_values in self._tables:
            slots = self._slots(keys, multiplier)
            np.copyto(found, table_values[slots], where=table_keys[slots] == keys)
        return found

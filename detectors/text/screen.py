"""Which of many lines can hold a hit: a quick look at all of them at once, before any is scanned by itself.

Most lines of a chat hold nothing, and to find that out one by one takes longer than everything else. The screen lays
the lines end to end as an array of code points and looks them up in tables: what each character folds to, how it
sounds, what it may be part of. A line passes when a term may stand in it in any way of writing that `candidates` knows,
or a price.

The screen may pass too much, never too little: `TextEngine.scan_lines` scans what passes and gives nothing for the
rest, and tests/property/test_screen.py holds it against `scan`. A new way of writing, or a sound or shape that is to be
heard in more places, must be let through here first.
"""

from collections.abc import Sequence

import msgspec
import numpy as np
from numpy.typing import NDArray

from detectors.text.candidates import holds_something
from detectors.text.fold import PLAIN, SYMBOLS
from detectors.text.prices import (
    COUNTED_CHARACTER,
    MONEY_CHARACTER,
    NUMERAL_CHARACTER,
    POINT_CHARACTER,
    SIGN_CHARACTER,
    UNIT_CHARACTER,
    find_prices,
)  # fmt: skip
from detectors.text.readings import HAN_DIGITS
from detectors.text.row_words import Bits, RowWords, may_hold
from detectors.text.rules import SOUND_MIN_RISK, TWO_SYLLABLES
from detectors.text.sound_trie import Found, Ints, SoundTrie
from detectors.text.tables import IDEOGRAPHS, Tables

CODE_POINTS = 0x110000
SEPARATOR = "\n"
"""Behind each line. It is told by its place, so that a line may hold it too."""

CLASS = np.uint32(0xFFFF)
"""Of what a character stands for in the tables: its class in the trie, 0 when no term holds it."""
(
    DROPPED, ODD, SYMBOL, SHAPE, PART, LETTER, LETTERLIKE, ALNUM, HAN, WORD, KNOWN,
) = (np.uint32(1 << bit) for bit in range(16, 27))  # fmt: skip
"""Flags above the class. DROPPED: folds to nothing. ODD: folds to several characters, or is read in a way that only the
closer look knows. SYMBOL: may be a word. SHAPE: looks like another character. PART: begins a split character.
LETTER: a to z. LETTERLIKE: a letter beside it may be more than itself (pinyin, di0r, l比l). ALNUM, HAN: a letter or
digit between two ideographs may be put in. WORD: a word of patterns by itself, or sounds like one. KNOWN: looked up
before."""

MONEY, COUNTED, NUMERAL, UNIT, SIGN, POINT = (np.uint8(1 << bit) for bit in range(6))
"""What a character can be in a price, in a table of its own; see the characters of `prices`."""

MONEY_FLAGS = {
    MONEY: MONEY_CHARACTER,
    COUNTED: COUNTED_CHARACTER,
    NUMERAL: NUMERAL_CHARACTER,
    UNIT: UNIT_CHARACTER,
    SIGN: SIGN_CHARACTER,
    POINT: POINT_CHARACTER,
}

INSERTED_MOST = 2
"""Letters or digits between two ideographs that may be put in; see `readings.INSERTED`."""

PAIR = 1 << 21
"""Two code points in one number."""

Flags = NDArray[np.uint32]


class Letters(msgspec.Struct, frozen=True):
    """Folded characters of lines and their separators in one way of reading, arrays of one length."""

    line: Ints
    known: Flags
    """Classes and flags."""
    base: NDArray[np.integer]
    """Code points that the characters fold to."""
    altered: NDArray[np.bool_]
    """This reading differs from the plain one at the character or beside it."""

    def of_lines(self, lines: NDArray[np.bool_]) -> "Letters":
        """The characters of some of the lines."""
        return self.take(np.flatnonzero(lines[self.line]))

    def take(self, places: NDArray[np.integer]) -> "Letters":
        """Some of the characters."""
        return Letters(self.line[places], self.known[places], self.base[places], self.altered[places])

    def without(self, gone: NDArray[np.bool_]) -> "Letters":
        """Lines in which something goes, without it."""
        beside = self.altered | np.append(gone[1:], False) | np.insert(gone[:-1], 0, False)
        of_line = np.zeros(self.line[-1] + 1 if self.line.size else 0, dtype=np.bool_)
        of_line[self.line[gone]] = True
        places = np.flatnonzero(of_line[self.line] & ~gone)
        return Letters(self.line[places], self.known[places], self.base[places], beside[places])


class Listener(msgspec.Struct, frozen=True):
    """What counts when one kind of speaker talks."""

    terms: NDArray[np.bool_]
    """For each term: it can give or support a hit."""
    rows: Bits
    """What the rows of the pattern table need that count: see `RowWords.masks`."""
    heard: bool
    """The words are a recogniser's: sounds alone count for more."""


class Seen(msgspec.Struct, frozen=True):
    """What was found in the lines so far."""

    listener: Listener
    passed: NDArray[np.bool_]
    words: Bits
    """Lines by columns: what the words found can be in rows of the pattern table."""


class Screen:
    """The tables of a lexicon as arrays."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables
        self._rows = RowWords(tables)
        """Words of the pattern table."""
        self._spellings = _spellings(tables, self._rows)
        words = [spelling.text for spelling in self._spellings]
        sounds = [tables.sound.of(word) for word in words]
        self._class_of = {sound: k for k, sound in enumerate(sorted(set("".join(sounds))), start=1)}
        self._trie = SoundTrie(
            [[self._class_of[sound] for sound in sounds_of_one] for sounds_of_one in sounds],
            classes=len(self._class_of) + 1,
        )
        self._letters = np.zeros((len(words), max(map(len, words))), dtype=np.int32)
        for row, word in enumerate(words):
            self._letters[row, : len(word)] = [ord(letter) for letter in word.translate(HAN_DIGITS)]
        self._digits = np.arange(CODE_POINTS, dtype=np.int32)
        self._digits[list(HAN_DIGITS)] = list(HAN_DIGITS.values())
        self._term = np.array([spelling.term for spelling in self._spellings])
        self._sounded: NDArray[np.bool_] = np.array([spelling.sounded for spelling in self._spellings])
        self._loud = self._term < 0
        self._loud |= np.array([term.risk >= SOUND_MIN_RISK for term in tables.terms])[self._term]
        self._known = np.zeros(CODE_POINTS, dtype=np.uint32)
        self._base = np.zeros(CODE_POINTS, dtype=np.int32)
        self._second = np.zeros(CODE_POINTS, dtype=np.uint32)
        self._money = np.zeros(CODE_POINTS, dtype=np.uint8)
        self._split_starts = frozenset(parts[0] for parts in tables.split_spellings)
        self._split_pairs = np.unique([ord(parts[0]) * PAIR + ord(parts[1]) for parts in tables.split_spellings])
        self._shape_odd = np.array(sorted(tables.shapes))
        self._shapes = np.array([ord(tables.shapes[odd]) for odd in sorted(tables.shapes)])
        self._first_word = len(words) - len(self._rows.words)
        none = np.zeros(self._rows.columns, dtype=np.uint64)
        self._alone_bits = np.array([none, *self._rows.spelled_alone.values(), *self._rows.heard_alone.values()])
        self._spelled_alone = np.zeros(CODE_POINTS, dtype=np.int32)
        self._heard_alone = np.zeros(CODE_POINTS, dtype=np.int32)
        self._common = np.zeros(CODE_POINTS, dtype=np.bool_)
        self._common[[ord(character) for character in tables.common_characters]] = True

    def rows(self, speaker: str) -> Bits:
        """For `Listener.rows`."""
        return self._rows.masks(speaker)

    def passing(self, texts: Sequence[str], listener: Listener) -> list[int]:
        """Indexes of the lines that may hold a hit, in order. `texts`: at least one."""
        lengths = np.fromiter(map(len, texts), dtype=np.int64, count=len(texts)) + 1
        starts = np.cumsum(lengths) - lengths
        text = SEPARATOR.join([*texts, ""])
        raw = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype="<u4").astype(np.int64)
        known = self._look_up(raw)
        known[starts[1:] - 1] = known[-1] = 0  # the separators stay, as what no term holds
        line = np.repeat(np.arange(len(texts)), lengths)
        flags = np.bitwise_or.reduceat(known, starts)
        kept = np.flatnonzero((known & DROPPED) == 0)
        plain = Letters(line[kept], known[kept], self._base[raw[kept]], np.zeros(kept.size, dtype=np.bool_))
        seen = Seen(
            listener, np.zeros(len(texts), dtype=np.bool_), np.zeros((len(texts), self._rows.columns), dtype=np.uint64)
        )
        self._see_plain(plain, seen)
        self._see_altered(plain, flags, seen)
        passed = seen.passed | may_hold(seen.words, listener.rows)
        closely = ((flags & (ODD | SYMBOL)) != 0) | self._mixed(plain, len(texts))
        for one in np.flatnonzero(closely & ~passed).tolist():
            passed[one] = holds_something(self._tables, texts[one])
        for one in np.flatnonzero(self._priced(raw, line, len(texts)) & ~passed).tolist():
            passed[one] = bool(find_prices(texts[one]))
        return np.flatnonzero(passed).tolist()

    def _see_plain(self, plain: Letters, seen: Seen) -> None:
        """Terms as they are written, and sounds that `rules.sounds_true` might take for one."""
        found = self._trie.find(plain.known & CLASS)
        match = self._compared(plain.base, found)
        two = match.lengths == TWO_SYLLABLES
        telling = (match.equal > 0) | match.digit | (two & (match.odd | seen.listener.heard))
        telling = self._sounded[found.pattern] & telling & (~two | self._loud[found.pattern])
        telling |= (self._term[found.pattern] < 0) & seen.listener.heard
        self._see(plain, found, (match.equal == match.lengths) | telling, seen)
        self._see_second(plain, seen)
        self._see_single(plain, seen)

    def _see_second(self, letters: Letters, seen: Seen) -> None:
        """Terms but for one character, which has the sound in its second reading."""
        found = self._trie.find(self._second[letters.base])
        match = self._compared(letters.base, found)
        self._see(letters, found, self._sounded[found.pattern] & (match.equal == match.lengths - 1), seen)

    def _see_altered(self, plain: Letters, flags: Flags, seen: Seen) -> None:
        """Terms that stand once what was put in, repeated or exchanged for its look is undone.

        Of those found only those count that hold a place where something was undone: the others are in the plain
        reading too.
        """
        heard = [plain]
        for undo in (_unrepeated, _bridged):
            heard += [undo(one.of_lines(~seen.passed)) for one in heard]
        shaped = [self._shaped(one.of_lines(~seen.passed & ((flags & SHAPE) != 0))) for one in heard]
        for letters, visual in (*((one, False) for one in heard[1:]), *((one, True) for one in shaped)):
            found = self._trie.find(letters.known & CLASS)
            match = self._compared(letters.base, found)
            altered = np.cumsum(letters.altered)
            last = altered[found.place + match.lengths - 1]
            crossing = last - altered[found.place] + letters.altered[found.place] > 0
            alike = (match.equal == match.lengths) | (self._sounded[found.pattern] & (not visual))
            self._see(letters, found, crossing & alike, seen)
            if visual:
                self._see_single(letters, seen)
            else:
                self._see_second(letters, seen)

    def _see(self, letters: Letters, found: Found, stands: NDArray[np.bool_], seen: Seen) -> None:
        pattern, line = found.pattern[stands], letters.line[found.place[stands]]
        term = self._term[pattern]
        seen.passed[line[(term >= 0) & seen.listener.terms[term]]] = True
        word = np.flatnonzero(term < 0)
        np.bitwise_or.at(seen.words, line[word], self._rows.bits[pattern[word] - self._first_word])

    def _see_single(self, letters: Letters, seen: Seen) -> None:
        """Words of one character."""
        place = np.flatnonzero((letters.known & WORD) != 0)
        alone = (self._heard_alone if seen.listener.heard else self._spelled_alone)[letters.base[place]]
        np.bitwise_or.at(seen.words, letters.line[place], self._alone_bits[alone])

    def _shaped(self, letters: Letters) -> Letters:
        """The characters that others were taken for, in their place."""
        odd = np.flatnonzero((letters.known & SHAPE) != 0)
        letters.base[odd] = self._shapes[np.searchsorted(self._shape_odd, letters.base[odd])]
        letters.known[odd] = self._look_up(letters.base[odd])
        letters.altered[odd] = True
        return letters

    def _mixed(self, plain: Letters, lines: int) -> NDArray[np.bool_]:
        """Lines with letters beside letters or digits, or with the first two parts of a split character."""
        known = plain.known
        letter, like = (known & LETTER) != 0, (known & (LETTER | LETTERLIKE)) != 0
        place = np.flatnonzero((known[:-1] & PART) != 0)
        pairs = plain.base[place].astype(np.int64) * PAIR + plain.base[place + 1]  # two code points need 64 bits
        mixed = np.zeros(lines, dtype=np.bool_)
        mixed[plain.line[np.flatnonzero((letter[1:] & like[:-1]) | (letter[:-1] & like[1:]))]] = True
        mixed[plain.line[place[np.isin(pairs, self._split_pairs)]]] = True
        return mixed

    def _priced(self, raw: Ints, line: Ints, lines: int) -> NDArray[np.bool_]:
        """Lines that may hold a price: see `prices.HINT` and the characters beside it."""
        money = self._money[raw]
        numeral, counted = (money & NUMERAL) != 0, (money & COUNTED) != 0
        hinted, priced = np.zeros((2, lines), dtype=np.bool_)
        hinted[line[np.flatnonzero(money & MONEY)]] = True
        hinted[line[np.flatnonzero(counted[1:] & counted[:-1])]] = True
        joined = numeral[:-1] & ((money[1:] & (NUMERAL | UNIT)) != 0)
        priced[line[np.flatnonzero(joined | (numeral[1:] & ((money[:-1] & POINT) != 0)))]] = True
        priced[line[np.flatnonzero(money & SIGN)]] = True
        return np.asarray(hinted & priced)

    def _look_up(self, codes: NDArray[np.integer]) -> Flags:
        known: Flags = self._known[codes]
        new = codes[(known & KNOWN) == 0]
        if new.size:
            for code in np.unique(new).tolist():
                self._known[code], self._base[code] = self._learn(chr(code))
            known = self._known[codes]
        return known

    def _learn(self, character: str) -> tuple[int, int]:
        """Class and flags of a character, and the code point that it folds to."""
        tables, base = self._tables, character.translate(PLAIN)
        first, digit = base[:1], base.translate(HAN_DIGITS)
        sound = tables.sound.of(base)
        flags = {
            DROPPED: not base,
            ODD: len(base) > 1 or tables.sound.of(digit) != sound,
            SYMBOL: character.translate(SYMBOLS) != base,
            SHAPE: base != "" and ord(first) in tables.shapes,
            PART: base in self._split_starts,
            LETTER: "a" <= first <= "z",
            LETTERLIKE: first.isascii() or base == "比",
            ALNUM: first.isascii(),
            HAN: IDEOGRAPHS.match(base) is not None,
            WORD: sound in self._rows.heard_alone,
        }
        known = KNOWN + sum(flag for flag, holds in flags.items() if holds)
        if sound in self._rows.heard_alone:
            spelled, heard = list(self._rows.spelled_alone), list(self._rows.heard_alone)
            self._spelled_alone[ord(first)] = 1 + spelled.index(base) if base in spelled else 0
            self._heard_alone[ord(first)] = 1 + len(spelled) + heard.index(sound)
        self._money[ord(character)] = sum(
            flag for flag, characters in MONEY_FLAGS.items() if characters.match(character)
        )
        self._second[ord(first) if base else 0] = self._class_of.get((tables.sound.second_of(base) or sound), 0)
        return int(known) | self._class_of.get(sound, 0), ord(first) if base else 0

    def _compared(self, base: NDArray[np.integer], found: Found) -> "_Compared":
        """Compare the characters of matches by sound with those of the terms."""
        lengths = self._trie.lengths[found.pattern]
        equal = np.zeros(lengths.size, dtype=np.int64)
        odd, digit = np.zeros((2, lengths.size), dtype=np.bool_)
        for k in range(int(lengths.max(initial=0))):
            row = np.flatnonzero(lengths > k)
            code = base[found.place[row] + k]
            same = self._digits[code] == self._letters[found.pattern[row], k]
            equal[row] += same
            odd[row] |= ~(same | self._common[code])
            digit[row] |= code <= ord("9")
        return _Compared(lengths, equal, odd, digit)


class _Compared(msgspec.Struct, frozen=True):
    """Matches by sound, character by character; arrays of one length."""

    lengths: Ints
    equal: Ints
    """Characters that are the term's, digits in either way of writing."""
    odd: NDArray[np.bool_]
    """One of the others is no everyday character."""
    digit: NDArray[np.bool_]
    """One is an Arabic digit."""


def _unrepeated(letters: Letters) -> Letters:
    """Lines with repeated characters, each written once: `aaa货`."""
    known = letters.known
    gone = np.zeros(known.size, dtype=np.bool_)
    gone[1:] = (letters.base[1:] == letters.base[:-1]) & (known[1:] != 0)
    return letters.without(gone)


def _bridged(letters: Letters) -> Letters:
    """Lines with a letter or digit or two between ideographs, without them: 高x仿."""
    inner, han = (letters.known & ALNUM) != 0, (letters.known & HAN) != 0
    gone = np.zeros(inner.size, dtype=np.bool_)
    for width in range(1, INSERTED_MOST + 1):
        first = np.flatnonzero(han[: -width - 1] & han[width + 1 :] & inner[1:-width] & inner[width : inner.size - 1])
        for k in range(1, width + 1):
            gone[first + k] = True
    return letters.without(gone)


class _Spelling(msgspec.Struct, frozen=True):
    """What is looked for."""

    text: str
    term: int
    """-1: a word of rows of the pattern table."""
    sounded: bool


def _spellings(tables: Tables, rows: RowWords) -> list[_Spelling]:
    sounded = frozenset(tables.sounded_terms)
    terms = [_Spelling(tables.terms[k].folded, k, k in sounded) for k in range(tables.first_guard)]
    initials = [
        _Spelling(text, term, sounded=False)
        for text, term in zip(tables.initial_spellings, tables.initials, strict=True)
    ]
    return [*terms, *initials, *(_Spelling(word, -1, sounded=True) for word in rows.words)]

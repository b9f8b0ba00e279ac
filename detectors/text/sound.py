"""Write text as sounds: one private code point for each toneless syllable, near-sounding syllables sharing one.

Near-sounding is zh/z, ch/c, sh/s, n/l, hu-/f- and -ng/-n. On public cloaked text that table keeps 98.6 % of the changed
characters equal (82.6 % without it), which is why it is this table and no larger one.
"""

import re
from collections.abc import Iterable, Iterator

import msgspec

from detectors.text.fold import Folded

FIRST_CODE = 0xE000
"""Start of Unicode's private use area. Folding drops private characters, so text never holds one by itself."""

DIGITS = dict(zip("0123456789", ("ling", "yi", "er", "san", "si", "wu", "liu", "qi", "ba", "jiu"), strict=True))

LATIN_RUN = re.compile(r"[a-zü]{2,}")


def near(syllable: str) -> str:
    """Representative of the syllables that sound like this one: `zhang` -> `zan`, `huang` -> `fan`."""
    for strong, weak in (("zh", "z"), ("ch", "c"), ("sh", "s"), ("l", "n")):
        if syllable.startswith(strong):
            syllable = weak + syllable[len(strong) :]
            break
    if syllable.startswith("hu"):
        tail = syllable[2:]
        syllable = "f" + {"": "u", "i": "ei", "n": "en"}.get(tail, tail)
    return syllable[:-1] if syllable.endswith("ng") else syllable


class SoundTable(msgspec.Struct, frozen=True):
    """Sounds of characters and of typed syllables."""

    by_character: dict[int, str]
    """Code point -> private code point, for `str.translate`. Letters are absent and stay as they are."""
    by_syllable: dict[str, str]
    """Toneless pinyin, with v for ü as with ü -> private code point."""
    plain: dict[str, str]
    """Character -> toneless syllable without the near-sounding table."""
    tones: dict[str, str]
    """Character -> tone, 1 to 4, 5 for none."""

    second: dict[int, str]
    """As `by_character`, with the second reading of the characters that have one."""
    polyphone: re.Pattern[str]
    """Finds those characters."""

    @classmethod
    def parse(cls, lines: Iterable[str], second_lines: Iterable[str] = ()) -> "SoundTable":
        """Read `sound.tsv` and `polyphones.tsv`: a syllable (with its tone), a tab, the characters that are read so."""
        split = [line.rstrip("\n").split("\t") for line in lines if line.strip()]
        rows = [(reading[:-1], reading[-1], characters) for reading, characters in split]
        codes: dict[str, str] = {}
        for syllable, _, _ in rows:
            codes.setdefault(near(syllable), chr(FIRST_CODE + len(codes)))
        by_syllable = {syllable: codes[near(syllable)] for syllable, _, _ in rows}
        by_syllable |= {syllable.replace("v", "ü"): code for syllable, code in by_syllable.items() if "v" in syllable}
        plain = {character: syllable for syllable, _, characters in rows for character in characters}
        tones = {character: tone for _, tone, characters in rows for character in characters}
        plain.update(DIGITS)
        first = {ord(character): by_syllable[syllable] for character, syllable in plain.items()}
        other = {
            ord(character): by_syllable[syllable]
            for syllable, characters in (line.split("\t") for line in second_lines)
            for character in characters.strip()
            if syllable in by_syllable and by_syllable[syllable] != first.get(ord(character))
        }
        polyphone = re.compile(f"[{''.join(map(chr, other))}]" if other else "(?!)")
        return cls(first, by_syllable, plain, tones, first | other, polyphone)

    def of(self, folded: str) -> str:
        """Sounds of folded text, one for each character."""
        return folded.translate(self.by_character)

    def second_of(self, folded: str) -> str:
        """Sounds by the second readings; empty when no character has one."""
        return folded.translate(self.second) if self.polyphone.search(folded) else ""

    def typed(self, folded: Folded) -> Folded:
        """Sounds of folded text, reading runs of Latin letters as pinyin where they are nothing else: `gao仿`.

        The letter a sounds as the syllable does: A huo, chaoA.
        """
        cuts = self._typed_runs(folded)
        text, starts, ends = [], [], []
        place = 0
        while place < len(folded.text):
            for length, code in cuts.get(place) or [(1, self.typed_of(folded.text[place]))]:
                text.append(code)
                starts.append(folded.starts[place])
                ends.append(folded.ends[place + length - 1])
                place += length
        return Folded("".join(text), tuple(starts), tuple(ends))

    def typed_of(self, folded: str) -> str:
        """Sounds of folded text as `typed` writes them."""
        return self.of(folded).replace(LETTER_WORD, self.by_syllable[LETTER_WORD])

    def _typed_runs(self, folded: Folded) -> dict[int, list[tuple[int, str]]]:
        """Place of each run of letters that is pinyin -> its syllables. A gap in the original ends a run: `A huo`."""
        cuts: dict[int, list[tuple[int, str]]] = {}
        for found in LATIN_RUN.finditer(folded.text):
            for first, last in _unbroken(folded, *found.span()):
                syllables = self._syllables(folded.text[first:last])
                if syllables:
                    cuts[first] = syllables
        return cuts

    def is_pinyin(self, run: str) -> bool:
        """True when a run of letters is nothing but syllables."""
        return self._syllables(run) is not None

    def _syllables(self, run: str) -> list[tuple[int, str]] | None:
        """Cut a run of letters into the fewest syllables; None when something is left over."""
        if run == BRAND_LETTERS or len(run) > LONGEST_RUN:
            return None
        single = LONG_SINGLE if len(run) >= LONG_ENOUGH else LETTER_WORD
        best: list[list[tuple[int, str]] | None] = [None] * len(run) + [[]]
        for place in range(len(run) - 1, -1, -1):
            for length in range(min(LONGEST_SYLLABLE, len(run) - place), 0, -1):
                rest = best[place + length]
                syllable = run[place : place + length]
                code = self.by_syllable.get(syllable) if length > 1 or syllable in single else None
                if (
                    code is not None
                    and rest is not None
                    and (best[place] is None or len(rest) < len(best[place] or []))
                ):
                    best[place] = [(length, code), *rest]
        return best[0]


def _unbroken(folded: Folded, first: int, last: int) -> Iterator[tuple[int, int]]:
    """Parts of a run of letters that stand together in the original."""
    start = first
    for place in range(first + 1, last + 1):
        if place == last or folded.starts[place] > folded.ends[place - 1]:
            if place - start > 1:
                yield start, place
            start = place


LETTER_WORD = "a"
"""The one letter that is a word of the trade and a syllable."""

LONG_SINGLE, LONG_ENOUGH = "ae", 6
"""Within a run of letters this long an e is a syllable too: jianadae."""

BRAND_LETTERS = "lv"
"""Alone it is a brand before it is a donkey; in `lvjia` it is the donkey."""

LONGEST_SYLLABLE = len("zhuang")
LONGEST_RUN = 48
"""Letters; a longer run is no phrase of eight syllables but noise, and cutting it up would take quadratic time."""

"""Write text as sounds: one private code point for each toneless syllable, near-sounding syllables sharing one.

Near-sounding is zh/z, ch/c, sh/s, n/l, hu-/f- and -ng/-n. On public cloaked text that table keeps 98.6 % of the changed
characters equal (82.6 % without it), which is why it is this table and no larger one.
"""

import re
from collections.abc import Iterable

import msgspec

from detectors.text.fold import Folded

FIRST_CODE = 0xE000
"""Start of Unicode's private use area. Folding drops private characters, so text never holds one by itself."""

DIGITS = dict(zip("0123456789", ("ling", "yi", "er", "san", "si", "wu", "liu", "qi", "ba", "jiu"), strict=True))

LATIN_RUN = re.compile(r"[a-z]{2,}")


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
    """Toneless pinyin with v for ü -> private code point."""
    plain: dict[str, str]
    """Character -> toneless syllable without the near-sounding table."""
    tones: dict[str, str]
    """Character -> tone, 1 to 4, 5 for none."""

    @classmethod
    def parse(cls, lines: Iterable[str]) -> "SoundTable":
        """Read `sound.tsv`: a syllable and its tone, a tab, the characters that are read so."""
        split = [line.rstrip("\n").split("\t") for line in lines if line.strip()]
        rows = [(reading[:-1], reading[-1], characters) for reading, characters in split]
        codes: dict[str, str] = {}
        for syllable, _, _ in rows:
            codes.setdefault(near(syllable), chr(FIRST_CODE + len(codes)))
        by_syllable = {syllable: codes[near(syllable)] for syllable, _, _ in rows}
        plain = {character: syllable for syllable, _, characters in rows for character in characters}
        tones = {character: tone for _, tone, characters in rows for character in characters}
        plain.update(DIGITS)
        return cls({ord(c): by_syllable[s] for c, s in plain.items()}, by_syllable, plain, tones)

    def of(self, folded: str) -> str:
        """Sounds of folded text, one for each character."""
        return folded.translate(self.by_character)

    def with_typed_syllables(self, folded: Folded) -> Folded:
        """Sounds of folded text, reading runs of Latin letters as pinyin where they are nothing else: `gao仿`."""
        text, starts, ends = [], [], []
        place = 0
        while place < len(folded.text):
            run = LATIN_RUN.match(folded.text, place)
            if run:
                syllables = self._syllables(run[0]) or [(1, letter) for letter in run[0]]
            else:
                syllables = [(1, self.of(folded.text[place]))]
            for length, code in syllables:
                text.append(code)
                starts.append(folded.starts[place])
                ends.append(folded.ends[place + length - 1])
                place += length
        return Folded("".join(text), tuple(starts), tuple(ends))

    def is_pinyin(self, run: str) -> bool:
        """True when a run of letters is nothing but syllables."""
        return self._syllables(run) is not None

    def _syllables(self, run: str) -> list[tuple[int, str]] | None:
        """Cut a run of letters into the fewest syllables; None when something is left over."""
        if run == BRAND_LETTERS or len(run) > LONGEST_RUN:
            return None
        best: list[list[tuple[int, str]] | None] = [None] * len(run) + [[]]
        for place in range(len(run) - 1, -1, -1):
            for length in range(min(LONGEST_SYLLABLE, len(run) - place), 1, -1):
                rest = best[place + length]
                code = self.by_syllable.get(run[place : place + length])
                if (
                    code is not None
                    and rest is not None
                    and (best[place] is None or len(rest) < len(best[place] or []))
                ):
                    best[place] = [(length, code), *rest]
        return best[0]


BRAND_LETTERS = "lv"
"""Alone it is a brand before it is a donkey; in `lvjia` it is the donkey."""

LONGEST_SYLLABLE = len("zhuang")
LONGEST_RUN = 48
"""Letters; a longer run is no phrase of eight syllables but noise, and cutting it up would take quadratic time."""

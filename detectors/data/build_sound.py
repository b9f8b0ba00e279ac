"""Build `sound.tsv`: the most common reading of every character, with its tone. Run by hand after a pypinyin upgrade.

    python -m detectors.data.build_sound

Reads nothing, writes `sound.tsv` beside this file: one syllable a line with its tone (1 to 4, 5 for none), a tab, the
characters that are read so.
pypinyin is a development dependency: nothing imports this module at run time.
"""

from collections import defaultdict
from pathlib import Path

from pypinyin import Style, pinyin

FIRST, LAST = 0x4E00, 0x9FFF
"""The CJK Unified Ideographs block, the one that simplified text is written in."""

TARGET = Path(__file__).with_name("sound.tsv")


def readings() -> dict[str, str]:
    """Map each character of the block to the syllables, in pinyin order, for instance `{"fang3": "仿访…"}`."""
    groups: dict[str, list[str]] = defaultdict(list)
    for code in range(FIRST, LAST + 1):
        syllable = pinyin(chr(code), style=Style.TONE3, errors="ignore", v_to_u=False, neutral_tone_with_five=True)
        if syllable and syllable[0][0].isascii():
            groups[syllable[0][0]].append(chr(code))
    return {syllable: "".join(characters) for syllable, characters in sorted(groups.items())}


if __name__ == "__main__":
    lines = [f"{syllable}\t{characters}\n" for syllable, characters in readings().items()]
    TARGET.write_text("".join(lines), encoding="utf-8")

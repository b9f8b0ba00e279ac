"""Build `polyphones.tsv`: the second reading of characters that have one. Run by hand after a pypinyin upgrade.

    python -m detectors.data.build_polyphones

A reading counts when phrases of pypinyin's dictionary (mozillazg/phrase-pinyin-data, MIT) use it often enough. One line
for each syllable: the toneless syllable, a tab, the characters that are also read so.
"""

from collections import Counter, defaultdict
from pathlib import Path

from pypinyin import Style, pinyin
from pypinyin.contrib.tone_convert import to_normal
from pypinyin.phrases_dict import phrases_dict

TARGET = Path(__file__).with_name("polyphones.tsv")

LEAST_PHRASES = 4
LEAST_SHARE = 0.02
"""Under these a reading is one of names or of old texts (own choice: keeps 单 shan, 弹 tan, 行 hang)."""

FUNCTION = frozenset("的地得了着和都还大不个为家")
"""Characters of every sentence: nobody writes them for their other sound, and they would cost every line a scan."""


def second_readings() -> dict[str, str]:
    """Map each syllable to the characters whose second reading it is, for instance `{"shan": "单掸…"}`."""
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for phrase, readings in phrases_dict.items():
        for character, (reading, *_) in zip(phrase, readings, strict=False):
            counts[character][to_normal(reading, v_to_u=False)] += 1
    groups: dict[str, list[str]] = defaultdict(list)
    for character, syllables in sorted(counts.items()):
        first = pinyin(character, style=Style.NORMAL, v_to_u=False)[0][0]
        others = [(count, syllable) for syllable, count in syllables.items() if syllable != first]
        if character in FUNCTION or not others:
            continue
        count, syllable = max(others)
        if count >= LEAST_PHRASES and count / syllables.total() >= LEAST_SHARE:
            groups[syllable].append(character)
    return {syllable: "".join(characters) for syllable, characters in sorted(groups.items())}


if __name__ == "__main__":
    lines = [f"{syllable}\t{characters}\n" for syllable, characters in second_readings().items()]
    TARGET.write_text("".join(lines), encoding="utf-8")

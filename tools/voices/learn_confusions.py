"""Writes detectors/data/asr_confusions.csv from what whisper-base wrote for spoken terms of the lexicon.

Usage (in the project's own environment), after speak_lines.py and hear_lines.py on lines with a column `term`:
PYTHONPATH=. python tools/voices/learn_confusions.py FOLDER ORDINARY_TEXT… -- VOICE…

A row is kept when the line around the term was heard right, the term was heard as other ideographs of the same number,
each sounds partly like the one it stands for, the text engine finds nothing there by itself, and the writing stands
nowhere in ordinary text (one file or more, UTF-8, .gz allowed) and holds no common word. pypinyin is needed, as for the
other tables.
"""

import csv
import gzip
import json
import re
import sys
from collections import defaultdict
from pathlib import Path

from pypinyin import Style, pinyin
from pypinyin.phrases_dict import phrases_dict

from detectors.audio.repair import CONFUSIONS_FILE
from detectors.text.engine import TextEngine
from pipelines.bench.ordinary_talk import ordinary_talk

HAN = re.compile(r"[一-鿿]+")
LEARNED = "learned: "


def main(folder: Path, texts: list[str], voices: list[str]) -> None:
    """Write the table: rows kept by hand first."""
    ordinary = "\n".join([*map(_read, texts), *(line for _, line in ordinary_talk())])
    ordinary += Path("detectors/data/words.tsv").read_text(encoding="utf-8")
    talk = map(json.loads, Path("detectors/data/plain_talk.jsonl").read_text(encoding="utf-8").splitlines())
    ordinary += "\n".join(line["text"] for line in talk if line["label"] == "benign")
    words = [w for w in Path("detectors/data/words.tsv").read_text(encoding="utf-8").split() if len(w) > 1]
    words += phrases_dict
    engine = TextEngine.load()
    heard_by: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    for voice in voices:
        for line in (folder / f"{voice}.jsonl").open(encoding="utf-8"):
            row = json.loads(line)
            for heard in {_in_place(row["text"], row["term"], said) for said in (row["heard"], *row["others"])} - {""}:
                heard_by[heard, row["term"]].add(voice)
    meant: defaultdict[str, set[str]] = defaultdict(set)
    for heard, term in heard_by:
        meant[heard].add(term)
    with CONFUSIONS_FILE.open(encoding="utf-8", newline="") as source:
        rows = [row for row in csv.DictReader(source) if not row["source"].startswith(LEARNED)]
    by_hand = {row["heard"] for row in rows}
    for (heard, term), by in sorted(heard_by.items()):
        certain = (
            len(meant[heard]) == 1 and heard not in ordinary and heard not in by_hand and _near(heard, term, words)
        )
        if certain and not _found(engine, heard):
            rows.append(
                {"heard": heard, "meant": term, "source": f"{LEARNED}whisper-base on {' and '.join(sorted(by))}"}
            )
    with CONFUSIONS_FILE.open("w", encoding="utf-8", newline="") as out:
        writer = csv.DictWriter(out, ["heard", "meant", "source"], lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    print(f"{len(rows)} rows")


def _in_place(text: str, term: str, said: str) -> str:
    """What was heard where the term was said; empty when the words around it were not heard right."""
    before, after = text.split(term, 1)
    said = "".join(HAN.findall(said))
    if not (said.startswith(before) and said.endswith(after)) or len(said) != len(text):
        return ""
    heard = said[len(before) : len(said) - len(after)]
    return heard if heard != term else ""


def _found(engine: TextEngine, heard: str) -> bool:
    return any(hit.llr > 0 for hit in engine.scan(f"今天上{heard}喜欢的拍", speaker="host"))


def _near(heard: str, term: str, words: list[str]) -> bool:
    """Each character sounds partly like the one it stands for, and none that differs is part of a common word."""
    for one, other in zip(heard, term, strict=True):
        (initial, final), (other_initial, other_final) = _syllable(one), _syllable(other)
        if initial != other_initial and final != other_final:
            return False
    for word in words:
        at = heard.find(word)
        if at >= 0 and heard[at : at + len(word)] != term[at : at + len(word)]:
            return False
    return True


def _syllable(character: str) -> tuple[str, str]:
    [[initial]] = pinyin(character, style=Style.INITIALS, strict=False)
    [[final]] = pinyin(character, style=Style.FINALS, strict=False)
    return initial, final


def _read(path: str) -> str:
    if path.endswith(".gz"):
        with gzip.open(path, "rt", encoding="utf-8") as file:
            return file.read()
    return Path(path).read_text(encoding="utf-8")


if __name__ == "__main__":
    split = sys.argv.index("--")
    main(Path(sys.argv[1]), sys.argv[2:split], sys.argv[split + 1 :])

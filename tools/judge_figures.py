"""How well the judge of plain talk does for authors that it did not learn from, as JSON lines.

    python tools/judge_figures.py --ordinary cold_train.csv.gz --ordinary liveamr_train.tsv.gz

For each tested author the weights are learned from the others' lines. `rules`: what the engine flags without the judge.
`judge`: lines over the acting threshold. `both`: either. `hard`: the same of the author's honest lines, all hard on
purpose. `ordinary`: lines of each file that the judge would flag as a host's, and how many there are.
"""

import argparse
import json
from collections.abc import Sequence
from math import log
from pathlib import Path

from detectors.contract import TextItem
from detectors.data.build_judge import (
    TESTED_AUTHORS,
    Line,
    Model,
    across_authors,
    calibration,
    judge_of,
    read_lines,
    train,
)
from detectors.text.acting import is_acting
from detectors.text.engine import TextEngine
from detectors.text.judge import Judge, bundled_judge
from detectors.text.judge_words import JudgeWords
from detectors.text.suspicions import judge_text
from detectors.text.weights import ACTING_TALK_SCORE
from pipelines.bench.evaluation_lines import ordinary_lines
from schemas import Modality

ACTING_LLR = log(ACTING_TALK_SCORE / (1 - ACTING_TALK_SCORE))


def main() -> None:
    """Print one line for each tested author and one for the bundled weights."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--ordinary", type=Path, action="append", default=[], help="Ordinary text; repeatable.")
    files = {path.name: ordinary_lines(path) for path in parser.parse_args().ordinary}
    engine, words, lines = TextEngine.load(), JudgeWords.load(), read_lines()
    engine.judge = Judge(words, {}, base=-100.0)  # the rules alone
    offset, slope = calibration(pair for pairs in across_authors(words, lines).values() for pair in pairs)
    for author in TESTED_AUTHORS:
        model = train(words, [line for line in lines if line.voice != author])
        scaled = {name: slope * weight for name, weight in model.weights.items()}
        judge = judge_of(Model(scaled, offset + slope * model.base))
        own = [line for line in lines if line.voice == author]
        fakes, hard = ([line for line in own if line.fake is fake] for fake in (True, False))
        told = {"author": author, "fakes": shares(engine, judge, fakes), "hard": shares(engine, judge, hard)}
        print(json.dumps({**told, "ordinary": flags(judge, files)}), flush=True)
    print(json.dumps({"author": "bundled", "ordinary": flags(bundled_judge(), files)}))


def shares(engine: TextEngine, judge: Judge, lines: Sequence[Line]) -> dict[str, float]:
    """Share of lines that the rules, the judge, and either of them flag."""
    rules = [_flagged(engine, line) for line in lines]
    talk = [_acts(judge, line.text, line.speaker) for line in lines]
    both = [one or other for one, other in zip(rules, talk, strict=True)]
    told = {"rules": rules, "judge": talk, "both": both}
    return {"lines": len(lines), **{name: round(sum(some) / len(lines), 3) for name, some in told.items()}}


def flags(judge: Judge, files: dict[str, list[str]]) -> dict[str, tuple[int, int]]:
    """Lines of each file that the judge flags, and how many it has."""
    return {name: (sum(_acts(judge, text, "host") for text in texts), len(texts)) for name, texts in files.items()}


def _acts(judge: Judge, text: str, speaker: str) -> bool:
    verdict = judge.verdict(text, speaker)
    return verdict is not None and verdict.weighed >= ACTING_LLR


def _flagged(engine: TextEngine, line: Line) -> bool:
    item = TextItem(room="", session="", source_id="", text=line.text, speaker=line.speaker, start_ms=0, end_ms=1)
    return is_acting(judge_text(engine, item, modality=Modality.AUDIO, detector="figures", version="1"))


if __name__ == "__main__":
    main()

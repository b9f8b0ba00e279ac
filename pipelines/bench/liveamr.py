"""Whether pronunciation evasions of real hosts fold: LiveAMR's pairs of what was transcribed and what was meant.

Each pair is aligned character by character (difflib). A changed span is what differs between two equal stretches, on
both sides. A span is

same fold: both sides are one after folding and joining repeats;
same sound: both sides are the same sounds in the engine's near-sounding table, typed pinyin read as syllables;
interleaved: the sounds of what was meant stand in what was said in order, with others between (好吸母收 for 好吸收),
  the sounds beside the span counted too; joining that would need to know which characters are noise;
other: what was meant is not there by sound (远力 for 视力 is a riddle, 安利 for 推荐 another word).

A pair folds when all its spans do by fold or sound, so that both lines have one canonical form.
"""

import gzip
from collections import Counter
from difflib import SequenceMatcher
from pathlib import Path
from typing import Literal

import click
import msgspec

from detectors.text.engine import TextEngine
from detectors.text.fold import collapse_runs, fold
from detectors.text.sound import SoundTable
from pipelines.errors import InputError

Kind = Literal["fold", "sound", "interleaved", "other"]
BESIDE = 1
"""Equal characters on either side of a span that go into its sounds: noise may stand at an edge (吸母收)."""

SHOWN_FAILURES = 40


class Failure(msgspec.Struct, frozen=True):
    """A changed span that does not fold."""

    said: str
    meant: str
    how: Kind
    count: int


class LiveAmr(msgspec.Struct, frozen=True, kw_only=True):
    """Result of `measure_liveamr`."""

    kind: Literal["liveamr"] = "liveamr"
    pairs: int
    changed_pairs: int
    folded_pairs: int
    share: float
    """Of the changed pairs: those whose two lines have one canonical form."""
    spans: int
    same_fold: int
    same_sound: int
    interleaved: int
    other: int
    span_share: float
    """Of the changed spans: same fold or same sound."""
    span_share_interleaved: float
    """Of the changed spans: those, and the interleaved ones."""
    failures: tuple[Failure, ...]
    """Most frequent first."""


def measure_liveamr(path: Path) -> LiveAmr:
    """Measure on a tab-separated file, said and meant, gzipped or not.

    Raises:
        InputError: the file cannot be read, or a line has not two columns.
    """
    sound = TextEngine.load().tables.sound
    pairs = _pairs(path)
    kinds: Counter[Kind] = Counter()
    failures: Counter[tuple[str, str, Kind]] = Counter()
    changed = folded = 0
    for said, meant in pairs:
        spans = [(kind, a, b) for kind, a, b in _spans(sound, said, meant)]
        kinds.update(kind for kind, _, _ in spans)
        failures.update((a, b, kind) for kind, a, b in spans if kind in ("interleaved", "other"))
        changed += bool(spans)
        folded += bool(spans) and all(kind in ("fold", "sound") for kind, _, _ in spans)
    total, same = sum(kinds.values()), kinds["fold"] + kinds["sound"]
    return LiveAmr(
        pairs=len(pairs), changed_pairs=changed, folded_pairs=folded, share=round(folded / max(1, changed), 4),
        spans=total, same_fold=kinds["fold"], same_sound=kinds["sound"], interleaved=kinds["interleaved"],
        other=kinds["other"], span_share=round(same / max(1, total), 4),
        span_share_interleaved=round((same + kinds["interleaved"]) / max(1, total), 4),
        failures=tuple(Failure(a, b, kind, n) for (a, b, kind), n in failures.most_common(SHOWN_FAILURES)),
    )  # fmt: skip


def _pairs(path: Path) -> list[tuple[str, str]]:
    try:
        data = path.read_bytes()
        lines = (gzip.decompress(data) if path.suffix == ".gz" else data).decode("utf-8-sig").splitlines()
    except (OSError, EOFError, UnicodeDecodeError) as error:
        raise InputError(f"{path}: cannot be read as UTF-8 text, gzipped if named .gz: {error}") from error
    pairs = []
    for number, line in enumerate(lines, start=1):
        said, tab, meant = line.partition("\t")
        if not tab or "\t" in meant:
            raise InputError(f"{path} line {number}: two columns are needed, as said and as meant, parted by a tab")
        pairs.append((said, meant))
    return pairs


def _spans(sound: SoundTable, said: str, meant: str) -> list[tuple[Kind, str, str]]:
    """Changed spans with what they are, without the characters beside them."""
    found = []
    for tag, a, b, c, d in SequenceMatcher(None, said, meant, autojunk=False).get_opcodes():
        if tag != "equal":
            around = said[max(0, a - BESIDE) : b + BESIDE], meant[max(0, c - BESIDE) : d + BESIDE]
            found.append((_kind(sound, *around), said[a:b], meant[c:d]))
    return found


def _kind(sound: SoundTable, said: str, meant: str) -> Kind:
    written, wanted = collapse_runs(fold(said)), collapse_runs(fold(meant))
    if written.text == wanted.text:
        return "fold"
    heard = collapse_runs(sound.typed(written)).text
    wanted_sounds = collapse_runs(sound.typed(wanted)).text
    if heard == wanted_sounds:
        return "sound"
    rest = iter(heard)
    return "interleaved" if all(one in rest for one in wanted_sounds) else "other"


def show_liveamr(result: LiveAmr) -> None:
    """Print the figures for people, on stderr."""
    spans, by_sound, noisy = result.spans, result.span_share, result.span_share_interleaved
    say = [
        f"LiveAMR: {result.folded_pairs} of {result.changed_pairs} changed pairs fold to one form: {result.share:.3f}",
        f"  {spans} changed spans: {result.same_fold} by fold, {result.same_sound} by sound: {by_sound:.3f}",
        f"  {result.interleaved} more with other sounds between: {noisy:.3f}; {result.other} otherwise",
        "  most frequent failures:",
    ]
    nothing = "(nothing)"
    say += [f"{one.count:>8} {one.said or nothing} for {one.meant or nothing}: {one.how}" for one in result.failures]
    click.echo("\n".join(say), err=True)

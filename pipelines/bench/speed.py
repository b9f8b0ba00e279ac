"""How fast the text engine scans chat lines, beside a peer and beside the bare automaton.

Everything runs in one invocation on the same lines and the same terms, one thread each, in turns; the figure of each is
the median of its rounds. A second is one of processor time, the peer's garbage collector and compiler included, so that
what else runs on the machine counts little. Ratios are what to quote: lines a second depend on the machine.
"""

import gc
import statistics
import tempfile
import time
import tracemalloc
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Literal

import click
import msgspec
from ahocorasick_rs import AhoCorasick

from detectors.text.engine import TextEngine
from detectors.text.hits import Hit
from detectors.text.lexicon import write_lexicon
from pipelines.bench.chat_lines import chat_lines
from pipelines.bench.houbb import HoubbPeer, PeerMissingError
from pipelines.bench.lexicons import sized_lexicon

LINES = 10_000
ROUNDS = 5
SINGLE_LINES = 1_000
"""Scanned one by one, which takes long."""
TERMS = 10_000
SIZES = (1_000, 10_000, 50_000)
BATCH = 1_000
"""Lines given to the engine at once: what a room of a popular host types in some minutes."""


class Size(msgspec.Struct, frozen=True):
    """The engine with one size of lexicon."""

    terms: int
    lines_per_second: float
    lines_hit: int
    """Lines with hits; what is found costs more than what is not."""
    load_s: float
    memory_mib: float
    """Python's share: what loading left allocated, the automata's own memory not counted."""


class Speed(msgspec.Struct, frozen=True, kw_only=True):
    """Result of `measure_speed`. Ratios: above 1 the engine is faster."""

    kind: Literal["speed"] = "speed"
    houbb: float | None
    """Engine against houbb/sensitive-word, all its conversions on; null when it cannot run here."""
    houbb_missing: str = ""
    automaton: float
    """Engine against the bare automaton called for each line, as its users call it."""
    automaton_batch: float
    """Engine against the bare automaton called once on all lines joined."""
    flat: float
    """Lines a second with the largest lexicon against the smallest: 1 is flat. The evasive lines write terms of the
    smallest, so that each finds the same."""
    lines: int
    characters: float
    """Mean length of a line."""
    lines_hit: int
    terms: int
    engine_lines_per_second: float
    single_lines_per_second: float
    """The engine called for each line by itself (`scan`)."""
    houbb_lines_per_second: float | None
    automaton_lines_per_second: float
    automaton_batch_lines_per_second: float
    sizes: tuple[Size, ...]


def measure_speed(lines: Sequence[str] | None = None) -> Speed:
    """Measure; takes about a minute.

    Args:
        lines: what to scan; generated chat when None.
    """
    with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
        folder = Path(name)
        loaded = {size: _load(size, folder) for size in SIZES}
        engine, terms = loaded[TERMS][0], loaded[TERMS][1]
        texts = list(lines) if lines is not None else chat_lines(LINES, engine.tables.terms)
        common = list(lines) if lines is not None else chat_lines(LINES, loaded[SIZES[0]][0].tables.terms)
        automaton, joined = AhoCorasick(terms), "\n".join(texts)
        runs: dict[str, Callable[[], object]] = {
            f"engine {size}": partial(scan_all, engine_of_size, common)
            for size, (engine_of_size, _, _) in loaded.items()
        }
        runs["engine"] = partial(scan_all, engine, texts)
        single = texts[:SINGLE_LINES]
        runs["single"] = lambda: [engine.scan(text, speaker="viewer") for text in single]
        runs["automaton"] = lambda: [automaton.find_matches_as_indexes(text) for text in texts]
        runs["automaton batch"] = lambda: automaton.find_matches_as_indexes(joined)
        peer, missing = _peer(terms, texts, folder, stack)
        rates = _rates(runs, peer, len(texts))
    median = {name: statistics.median(values) for name, values in rates.items()}
    ours = median["engine"]
    sizes = tuple(
        msgspec.structs.replace(
            figures, lines_per_second=round(median[f"engine {size}"]), lines_hit=_lines_hit(engine_of_size, common)
        )
        for size, (engine_of_size, _, figures) in loaded.items()
    )
    return Speed(
        houbb=round(ours / median["houbb"], 2) if peer else None,
        houbb_missing=missing,
        automaton=round(ours / median["automaton"], 3),
        automaton_batch=round(ours / median["automaton batch"], 3),
        flat=round(sizes[-1].lines_per_second / sizes[0].lines_per_second, 3),
        lines=len(texts),
        characters=round(statistics.mean(map(len, texts)), 1),
        lines_hit=_lines_hit(engine, texts),
        terms=TERMS,
        engine_lines_per_second=round(ours),
        single_lines_per_second=round(median["single"] * len(single) / len(texts)),
        houbb_lines_per_second=round(median["houbb"]) if peer else None,
        automaton_lines_per_second=round(median["automaton"]),
        automaton_batch_lines_per_second=round(median["automaton batch"]),
        sizes=sizes,
    )


def scan_all(engine: TextEngine, texts: Sequence[str]) -> list[list[Hit]]:
    """All lines through the engine, as viewers' lines, `BATCH` at once."""
    found: list[list[Hit]] = []
    for first in range(0, len(texts), BATCH):
        found += engine.scan_lines(texts[first : first + BATCH], speaker="viewer")
    return found


def _lines_hit(engine: TextEngine, texts: Sequence[str]) -> int:
    return sum(bool(hits) for hits in scan_all(engine, texts))


def _load(size: int, folder: Path) -> tuple[TextEngine, list[str], Size]:
    path = folder / f"lexicon-{size}.csv"
    terms = sized_lexicon(size)
    path.write_text(write_lexicon(terms), encoding="utf-8")
    gc.collect()
    start = time.perf_counter()
    engine = TextEngine.load(path)
    seconds = time.perf_counter() - start
    tracemalloc.start()
    kept = TextEngine.load(path)
    mib = tracemalloc.get_traced_memory()[0] / 2**20
    tracemalloc.stop()
    del kept
    figures = Size(terms=size, lines_per_second=0, lines_hit=0, load_s=round(seconds, 3), memory_mib=round(mib, 1))
    return engine, [term.term for term in terms], figures


def _peer(terms: Sequence[str], texts: Sequence[str], folder: Path, stack: ExitStack) -> tuple[HoubbPeer | None, str]:
    try:
        return stack.enter_context(HoubbPeer(terms, texts, folder)), ""
    except PeerMissingError as error:
        return None, str(error)


def _rates(runs: dict[str, Callable[[], object]], peer: HoubbPeer | None, lines: int) -> dict[str, list[float]]:
    """Lines a second of each round; the runs take turns, so that a busy moment of the machine meets them all."""
    rates: dict[str, list[float]] = {name: [] for name in (*runs, "houbb")}
    for _ in range(ROUNDS):
        for name, run in runs.items():
            start = time.process_time()
            run()
            rates[name].append(lines / (time.process_time() - start))
        if peer:
            rates["houbb"].append(peer.measure().lines_per_second)
    return {name: values for name, values in rates.items() if values}


def show_speed(speed: Speed) -> None:
    """Print the figures for people, on stderr."""
    rows = [
        ("dajia, all folds, in batches", speed.engine_lines_per_second, None),
        ("dajia, line by line", speed.single_lines_per_second, None),
        ("houbb/sensitive-word", speed.houbb_lines_per_second, speed.houbb),
        ("bare automaton, line by line", speed.automaton_lines_per_second, speed.automaton),
        ("bare automaton, lines joined", speed.automaton_batch_lines_per_second, speed.automaton_batch),
    ]
    say = [f"{speed.lines} lines of {speed.characters} characters, {speed.lines_hit} with hits; {speed.terms} terms"]
    for name, rate, ratio in rows:
        if rate is not None:
            say.append(f"  {name:32} {rate:>10,.0f} lines/s" + (f"   dajia is {ratio:.2f} x as fast" if ratio else ""))
    if speed.houbb_missing:
        say.append(f"  houbb/sensitive-word             left out: {speed.houbb_missing}")
    say += [
        f"  {one.terms:>6,} terms: {one.lines_per_second:>10,.0f} lines/s, {one.lines_hit} with hits,"
        f" loads in {one.load_s:.2f} s, {one.memory_mib:.0f} MiB of Python objects"
        for one in speed.sizes
    ]
    click.echo("\n".join(say), err=True)

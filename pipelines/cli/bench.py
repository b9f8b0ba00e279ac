"""`dajia bench`: measurements that a user can repeat."""

from itertools import islice
from pathlib import Path

import click
import msgspec

from pipelines.errors import InputError

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group()
def bench() -> None:
    """Measure detectors and judgement on this machine."""


@bench.command()
@click.option("--json", "as_json", is_flag=True, help="JSON lines on stdout instead of tables on stderr.")
@click.option("--only", type=click.Choice(["speed", "quality"]), help="One part instead of both.")
@click.option(
    "--lines", "path", type=click.Path(path_type=Path, dir_okay=False), help="Text file, one line each, for the speed."
)
@click.option(
    "--ordinary",
    type=click.Path(path_type=Path, dir_okay=False),
    multiple=True,
    help="Text without counterfeit talk (csv, tsv, jsonl, txt; .gz) to count false alarms on. May be repeated.",
)
@click.option(
    "--liveamr",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Only measure what share of LiveAMR's pairs (tab-separated: said, meant; .gz) fold to one form.",
)
@click.option("--misses", is_flag=True, help="Only print the missed and false lines of the development half.")
def text(
    *,
    as_json: bool,
    only: str | None,
    path: Path | None,
    ordinary: tuple[Path, ...],
    liveamr: Path | None,
    misses: bool,
) -> None:
    """Measure the text engine's speed and quality.

    The speed is compared with houbb/sensitive-word (Java and Maven are needed) and with the bare automaton, on made-up
    chat lines or on those of --lines. The quality is recall and precision on the labelled lines of
    tests/benchmarks/data, by technique and by role, and the false alarms on ordinary text. With --json, one object for
    each part: {"kind": "speed", "houbb": ratio, "automaton": ratio, ...}, {"kind": "quality", "recall", ...}.

    \b
    Example:
      dajia bench text --json
      dajia bench text --only quality --ordinary comments.csv.gz
    """  # noqa: D301 (click reads \b as "keep these lines")
    from pipelines.bench.liveamr import measure_liveamr, show_liveamr  # noqa: PLC0415 - heavy
    from pipelines.bench.quality import measure_quality  # noqa: PLC0415 - heavy
    from pipelines.bench.quality_table import show_misses, show_quality  # noqa: PLC0415 - heavy
    from pipelines.bench.speed import measure_speed, show_speed  # noqa: PLC0415 - heavy

    if misses:
        show_misses()
        return
    if liveamr is not None:
        folding = measure_liveamr(liveamr)
        click.echo(msgspec.json.encode(folding)) if as_json else show_liveamr(folding)
        return
    if only != "speed":
        quality = measure_quality(ordinary)
        click.echo(msgspec.json.encode(quality)) if as_json else show_quality(quality)
    if only != "quality":
        speed = measure_speed(None if path is None else _lines(path))
        click.echo(msgspec.json.encode(speed)) if as_json else show_speed(speed)


@bench.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout instead of tables on stderr.")
@click.option("--only", type=click.Choice(["quality", "cost", "quix"]), help="One part instead of all.")
@click.option("--rooms", default=30, show_default=True, type=click.IntRange(1, 10_000), help="Shows of each kind.")
@click.option("--policy", "policy_file", metavar="FILE", type=FILE, help="Policy TOML. Default: the bundled.")
@click.option("--plot", metavar="FILE", type=click.Path(dir_okay=False, path_type=Path), help="Write the plot, SVG.")
def join(*, as_json: bool, only: str | None, rooms: int, policy_file: Path | None, plot: Path | None) -> None:
    """Measure the judgement on made-up rooms, which are not reality.

    Precision and recall of cuts, time to action and calibration by kind of show, beside noisy-or, single modalities
    and a vote of two on the same shows; cost of an event by the size of a room's window; bytes of state; bringing
    10,000 rooms back; the worker beside a Quix Streams application on the same records and broker (Apache Kafka where
    it can run; the first time an environment for the peer is made). With --json one object: {"name": "join",
    "ratios": {"quix", "flat_10_to_10000", "cut_precision", "room_recall"}, "figures", "environment"}.

    \b
    Example:
      dajia bench join --json
      dajia bench join --only quality --rooms 100 --plot calibration.svg
    """  # noqa: D301 (click reads \b as "keep these lines")
    from pipelines.bench.join import PARTS, measure_join  # noqa: PLC0415 - heavy
    from pipelines.bench.join_table import calibration_svg, show_join  # noqa: PLC0415 - heavy
    from pipelines.policy import read_policy  # noqa: PLC0415 - heavy
    from pipelines.simulate.profiles import read_profiles  # noqa: PLC0415 - heavy

    parts = tuple(part for part in PARTS if only in (None, part))
    found = measure_join(
        read_profiles(),
        read_policy(policy_file),
        rooms_of_a_kind=rooms,
        parts=parts,
        say=lambda words: click.echo(words, err=True),
    )
    click.echo(msgspec.json.encode(found)) if as_json else show_join(found)
    if plot is not None and found.figures.quality is not None:
        try:
            plot.write_text(calibration_svg(found.figures.quality), encoding="utf-8")
        except OSError as error:
            raise InputError(f"{plot}: cannot be written: {error.strerror}") from error


@bench.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout instead of words on stderr.")
@click.option("--composites", default=108, show_default=True, type=click.IntRange(1), help="Pictures with a mark.")
@click.option("--frames", "most", default=40, show_default=True, type=click.IntRange(1), help="Frames of each clip.")
def frames(*, as_json: bool, composites: int, most: int) -> None:
    """Measure the frames agent: marks on drawn composites, reading with the change gate beside reading every frame.

    Composites and clips are drawn, not filmed. {"name": "frames", "ratios": {"rooms_vs_ocr_every_frame",
    "gallery_recall", "texts_recall"}, "figures", "environment"}. On the CPU by one thread.

    \b
    Example:
      dajia bench frames --json --composites 54 --frames 20
    """  # noqa: D301 (click reads \b as "keep these lines")
    import cv2  # noqa: PLC0415 - heavy

    from detectors.engines.ocr import load_ocr_engine  # noqa: PLC0415 - heavy
    from detectors.frame.logo import bundled_gallery  # noqa: PLC0415 - heavy
    from pipelines.bench.frames import CLIPS, FRAME_PERIOD_S, measure_frames  # noqa: PLC0415 - heavy
    from pipelines.cli.frame import video_frames  # noqa: PLC0415 - heavy

    cv2.setNumThreads(1)
    clips = {}
    for clip in sorted(CLIPS.glob("*/clip.mp4")):
        shown = video_frames(clip, fps=1 / FRAME_PERIOD_S, max_pixels=10_000_000)
        clips[clip.parent.name] = [image for _, image in islice(shown, most)]
    found = measure_frames(
        bundled_gallery(), load_ocr_engine(threads=1), clips, composites=composites,
        say=lambda words: click.echo(words, err=True),
    )  # fmt: skip
    if as_json:
        click.echo(msgspec.json.encode(found))
    else:
        click.echo(msgspec.json.format(msgspec.json.encode(found), indent=2).decode(), err=True)


@bench.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout instead of words on stderr.")
@click.option("--every", default=2, show_default=True, type=click.IntRange(1, 20), help="Play one of so many lines.")
@click.option("--hours", type=click.FloatRange(0.01, 100), help="Only memory, over so many hours of sound played fast.")
def audio(*, as_json: bool, every: int, hours: float | None) -> None:
    """Measure the ears on synthesised Mandarin, which is not reality.

    Lines of two voices that nothing was learned from, at speeds of 0.8 to 1.4, under music, echo and AAC, with music
    and silence between them: recall against exact matching on the same transcripts, false findings in ordinary speech,
    rooms per core and delay, beside plain faster-whisper on the same shows. Takes some minutes. With --json one
    object: {"name": "audio", "ratios": {"rooms_vs_plain_engine", "recall"}, "figures"}.

    \b
    Example:
      dajia bench audio --json
      dajia bench audio --hours 10
    """  # noqa: D301 (click reads \b as "keep these lines")
    from pipelines.bench.audio import measure_audio, measure_memory  # noqa: PLC0415 - heavy
    from pipelines.settings import load_settings  # noqa: PLC0415 - not needed by the others

    def say(words: str) -> None:
        click.echo(words, err=True)

    if hours is not None:
        found = msgspec.json.encode(measure_memory(load_settings(), hours=hours, recognised_of=50, say=say))
    else:
        found = msgspec.json.encode(measure_audio(load_settings(), every=every, say=say))
    if as_json:
        click.echo(found)
    else:
        say(msgspec.json.format(found, indent=2).decode())


def _lines(path: Path) -> list[str]:
    try:
        lines = [line for line in path.read_text(encoding="utf-8-sig").splitlines() if line.strip()]
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{path}: cannot be read as UTF-8 text: {error}") from error
    if not lines:
        raise InputError(f"{path}: no lines; give at least one")
    return lines

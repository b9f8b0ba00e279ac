"""The figures of `dajia bench join` for people, on stderr, and the calibration plot as SVG."""

from collections.abc import Iterable, Sequence

import click

from pipelines.bench.join import JoinBench
from pipelines.bench.join_cost import Recovery, WindowCost
from pipelines.bench.join_metrics import Bin
from pipelines.bench.join_quality import FALSE_CUTS_PER_HOUR, KindResult, Method, Quality
from pipelines.bench.join_quix import QuixResult
from pipelines.bench.quality import Rate

PRECISION_AIM, RECALL_AIM, QUIX_AIM = 1.0, 0.9, 2.0
BAR = 40
SIDE, EDGE = 400, 50
"""Of the SVG plot, pixels."""


def show_join(bench: JoinBench) -> None:
    """Print the tables."""
    click.echo("\n".join(_text(bench)), err=True)


def calibration_svg(quality: Quality) -> str:
    """Draw predicted against true share of counterfeit rooms; the area of a dot is its number of rooms."""
    whole = SIDE + 2 * EDGE
    rooms = f"{quality.rooms} rooms, Brier {quality.brier}, calibration error {quality.calibration_error}"
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {whole} {whole}" font-family="sans-serif">',
        f'<rect x="{EDGE}" y="{EDGE}" width="{SIDE}" height="{SIDE}" fill="none" stroke="#888"/>',
        f'<line x1="{EDGE}" y1="{EDGE + SIDE}" x2="{EDGE + SIDE}" y2="{EDGE}" stroke="#888" stroke-dasharray="4"/>',
        f'<text x="{EDGE}" y="{EDGE - 30}">Made-up rooms, not reality: predicted and true share of counterfeits</text>',
        f'<text x="{EDGE}" y="{EDGE - 12}">{rooms}</text>',
        f'<text x="{EDGE + SIDE / 2 - 60}" y="{SIDE + 2 * EDGE - 10}">predicted by the join</text>',
        f'<text x="15" y="{EDGE + SIDE / 2}" transform="rotate(-90 15 {EDGE + SIDE / 2})">truly counterfeit</text>',
    ]
    for share in (0.0, 0.5, 1.0):
        parts += [
            f'<text x="{EDGE + SIDE * share - 8}" y="{EDGE + SIDE + 16}">{share:g}</text>',
            f'<text x="{EDGE - 24}" y="{EDGE + SIDE * (1 - share) + 4}">{share:g}</text>',
        ]
    parts += [
        f'<circle cx="{EDGE + SIDE * one.predicted:.1f}" cy="{EDGE + SIDE * (1 - one.counterfeit):.1f}" '
        f'r="{2 + one.rooms**0.5:.1f}" fill="#36c" fill-opacity="0.6"><title>{one.rooms} rooms</title></circle>'
        for one in quality.bins
        if one.counterfeit is not None
    ]
    return "\n".join([*parts, "</svg>", ""])


def _text(bench: JoinBench) -> Iterable[str]:
    figures, where = bench.figures, bench.environment
    yield (
        f"made-up rooms, not reality (profiles {where.profiles}, policy {where.policy}, Python {where.python}, "
        f"{where.cores} cores)"
    )
    if figures.quality:
        yield from _quality(figures.quality)
    if figures.window_costs:
        yield from _cost(figures.window_costs)
    if figures.recovery:
        yield _recovery(figures.recovery)
    if figures.quix:
        yield _quix(figures.quix)
    if figures.quix_missing:
        yield f"Quix Streams: left out: {figures.quix_missing}"


def _quality(quality: Quality) -> Iterable[str]:
    yield (
        f"{quality.rooms} rooms, {quality.room_hours:,.0f} room hours ({quality.honest_hours:,.0f} of honest rooms), "
        f"{quality.records:,} records; shares with 95 % Wilson intervals"
    )
    yield (
        f"aims: precision of cuts {PRECISION_AIM}, recall {RECALL_AIM}, at most {FALSE_CUTS_PER_HOUR} false cuts per "
        "honest room hour; the baselines' thresholds are the best that keep to that on other shows"
    )
    yield (
        f"  {'cuts by':16}{'precision':24}{'recall':24}{'false cuts':>10}{'per hour':>10}{'min to cut':>12}"
        f"{'Brier':>8}{'fitted':>8}"
    )
    yield from (_method(one) for one in quality.methods)
    yield (
        f"join: {_shown(quality.reviewed_recall)} of counterfeit rooms sent to review or cut, honest rooms so "
        f"{quality.false_reviews_per_hour} per hour; median minutes from the first counterfeit moment to the first "
        f"action {_number(quality.minutes_to_first, 1)}, to the cut {_number(quality.minutes_to_cut, 1)}"
    )
    yield (
        f"  {'kind':18}{'':12}{'rooms':>6}{'acted':>6}{'review':>7}{'cut':>5}{'min first':>10}{'min cut':>9}"
        "  cut by baselines"
    )
    yield from (_kind(one) for one in quality.kinds)
    yield (
        f"calibration of a show's largest posterior: Brier {quality.brier}, error {quality.calibration_error}; Brier "
        f"{quality.brier_at_share} when the prior is moved to the share of counterfeits among these rooms"
    )
    yield f"  {'predicted':11}{'rooms':>6}{'mean':>7}{'true':>7}"
    yield from (_bin(one) for one in quality.bins)
    yield f"state of a room: median {quality.state_bytes_median:,} bytes, largest {quality.state_bytes_max:,}"


def _method(one: Method) -> str:
    limit = "" if one.threshold_nats is None else f"  above {one.threshold_nats:.1f} nats"
    return (
        f"  {one.name:16}{_shown(one.precision):24}{_shown(one.recall):24}{one.false_cuts:>10}"
        f"{one.false_cuts_per_hour:>10.4f}{_number(one.minutes_to_cut, 1):>12}{_number(one.brier, 3):>8}"
        f"{_number(one.brier_fitted, 3):>8}{limit}"
    )


def _kind(one: KindResult) -> str:
    baselines = ", ".join(f"{name} {cuts}" for name, cuts in one.baseline_cuts.items() if cuts)
    return (
        f"  {one.kind:18}{'counterfeit' if one.counterfeit else '':12}{one.rooms:>6}{one.acted:>6}{one.reviewed:>7}"
        f"{one.cut:>5}{_number(one.minutes_to_first, 1):>10}{_number(one.minutes_to_cut, 1):>9}  {baselines}"
    )


def _bin(one: Bin) -> str:
    bar = "" if one.counterfeit is None else "#" * round(BAR * one.counterfeit)
    return (
        f"  {one.low:.1f} - {one.high:.1f}  {one.rooms:>6}{one.predicted:>7.2f}{_number(one.counterfeit, 2):>7}  "
        f"|{bar:{BAR}}|"
    )


def _cost(costs: Sequence[WindowCost]) -> Iterable[str]:
    yield "cost of an event by how many lie in the room's last ten minutes"
    for one in costs:
        yield f"  {one.events:>6,} events: {one.microseconds:>7.1f} µs, state {one.state_bytes:>8,} bytes"


def _recovery(back: Recovery) -> str:
    return (
        f"{back.rooms:,} rooms, {back.megabytes} MB of states: {back.decode_s} s to decode all once the changelog has "
        f"been read, {back.encode_s} s to encode all; a record with decoding and encoding "
        f"{back.first_event_us:.0f} µs (processor time; network and Kafka not counted)"
    )


def _quix(one: QuixResult) -> str:
    return (
        f"{one.records:,} records of {one.rooms} rooms on {one.broker}, one process each, median of {one.rounds} "
        f"turns: dajia {one.ours_per_second:,.0f}/s, Quix Streams {one.theirs_per_second:,.0f}/s: {one.ratio:.2f} x "
        f"({one.processor_ratio:.2f} x for each second of processor time; aim {QUIX_AIM})"
    )


def _shown(rate: Rate) -> str:
    return f"{_number(rate.share, 3)} [{rate.low:.3f}, {rate.high:.3f}]"


def _number(value: float | None, digits: int) -> str:
    return "-" if value is None else f"{value:.{digits}f}"

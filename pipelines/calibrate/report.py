"""A calibration in words: what changes, why the rest stays, and how well stated probabilities agree with reviewers."""

from collections.abc import Iterator

from pipelines.calibrate.calibration import Kept, Quality, Value
from pipelines.calibrate.run import Calibration

WIDTH = 40
"""Characters of the plot's bars."""


def report(found: Calibration) -> Iterator[str]:
    """The lines to print."""
    shows = found.confirmed + found.overturned
    yield f"{shows} reviewed shows: {found.confirmed} confirmed, {found.overturned} overturned"
    yield ""
    yield f"{'':40}  before     after     95 % interval  shows"
    if not any(one.name == "prior" for one in found.kept):
        yield _row("prior, shift of log-odds", found.prior)
    yield from (_row(f"family {value.name}, factor", value) for value in found.weights)
    yield from (_row(f"line {value.name}, posterior", value) for value in found.thresholds)
    yield "(* changed: the interval leaves the number in force out)"
    if found.kept:
        yield ""
        yield "stays as it is:"
        yield from (_kept(one) for one in found.kept)
    yield ""
    yield (
        f"Brier score: before {found.before.brier:.4f}, after {found.after.brier:.4f}, "
        f"of the weights on shows that their fit has not seen {found.unseen_brier:.4f}"
    )
    yield ""
    yield from _plot("before", found.before)
    yield ""
    yield from _plot("after", found.after)


def _row(name: str, value: Value) -> str:
    mark = "*" if value.is_changed else " "
    interval = f"{value.low:.3f} to {value.high:.3f}"
    return f"{mark} {name:<36}{value.before:>8.3f}  {value.after:>8.3f}  {interval:>17}  {value.shows:>5}"


def _kept(one: Kept) -> str:
    return f"  {one.name} ({one.before:g}): {one.why}"


def _plot(title: str, quality: Quality) -> Iterator[str]:
    """A reliability plot: the bar is the share that reviewers upheld, the mark what the policy stated."""
    yield f"{title}: stated  upheld  shows"
    for stated, share, shows in quality.bins:
        bar = list("█" * round(share * WIDTH) + " " * (WIDTH - round(share * WIDTH)))
        bar[min(round(stated * WIDTH), WIDTH - 1)] = "┃"
        yield f"{'':{len(title)}}  {stated:>6.3f}  {share:>6.3f}  {shows:>5}  |{''.join(bar)}|"

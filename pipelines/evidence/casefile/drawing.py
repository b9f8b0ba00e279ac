"""Inline SVG of a case file: the score with its signs, and the waveform with what was heard.

Each drawing is made once wide and once narrow: type in an SVG that is scaled down to a phone could not be read.
"""

import html
from collections.abc import Iterable

from pipelines.evidence.casefile.case import Case
from pipelines.evidence.casefile.words import MODALITIES, clock
from schemas import Modality

WIDE, NARROW = 1000, 380
"""Widths in px at which the type is 12 px."""
COLOURS = {
    Modality.FRAME: "#0f766e",
    Modality.AUDIO: "#b45309",
    Modality.DANMAKU: "#4338ca",
    Modality.LISTING: "#be185d",
    Modality.REPORT: "#4d7c0f",
}
_LEFT, _RIGHT, _TOP, _HEIGHT, _LANE = 62, 14, 34, 190, 22
_MIN_LABEL_GAP = 16
ACTION = "#b91c1c"


class Scale:
    """On-air time to x, likelihood to y."""

    def __init__(self, start_ms: int, end_ms: int, width: int) -> None:
        self._start, self._span, self._width = start_ms, max(1, end_ms - start_ms), width
        self.start_ms, self.end_ms = start_ms, end_ms

    def x(self, ms: int) -> float:
        """Pixels from the left."""
        share = min(1.0, max(0.0, (ms - self._start) / self._span))
        return round(_LEFT + share * (self._width - _LEFT - _RIGHT), 1)

    @staticmethod
    def y(posterior: float) -> float:
        """Pixels from the top."""
        return round(_TOP + (1 - posterior) * _HEIGHT, 1)


def timeline(case: Case, width: int) -> str:
    """Score, actions and signs of the show."""
    moments = [*(one.at_ms for one in case.scores), *(one.at_ms for one in case.actions), case.started_ms]
    scale = Scale(case.started_ms, max([*moments, case.ended_ms or case.started_ms]), width)
    lanes = [one for one in Modality if any(mark.modality == one for mark in case.marks)]
    bottom = _TOP + _HEIGHT
    height = bottom + 24 + _LANE * len(lanes) + 8
    parts = [*_grid(scale, width, bottom), *_score(case, scale, bottom), *_signs(case, scale, lanes, bottom, width)]
    parts += _actions(case, scale, height - 8, width)
    label = f"售假可能性随时间的变化与 {len(case.marks)} 处迹象 / score over time with {len(case.marks)} signs"
    return _svg(width, height, label, parts, "timeline")


def _grid(scale: Scale, width: int, bottom: int) -> Iterable[str]:
    for share in (0.0, 0.25, 0.5, 0.75, 1.0):
        y = scale.y(share)
        yield f'<line x1="{_LEFT}" y1="{y}" x2="{width - _RIGHT}" y2="{y}" stroke="#e2e8f0"/>'
        yield f'<text x="{_LEFT - 8}" y="{y + 4}" text-anchor="end" fill="#64748b">{share:.0%}</text>'
    count = 4 if width > NARROW else 2
    for step in range(count + 1):
        ms = scale.start_ms + (scale.end_ms - scale.start_ms) * step // count
        anchor = "start" if step == 0 else "end" if step == count else "middle"
        yield f'<text x="{scale.x(ms)}" y="{bottom + 17}" text-anchor="{anchor}" fill="#64748b">{clock(ms)}</text>'


def _score(case: Case, scale: Scale, bottom: int) -> Iterable[str]:
    """Rises at once when a sign comes, and decays after it."""
    if not case.scores:
        return
    marked = {mark.start_ms for mark in case.marks}
    first, points = case.scores[0], []
    before = first
    for one in case.scores:
        if one.posterior > before.posterior or one.at_ms in marked:
            points.append((scale.x(one.at_ms), scale.y(before.posterior)))
        points.append((scale.x(one.at_ms), scale.y(one.posterior)))
        before = one
    line = " ".join(f"{x},{y}" for x, y in points)
    area = f"{points[0][0]},{bottom} {line} {points[-1][0]},{bottom}"
    yield f'<polygon points="{area}" fill="#dc2626" fill-opacity="0.09"/>'
    yield f'<polyline points="{line}" fill="none" stroke="#dc2626" stroke-width="2.2" stroke-linejoin="round"/>'


def _signs(case: Case, scale: Scale, lanes: list[Modality], bottom: int, width: int) -> Iterable[str]:
    most = max((mark.nats for mark in case.marks), default=0.0) or 1.0
    for place, modality in enumerate(lanes):
        y = bottom + 24 + place * _LANE + _LANE // 2
        colour = COLOURS[modality]
        yield f'<line x1="{_LEFT}" y1="{y}" x2="{width - _RIGHT}" y2="{y}" stroke="#eef2f7"/>'
        yield f'<text x="{_LEFT - 8}" y="{y + 4}" text-anchor="end" fill="{colour}">{MODALITIES[modality]}</text>'
        for mark in case.marks:
            if mark.modality == modality:
                radius = round(3.5 + 4.5 * (max(0.0, mark.nats) / most) ** 0.5, 1)
                title = html.escape(f"{clock(mark.start_ms)} {mark.text_zh}")
                yield (
                    f'<circle cx="{scale.x(mark.start_ms)}" cy="{y}" r="{radius}" fill="{colour}" fill-opacity="0.75" '
                    f'stroke="#fff" stroke-width="1" data-seek="{mark.start_ms}"><title>{title}</title></circle>'
                )


def _actions(case: Case, scale: Scale, bottom: int, width: int) -> Iterable[str]:
    """A line for each decision; a label where there is room, the last one always."""
    ordered = [one for one in case.actions if one.rung != "observe"] or list(case.actions)
    taken: list[tuple[float, float]] = []
    for action in reversed(ordered):
        x = scale.x(action.at_ms)
        yield f'<line x1="{x}" y1="{_TOP - 4}" x2="{x}" y2="{bottom}" stroke="{ACTION}" stroke-dasharray="3 3"/>'
        wide = 12.5 * len(action.rung_zh) + 8
        at_end = x + wide > width - _RIGHT
        left, right = (x - wide, x) if at_end else (x, x + wide)
        if left < 0 or any(left < end and start < right for start, end in taken):
            continue
        taken.append((left, right))
        anchor, at = ("end", x + 2) if at_end else ("start", x - 2)
        yield (
            f'<text x="{at}" y="{_TOP - 12}" text-anchor="{anchor}" fill="{ACTION}" font-weight="600">'
            f"{html.escape(action.rung_zh)}</text>"
        )


def waveform(case: Case, width: int) -> str:
    """Loudness of the sealed sound; what was heard against the show stands over it, numbered as in the transcript."""
    sound = case.sound
    if sound is None:
        return ""
    height, middle, half = 130, 72, 44
    scale = Scale(sound.start_ms, sound.end_ms, width)
    parts = []
    for said in case.said:
        x, right = scale.x(said.start_ms), scale.x(said.end_ms)
        parts.append(
            f'<rect x="{x}" y="{middle - half - 4}" width="{max(3.0, round(right - x, 1))}" height="{2 * half + 8}" '
            f'fill="#f59e0b" fill-opacity="0.22" data-seek="{said.start_ms}"/>'
        )
    left, step = scale.x(sound.start_ms), (width - _LEFT - _RIGHT) / len(sound.peaks)
    top = max(sound.peaks) or 1.0
    path = "".join(
        f"M{left + place * step:.1f} {middle - peak / top * half:.1f}V{middle + peak / top * half:.1f}"
        for place, peak in enumerate(sound.peaks)
    )
    parts.append(f'<path d="{path}" stroke="#475569" stroke-width="{max(0.6, step * 0.7):.1f}" fill="none"/>')
    last = -100.0
    for number, said in enumerate(case.said, start=1):
        x = scale.x(said.start_ms)
        if x - last >= _MIN_LABEL_GAP:
            parts.append(f'<text x="{x}" y="16" fill="#b45309" font-weight="600">{number}</text>')
            last = x
    parts.append(f'<text x="{left}" y="{height - 4}" fill="#64748b">{clock(sound.start_ms)}</text>')
    parts.append(
        f'<text x="{width - _RIGHT}" y="{height - 4}" text-anchor="end" fill="#64748b">{clock(sound.end_ms)}</text>'
    )
    return _svg(
        width, height, f"声音波形,{len(case.said)} 句标注 / waveform, {len(case.said)} marked", parts, "waveform"
    )


def _svg(width: int, height: int, label: str, parts: Iterable[str], name: str) -> str:
    return (
        f'<svg class="{name} {"wide" if width > NARROW else "narrow"}" viewBox="0 0 {width} {height}" role="img" '
        f'aria-label="{html.escape(label)}" font-size="12">{"".join(parts)}</svg>'
    )

"""The case file as PDF, A4, with its own Chinese type: for the file, the court and whoever has no browser."""

import io
import tempfile
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

from fpdf import FPDF
from fpdf.fonts import FontFace

from pipelines.evidence.casefile.case import Case, Shot
from pipelines.evidence.casefile.drawing import COLOURS
from pipelines.evidence.casefile.fonts import Fonts
from pipelines.evidence.casefile.summary import severest
from pipelines.evidence.casefile.words import MODALITIES, SEALS, clock, moment, moment_utc, percent, span_zh, yuan
from schemas import Modality, SealState

_FAMILY = "noto"
_RED, _INK, _SOFT, _LINE = (185, 28, 28), (15, 23, 42), (71, 85, 105), (203, 213, 225)
_PLOT_MM = 52.0
_LANE_MM = 5.0
_PICTURE_MM = 95.0
_LATIN = 0.75
"""Share of ASCII characters from which a text is broken between words; Chinese is broken anywhere."""


class _Paper(FPDF):
    def __init__(self, case: Case, fonts: Fonts) -> None:
        super().__init__(format="A4")
        self._case, self._fonts = case, fonts
        self.set_margin(16)
        self.set_auto_page_break(auto=True, margin=18)
        self.set_title(f"案卷 {case.case_id}")
        self.set_creation_date(datetime.fromtimestamp(case.made_ms / 1000, tz=UTC))

    def shown(self, text: str) -> str:
        """What of a text can be printed."""
        return self._fonts.spelled(text)

    def footer(self) -> None:
        self.set_y(-13)
        self.set_font(_FAMILY, size=7.5)
        self.set_text_color(*_SOFT)
        show, page = self.shown(self._case.session), self.page_no()
        made = f"案卷 {show} · 制作于 {moment(self._case.made_ms)}(北京时间) · 第 {page} 页"
        self.cell(0, 5, made, align="C")


def pdf(case: Case, fonts: Fonts) -> bytes:
    """The whole document.

    Args:
        case: redacted for its reader.
        fonts: the case's own font.
    """
    paper = _Paper(case, fonts)
    with tempfile.NamedTemporaryFile(suffix=".ttf") as file:
        file.write(fonts.ttf)
        file.flush()
        paper.add_font(_FAMILY, fname=file.name)
        paper.set_font(_FAMILY, size=10)
        paper.add_page()
        _write(paper, case)
        return bytes(paper.output())


def _write(paper: _Paper, case: Case) -> None:
    _head(paper, case)
    _timeline(paper, case)
    rows = [
        (clock(one.start_ms), MODALITIES[Modality(one.modality)], one.text_zh, _weight(one.nats)) for one in case.marks
    ]
    _table(paper, "迹象 Signs", ("时间", "来源", "迹象", "权重"), (18, 14, 126, 20), rows)
    _shots(paper, case)
    _sound(paper, case)
    said = [(str(number), clock(one.start_ms), one.text) for number, one in enumerate(case.said, start=1)]
    _table(paper, "听写 Transcript(由机器完成,以录音为准)", ("", "时间", "内容"), (10, 20, 148), said)
    prices = [
        (
            clock(one.at_ms),
            one.brand,
            yuan(one.offer_cny),
            yuan(one.genuine_low_cny),
            percent(one.offer_cny / one.genuine_low_cny),
        )
        for one in case.prices
    ]
    _table(paper, "价格对照 Prices", ("时间", "品牌", "报价", "正品最低价", "比例"), (20, 68, 30, 35, 25), prices)
    chat = [(clock(one.at_ms), one.viewer, f"{'● ' if one.marked else ''}{one.text}") for one in case.chat]
    _table(paper, f"弹幕摘录 Chat({len(case.chat)} / {case.chat_total})", ("时间", "观众", "内容"), (20, 24, 134), chat)
    reports = [(clock(one.at_ms), one.viewer, one.text) for one in case.reports]
    _table(paper, "投诉 Complaints", ("时间", "消费者", "内容"), (20, 26, 132), reports)
    gone = [
        (moment(one.at_ms), one.what_zh, _after(one.after_end_ms), "是" if one.captured else "否")
        for one in case.removals
    ]
    _table(paper, "删除 Deleted", ("时间", "对象", "下播前后", "已取证"), (38, 92, 28, 20), gone)
    _actions(paper, case)
    laws = [(law.name_zh, "\n".join(law.articles)) for law in case.laws]
    if case.action_laws:
        laws.append(("处置依据", "\n".join(case.action_laws)))
    _table(paper, "法律依据 The law(是否违法由有权机关认定)", ("行为", "条文"), (60, 118), laws)
    chain = [
        (str(one.seq), one.kind_zh, moment(one.sealed_ms), f"{one.sha256 or '–'}\n条目 {one.entry_sha256}")
        for one in case.chain
    ]
    _table(paper, "证据封存 Seals(SHA-256)", ("#", "类型", "封存时间", "内容与条目"), (9, 24, 36, 109), chain, size=7.5)
    _notes(paper, case)


def _head(paper: _Paper, case: Case) -> None:
    paper.set_draw_color(*_RED)
    paper.set_line_width(1.2)
    paper.line(16, 14, 194, 14)
    paper.set_y(17)
    _text(paper, "直播售假案卷 Case file", size=18)
    _text(paper, f"{case.title} · 房间 {case.room} · 主播 {case.host or '未知'} · {case.session}", colour=_SOFT, size=9)
    paper.ln(2)
    for zh in case.summary_zh:
        _text(paper, zh, size=11)
    for en in case.summary_en:
        _text(paper, en, size=8.5, colour=_SOFT)


class _Plot:
    """Where the timeline lies on the page: on-air time to x, likelihood to y, millimetres."""

    left, width = 28.0, 164.0

    def __init__(self, case: Case, top: float) -> None:
        self.start, self.top = case.started_ms, top
        self.end = max(*(one.at_ms for one in case.scores), *(one.at_ms for one in case.actions), self.start)

    def x(self, ms: int) -> float:
        return self.left + self.width * min(1.0, max(0.0, (ms - self.start) / max(1, self.end - self.start)))

    def y(self, posterior: float) -> float:
        return self.top + _PLOT_MM * (1 - posterior)


def _timeline(paper: _Paper, case: Case) -> None:
    """The score, the decisions, and each sign in the lane of its sense."""
    lanes = [one for one in Modality if any(mark.modality == one for mark in case.marks)]
    if not case.scores:
        return
    _title(paper, "经过 Timeline", _PLOT_MM + 14 + _LANE_MM * len(lanes))
    plot = _Plot(case, paper.get_y() + 6)
    _score(paper, case, plot)
    _decisions(paper, case, plot)
    below = plot.top + _PLOT_MM + 1
    _label(paper, plot.left, below, clock(plot.start))
    _label(paper, plot.left + plot.width - 14, below, clock(plot.end))
    for place, modality in enumerate(lanes):
        y = below + 7 + place * _LANE_MM
        _label(paper, 16, y - 2, MODALITIES[modality])
        paper.set_fill_color(*(int(COLOURS[modality][at : at + 2], 16) for at in (1, 3, 5)))
        for mark in case.marks:
            if mark.modality == modality:
                paper.circle(plot.x(mark.start_ms), y, 0.9, style="F")
    paper.set_y(below + 10 + _LANE_MM * len(lanes))


def _score(paper: _Paper, case: Case, plot: _Plot) -> None:
    paper.set_line_width(0.15)
    paper.set_draw_color(*_LINE)
    for share in (0.0, 0.5, 1.0):
        paper.line(plot.left, plot.y(share), plot.left + plot.width, plot.y(share))
        _label(paper, 16, plot.y(share) - 2, f"{share:.0%}")
    points: list[tuple[float, float]] = []
    for one in case.scores:
        x, y = plot.x(one.at_ms), plot.y(one.posterior)
        if points and y < points[-1][1]:
            points.append((x, points[-1][1]))  # it rises at once
        points.append((x, y))
    paper.set_draw_color(*_RED)
    paper.set_line_width(0.6)
    paper.polyline(points)


def _decisions(paper: _Paper, case: Case, plot: _Plot) -> None:
    paper.set_line_width(0.2)
    paper.set_dash_pattern(dash=1, gap=1)
    for action in case.actions:
        if action.rung != "observe":
            paper.line(plot.x(action.at_ms), plot.top - 1, plot.x(action.at_ms), plot.top + _PLOT_MM)
    paper.set_dash_pattern()
    if (worst := severest(case.actions)) is not None:
        at = min(plot.x(worst.at_ms), plot.left + plot.width - 30)
        _label(paper, at, plot.top - 6, f"{worst.rung_zh} {clock(worst.at_ms)}", colour=_RED)


def _sound(paper: _Paper, case: Case) -> None:
    """The waveform; what was heard against the show is under a coloured field."""
    sound = case.sound
    if sound is None:
        return
    _title(paper, "声音 Sound", 36)
    left, width, middle, half = 16.0, 178.0, paper.get_y() + 11, 9.0
    share = width / max(1, sound.end_ms - sound.start_ms)
    paper.set_fill_color(253, 230, 138)
    for said in case.said:
        x = left + max(0.0, (said.start_ms - sound.start_ms) * share)
        paper.rect(x, middle - half, max(0.8, min((said.end_ms - said.start_ms) * share, 194 - x)), 2 * half, style="F")
    paper.set_draw_color(*_SOFT)
    paper.set_line_width(0.2)
    top, step = max(sound.peaks) or 1.0, width / len(sound.peaks)
    for place, peak in enumerate(sound.peaks):
        reach = peak / top * half
        paper.line(left + place * step, middle - reach, left + place * step, middle + reach + 0.05)
    _label(paper, left - 1, middle + half + 1, clock(sound.start_ms))
    _label(paper, left + width - 14, middle + half + 1, clock(sound.end_ms))
    paper.set_y(middle + half + 5)


def _shots(paper: _Paper, case: Case) -> None:
    """Three pictures a row."""
    if not case.shots:
        return
    _title(paper, "画面 Frames", _PICTURE_MM + 30)
    width, gap = 57.0, 3.5
    for place in range(0, len(case.shots), 3):
        row = case.shots[place : place + 3]
        height = max(min(width * one.height / one.width, _PICTURE_MM) for one in row)
        if paper.will_page_break(height + 16):
            paper.add_page()
        top, below = paper.get_y(), 0.0
        for column, shot in enumerate(row):
            left = 16 + column * (width + gap)
            _picture(paper, shot, left, top, min(width, _PICTURE_MM * shot.width / shot.height))
            paper.set_xy(left, top + height + 1)
            _text(paper, f"{shot.caption}\nSHA-256 {shot.source_sha256}", size=7, width=width)
            below = max(below, paper.get_y())
        paper.set_xy(16, below + 3)


def _picture(paper: _Paper, shot: Shot, left: float, top: float, width: float) -> None:
    height = width * shot.height / shot.width
    paper.image(io.BytesIO(shot.jpeg), x=left, y=top, w=width, h=height)
    paper.set_draw_color(*_RED)
    paper.set_line_width(0.6)
    for box in shot.boxes:
        paper.rect(left + box.left * width, top + box.top * height, box.width * width, box.height * height)


def _actions(paper: _Paper, case: Case) -> None:
    if not case.actions:
        return
    _title(paper, "决定 Who decided what", 30)
    for one in case.actions:
        line = f" · 规则 {one.policy_line}({one.policy_version})" if one.policy_line else ""
        _text(
            paper,
            f"{moment(one.at_ms)} {one.rung_zh} · {one.authority_zh} · {percent(one.posterior)} · "
            f"{SEALS[SealState(one.seal)]}{line}",
        )
        for number, reason in enumerate(one.reasons_zh, start=1):
            _text(paper, f"    {number}. {reason}", size=9)
        for word in one.outcomes:
            _text(paper, f"    {moment(word.at_ms)} {word.who}:{word.status_zh} {word.detail}", size=9, colour=_SOFT)
        _text(paper, f"    {one.action_id}", size=7, colour=_SOFT)


def _notes(paper: _Paper, case: Case) -> None:
    _title(paper, "说明 Notes", 30)
    keys = "、".join(dict.fromkeys(one.key_id for one in case.chain if one.key_id))
    notes = [
        f"条目逐一记下前一条目的 SHA-256 并以 Ed25519 签名,公钥 {keys};可用 deploy/verify_evidence.py 离线核验。",
        "观众以假名出现,假名只在本案有效。",
        f"制作于 {moment_utc(case.made_ms)}。",
        *(f"封存时已缺失:{one}" for one in case.missing),
        *case.left_out,
    ]
    for one in notes:
        _text(paper, f"· {one}", size=8.5)


def _table(
    paper: _Paper,
    title: str,
    head: Sequence[str],
    widths: Sequence[int],
    rows: Iterable[Sequence[str]],
    *,
    size: float = 9,
) -> None:
    found = [[paper.shown(cell) for cell in row] for row in rows]
    if not found:
        return
    _title(paper, title, 24)
    paper.set_font(_FAMILY, size=size)
    paper.set_text_color(*_INK)
    paper.set_draw_color(*_LINE)
    paper.set_line_width(0.15)
    paper.set_fill_color(255)
    style: Any = FontFace(color=_SOFT)
    with paper.table(
        col_widths=tuple(widths),
        borders_layout="HORIZONTAL_LINES",
        headings_style=style,
        text_align="LEFT",
        line_height=size * 0.52,
        padding=(0.8, 1),
        wrapmode="CHAR",  # Chinese has no spaces to break at; hashes have none either
    ) as table:
        for row in [list(head), *found]:
            line = table.row()
            for cell in row:
                line.cell(cell)


def _title(paper: _Paper, text: str, needed_mm: float) -> None:
    if paper.will_page_break(needed_mm):
        paper.add_page()
    paper.ln(4)
    _text(paper, text, size=13, colour=_RED)
    paper.ln(1)


def _text(paper: _Paper, text: str, *, size: float = 10, colour: tuple[int, int, int] = _INK, width: float = 0) -> None:
    paper.set_font(_FAMILY, size=size)
    paper.set_text_color(*colour)
    printed = paper.shown(text)
    mode: Any = "CHAR" if sum(map(str.isascii, printed)) < _LATIN * len(printed) else "WORD"
    paper.multi_cell(width, size * 0.52, printed, align="L", new_x="LMARGIN", new_y="NEXT", wrapmode=mode)


def _label(paper: _Paper, x: float, y: float, text: str, colour: tuple[int, int, int] = _SOFT) -> None:
    paper.set_font(_FAMILY, size=7.5)
    paper.set_text_color(*colour)
    paper.set_xy(x, y)
    paper.cell(0, 4, paper.shown(text))


def _weight(nats: float) -> str:
    return f"+{nats:.2f}" if nats > 0 else "–"


def _after(after_end_ms: int | None) -> str:
    if after_end_ms is None:
        return "–"
    return f"{'前' if after_end_ms < 0 else '后'} {span_zh(after_end_ms)}"

"""The case file as one HTML page: no script but its own, no network, all text escaped."""

import base64
import hashlib
import html
import re
from collections.abc import Iterable
from pathlib import Path

from pipelines.evidence.casefile.case import Action, Case, ChatLine, Mark, Shot
from pipelines.evidence.casefile.drawing import NARROW, WIDE, timeline, waveform
from pipelines.evidence.casefile.fonts import shown
from pipelines.evidence.casefile.summary import severest
from pipelines.evidence.casefile.words import MODALITIES, SEALS, clock, moment, moment_utc, percent, span_zh, yuan
from schemas import Modality, SealState

_STYLE = Path(__file__).with_name("page.css").read_text(encoding="utf-8")
_SCRIPT = Path(__file__).with_name("page.js").read_text(encoding="utf-8")
FIRST_MARKS = 12
"""Signs shown at once; the others can be opened, and are all printed."""
ROLES = {"reviewer": "平台复核", "partner": "合作方", "police": "公安机关"}


def page(case: Case, font: bytes = b"") -> str:
    """The whole page.

    Args:
        case: redacted for its reader.
        font: WOFF with the characters of the case; without it the reader's own Chinese font is used.
    """
    style = _STYLE + _face(font)
    policy = (
        f"default-src 'none'; style-src 'sha256-{_hash(style)}'; script-src 'sha256-{_hash(_SCRIPT)}'; "
        "img-src data:; media-src data:; font-src data:; base-uri 'none'; form-action 'none'"
    )
    body = "".join(section for section in _sections(case) if section)
    return (
        '<!doctype html>\n<html lang="zh-CN"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta name="referrer" content="no-referrer">'
        f'<link rel="icon" href="data:,"><title>{_e(f"案卷 {case.case_id}")}</title><style>{style}</style></head>'
        f"<body><main>{body}</main><script>{_SCRIPT}</script></body></html>\n"
    )


def _sections(case: Case) -> Iterable[str]:
    yield _head(case)
    yield _section("经过", "Timeline", _timeline(case))
    yield _section("录像", "Clip", _clips(case))
    yield _section("画面", "Frames", _shots(case))
    yield _section("声音与听写", "Sound and transcript", _sound(case))
    yield _section("价格对照", "Price against reference", _prices(case))
    yield _section("弹幕摘录", f"Chat excerpt, {len(case.chat)} of {case.chat_total} lines", _lines(case.chat))
    yield _section("投诉", "Complaints", _lines(case.reports))
    yield _section("购买链接与删除", "Purchase links, and what was deleted", _links(case))
    yield _section("决定", "Who decided what", _actions(case))
    yield _section("法律依据", "The law", _laws(case))
    yield _section("证据封存", "Seals and hashes", _seals(case))
    yield _footer(case)


def _head(case: Case) -> str:
    action = severest(case.actions)
    facts = [("房间 Room", case.room), ("主播 Host", case.host or "未知")]
    if case.merchants:
        facts.append(("商家 Merchants", "、".join(case.merchants)))
    hot = ""
    if action is not None:
        hot = (
            f'<li class="hot"><b>{_e(action.rung_zh)}</b><span>决定 Decision · {_e(clock(action.at_ms))}</span></li>'
            f'<li class="hot"><b>{percent(action.posterior)}</b><span>售假可能性 Likelihood</span></li>'
            f"<li><b>{_e(SEALS[SealState(action.seal)])}</b><span>证据 Evidence</span></li>"
        )
    rows = "".join(f"<li><b>{_e(value)}</b><span>{_e(name)}</span></li>" for name, value in facts)
    lead = "".join(f"<p>{_e(one)}</p>" for one in case.summary_zh)
    english = "".join(f'<p class="en">{_e(one)}</p>' for one in case.summary_en)
    return (
        f'<header><h1>直播售假案卷 <small>Case file</small></h1><div class="en">{_e(case.title)} · '
        f"{_e(case.session)} · 供{_e(ROLES[case.role])}使用 for {_e(case.role)}</div>"
        f'<ul class="verdict">{hot}{rows}</ul><div class="lead">{lead}{english}</div></header>'
    )


def _section(zh: str, en: str, body: str) -> str:
    return f"<section><h2>{_e(zh)} <small>{_e(en)}</small></h2>{body}</section>" if body else ""


def _timeline(case: Case) -> str:
    if not case.marks and not case.actions:
        return "<p>没有发现售假迹象。</p>"
    strongest = set(sorted(case.marks, key=lambda mark: -mark.nats)[:FIRST_MARKS])
    shown, others = [mark for mark in case.marks if mark in strongest], len(case.marks) - len(strongest)
    more = (
        f"<details><summary>其余 {others} 处 The other {others}</summary>"
        f"{_marks(mark for mark in case.marks if mark not in strongest)}</details>"
    )
    return (
        f"{timeline(case, WIDE)}{timeline(case, NARROW)}"
        '<p class="en">红线:按当时生效的规则计算的售假可能性;圆点:每一处迹象,越大权重越高。'
        f"Red: likelihood by the policy then in force; dots: signs, larger ones weigh more.</p>{_marks(shown)}"
        f"{more if others else ''}"
    )


def _marks(marks: Iterable[Mark]) -> str:
    rows = "".join(
        f'<tr><td class="t" data-seek="{mark.start_ms}">{clock(mark.start_ms)}</td><td>{_chip(mark.modality)}</td>'
        f'<td>{_e(mark.text_zh)}<div class="en">{_e(mark.text_en)}</div></td>'
        f'<td class="n" data-name="权重">{f"+{mark.nats:.2f}" if mark.nats > 0 else "–"}</td></tr>'
        for mark in marks
    )
    head = '<th>时间</th><th>来源</th><th>迹象</th><th class="n">权重(对数)</th>'
    return f'<table class="wrap marks"><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>'


def _clips(case: Case) -> str:
    return "".join(
        f'<video controls preload="metadata" playsinline data-start="{clip.starts_ms}" '
        f'src="data:video/mp4;base64,{_b64(clip.mp4)}"></video>'
        f'<p class="en">自 {moment(clip.starts_ms)} 起 · SHA-256 <span class="hash">{clip.sha256}</span></p>'
        for clip in case.clips
    )


def _shots(case: Case) -> str:
    return f'<div class="shots">{"".join(map(_shot, case.shots))}</div>' if case.shots else ""


def _shot(shot: Shot) -> str:
    width, height = shot.width, shot.height
    thick = max(2, width // 180)
    boxes = "".join(
        f'<rect x="{box.left * width:.0f}" y="{box.top * height:.0f}" width="{box.width * width:.0f}" '
        f'height="{box.height * height:.0f}" fill="none" stroke="#ef4444" stroke-width="{thick}" rx="3">'
        f"<title>{_e(box.label)}</title></rect>"
        for box in shot.boxes
    )
    return (
        f'<figure><svg viewBox="0 0 {width} {height}" role="img" aria-label="{_e(shot.caption)}">'
        f'<image width="{width}" height="{height}" href="data:image/jpeg;base64,{_b64(shot.jpeg)}"/>{boxes}</svg>'
        f'<figcaption><span data-seek="{shot.at_ms}">{_e(shot.caption)}</span>'
        f"<small>{_e(shot.source)}<br>SHA-256 {shot.source_sha256}</small></figcaption></figure>"
    )


def _sound(case: Case) -> str:
    lines = "".join(
        f'<li><span class="t" data-seek="{said.start_ms}">{clock(said.start_ms)}</span> '
        f"{_marked(said.text, said.marked)}</li>"
        for said in case.said
    )
    drawn = waveform(case, WIDE) + waveform(case, NARROW)
    words = f"<ol>{lines}</ol>" if lines else ""
    note = (
        '<p class="en">听写由机器完成,以录音为准。Written by a recogniser; the recording counts.</p>' if lines else ""
    )
    return f"{drawn}{words}{note}" if drawn or words else ""


def _marked(text: str, marked: Iterable[str]) -> str:
    """The text, escaped, with what was found in it set off."""
    wanted = sorted(filter(None, marked), key=len, reverse=True)
    if not wanted:
        return _e(text)
    pieces = re.split(f"({'|'.join(map(re.escape, wanted))})", text)
    return "".join(f"<mark>{_e(one)}</mark>" if place % 2 else _e(one) for place, one in enumerate(pieces))


def _prices(case: Case) -> str:
    rows = "".join(
        f'<tr><td class="t" data-seek="{one.at_ms}">{clock(one.at_ms)}</td><td>{_e(one.brand)}</td>'
        f'<td>{_e(one.where_zh)}</td><td class="n" data-name="报价">{yuan(one.offer_cny)}</td>'
        f'<td class="n" data-name="正品最低价">{yuan(one.genuine_low_cny)}</td>'
        f'<td class="n" data-name="比例">{percent(one.offer_cny / one.genuine_low_cny)}</td>'
        f"<td>{_bar(one.offer_cny / one.genuine_low_cny)}</td></tr>"
        for one in case.prices
    )
    numbers = "".join(f'<th class="n">{name}</th>' for name in ("报价", "正品最低价", "比例"))
    head = f"<th>时间</th><th>品牌</th><th>来源</th>{numbers}<th></th>"
    return f'<table class="wrap"><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>' if rows else ""


def _bar(share: float) -> str:
    width = max(1.0, min(1.0, share) * 100)
    return (
        '<div class="bar"><svg viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">'
        f'<rect width="{width:.1f}" height="10" fill="#dc2626"/></svg></div>'
    )


def _lines(lines: Iterable[ChatLine]) -> str:
    rows = "".join(
        f'<li{" class=hit" if line.marked else ""}><span class="t">{clock(line.at_ms)}</span> '
        f'<span class="who">{_e(line.viewer)}</span> {_e(line.text)}</li>'
        for line in lines
    )
    return f'<ul class="chat">{rows}</ul>' if rows else ""


def _links(case: Case) -> str:
    removed = "".join(
        f'<div class="warn">{_e(one.what_zh)}于 {moment(one.at_ms)} 被删除{_after(one.after_end_ms)};'
        f'删除前取证:<b>{"是" if one.captured else "否"}</b>。<span class="en">{_e(one.what_en)} deleted; captured: '
        f'{"yes" if one.captured else "no"}</span> <span class="hash">{_e(one.captured_as)}</span></div>'
        for one in case.removals
    )
    rows = "".join(
        f'<tr><td class="t">{clock(one.at_ms)}</td><td>{_e(one.change_zh)}</td>'
        f"<td>{_e(one.listing_id)} {_e(one.title)}</td><td>{_e(one.merchant)}</td>"
        f'<td class="n">{"–" if one.price_cny is None else yuan(one.price_cny)}</td></tr>'
        for one in case.links
    )
    head = '<th>时间</th><th>变更</th><th>链接</th><th>商家</th><th class="n">标价</th>'
    table = f'<table class="wrap"><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>' if rows else ""
    return removed + table


def _after(after_end_ms: int | None) -> str:
    if after_end_ms is None:
        return ""
    return f"(下播{'前' if after_end_ms < 0 else '后'} {span_zh(after_end_ms)})"


def _actions(case: Case) -> str:
    return "".join(map(_action, case.actions))


def _action(action: Action) -> str:
    reasons = "".join(
        f'<li>{_e(zh)} <span class="en">{_e(en)}</span></li>'
        for zh, en in zip(action.reasons_zh, action.reasons_en, strict=True)
    )
    words = "".join(
        f"<li>{moment(word.at_ms)} {_e(word.who)}:{_e(word.status_zh)} {_e(word.detail)}</li>"
        for word in action.outcomes
    )
    line = f" · 规则 {_e(action.policy_line)}({_e(action.policy_version)})" if action.policy_line else ""
    return (
        f"<p><b>{moment(action.at_ms)} {_e(action.rung_zh)}</b> · {_e(action.authority_zh)} · "
        f"售假可能性 {percent(action.posterior)} · {_e(SEALS[SealState(action.seal)])}{line}"
        f'<br><span class="hash">{_e(action.action_id)}</span></p>'
        f"{f'<ol>{reasons}</ol>' if reasons else ''}{f'<ul>{words}</ul>' if words else ''}"
    )


def _laws(case: Case) -> str:
    rows = "".join(
        f'<tr><td><b>{_e(law.name_zh)}</b><div class="en">{_e(law.category)}</div></td>'
        f"<td>{'<br>'.join(_e(one) for one in law.articles)}</td></tr>"
        for law in case.laws
    )
    acts = f"<p>处置依据:{_e('、'.join(case.action_laws))}</p>" if case.action_laws else ""
    note = (
        '<p class="en">所列为系统提示的条文,是否违法由有权机关认定。'
        "Named by the system; whether the law is broken is for the authorities.</p>"
    )
    return f"<table><tbody>{rows}</tbody></table>{acts}{note}" if rows or acts else ""


def _seals(case: Case) -> str:
    missing = "".join(f'<div class="warn">封存时已缺失 missing: {_e(one)}</div>' for one in case.missing)
    rows = "".join(
        f'<tr><td data-name="#">{one.seq}</td><td>{_e(one.kind_zh)}<div class="en">{_e(one.kind)}</div></td>'
        f'<td class="t">{moment(one.sealed_ms)}</td><td><div class="hash">{f"内容 {one.sha256}" if one.sha256 else ""}'
        f'{f" ({one.size:,} B)" if one.sha256 else ""}</div><div class="hash">条目 {one.entry_sha256}</div>'
        f'<div class="hash">{_e(one.about)}</div></td></tr>'
        for one in case.chain
    )
    keys = "、".join(dict.fromkeys(one.key_id for one in case.chain if one.key_id))
    versions = "; ".join(f"{name} {value}" for name, value in case.versions.items())
    return (
        f"{missing}<p>每个条目记下前一条目的 SHA-256 并以 Ed25519 签名(公钥 <code>{_e(keys)}</code>),"
        "任何改动、删除、调换都会被发现。"
        "核验无需本系统联网:<code>dajia evidence verify</code> 或独立脚本 <code>deploy/verify_evidence.py</code>。</p>"
        '<p class="en">Each entry names the SHA-256 of the one before and is signed; verify offline.</p>'
        '<table class="wrap"><thead><tr><th>#</th><th>类型</th><th>封存时间</th><th>SHA-256</th></tr></thead>'
        f"<tbody>{rows}</tbody></table>{f'<p class=hash>{_e(versions)}</p>' if versions else ''}"
    )


def _footer(case: Case) -> str:
    left_out = "".join(f"<li>{_e(one)}</li>" for one in case.left_out)
    hidden = f"<div>未向本读者提供:<ul>{left_out}</ul></div>" if left_out else ""
    return (
        f"<footer>{hidden}<div>案卷 {_e(case.case_id)} · "
        f"制作于 {moment(case.made_ms)}(北京时间,{moment_utc(case.made_ms)})· "
        "观众以假名出现,假名只在本案有效。Viewers appear under pseudonyms that mean nothing elsewhere.</div></footer>"
    )


def _chip(modality: str) -> str:
    return f'<span class="chip {_e(modality)}">{_e(MODALITIES[Modality(modality)])}</span>'


def _face(font: bytes) -> str:
    if not font:
        return ""
    return (
        '@font-face { font-family: "Noto Sans SC"; font-display: block; '
        f'src: url("data:font/woff;base64,{_b64(font)}") format("woff"); }}\n'
    )


def _b64(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


def _hash(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode("ascii")


def _e(text: str) -> str:
    """Escape for text and for attributes in double quotes; what is invisible or turns text round becomes a box."""
    return html.escape(shown(text), quote=True)

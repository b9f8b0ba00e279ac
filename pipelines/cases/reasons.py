"""Reasons of an account action that a person understands, in Chinese and English, heaviest first."""

from collections.abc import Iterator, Sequence

from pipelines.cases.evidence import Item, Link
from pipelines.cases.rules import Line, Policy
from pipelines.cases.weigh import Weight, points_at
from schemas import CaseGround, CaseReason, CaseSums, KnowingSign

SIGN_WORDS = {
    KnowingSign.COVERED_MARK: ("遮盖商标标识", "the brand's mark was covered"),
    KnowingSign.SILENCE_ORDER: ("要求观众不要打字", "viewers were told not to type"),
    KnowingSign.FAR_BELOW_PRICE: ("售价明显低于正品市场价", "prices far below those of genuine goods"),
    KnowingSign.DESTROYED_TRACES: ("删除直播回放或购买链接", "replays or purchase links were deleted"),
    KnowingSign.ADMISSION: ("主播自认非正品", "the host admitted that the goods are not genuine"),
    KnowingSign.WENT_ON: ("警告或处罚后继续售假", "went on after a warning or penalty"),
    KnowingSign.REOPENED: ("被封后换账号重新开播开店", "opened again after being closed"),
}
MOST_REFS = 16
"""Ids named per reason; the case file has them all."""


def reasons_of(
    items: Sequence[Item], weight: Weight, found: Sequence[Link], *, sums: CaseSums, line: Line, policy: Policy
) -> tuple[CaseReason, ...]:
    """All reasons, by what they contribute."""
    reasons = [
        *_of_items(items, weight, policy),
        *_of_signs(weight, policy),
        *_of_company(weight, found, policy),
        *_of_sums(sums, line),
    ]
    return tuple(sorted(reasons, key=lambda reason: -reason.contribution))


def _of_items(items: Sequence[Item], weight: Weight, policy: Policy) -> Iterator[CaseReason]:
    total = points_at(items, weight.at_ms, policy)
    nats = min(policy.strikes.cap_nats, policy.strikes.nats * total)
    for ground, group, (zh, en) in _groups(items):
        if group:
            share = points_at(group, weight.at_ms, policy) / total if total else 0.0
            refs = tuple(item.id for item in group)[:MOST_REFS]
            yield CaseReason(ground=ground, text_zh=zh, text_en=en, contribution=round(nats * share, 6), refs=refs)


def _groups(items: Sequence[Item]) -> Iterator[tuple[CaseGround, list[Item], tuple[str, str]]]:
    own = [item for item in items if item.strike is not None and not item.inherited_from]
    sure = sum(item.confirmed for item in own)
    yield (
        CaseGround.STRIKE,
        own,
        (
            f"{len(own)} 场直播被认定售假,其中 {sure} 场经人工确认",
            f"{_count(len(own), 'show')} found to sell counterfeits, {sure} of them by a reviewer",
        ),
    )
    fakes = [item for item in items if item.sales is not None]
    orders = sum(item.sales.fake_orders for item in fakes if item.sales)
    words = (f"{orders} 单商品经查验为假货", f"goods of {_count(orders, 'order')} found fake")
    yield CaseGround.FAKES_FOUND, fakes, words
    inherited = [item for item in items if item.inherited_from]
    before = sorted({item.inherited_from for item in inherited})
    words = (
        f"承接已封账号 {'、'.join(before)} 的 {len(inherited)} 次违规",
        f"takes over {_count(len(inherited), 'strike')} of closed {', '.join(before)}",
    )
    yield CaseGround.REOPENED, inherited, words


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"


def _of_signs(weight: Weight, policy: Policy) -> Iterator[CaseReason]:
    for sign in weight.knowing:
        zh, en = SIGN_WORDS[sign]
        yield CaseReason(
            ground=CaseGround.KNOWING,
            text_zh=f"明知的迹象:{zh}",
            text_en=f"sign of knowing: {en}",
            contribution=policy.signs[sign].nats,
            refs=(sign,),
        )


def _of_company(weight: Weight, found: Sequence[Link], policy: Policy) -> Iterator[CaseReason]:
    if weight.linked:
        others = sorted(link.account for link in found if not link.predecessor and link.standing.suspect)
        yield CaseReason(
            ground=CaseGround.LINKED,
            text_zh=f"与涉嫌售假的 {'、'.join(others[:MOST_REFS])} 同属一伙人",
            text_en=f"the same people as suspect {', '.join(others[:MOST_REFS])}",
            contribution=policy.linked.nats,
            refs=tuple(others[:MOST_REFS]),
        )
    if weight.suspect_partners:
        share = weight.suspect_partners / weight.partners
        yield CaseReason(
            ground=CaseGround.SUSPECT_PARTNERS,
            text_zh=f"{weight.partners} 个合作方中 {weight.suspect_partners} 个涉嫌售假({share:.0%})",
            text_en=f"{weight.suspect_partners} of {weight.partners} partners are suspect ({share:.0%})",
            contribution=weight.partner_nats,
        )


def _of_sums(sums: CaseSums, line: Line) -> Iterator[CaseReason]:
    if sums.counted_cny > 0:
        yield CaseReason(
            ground=CaseGround.SUM,
            text_zh=f"涉嫌售假金额 {sums.counted_cny:,.2f} 元,{sums.orders} 单,至多 {sums.buyers} 名买家受影响"
            + (f";本项门槛 {line.sum_cny:,.0f} 元" if line.sum_cny else ""),
            text_en=f"{sums.counted_cny:,.2f} yuan counted as counterfeit "
            f"in {_count(sums.orders, 'order')} of at most {_count(sums.buyers, 'buyer')}"
            + (f"; this line asks for {line.sum_cny:,.0f} yuan" if line.sum_cny else ""),
            contribution=0.0,
        )

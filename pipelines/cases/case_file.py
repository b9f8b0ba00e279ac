"""The case file of an account action: reasons in Chinese and English, strikes, edges, sums and the law."""

from pipelines.cases.evidence import Item, Link, all_items, links
from pipelines.cases.ladder import Wanted
from pipelines.cases.reasons import reasons_of
from pipelines.cases.rules import Policy
from pipelines.cases.state import Account
from pipelines.cases.sums import counted_sums, thresholds
from schemas import CaseEdge, CaseFile, CaseStrike, IdentifierKind, KnowingSign, LegalBasis

KIND_WORDS = {
    IdentifierKind.PAYEE: ("收款账户", "payee"),
    IdentifierKind.PHONE: ("手机号", "phone"),
    IdentifierKind.COMPANY: ("公司主体", "company"),
    IdentifierKind.WAREHOUSE: ("发货仓库", "warehouse"),
    IdentifierKind.PICTURE: ("商品图片", "listing pictures"),
}


def case_file(state: Account, one: Wanted, policy: Policy) -> CaseFile:
    """Everything that a decision rests on, bounded by the limit of a case file."""
    at_ms, rows = one.weight.at_ms, policy.limits.case_rows
    items = [item for item in all_items(state, policy) if item.at_ms <= at_ms]
    found = links(state, policy)
    strikes = [_strike(item) for item in items if item.strike is not None]
    edges = [*map(_link_edge, found), *_partner_edges(state, found)]
    sums = counted_sums(state)
    return CaseFile(
        account=state.key,
        round=one.round,
        points=round(one.weight.points, 6),
        reasons=reasons_of(items, one.weight, found, sums=sums, line=one.line, policy=policy),
        knowing=one.weight.knowing,
        strikes=tuple(strikes[-rows:]),
        edges=tuple(edges[:rows]),
        partners=one.weight.partners,
        suspect_partners=one.weight.suspect_partners,
        sums=sums,
        thresholds=thresholds(sums, policy),
        legal=_legal(one, policy),
        taking_back_zh=one.line.taking_back.zh,
        taking_back_en=one.line.taking_back.en,
        left_out=max(0, len(strikes) - rows) + max(0, len(edges) - rows),
    )


def _strike(item: Item) -> CaseStrike:
    strike = item.strike
    assert strike is not None
    return CaseStrike(
        strike_id=strike.strike_id,
        room=strike.room,
        session=strike.session,
        rung=strike.rung,
        at_ms=strike.at_ms,
        known_ms=strike.known_ms,
        confirmed=strike.confirmed,
        points=round(item.points, 6),
        inherited_from=item.inherited_from,
        action_ids=strike.action_ids,
        bundle_ids=strike.bundle_ids,
        categories=strike.categories,
        knowing=strike.knowing,
    )


def _link_edge(link: Link) -> CaseEdge:
    zh = "、".join(KIND_WORDS[kind][0] for kind in link.kinds)
    en = ", ".join(KIND_WORDS[kind][1] for kind in link.kinds)
    after_zh, after_en = (",且在其被封后开设", "; opened after that one was closed") if link.predecessor else ("", "")
    return CaseEdge(
        other=link.account,
        shared=link.kinds,
        suspect=link.standing.suspect,
        closed_ms=link.standing.closed_ms,
        text_zh=f"与 {link.account} 共用{zh}{after_zh}",
        text_en=f"shares {en} with {link.account}{after_en}",
    )


def _partner_edges(state: Account, found: list[Link]) -> list[CaseEdge]:
    """Partners, suspect ones first; a merchant's hosts, a host's merchants."""
    linked = {link.account for link in found}
    edges = []
    for account, partner in sorted(state.partners.items(), key=lambda item: (not item[1].standing.suspect, item[0])):
        if account in linked:
            continue
        suspect_zh, suspect_en = ("涉嫌售假的", "suspect ") if partner.standing.suspect else ("", "")
        edges.append(
            CaseEdge(
                other=account,
                suspect=partner.standing.suspect,
                closed_ms=partner.standing.closed_ms,
                text_zh=f"与{suspect_zh}合作方 {account} 一同销售",
                text_en=f"sold together with {suspect_en}partner {account}",
            )
        )
    return edges


def _legal(one: Wanted, policy: Policy) -> tuple[LegalBasis, ...]:
    names = [*one.line.law, *(policy.signs[KnowingSign(sign)].law for sign in one.weight.knowing)]
    return tuple(
        LegalBasis(citation=policy.law[name].citation, status=policy.law[name].status) for name in dict.fromkeys(names)
    )

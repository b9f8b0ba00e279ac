"""Who may see what of a case. A case is redacted before anything is drawn, so every format shows the same."""

import re
from enum import StrEnum

from msgspec import structs

from pipelines.evidence.casefile.case import Action, Case, ChatLine


class Role(StrEnum):
    """For whom a case file is made."""

    REVIEWER = "reviewer"
    """Of the platform: all but contacts."""
    PARTNER = "partner"
    """A brand or another platform: nobody else's words or names, nothing that teaches how to stay below the line."""
    POLICE = "police"
    """All, contacts included. Viewers stay pseudonymous: the platform alone can name them, on a lawful request."""


_CONTACT = re.compile(
    r"(?<![\w.])(?:\+?86[- ]?)?1[3-9]\d(?:[- ]?\d{4}){2}(?!\d)"  # mobile numbers
    r"|(?<![A-Za-z0-9])(?=[A-Za-z0-9_-]*\d)[A-Za-z][A-Za-z0-9_-]{5,19}(?![A-Za-z0-9])"  # WeChat ids with a digit
    r"|(?<!\d)\d{8,18}(?!\d)"  # QQ, landline, card and identity numbers
    r"|[\w.+-]+@[\w-]+\.[\w.]+",
    re.ASCII,
)


def masked(text: str) -> str:
    """The text without phone numbers, account names and addresses: the first three characters stay."""
    return _CONTACT.sub(lambda found: f"{found.group()[:3]}****", text)


def redacted(case: Case, role: Role) -> Case:
    """The case as `role` may see it."""
    if role is Role.POLICE:
        return structs.replace(case, role=role.value)
    case = structs.replace(
        case,
        role=role.value,
        title=masked(case.title),
        chat=tuple(_masked(line) for line in case.chat),
        reports=tuple(_masked(line) for line in case.reports),
        said=tuple(
            structs.replace(one, text=masked(one.text), marked=tuple(map(masked, one.marked))) for one in case.said
        ),
        marks=tuple(
            structs.replace(one, text_zh=masked(one.text_zh), text_en=masked(one.text_en), context=masked(one.context))
            for one in case.marks
        ),
        links=tuple(structs.replace(one, title=masked(one.title)) for one in case.links),
        actions=tuple(_masked_action(one) for one in case.actions),
        summary_zh=tuple(map(masked, case.summary_zh)),
        summary_en=tuple(map(masked, case.summary_en)),
        left_out=(*case.left_out, "电话、微信号等联系方式已遮盖 / contacts are masked"),
    )
    return _for_partner(case) if role is Role.PARTNER else case


def _for_partner(case: Case) -> Case:
    return structs.replace(
        case,
        chat=tuple(structs.replace(line, viewer="观众") for line in case.chat if line.marked),
        reports=(),
        marks=tuple(structs.replace(one, nats=0.0, suspicion_ids=()) for one in case.marks),
        actions=tuple(
            structs.replace(
                one,
                policy_line="",
                outcomes=tuple(structs.replace(word, who="平台", detail="") for word in one.outcomes),
            )
            for one in case.actions
        ),
        clips=(),
        versions={},
        left_out=(
            *case.left_out,
            "其他观众的发言、投诉原文、复核人员、判断权重与完整录像不向合作方提供",
            "other viewers' words, complaints, reviewers, weights and the whole clip are not given to partners",
        ),
    )


def _masked(line: ChatLine) -> ChatLine:
    return structs.replace(line, text=masked(line.text))


def _masked_action(action: Action) -> Action:
    return structs.replace(
        action,
        reasons_zh=tuple(map(masked, action.reasons_zh)),
        reasons_en=tuple(map(masked, action.reasons_en)),
    )

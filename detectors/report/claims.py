"""What a complaint claims about the goods, from weak to strong."""

from collections.abc import Iterable
from enum import IntEnum

from detectors.text.hits import Hit
from schemas import ConsumerReport, Signal


class Claim(IntEnum):
    """Stronger claims are larger."""

    NONE = 0
    """Nothing about genuineness: slow parcels, wrong size."""
    SUSPECTED = 1
    """Asks or suspects: 感觉像假的."""
    STATED = 2
    """Says so: 收到的是假货."""
    TESTED = 3
    """Says that somebody who can tell has looked: 专柜验出来是假的."""
    DOCUMENTED = 4
    """The test report is attached."""


TESTED_WORDS = (
    "鉴定", "验货", "验出", "验了", "验过", "专柜看", "专柜说", "柜姐", "检测", "质检", "中检", "得物", "送检", "查验",
)  # fmt: skip
"""Own list: who looked at the goods, or what was done to find out. Counts only beside a doubt in the same complaint."""

SUSPECTING_WORDS = ("感觉", "怀疑", "好像", "像是", "是不是", "不确定", "不知道", "怕是", "疑似", "吗", "?", "？")

CLAIM_SIGNALS = frozenset({Signal.DOUBT, Signal.CODE_WORD, Signal.ADMISSION, Signal.COUNTERFEIT_REPORT})


def claim_of(report: ConsumerReport, hits: Iterable[Hit]) -> Claim:
    """The strongest claim of a complaint, by what the text engine found in it and the words around."""
    if not any(hit.signal in CLAIM_SIGNALS for hit in hits):
        return Claim.NONE
    if report.test_report:
        return Claim.DOCUMENTED
    if any(word in report.text for word in TESTED_WORDS):
        return Claim.TESTED
    return Claim.SUSPECTED if any(word in report.text for word in SUSPECTING_WORDS) else Claim.STATED

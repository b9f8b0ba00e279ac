"""Whether the suspicions of one text carry acting evidence by themselves."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from detectors.text.hits import SELLING_SIDE
from detectors.text.weights import (
    ACTING_CONTRAST_LLR,
    ACTING_EVASIVE_LLR,
    ACTING_LLR,
    ACTING_TALK_SCORE,
    COUNTER_PRICE,
)
from schemas import MatchKind, PriceRole, Signal, Suspicion

ALONE_LLR: Mapping[Signal, float] = MappingProxyType({
    Signal.CODE_WORD: ACTING_LLR,
    Signal.BRAND_ALIAS: ACTING_LLR,
    Signal.ADMISSION: ACTING_LLR,
    # Whole phrases about hiding a brand from the platform settle the matter with less weight than a word which talk
    # about fakes holds too: in 67,000 lines of calibration text none of these numbers stands, of lower ones a few do.
    Signal.SILENCE_ORDER: 1.6,
    Signal.EVASION: 1.5,
    # A word for a contact weighs at most 1.1; only phrases that lead buyers of marked goods elsewhere weigh this.
    Signal.OFF_PLATFORM: 1.55,
})  # fmt: skip
"""A single finding of the selling side acts from its signal's number on, nats."""

TOGETHER = frozenset({*ALONE_LLR, Signal.OFF_PLATFORM, Signal.LOW_PRICE})
"""Signals whose findings in one line of the selling side add up."""

TOGETHER_LLR = 2.2
"""Two findings of the selling side or more act together from here."""

SUPPORTED_LLR = 0.5
"""The strongest of them must be at least this without the price and the way off the platform: 老花 and 四叶草 (0.4 to
0.6) are styles of any maker, so that they need the brand's name or another code word, not a price alone."""

EVASIVE_SIGNALS = frozenset({Signal.CODE_WORD, Signal.BRAND_ALIAS})

KNOWING_SIGNALS = frozenset({Signal.EVASION, Signal.SILENCE_ORDER, Signal.LOW_PRICE})
"""Signals of viewers who order, or hush others, in the knowledge of what is sold."""

EVASIVE_SCORE = 0.5
"""The score is the risk, and half of it for what a viewer writes plainly, who is no customer for such goods."""

CERTAIN_ALIAS_LLR = 1.0
"""An ambiguous alias (世家, 老花) beside a low price may be a surname or a style beside a low price."""


def is_acting(suspicions: Sequence[Suspicion]) -> bool:
    """True when the suspicions of one text carry acting evidence by themselves.

    One certain code word, alias, order or admission of the selling side; several doubtful ones together; an alias
    beside a price far under the genuine one; an evasively written code word of anyone. Doubts, single ambiguous words
    and guarantees never.
    """
    return bool(acting_rule(suspicions))


def acting_rule(suspicions: Sequence[Suspicion]) -> str:
    """By which rule the suspicions of one text act, in words; empty when they do not."""
    telling = [one for one in suspicions if not _is_priced_as_genuine(one, suspicions)]
    alone = (rule for one in telling if (rule := _rule_of_one(one)))
    return next(alone, "") or _rule_of_several(telling) or _rule_of_talk(telling)


def _rule_of_talk(suspicions: Sequence[Suspicion]) -> str:
    """Plain talk acts by its own calibration: its weight is lowered by what the rules found in the same words."""
    told = (one for one in suspicions if one.signal == Signal.SALES_TALK and one.score >= ACTING_TALK_SCORE)
    one = next(told, None)
    if one is None or one.facts.speaker not in SELLING_SIDE:
        return ""
    return f"plain talk of selling fakes, likely by {one.score:.3f} at even odds, {ACTING_TALK_SCORE} acts"


def _is_priced_as_genuine(one: Suspicion, suspicions: Sequence[Suspicion]) -> bool:
    """A code name of second-hand talk: the brand is named too, and the goods cost what genuine ones cost."""
    if one.signal != Signal.BRAND_ALIAS or one.facts.match != MatchKind.EXACT:
        return False
    named = any(other.signal == Signal.BRAND and other.facts.brand == one.facts.brand for other in suspicions)
    offers = [
        other.facts.price_cny or 0.0
        for other in suspicions
        if other.signal == Signal.PRICE and other.facts.price_role == PriceRole.OFFER
    ]
    low = one.facts.genuine_low_cny
    return named and low is not None and bool(offers) and min(offers) >= low


def _rule_of_one(one: Suspicion) -> str:
    if one.facts.speaker in SELLING_SIDE:
        both_said = one.signal == Signal.LOW_PRICE and one.facts.term == COUNTER_PRICE  # 专柜三万六，今天四百六
        limit = ACTING_LLR if both_said else ALONE_LLR.get(one.signal, float("inf"))
        enough = max(limit, ACTING_LLR) if one.facts.match == MatchKind.SOUND else limit
        if one.llr >= enough:
            return f"{one.facts.surface} ({one.signal}, {one.facts.speaker}) weighs {one.llr:.3f} alone, {enough} acts"
    if (
        (one.signal in EVASIVE_SIGNALS or (one.signal in KNOWING_SIGNALS and _of_customer(one)))
        and one.llr >= ACTING_EVASIVE_LLR
        and one.score >= EVASIVE_SCORE
        and (one.facts.match != MatchKind.EXACT or _of_customer(one))
    ):
        written = f"{one.facts.term} written evasively"
        if one.facts.match == MatchKind.EXACT:
            written = "named by a customer"
        return f"{one.facts.surface} is {written} and weighs {one.llr:.3f}, {ACTING_EVASIVE_LLR} acts"
    return ""


def _of_customer(one: Suspicion) -> bool:
    """A viewer who deals in such goods: what other viewers write plainly scores at most a half."""
    return one.facts.speaker not in SELLING_SIDE and one.score > EVASIVE_SCORE


def _rule_of_several(suspicions: Sequence[Suspicion]) -> str:
    selling = [one for one in suspicions if one.facts.speaker in SELLING_SIDE]
    words = [one for one in selling if one.signal in ALONE_LLR and one.signal != Signal.OFF_PLATFORM]
    named = {one.facts.brand for one in selling if one.signal == Signal.BRAND} | {
        one.facts.brand for one in words if one.signal == Signal.BRAND_ALIAS and one.llr >= CERTAIN_ALIAS_LLR
    }
    contrast = [one for one in selling if one.signal == Signal.LOW_PRICE and one.llr >= ACTING_CONTRAST_LLR]
    certain_alias = any(one.signal == Signal.BRAND_ALIAS and one.llr >= CERTAIN_ALIAS_LLR for one in words)
    if certain_alias and contrast:
        return f"an alias stands beside {contrast[0].facts.surface}, far under the genuine price"
    steep = next((one for one in contrast if one.facts.brand in named and one.llr >= ACTING_LLR), None)
    if steep:
        return f"{steep.facts.surface} is at most about a tenth of what {steep.facts.brand} costs, which is named"
    price = max((one.llr for one in contrast if one.facts.brand in named), default=0.0)
    lead = max((one.llr for one in selling if one.signal == Signal.OFF_PLATFORM), default=0.0)
    strongest = max((one.llr for one in words), default=0.0)
    several = len(words) + bool(price) + bool(lead) > 1
    total = sum(one.llr for one in words) + price + lead
    if several and strongest >= SUPPORTED_LLR and total >= TOGETHER_LLR:
        return f"the findings of the {selling[0].facts.speaker} together weigh {total:.3f}, {TOGETHER_LLR} acts"
    return ""

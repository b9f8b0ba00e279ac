"""How much a hit weighs: log-likelihood ratios, natural log, of "this room sells counterfeits".

Scale. The join starts at a prior of 1e-3 (logit -6.9) and needs about 11.5 nats from at least two modalities to cut.
A weight is ln(P(said | counterfeit room) / P(said | honest room)) for one line. For a strong trade word said by a host
we put 2 % of the lines of a counterfeit room against 0.1 % of the lines of an honest one (slips of the recogniser, talk
about fakes that the denial cues miss): ln 20 = 3.0. The honest side is bounded by counting: in 13,430 lines of real
hosts selling other goods and 25,726 social comments the strong words that pass the guards come to less than
3 in 10,000. The counterfeit side is a judgement from the cases, as no labelled rooms are public.

The lexicon gives each term's weight at full strength. The rules compare risks, the square root of the weight as a share
of its kind's full weight: an ambiguous word (risk 0.3) is worth a ninth of a certain one, not a third, as false alarms
grow faster than linearly towards everyday words.
"""

from collections.abc import Mapping
from types import MappingProxyType

from detectors.text.hits import SIGNALS
from schemas import MatchKind, Signal, TermCategory

FULL_WEIGHT: Mapping[Signal, float] = MappingProxyType({
    Signal.CODE_WORD: 3.7,  # risk 0.9 -> 3.0
    Signal.BRAND_ALIAS: 4.6,  # 0.72 -> 2.4, 0.68 -> 2.1, 0.3 -> 0.4
    Signal.EVASION: 3.2,  # 0.8 -> 2.0, 0.6 -> 1.2, 0.4 -> 0.5
    Signal.SILENCE_ORDER: 3.0,  # 0.7 -> 1.5
    Signal.OFF_PLATFORM: 2.0,  # 0.6 -> 0.7
    Signal.DOUBT: 1.4,  # 0.45 -> 0.3
    Signal.ADMISSION: 6.0,  # 1.0 -> 6.0: one sentence of the host that settles the matter
    Signal.GUARANTEE: 0.0,
    Signal.BRAND: 0.0,
    Signal.PRICE: 0.0,
    Signal.SALES_TALK: 0.0,  # weighed by `judge`, not by a term
})  # fmt: skip
"""Weight of a hit whose risk is 1."""


def full_weight(category: TermCategory) -> float:
    """Most that a term of the kind can weigh; 0 for guards, names and guarantees."""
    signal = SIGNALS.get(category)
    return 0.0 if signal is None else FULL_WEIGHT[signal]


MATCH_FACTOR: Mapping[MatchKind, float] = MappingProxyType({
    MatchKind.EXACT: 1.0,
    MatchKind.FOLDED: 1.0,
    MatchKind.SOUND: 0.8,  # the speaker may have said the other word
    MatchKind.VISUAL: 0.8,  # the writer may have meant the other word
})  # fmt: skip

SPEAKER_FACTOR: Mapping[str, float] = MappingProxyType({
    "host": 1.0, "screen": 1.0, "listing": 1.0,
    "report": 0.5,  # a buyer's words about the goods, not the seller's
    "viewer": 0.5,
})  # fmt: skip

LOW_PRICE_STEPS: tuple[tuple[float, float], ...] = ((0.02, 3.2), (0.11, 2.5), (0.35, 1.3))
"""Offer divided by the lowest genuine price, below the first number -> weight. Below the second a named brand acts by
itself: the prosecuted cases sold at a tenth to a hundredth; a tenth is told as a round number, so a little more.
Cases: 0.013 and 0.024 (bag and watch), 0.05 (Hong Kong), 0.047 (Lululemon); 0.24 (Putian shoes), 0.23
(Dyson). From 0.35 on: outlets and second hand."""

ACTING_LLR = 2.0
"""A host's, screen's or listing's single finding acts alone from here: one certain code word or unmistakable alias."""

ACTING_EVASIVE_LLR = 0.8
"""Anyone's evasively written code word acts from here: nobody writes 高*仿 by accident. Viewers' weights are halved."""

ACTING_CONTRAST_LLR = 1.3
"""An alias beside a price this far under the genuine one acts."""


ACTING_TALK_SCORE = 0.937
"""Plain talk acts from this probability at even odds on, 2.7 nats: chosen on 57,110 ordinary comments and reviews read
as a host's, so that at most one in 10,000 acts by it (4 do; at 2.25 nats, 10): README.md."""


def weight(signal: Signal, *, risk: float, match: MatchKind, speaker: str) -> float:
    """Log-likelihood ratio of one hit, rounded to three digits so that stored values read well."""
    by_speaker = 1.0 if signal == Signal.DOUBT else SPEAKER_FACTOR[speaker]  # a doubt is a viewer's to begin with
    return round(FULL_WEIGHT[signal] * risk**2 * MATCH_FACTOR[match] * by_speaker, 3)


COUNTER_PRICE = "专柜价"
"""Term of a low price that is low beside what the seller says that a counter asks."""

COUNTER_PRICE_STEPS: tuple[tuple[float, float], ...] = ((1 / 12, 2.0), (0.10, 1.3))
"""Offer divided by the counter's price that the seller names, below the first number -> weight. Less than for a known
price: no brand is known. The first step acts: the prosecuted cases of `LOW_PRICE_STEPS` sold at 1/20 to 1/75, while the
deepest cuts of honest outlets, cleared and off season, are a tenth (一折); 1/12 keeps those out with a little room."""

EXCUSED_PRICE_STEPS: tuple[tuple[float, float], ...] = ((0.02, 2.0), (0.10, 1.3))
"""As `COUNTER_PRICE_STEPS`, where an honest reason for the price is told (过季, 奥莱, 自家): own choice."""


SAME_GOODS_STEPS: tuple[tuple[float, float], ...] = ((0.02, 3.0), (0.16, 2.0))
"""As `COUNTER_PRICE_STEPS`, where the seller also says that the goods, the mark or the box are the counter's: acts. Up
to a sixth, as 店里两千九 我三百九 is what copies of a hair dryer cost; outlets ask a third and more (own choice)."""


def counter_price_weight(ratio: float, *, same: bool, excused: bool) -> float:
    """Weight of an offer at `ratio` of the counter's price that the seller names, 0 where it is not far under.

    Args:
        ratio: the offer's share of the counter's price.
        same: the goods are said to be the same.
        excused: an honest reason for the price is told.
    """
    steps = SAME_GOODS_STEPS if same else EXCUSED_PRICE_STEPS if excused else COUNTER_PRICE_STEPS
    return next((weight for limit, weight in steps if ratio < limit), 0.0)


LOWER_COUNTER_CNY = 300.0
"""Under what a counter asks for the cheapest goods that are copied (lipstick), yuan; from `COUNTER_CNY` on as any."""
COUNTER_CNY = 2000.0
LOWER_COUNTER_STEPS: tuple[tuple[float, float], ...] = ((0.06, 2.0),)
LOWER_SAME_STEPS: tuple[tuple[float, float], ...] = ((0.13, 2.0),)
"""As `COUNTER_PRICE_STEPS` and `SAME_GOODS_STEPS`, for goods of a few hundred yuan, which honest clearances cut deeper
(own choice)."""
LOWER_SAME_CNY = 600.0


def contrast_weight(ratio: float, other: float, *, same: bool, excused: bool) -> float:
    """Weight of the seller's price at `ratio` of what others are said to ask, 0 where it is not far under.

    Args:
        ratio: the offer's share of the other price.
        other: what others ask, yuan.
        same: the goods are said to be the same.
        excused: an honest reason for the price is told.
    """
    if other >= COUNTER_CNY:
        return counter_price_weight(ratio, same=same, excused=excused)
    if other < LOWER_COUNTER_CNY or excused:
        return 0.0
    steps = LOWER_SAME_STEPS if same and other >= LOWER_SAME_CNY else LOWER_COUNTER_STEPS
    return next((weight for limit, weight in steps if ratio < limit), 0.0)


def low_price_weight(ratio: float) -> float:
    """Weight of an offer at `ratio` of the lowest genuine price; 0 from 0.35 on."""
    return next((weight for limit, weight in LOW_PRICE_STEPS if ratio < limit), 0.0)

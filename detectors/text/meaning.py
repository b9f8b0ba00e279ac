"""What a candidate that stands means in its text: its signal and how much of its risk is left, or that it is none."""

from collections.abc import Collection

from detectors.text.candidates import Candidate
from detectors.text.context import Context
from detectors.text.disguise import WRITTEN, disguised_risk, hidden_brand_risk
from detectors.text.found_words import Place
from detectors.text.hits import SELLING_SIDE, SIGNALS, Hit
from detectors.text.patterns import Row
from detectors.text.rules import CHAT_CHARS, NEAR_CHARS, is_deliberate, is_evasive, is_typed
from detectors.text.tables import Tables
from detectors.text.term import TRADE_NEED, Term
from detectors.text.ways import ways_of
from detectors.text.weights import weight
from schemas import MatchKind, Signal, TermCategory

AMBIGUOUS_FACTOR = 0.45
"""Risk left to an ambiguous word away from goods, brands and other code words: a fifth of the quadratic weight."""

RATIO_FACTOR = 0.2
"""As `AMBIGUOUS_FACTOR`, of a ratio away from talk of copying: every recipe and every blended yarn has one."""

PAIR_MIN_RISK = 0.3
PAIRED_ALIAS_RISK = 0.5
"""Risk of an ambiguous alias beside another one of the same brand: neither a surname nor a fruit comes with the other.
Not more: 老花 and 水桶包 are also two styles of one bag of any maker."""

ANCHOR_MIN_RISK = 0.5
"""A code word or alias from this risk on makes a doubtful one beside it count."""

DENIABLE = frozenset({
    TermCategory.GRADE, TermCategory.VIEWER_DOUBT, TermCategory.ADMISSION, TermCategory.DEAL,
})  # fmt: skip

HABITS = frozenset({"case", "width", "traditional"})
"""Ways of writing that are no evasion where a whole phrase is written so."""

MISSPELT_RISK = 0.67
"""A long brand name in other characters of its sound, where a seller writes of goods: acts alone (own choice)."""

KNOWING = frozenset({TermCategory.EVASION, TermCategory.SILENCE_ORDER})
"""Rows of these kinds that a viewer can say are of customers who know: 加你小号了，那只驴家的发我视频."""

WARNED = "warned of"
"""Name of the rows of patterns.csv about what comes of fakes."""

DISGUISED_DOUBT_RISK = 0.68
FAKES = ("假货", "假的", "仿", "a货")
"""A viewer who writes jia货 or 亻方的 in a line of chat names the goods and dodges the filter: a code word, no mere
doubt. In longer texts buyers tell of what they bought elsewhere."""

DOUBT_RISK = 0.5
STATED_DOUBT_RISK = 0.65
"""A viewer who says that the goods are fake weighs a little more than one who asks."""


class Meaning:
    """Judges the candidates of one text."""

    def __init__(self, tables: Tables, context: Context, kept: list[Candidate], *, text: str, speaker: str) -> None:
        self._tables, self._context, self._kept, self._text, self._speaker = tables, context, kept, text, speaker

    def hit(self, one: Candidate) -> Hit | str:
        """The hit, or why there is none."""
        term, place = self._tables.terms[one.term], (one.start, one.end)
        selling = self._speaker in SELLING_SIDE
        asked = self._context.cue("asked", place, term.category)
        dealt = None if selling else self._context.cue("customer", place, term.category)
        no = self._denial(one, term)
        if (
            no
            and not selling
            and self._is_no_denial(one, term, no[0], dealt=dealt is not None, asked=asked is not None)
        ):
            no = None
        if no and (term.category in DENIABLE or no[0].about == term.category):
            return f"{no[0].kind} ({no[0].name}): {self._text[slice(*no[1])]}"
        phrase = one.term in self._tables.rows
        ways = ways_of(one, self._text, term, phrase=phrase)
        surface = self._text[one.start : one.end]
        evasive = bool(set(ways) - HABITS) if phrase else self._is_evasive(one, term)
        decisions: list[str] = []
        risk = self._risk(one, term, ways, evasive=evasive, decisions=decisions)
        asks = asked is not None and not no
        hidden = hidden_brand_risk(
            one, self._text, term, speaker=self._speaker, evasive=evasive, dealt=dealt is not None
        )
        if hidden:
            signal, risk, evasive = Signal.BRAND_ALIAS, hidden, True
            decisions.append("the brand's name written around the filter")
        elif selling:
            signal, risk = self._said(one, term, risk, evasive=evasive, asks=asks, decisions=decisions)
        else:
            signal, risk = self._written(
                one, term, risk, evasive=evasive, asks=asks, dealt=dealt and dealt[1], decisions=decisions
            )
        knowing = phrase and not selling and term.category in KNOWING
        match = self._match(one, term, surface, plain_phrase=phrase and not ways)
        return Hit(
            signal=signal, term=term.term, surface=surface, start=one.start, end=one.end, match=match,
            brand=term.brand, risk=risk, evasive=evasive, dealt=dealt is not None or knowing, folds=ways,
            decisions=tuple(decisions),
            llr=weight(signal, risk=risk, match=match, speaker=self._speaker), lexicon_version=self._tables.version,
        )  # fmt: skip

    def _said(
        self, one: Candidate, term: Term, risk: float, *, evasive: bool, asks: bool, decisions: list[str]
    ) -> tuple[Signal, float]:
        """Signal and risk of what the selling side says."""
        signal = SIGNALS[term.category]
        if signal == Signal.ADMISSION and asks:
            decisions.append("asked, not admitted")
            return Signal.DOUBT, min(risk, DOUBT_RISK)
        if signal == Signal.DOUBT and self._disguises_fakes(one, term, evasive=evasive):
            decisions.append("fakes, written around the filter")
            return Signal.CODE_WORD, DISGUISED_DOUBT_RISK
        return signal, risk

    def _written(
        self, one: Candidate, term: Term, risk: float,
        *, evasive: bool, asks: bool, dealt: Place | None, decisions: list[str],
    ) -> tuple[Signal, float]:  # fmt: skip
        """Signal and risk of what a viewer or a buyer writes; `dealt`: where a customer's word stands."""
        signal = SIGNALS[term.category]
        if signal == Signal.ADMISSION and dealt and not asks:
            decisions.append("what a customer says that was bought")
            return Signal.CODE_WORD, DISGUISED_DOUBT_RISK
        if signal == Signal.ADMISSION:
            decisions.append("asked, not admitted" if asks else f"the {self._speaker} does not admit, but doubts")
            return Signal.DOUBT, min(risk, DOUBT_RISK)
        if signal == Signal.DOUBT and self._disguises_fakes(one, term, evasive=evasive):
            decisions.append("fakes, written around the filter")
            return Signal.CODE_WORD, DISGUISED_DOUBT_RISK
        if signal != Signal.CODE_WORD or evasive:
            return signal, risk
        order = self._context.cue("wanted", (one.start, one.end), term.category)
        if dealt:
            decisions.append(f"a customer's word: {self._text[slice(*dealt)]}")
        elif order and not asks:
            decisions.append(f"an order: {self._text[slice(*order[1])]}")
        else:
            decisions.append("asked by a viewer" if asks else "said by a viewer, not the seller")
            return Signal.DOUBT, min(risk, DOUBT_RISK if asks else STATED_DOUBT_RISK)
        return signal, risk

    def _denial(self, one: Candidate, term: Term) -> tuple[Row, Place] | None:
        """What denies the candidate, or says that others asked; of kinds that are seldom denied only their own rows."""
        place, named = (one.start, one.end), term.category not in DENIABLE
        denied = self._context.cue("denied", place, term.category, named=named)
        if denied or self._speaker not in SELLING_SIDE:
            return denied
        return self._context.cue("taken_up", place, term.category)

    def _is_no_denial(self, one: Candidate, term: Term, row: Row, *, dealt: bool, asked: bool) -> bool:
        """A viewer's 不会是高*仿吧 asks, and whose copies came unglued has bought some and warns nobody."""
        return (dealt and row.name == WARNED) or (asked and self._is_evasive(one, term))

    def _is_evasive(self, one: Candidate, term: Term) -> bool:
        return one.term in self._tables.disguised or is_evasive(one, self._text, term)

    def _disguises_fakes(self, one: Candidate, term: Term, *, evasive: bool) -> bool:
        return (
            names_fakes(term)
            and len(self._text) <= CHAT_CHARS
            and is_deliberate(one, self._text, term, evasive=evasive)
        )

    def _match(self, one: Candidate, term: Term, surface: str, *, plain_phrase: bool) -> MatchKind:
        if one.match not in (MatchKind.EXACT, MatchKind.FOLDED) and not is_typed(surface, term):
            return one.match
        plain = surface.lower() == term.term.lower() and one.term not in self._tables.disguised
        return MatchKind.EXACT if plain or plain_phrase else MatchKind.FOLDED

    def _risk(self, one: Candidate, term: Term, ways: Collection[str], *, evasive: bool, decisions: list[str]) -> float:
        """The term's risk after what stands beside it; what was decided is added to `decisions`."""
        risk = term.risk
        if term.needs:
            risk *= self._share(one, term, evasive=evasive, decisions=decisions)
        disguised = disguised_risk(self._tables, self._text, one, term, ways)
        if risk < disguised:
            decisions.append("written so that nothing else can be meant")
            return disguised
        if risk < MISSPELT_RISK and self._misspells_name(one, term):
            decisions.append("a brand's name that nobody misspells who sells it, beside goods")
            return MISSPELT_RISK
        if risk < PAIRED_ALIAS_RISK and self._paired(one):
            decisions.append("another alias of the brand beside it")
            return PAIRED_ALIAS_RISK
        return risk

    def _misspells_name(self, one: Candidate, term: Term) -> bool:
        if one.term not in self._tables.misspelt or self._speaker not in WRITTEN:
            return False
        return len(self._kept) > 1 or self._context.cue("goods", (one.start, one.end), term.category) is not None

    def _share(self, one: Candidate, term: Term, *, evasive: bool, decisions: list[str]) -> float:
        """How much of an ambiguous term's risk is left."""
        if is_deliberate(one, self._text, term, evasive=evasive):
            decisions.append(f"needs {term.needs}: written so that nothing else can be meant")
            return 1.0
        beside = self._context.cue(term.needs, (one.start, one.end), term.category)
        if beside:
            decisions.append(f"needs {term.needs}: {self._text[slice(*beside[1])]}")
            return 1.0
        terms = self._tables.terms
        others = [other for other in self._kept if other is not one and _supports(terms[other.term], term)]
        other = next((other for other in others if near(one, [other])), None)
        if other:
            decisions.append(f"needs {term.needs}: {self._text[other.start : other.end]} beside it")
            return 1.0
        share = AMBIGUOUS_FACTOR if term.needs == "goods" else RATIO_FACTOR
        decisions.append(f"needs {term.needs}, which is not beside it: {share**2:.0%} of its weight")
        return share

    def _paired(self, one: Candidate) -> bool:
        """Two ambiguous aliases of one brand side by side, and the brand not named: 劳家的水鬼."""
        terms = self._tables.terms
        term = terms[one.term]
        same = [other for other in self._kept if terms[other.term].brand == term.brand and other.term != one.term]
        return (
            term.category == TermCategory.BRAND_ALIAS
            and term.risk >= PAIR_MIN_RISK
            and not any(terms[other.term].category == TermCategory.BRAND for other in same)
            and near(one, same)
        )


def anchors(term: Term) -> bool:
    """A brand, or a code word or alias that is certain enough to make a doubtful one beside it count."""
    if term.category == TermCategory.BRAND:
        return True
    return term.category in (TermCategory.GRADE, TermCategory.BRAND_ALIAS) and term.risk >= ANCHOR_MIN_RISK


def _supports(other: Term, term: Term) -> bool:
    """`anchors`, and for a grade the ambiguous names of a brand too: 复刻 and 水鬼 explain each other."""
    if other.needs == TRADE_NEED:
        return False
    named = other.category == TermCategory.BRAND_ALIAS and other.risk >= PAIR_MIN_RISK
    return anchors(other) or (named and term.category == TermCategory.GRADE)


def names_fakes(term: Term) -> bool:
    """A doubt that holds a word for fakes: who writes it around the filter does not doubt."""
    return term.category == TermCategory.VIEWER_DOUBT and any(word in term.folded for word in FAKES)


def near(one: Candidate, others: list[Candidate]) -> bool:
    """One of the others is at most `NEAR_CHARS` away."""
    return any(other.start - one.end <= NEAR_CHARS and one.start - other.end <= NEAR_CHARS for other in others)

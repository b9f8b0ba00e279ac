"""What a candidate that stands means in its text: its signal and how much of its risk is left, or that it is none."""

from detectors.text.candidates import Candidate
from detectors.text.context import Context
from detectors.text.fold import PLAIN
from detectors.text.hits import SELLING_SIDE, SIGNALS, Hit
from detectors.text.letters import LOOKALIKES
from detectors.text.readings import RUN, SIGN
from detectors.text.rules import CHAT_CHARS, NEAR_CHARS, is_deliberate, is_evasive, is_typed
from detectors.text.tables import IDEOGRAPHS, Tables
from detectors.text.term import Term
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

HIDDEN_BRAND_RISK = 0.58
"""A brand's own name written around the filter (L∨, 香.奈.儿): as telling as a code name, yet full-width letters and
slips of the pen are among them, so that a viewer's alone does not act."""

WRITTEN = frozenset({"screen", "listing"})
"""Written by the seller: no recogniser and no hurried viewer chose the characters."""

MISSPELT_RISK = 0.67
"""A long brand name in other characters of its sound, where a seller writes of goods: acts alone (own choice)."""

FOREIGN_BRAND_RISK = 0.6
"""As `HIDDEN_BRAND_RISK`, with letters of another alphabet among its own: no slip, so that a viewer's alone acts."""

DISGUISED_DOUBT_RISK = 0.68
FAKES = ("假货", "仿", "a货")
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
        cues = {stance: self._context.cue(stance, place, term.category) for stance in ("denied", "asked", "taken_up")}
        selling = self._speaker in SELLING_SIDE
        no = cues["denied"] or (cues["taken_up"] if selling else None)
        if no and (term.category in DENIABLE or no[0].about == term.category):
            return f"{no[0].kind} ({no[0].name}): {self._text[slice(*no[1])]}"
        phrase = one.term in self._tables.rows
        ways = ways_of(one, self._text, term, phrase=phrase)
        surface = self._text[one.start : one.end]
        evasive = bool(set(ways) - HABITS) if phrase else self._is_evasive(one, term)
        decisions: list[str] = []
        risk = self._risk(one, term, evasive=evasive, decisions=decisions)
        signal = SIGNALS[term.category]
        if signal == Signal.BRAND and evasive and _hides_brand(one, surface, self._speaker):
            foreign = any(letter in LOOKALIKES for letter in surface) or _mixes_scripts(
                surface, one.folded.text[one.first : one.last]
            )
            signal, risk = Signal.BRAND_ALIAS, FOREIGN_BRAND_RISK if foreign else HIDDEN_BRAND_RISK
            decisions.append("the brand's name written around the filter")
        asks = cues["asked"] is not None and not no
        if signal == Signal.ADMISSION and (not selling or asks):
            signal, risk = Signal.DOUBT, min(risk, DOUBT_RISK)
            decisions.append("asked, not admitted" if asks else f"the {self._speaker} does not admit, but doubts")
        elif signal == Signal.CODE_WORD and not selling and not evasive:
            order = self._context.cue("wanted", place, term.category)
            if order and not asks:
                decisions.append(f"an order: {self._text[slice(*order[1])]}")
            else:
                signal, risk = Signal.DOUBT, min(risk, DOUBT_RISK if asks else STATED_DOUBT_RISK)
                decisions.append("asked by a viewer" if asks else "said by a viewer, not the seller")
        elif signal == Signal.DOUBT and self._disguises_fakes(one, term, evasive=evasive):
            signal, risk = Signal.CODE_WORD, DISGUISED_DOUBT_RISK
            decisions.append("fakes, written around the filter")
        match = self._match(one, term, surface, plain_phrase=phrase and not ways)
        return Hit(
            signal=signal, term=term.term, surface=surface, start=one.start, end=one.end, match=match,
            brand=term.brand, risk=risk, evasive=evasive, folds=ways, decisions=tuple(decisions),
            llr=weight(signal, risk=risk, match=match, speaker=self._speaker), lexicon_version=self._tables.version,
        )  # fmt: skip

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

    def _risk(self, one: Candidate, term: Term, *, evasive: bool, decisions: list[str]) -> float:
        """The term's risk after what stands beside it; what was decided is added to `decisions`."""
        risk = term.risk
        if term.needs:
            risk *= self._share(one, term, evasive=evasive, decisions=decisions)
        if risk < MISSPELT_RISK and self._misspells_name(one, term):
            decisions.append("a brand's name that nobody misspells who sells it, beside goods")
            return MISSPELT_RISK
        if risk < PAIRED_ALIAS_RISK and self._paired(one):
            decisions.append("another alias of the brand beside it")
            return PAIRED_ALIAS_RISK
        return risk

    def _misspells_name(self, one: Candidate, term: Term) -> bool:
        written = one.term in self._tables.misspelt and self._speaker in WRITTEN
        goods = len(self._kept) > 1 or self._context.cue("goods", (one.start, one.end), term.category) is not None
        return written and goods

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
        share = RATIO_FACTOR if term.needs == "copy" else AMBIGUOUS_FACTOR
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
    named = other.category == TermCategory.BRAND_ALIAS and other.risk >= PAIR_MIN_RISK
    return anchors(other) or (named and term.category == TermCategory.GRADE)


def names_fakes(term: Term) -> bool:
    """A doubt that holds a word for fakes: who writes it around the filter does not doubt."""
    return term.category == TermCategory.VIEWER_DOUBT and any(word in term.folded for word in FAKES)


def near(one: Candidate, others: list[Candidate]) -> bool:
    """One of the others is at most `NEAR_CHARS` away."""
    return any(other.start - one.end <= NEAR_CHARS and one.start - other.end <= NEAR_CHARS for other in others)


def _mixes_scripts(surface: str, name: str) -> bool:
    """Latin letters within a name in ideographs (香n儿), or digits and signs within one in letters (ch4nel, ch@nel)."""
    letters = surface.translate(PLAIN)
    if letters.isascii():
        return SIGN.search(surface) is not None or (any(letter.isdigit() for letter in letters) and name.isalpha())
    return any(letter.isascii() and letter.isalpha() for letter in letters)


def _hides_brand(one: Candidate, surface: str, speaker: str) -> bool:
    """A host is written down by the recogniser; a letter twice is a slip, spaces and traditional characters a habit."""
    spelling, letters = one.folded.text[one.first : one.last], surface.translate(PLAIN)
    doubled = letters != spelling and RUN.sub(r"\1", letters) == spelling
    plain = letters == spelling and IDEOGRAPHS.fullmatch("".join(surface.split())) is not None
    return speaker != "host" and not plain and not doubled

"""Name the ways in which a candidate is written differently from its term: for people, no decision rests on it."""

from detectors.text.candidates import Candidate
from detectors.text.fold import PLAIN
from detectors.text.letters import SYMBOL_WORDS
from detectors.text.tables import IDEOGRAPHS
from detectors.text.term import Term
from schemas import MatchKind

WAYS = (
    "case", "width", "traditional", "look-alike", "symbol", "gap", "repeat", "split", "shape", "digit", "initial",
    "pinyin", "sound",
)  # fmt: skip
"""All names, in the order in which they are given. `traditional` is any other form of an ideograph."""

OTHER_LETTER = {MatchKind.SOUND: "sound", MatchKind.VISUAL: "shape"}
"""What another letter in the place of the term's is; joined from parts where the match is by neither."""

INSERTED = frozenset("*.-_/\\|+=#&^·•")
"""Signs that nobody sets in the middle of a phrase but to break its words."""


def ways_of(one: Candidate, text: str, term: Term, *, phrase: bool) -> tuple[str, ...]:
    """Names from `WAYS` of what was folded to find the term at the candidate.

    Args:
        one: the candidate.
        text: the original.
        term: its term.
        phrase: a row of the pattern table; letters stand between its words.
    """
    used: set[str] = set()
    folded = one.folded
    aligned = not phrase and one.last - one.first == len(term.folded)
    for place in range(one.first, one.last):
        if place > one.first:
            used |= _of_gap(text[folded.ends[place - 1] : folded.starts[place]], term, phrase=phrase)
        written = text[folded.starts[place] : folded.ends[place]]
        for character in written:
            used |= _of_character(character, term)
        if aligned:
            used |= _of_letter(written.translate(PLAIN), term.folded[place - one.first], one.match)
    if phrase and one.match == MatchKind.SOUND:
        used.add("sound")
    return tuple(way for way in WAYS if way in used)


def _of_gap(gap: str, term: Term, *, phrase: bool) -> set[str]:
    """`V X` has its blank in the lexicon; between the words of a phrase blanks, commas and emoji are usual."""
    if phrase:
        return {"gap"} if not INSERTED.isdisjoint(gap) else set()
    return {"gap"} if gap and not (gap.isspace() and " " in term.term) else set()


def _of_character(character: str, term: Term) -> set[str]:
    """What folding the character alone does."""
    plain = PLAIN[ord(character)]
    if character in term.term:
        return set()
    if not plain:
        return {"symbol"} if character in SYMBOL_WORDS else {"gap"}
    if character == plain:
        return {"case"} if character.isascii() and character.upper() in term.term else set()
    return {_form(character, plain)}


def _form(character: str, plain: str) -> str:
    """How a letter is drawn that folds to another."""
    if character.lower() == plain:
        return "case"
    if "！" <= character <= "～":
        return "width"
    if IDEOGRAPHS.fullmatch(character) or IDEOGRAPHS.fullmatch(plain):
        return "traditional"
    return "digit" if plain.isdigit() else "look-alike"


def _of_letter(written: str, meant: str, match: MatchKind) -> set[str]:
    """What stands where the term has a letter; `written` is folded."""
    if written in (meant, ""):
        return set()
    if len(written) > 1:
        if set(written) == {meant}:
            return {"repeat"}
        return {"pinyin"} if written.isascii() and match == MatchKind.SOUND else {"split"}
    if written.isnumeric() or meant.isdigit():
        return {"digit"}
    if written.isascii():
        return {"pinyin"} if match == MatchKind.SOUND else {"initial"}
    return {OTHER_LETTER.get(match, "split")}

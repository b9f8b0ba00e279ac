"""Whether a term allows the way in which it is written (column `folds` of the lexicon)."""

from detectors.text.candidates import Candidate
from detectors.text.fold import PLAIN
from detectors.text.letters import SYMBOL_WORDS
from detectors.text.term import EXACT, NO_GAP, NO_INITIAL, NO_SHAPE, NO_SOUND, NO_SPLIT, NO_SYMBOL, Term
from schemas import MatchKind


def is_allowed(term: Term, text: str, candidate: Candidate) -> bool:
    """True when `term` forbids none of the ways in which the candidate is written."""
    if not term.folds:
        return True
    surface = text[candidate.start : candidate.end]
    if EXACT in term.folds:
        return surface.lower() == term.term.lower()
    used = {
        NO_SOUND: candidate.match == MatchKind.SOUND and not _half_typed(term, surface),
        NO_SHAPE: candidate.match == MatchKind.VISUAL,
        NO_INITIAL: candidate.match == MatchKind.FOLDED and _by_initial(term, surface),
        NO_SPLIT: _is_split(text, candidate),
        NO_SYMBOL: any(character in SYMBOL_WORDS and character not in term.term for character in surface),
        NO_GAP: any(not PLAIN[ord(character)] and character not in SYMBOL_WORDS for character in surface),
    }
    return not any(used[fold] for fold in term.folds)


def _half_typed(term: Term, surface: str) -> bool:
    """Pinyin beside a character of the term: jia货 is no 家伙, however 假货 sounds."""
    letters = [letter for letter in surface.translate(PLAIN) if not letter.isascii()]
    return len(letters) < len(term.folded) and any(letter in term.folded for letter in letters)


def _by_initial(term: Term, surface: str) -> bool:
    plain = surface.translate(PLAIN)
    return len(plain) == len(term.folded) and any(
        a != b and a.isascii() and a.isalpha() for a, b in zip(plain, term.folded, strict=True)
    )


def _is_split(text: str, candidate: Candidate) -> bool:
    """One folded character stands for several different letters of the text: 马户 for 驴."""
    folded = candidate.folded
    for place in range(candidate.first, candidate.last):
        written = text[folded.starts[place] : folded.ends[place]].translate(PLAIN)
        if len(written) > 1 and len(set(written)) > 1:
            return True
    return False

"""The tables behind the text engine, and the automata over them."""

import csv
import hashlib
import re
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path

import msgspec
from ahocorasick_rs import AhoCorasick

from detectors.text.fold import SYMBOLS
from detectors.text.lexicon import distinct, in_force, with_guards
from detectors.text.lexicon_row import risk_of
from detectors.text.patterns import PatternSet, Row, parse_patterns
from detectors.text.sound import SoundTable
from detectors.text.spellings import disguised_terms, initial_patterns, misspelt_names, swapped_patterns
from detectors.text.term import EXACT, NO_SOUND, LexiconError, Term
from schemas import TermCategory

DATA = Path(__file__).parent.parent / "data"
TABLE_FILES = (
    "brands.csv",
    "sound.tsv",
    "shapes.csv",
    "splits.csv",
    "swaps.csv",
    "collisions.csv",
    "words.tsv",
    "patterns.csv",
    "polyphones.tsv",
    "letters.tsv",
    "symbols.csv",
    "judge_cues.csv",
    "judge_weights.tsv",
)

_IN_ORDER = msgspec.json.Encoder(order="deterministic")

IDEOGRAPHS = re.compile(r"[一-鿿]+")


class Tables(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that `TextEngine` reads, built once."""

    version: str
    terms: tuple[Term, ...]
    """Guards last."""
    first_guard: int
    spelled: AhoCorasick
    """Over folded text: the terms, then the spellings with initials, then the words of patterns."""
    initials: tuple[int, ...]
    """For pattern `len(terms) + k` of `spelled`: the index of its term."""
    first_swapped: int
    """Pattern of `spelled` that is the first spelling with a look-alike; those with initials stand before."""
    initial_spellings: tuple[str, ...]
    """For the same patterns: what is written."""
    split_parts: AhoCorasick
    """Over folded text: the parts of split characters."""
    splits: tuple[str, ...]
    """For each pattern of `split_parts`: the character that the parts make."""
    split_spellings: tuple[str, ...]
    """For the same patterns: the parts."""
    sounded: AhoCorasick
    """Over sounds."""
    sounded_terms: tuple[int, ...]
    """For each pattern of `sounded`: the index of its term."""
    typed: AhoCorasick
    """Over sounds with typed pinyin: more terms, as who types pinyin means no everyday word."""
    typed_terms: tuple[int, ...]
    """For each pattern of `typed`: the index of its term."""
    disguised: frozenset[int]
    """Indices of terms that are another term written evasively: A伙, gf包."""
    misspelt: frozenset[int]
    """Indices of aliases that are a brand's name in characters of the same sound."""
    sound: SoundTable
    shapes: Mapping[int, str]
    """Code point -> the character that it looks like, for `str.translate`."""
    shape_odd: re.Pattern[str]
    collisions: Mapping[str, frozenset[str]]
    """Term -> everyday words that sound the same."""
    words: AhoCorasick
    """Common words of two and three characters."""
    common_characters: frozenset[str]
    """Characters of the common words."""
    patterns: PatternSet
    first_word: int
    """Pattern of `spelled` that is the first word of `patterns.words`."""
    anchors: frozenset[int]
    """Patterns of `spelled` that are words which a row of `patterns` cannot be without."""
    mattering: frozenset[int]
    """Patterns of `spelled` that can become a hit: terms in any spelling but guards, and `anchors`."""
    row_terms: Mapping[str, int]
    """Name of a row of `patterns` -> index of its term."""
    rows: frozenset[int]
    """Terms of rows of `patterns`: the values of `row_terms`."""
    combining: frozenset[int]
    """Terms of rows that combine terms of the lexicon: they stand beside these, not in their place."""
    sounded_words: AhoCorasick
    """Over sounds: `patterns.sounded_words`."""
    sounded_anchor: AhoCorasick
    """Over sounds: the anchors of rows that are compared by sound."""
    genuine_low: Mapping[tuple[str, str], float]
    """(brand, kind of goods) -> lowest genuine price, yuan."""


def build_tables(lexicon: Iterable[Term], *, as_of: date | None = None) -> Tables:
    """Build tables from the terms of a lexicon and the other bundled files.

    Args:
        lexicon: terms that are checked.
        as_of: terms that expired before this day are left out; None: none is.

    Raises:
        LexiconError: a bundled file cannot be read, or no term is in force.
    """
    current = distinct(in_force(lexicon, as_of))
    if not current:
        raise LexiconError(f"lexicon: no term is in force on {as_of}; extend the column expires or give more terms")
    patterns = parse_patterns(_lines("patterns.csv"), name="patterns.csv")
    listed = (*with_guards(current), *{row.name: _row_term(row) for row in patterns.rows}.values())
    terms = tuple(sorted(listed, key=lambda term: term.category == TermCategory.BENIGN_GUARD))
    sound = SoundTable.parse(_lines("sound.tsv"), _lines("polyphones.tsv"))
    swaps = {row["character"]: row["looks_like"] for row in _rows("swaps.csv")}
    by_initial, swapped = initial_patterns(terms, sound), swapped_patterns(terms, swaps)
    known = {spelling for spelling, _ in by_initial}
    initial_spellings = [*by_initial, *(one for one in swapped if one[0] not in known)]
    split_rows = [(row["parts"], row["character"]) for row in _rows("splits.csv")]
    shapes = {ord(odd): row["character"] for row in _rows("shapes.csv") for odd in row["looks_like"]}
    sounded_terms = tuple(k for k, term in enumerate(terms) if _may_sound(term))
    first_word = len(terms) + len(initial_spellings)
    sounded_anchors = {word for row in patterns.rows if row.sound for word in row.pattern.anchor}
    row_names = {row.name for row in patterns.rows}
    row_terms = {term.term: k for k, term in enumerate(terms) if term.term in row_names}
    typed_terms = tuple(k for k, term in enumerate(terms) if term.term not in row_names and _may_be_typed(term))
    first_guard = sum(term.category != TermCategory.BENIGN_GUARD for term in terms)
    anchors = frozenset(first_word + k for k, word in enumerate(patterns.words) if word in patterns.anchors)
    return Tables(
        version=_version(current),
        terms=terms,
        first_guard=first_guard,
        spelled=AhoCorasick([
            *(term.folded for term in terms),
            *(spelling for spelling, _ in initial_spellings),
            *patterns.words,
        ]),
        initials=tuple(index for _, index in initial_spellings),
        first_swapped=len(terms) + len(by_initial),
        split_parts=AhoCorasick([parts for parts, _ in split_rows]),
        initial_spellings=tuple(spelling for spelling, _ in initial_spellings),
        splits=tuple(character for _, character in split_rows),
        split_spellings=tuple(parts for parts, _ in split_rows),
        sounded=AhoCorasick([sound.of(terms[k].folded) for k in sounded_terms]),
        sounded_terms=sounded_terms,
        typed=AhoCorasick([sound.typed_of(terms[k].folded) for k in typed_terms]),
        typed_terms=typed_terms,
        disguised=disguised_terms(terms, sound, [parts for parts, _ in split_rows]),
        misspelt=misspelt_names(terms, sound),
        sound=sound,
        shapes=shapes,
        shape_odd=re.compile(f"[{re.escape(''.join(chr(code) for code in shapes))}]"),
        collisions={row["term"]: frozenset(row["words"].split()) for row in _rows("collisions.csv")},
        words=AhoCorasick([word for word in _lines("words.tsv") if word]),
        common_characters=frozenset("".join(_lines("words.tsv"))),
        patterns=patterns,
        first_word=first_word,
        anchors=anchors,
        mattering=anchors.union(range(first_guard), range(len(terms), first_word)),
        row_terms=row_terms,
        rows=frozenset(row_terms.values()),
        combining=frozenset(k for k, term in enumerate(terms) if term.term in patterns.combining),
        sounded_words=AhoCorasick([sound.of(word) for word in patterns.sounded_words]),
        sounded_anchor=AhoCorasick([sound.of(word) for word in sorted(sounded_anchors)]),
        genuine_low=_genuine_low(),
    )  # fmt: skip


def _lines(name: str) -> list[str]:
    return (DATA / name).read_text(encoding="utf-8").splitlines()


def _rows(name: str) -> list[dict[str, str]]:
    return list(csv.DictReader(_lines(name)))


def _version(lexicon: tuple[Term, ...]) -> str:
    """Hash of the terms, wherever they came from, and of the other files."""
    digest = hashlib.blake2b(digest_size=6)
    for data in (_IN_ORDER.encode(lexicon), *(_bytes(name) for name in TABLE_FILES)):
        digest.update(len(data).to_bytes(8, "big"))
        digest.update(data)
    return digest.hexdigest()


def _bytes(name: str) -> bytes:
    try:
        return (DATA / name).read_bytes()
    except OSError as error:
        raise LexiconError(f"{DATA / name}: cannot be read: {error}") from error


def _may_sound(term: Term) -> bool:
    """Sounds need at least two syllables; guards and plain brand names are what people spell right."""
    quiet = term.category in (TermCategory.BENIGN_GUARD, TermCategory.DEAL, TermCategory.GUARANTEE)
    return term.sound and not quiet and len("".join(IDEOGRAPHS.findall(term.folded))) >= 2  # noqa: PLR2004 - two syllables


TYPED_BRAND_CHARS = 3
"""Shorter names of brands are other words in pinyin."""


def _may_be_typed(term: Term) -> bool:
    """Pinyin is typed for terms of two characters or more, at least one an ideograph."""
    quiet = term.category in (TermCategory.BENIGN_GUARD, TermCategory.DEAL, TermCategory.GUARANTEE)
    quiet |= term.category == TermCategory.BRAND and len(term.folded) < TYPED_BRAND_CHARS
    letters = term.folded.isascii() or len(term.folded) < 2  # noqa: PLR2004 - one syllable is every other word
    return not quiet and not letters and EXACT not in term.folds


def _row_term(row: Row) -> Term:
    return Term(
        term=row.name, category=TermCategory(row.kind), folded=row.name.translate(SYMBOLS), llr=row.llr,
        risk=risk_of(row.llr, TermCategory(row.kind)), folds=frozenset({NO_SOUND}),
    )  # fmt: skip


def _genuine_low() -> dict[tuple[str, str], float]:
    lows: dict[tuple[str, str], float] = {}
    for row in _rows("brands.csv"):
        key = (row["brand"], row["kind"])
        lows[key] = min(lows.get(key, float("inf")), float(row["genuine_low_cny"]))
    return lows

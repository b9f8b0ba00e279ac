"""The lexicon file: every wrong row is named with its line."""

import csv
from datetime import date

import pytest

from detectors.text.engine import TextEngine
from detectors.text.lexicon import COLUMNS, LexiconError, parse_lexicon, read_lexicon, write_lexicon
from detectors.text.lexicon_row import entry_of, term_of
from detectors.text.tables import DATA
from detectors.text.weights import weight
from schemas import MatchKind, Signal, TermCategory, TermEntry

HEAD = ",".join(COLUMNS)
GOOD = {
    "term": "原单", "kind": "grade", "llr": "2.997", "basis": "judgement", "needs": "goods", "source": "unsourced",
    "since": "0.1.0", "owner": "project",
}  # fmt: skip


def line(**changes):
    return ",".join((GOOD | changes).get(column, "") for column in COLUMNS)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"term": "货"}, "line 3, column term: '货'; fewer than two letters"),
        ({"kind": "grad"}, "line 3, column kind: 'grad'; use one of grade, brand_alias"),
        ({"kind": "brand_alias"}, "line 3, column brand: ''; a term of kind brand_alias needs the brand"),
        ({"llr": "high"}, "line 3, column llr: 'high'; write a number from 0 to 3.7"),
        ({"llr": "3.8"}, "line 3, column llr: '3.8'; write a number from 0 to 3.7, the full weight of kind grade"),
        ({"llr": "-1"}, "line 3, column llr: '-1'"),
        ({"llr": "nan"}, "line 3, column llr: 'nan'"),
        ({"basis": "guess"}, "line 3, column basis: 'guess'; use one of case, corpus, speech, judgement"),
        ({"folds": "no-sound loud"}, "line 3, column folds: 'no-sound loud'; 'loud' is unknown; leave it empty or"),
        ({"needs": "shoes"}, "line 3, column needs: 'shoes'; use one of goods, copy"),
        ({"guards": "原单位 元旦"}, "line 3, column guards: '原单位 元旦'; guard '元旦' does not hold '原单'"),
        ({"roles": "boss"}, "line 3, column roles: 'boss'; 'boss' is unknown"),
        ({"source": ""}, "line 3, column source: ''; write the page address or count it comes from, or: unsourced"),
        ({"since": "now"}, "line 3, column since: 'now'; write the lexicon version"),
        ({"owner": ""}, "line 3, column owner: ''; write who answers"),
        ({"expires": "soon"}, "line 3, column expires: 'soon'; write the last day in force as 2026-12-31"),
        ({"notes": "a,b"}, "line 3: 14 fields are needed; quote"),
    ],
)
def test_wrong_row_is_named(changes, message):
    with pytest.raises(LexiconError, match=r"words\.csv") as caught:
        parse_lexicon([HEAD, line(), line(**changes)], name="words.csv")
    assert message in str(caught.value)


def test_short_row_is_named():
    with pytest.raises(LexiconError, match=r"words\.csv line 2: 14 fields"):
        parse_lexicon([HEAD, "原单,grade,,2.9"], name="words.csv")


def test_wrong_columns():
    with pytest.raises(LexiconError, match="line 1: the columns must be term,kind"):
        parse_lexicon(["term,risk", "原单,1"], name="words.csv")


def test_no_rows():
    with pytest.raises(LexiconError, match="no terms"):
        parse_lexicon([HEAD], name="words.csv")


def test_missing_and_undecodable_files(tmp_path):
    with pytest.raises(LexiconError, match="cannot be read"):
        read_lexicon(tmp_path / "none.csv")
    (tmp_path / "gbk.csv").write_bytes(f"{HEAD}\n{line()}\n".encode("gbk"))
    with pytest.raises(LexiconError, match="UTF-8"):
        read_lexicon(tmp_path / "gbk.csv")


def test_other_lexicon_changes_version_and_hits(tmp_path, engine):
    path = tmp_path / "words.csv"
    path.write_text(f"{HEAD}\n{line(term='茄子', needs='')}\n", encoding="utf-8")
    other = TextEngine.load(path)
    assert other.version != engine.version
    assert len(other.version) == 12
    assert [hit.term for hit in other.scan("这是茄子", speaker="host")] == ["茄子"]
    assert other.scan("这是高仿", speaker="host") == []


def test_same_files_same_version(engine):
    assert TextEngine.load().version == engine.version


def one(**changes):
    return parse_lexicon([HEAD, line(**{"needs": "", **changes})], name="words.csv")


def test_weight_in_the_file_is_the_weight_of_a_plain_hit():
    """`llr` is what a host's plain word weighs; the risk that the rules compare gives it back."""
    term = one(llr="1.9181")[0]
    assert term.risk == 0.72
    assert weight(Signal.CODE_WORD, risk=term.risk, match=MatchKind.EXACT, speaker="host") == 1.918


def test_terms_rows_and_entries_are_the_same_thing():
    terms = read_lexicon(DATA / "lexicon.csv")
    assert parse_lexicon(write_lexicon(terms).splitlines(), name="written") == terms
    assert tuple(term_of(entry_of(term), where="topic") for term in terms) == terms


def test_entry_from_before_the_weight_gives_its_risk():
    old = TermEntry(term="茄子", category=TermCategory.GRADE, risk=0.9)
    assert term_of(old, where="topic").risk == 0.9


def test_wrong_entry_is_named():
    entry = TermEntry(term="茄子", category=TermCategory.GRADE, expires="soon")
    with pytest.raises(LexiconError, match="term 茄子 of the topic, column expires: 'soon'"):
        term_of(entry, where="term 茄子 of the topic")


def test_engine_from_terms_is_the_engine_from_the_file(engine):
    terms = read_lexicon(DATA / "lexicon.csv")
    assert TextEngine.of(terms).version == engine.version


@pytest.mark.parametrize(("day", "found"), [("2026-12-31", 1), ("2027-01-01", 0)])
def test_term_counts_until_its_last_day(day, found):
    terms = (*one(term="茄子", expires="2026-12-31"), *one())
    assert len(TextEngine.of(terms, as_of=date.fromisoformat(day)).scan("这是茄子", speaker="host")) == found


def test_nothing_in_force_is_an_error():
    with pytest.raises(LexiconError, match="no term is in force on 2027-01-01; extend the column expires"):
        TextEngine.of(one(expires="2026-12-31"), as_of=date(2027, 1, 1))


def test_guard_beside_a_term_masks_it():
    engine = TextEngine.of(one(term="茄子", guards="茄子炒肉"))
    assert engine.scan("今晚茄子炒肉", speaker="host") == []
    assert len(engine.scan("今晚茄子到货", speaker="host")) == 1


def test_roles_take_the_place_of_the_kinds_default():
    engine = TextEngine.of(one(term="茄子", roles="viewer"))
    assert engine.scan("茄子到货", speaker="host") == []
    assert len(engine.scan("要茄子", speaker="viewer")) == 1


@pytest.mark.parametrize(
    ("fold", "term", "text"),
    [
        ("no-sound", "高仿", "这批高房包包"),
        ("no-initial", "高仿", "这批g仿包包"),
        ("no-split", "高仿", "这批高亻方包包"),
        ("no-shape", "驴牌", "这批妒牌包包"),
        ("no-symbol", "驴家", "今天🫏家包包"),
        ("no-gap", "高仿", "这批高*仿包包"),
        ("exact", "高仿", "这批高*仿包包"),
    ],
)
def test_fold_that_a_term_forbids(fold, term, text):
    def found(folds):
        terms = one(term=term, folds=folds, llr="2.997")
        return [hit.term for hit in TextEngine.of(terms).scan(text, speaker="host")]

    assert found("") == [term]
    assert found(fold) == []


def test_every_priced_brand_can_be_named():
    """A price of a brand that no term names would never be compared."""
    terms = read_lexicon(DATA / "lexicon.csv")
    named = {term.brand for term in terms if term.category in (TermCategory.BRAND, TermCategory.BRAND_ALIAS)}
    with (DATA / "brands.csv").open(encoding="utf-8") as file:
        assert {row["brand"] for row in csv.DictReader(file)} - named == set()


@pytest.mark.parametrize("category", [TermCategory.BRAND, TermCategory.BRAND_ALIAS, TermCategory.GRADE])
def test_every_term_is_found_in_its_own_text(engine, category):
    """No guard, boundary or gap rule may swallow a term written exactly as the lexicon has it."""
    terms = [term for term in read_lexicon(DATA / "lexicon.csv") if term.category == category]
    lost = [term.term for term in terms if not engine.scan(term.term, speaker="host")]
    assert lost == []

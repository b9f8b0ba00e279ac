"""The lexicon file: every wrong row is named with its line."""

import csv

import pytest

from detectors.text.engine import TextEngine
from detectors.text.lexicon import COLUMNS, LexiconError, parse_lexicon, read_lexicon
from detectors.text.tables import DATA
from schemas import TermCategory

HEAD = ",".join(COLUMNS)
GOOD = "原单,grade,,0.9,goods,,own,"


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("原单,grad,,0.9,,,own,", "line 3: category 'grad'"),
        ("原单,grade,,high,,,own,", "line 3: risk 'high'; write a number from 0 to 1"),
        ("原单,grade,,1.5,,,own,", "line 3: risk '1.5'"),
        ("原单,grade,,nan,,,own,", "line 3: risk 'nan'"),
        ("原单,grade,,0.9,shoes,,own,", "line 3: needs 'shoes'"),
        ("原单,grade,,0.9,,yes,own,", "line 3: sound 'yes'"),
        ("驴家,brand_alias,,0.7,,,own,", "line 3: a term of category brand_alias needs the brand"),
        ("货,grade,,0.7,,,own,", "line 3: term '货' has fewer than two letters"),
        ("原单,grade,,0.9", "line 3: 8 fields are needed"),
        ("原单,grade,,0.9,,,own,a,b", "line 3: 8 fields are needed; quote"),
    ],
)
def test_wrong_row_is_named(row, message):
    with pytest.raises(LexiconError, match=r"words\.csv") as caught:
        parse_lexicon([HEAD, GOOD, row], name="words.csv")
    assert message in str(caught.value)


def test_wrong_columns():
    with pytest.raises(LexiconError, match="line 1: the columns must be term,category"):
        parse_lexicon(["term,risk", "原单,1"], name="words.csv")


def test_no_rows():
    with pytest.raises(LexiconError, match="no terms"):
        parse_lexicon([HEAD], name="words.csv")


def test_missing_and_undecodable_files(tmp_path):
    with pytest.raises(LexiconError, match="cannot be read"):
        read_lexicon(tmp_path / "none.csv")
    (tmp_path / "gbk.csv").write_bytes(f"{HEAD}\n{GOOD}\n".encode("gbk"))
    with pytest.raises(LexiconError, match="UTF-8"):
        read_lexicon(tmp_path / "gbk.csv")


def test_other_lexicon_changes_version_and_hits(tmp_path, engine):
    path = tmp_path / "words.csv"
    path.write_text(f"{HEAD}\n茄子,grade,,0.9,,,own,\n", encoding="utf-8")
    other = TextEngine.load(path)
    assert other.version != engine.version
    assert len(other.version) == 12
    assert [hit.term for hit in other.scan("这是茄子", speaker="host")] == ["茄子"]
    assert other.scan("这是高仿", speaker="host") == []


def test_same_files_same_version(engine):
    assert TextEngine.load().version == engine.version


def test_every_bundled_row_has_a_source():
    with (DATA / "lexicon.csv").open(encoding="utf-8") as file:
        assert [row["term"] for row in csv.DictReader(file) if not row["source"]] == []


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

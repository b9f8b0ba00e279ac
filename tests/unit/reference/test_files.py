"""Lexicon files with wrong rows, and files of ordinary lines."""

import gzip

import pytest

from detectors.text.term import COLUMNS
from pipelines.errors import InputError
from pipelines.reference.corpora import read_corpus
from pipelines.reference.lexicon_file import read_lexicon_file

HEAD = ",".join(COLUMNS)
GOOD = "甪丬货,grade,,3,judgement,,,,,unsourced,0.2.0,li,,"


@pytest.fixture
def lexicon(tmp_path):
    def read(*rows, head=HEAD, **options):
        path = tmp_path / "new.csv"
        path.write_text("\n".join([head, *rows]), encoding="utf-8")
        return read_lexicon_file(path, **options)

    return read


def test_every_wrong_row_is_named_and_the_others_are_read(lexicon):
    read = lexicon(
        GOOD, GOOD.replace("grade", "grad"), "甪丬单,grade", GOOD.replace("甪丬货", "甪丬版").replace(",3,", ",99,")
    )
    assert [(one.file, one.row, one.column) for one in read.problems] == [
        ("new.csv", 3, "kind"),
        ("new.csv", 4, ""),
        ("new.csv", 5, "llr"),
    ]
    assert [term.term for term in read.terms] == ["甪丬货"]


def test_a_term_twice_is_a_problem(lexicon):
    assert [one.row for one in lexicon(GOOD, GOOD.replace("甪丬货", "甪 丬货")).problems] == [3]


def test_a_term_as_long_as_a_sentence_is_a_problem(lexicon):
    assert [one.column for one in lexicon(GOOD.replace("甪丬货", "甪丬货" * 40)).problems] == ["term"]


def test_an_owner_is_filled_in_where_there_is_none(lexicon):
    nobody = GOOD.replace(",li,", ",,")
    assert lexicon(nobody).problems[0].column == "owner"
    assert [term.owner for term in lexicon(nobody, owner="wang").terms] == ["wang"]
    assert [term.owner for term in lexicon(GOOD, owner="wang").terms] == ["li"]


def test_other_columns_and_other_files_are_refused(lexicon, tmp_path):
    with pytest.raises(InputError, match="the columns must be term,kind"):
        lexicon(GOOD, head="term,risk")
    (tmp_path / "picture.csv").write_bytes(b"\xff\xd8\xff")
    with pytest.raises(InputError, match="UTF-8"):
        read_lexicon_file(tmp_path / "picture.csv")


CORPORA = {
    "a.txt": "好看\n\n 买它 \n",
    "b.csv": "label,review\n1,好看\n0,买它\n1,\n",
    "c.tsv": "id\ttext\n1\t好看\n2\t买它\n",
    "d.jsonl": '{"text": "好看", "id": 1}\n\n{"id": 2, "text": "买它"}\n',
}


@pytest.mark.parametrize("name", CORPORA)
@pytest.mark.parametrize("packed", [False, True])
def test_lines_of_every_kind_of_file(tmp_path, name, packed):
    path = tmp_path / (name + ".gz" if packed else name)
    text = CORPORA[name].encode("utf-8")
    path.write_bytes(gzip.compress(text) if packed else text)
    assert list(read_corpus(path)) == ["好看", "买它"]


def test_another_column_can_be_named(tmp_path):
    path = tmp_path / "x.csv"
    path.write_text("text,said\nno,好看\n", encoding="utf-8")
    assert list(read_corpus(path, "said")) == ["好看"]
    with pytest.raises(InputError, match="--column"):
        list(read_corpus(path, "missing"))


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("x.pdf", b""), ("x.txt", b"\xff\xfe\xfa"), ("x.txt.gz", b"no gzip"), ("x.jsonl", b"{"),
        ("x.jsonl", b'{"text": 1}'), ("x.csv", b""), ("x.txt.gz", gzip.compress(b"abc", mtime=0)[:-4]),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_named(tmp_path, name, content):
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(InputError, match=name):
        list(read_corpus(path))

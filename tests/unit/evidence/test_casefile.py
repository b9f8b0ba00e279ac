"""The case file: what it says, what it must not say to whom, and that nothing in it can act."""

import json
import re
from html.parser import HTMLParser

import counterfeit_show
import pytest
from counterfeit_show import HOSTILE, PHONE, SESSION, START_MS, VIEWER

from pipelines.errors import InputError
from pipelines.evidence.casefile.build import _removals, build
from pipelines.evidence.casefile.fonts import Fonts
from pipelines.evidence.casefile.load import find, read
from pipelines.evidence.casefile.page import page
from pipelines.evidence.casefile.redact import Role, masked, redacted
from pipelines.evidence.casefile.write import as_json, write
from schemas import ListingAction


@pytest.fixture(scope="module")
def vault(tmp_path_factory):
    return counterfeit_show.seal(tmp_path_factory.mktemp("sealed"))[0]


@pytest.fixture(scope="module")
def case(vault):
    return build("a1", read(vault, find(vault, "a1")), START_MS + 4_000_000)


class Tags(HTMLParser):
    """Elements and their attributes."""

    def __init__(self, text):
        super().__init__()
        self.found = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))


@pytest.mark.parametrize("name", [SESSION, f"{counterfeit_show.ROOM}/{SESSION}", "r1", "a1"])
def test_a_case_is_found_by_session_request_or_action(vault, name):
    assert find(vault, name).session == SESSION


def test_an_unknown_case_says_where_to_look(vault):
    with pytest.raises(InputError, match="evidence list"):
        find(vault, "nothing")


def test_it_says_what_happened_in_plain_words(case):
    told = "\n".join(case.summary_zh)
    assert "20:00:13 售假可能性达到 98.7 %,决定:切断直播(系统自动执行),复核维持;处置前已封存证据。" in told
    assert "Louis Vuitton 报价 ¥460,仅为已知正品最低价 ¥12,000 的 3.8 %。" in told
    assert "于下播后 4 分钟被删除,删除前已取证" in told
    assert "deleted 4 min after the end of the show; captured: yes" in "\n".join(case.summary_en)


def test_a_link_that_was_never_seen_is_told_as_not_captured(case):
    removed = counterfeit_show._listing(40, ListingAction.REMOVED)
    (one,) = _removals([removed], [], None, [], None)
    assert (one.captured, one.after_end_ms) == (False, None)


def test_the_score_rises_with_each_sign(case):
    scores = {one.at_ms: one.posterior for one in case.scores}
    assert scores[START_MS] < 0.1
    assert scores[START_MS + 12_000] > scores[START_MS + 4_000] > scores[START_MS]
    assert {mark.modality for mark in case.marks} == {"frame", "audio", "danmaku"}


def test_pictures_have_boxes_and_name_their_sealed_source(case):
    boxed = [shot for shot in case.shots if shot.boxes]
    assert boxed[0].boxes[0].left == pytest.approx(60 / 320)
    assert re.fullmatch(r"[0-9a-f]{64}", boxed[0].source_sha256)
    assert "00000000-bundle.tar" in boxed[0].source


def test_hostile_text_stays_text(case):
    html = page(redacted(case, Role.POLICE))
    tags = Tags(html).found
    assert [tag for tag, _ in tags].count("script") == 1  # its own
    assert not [tag for tag, _ in tags if tag in {"img", "iframe", "b" + "ase", "object", "form", "i"}]
    handlers = [name for _, attributes in tags for name in attributes if name.startswith("on")]
    assert handlers == []
    assert "owned" in html  # it is shown, as text
    for _, attributes in tags:
        for name in ("src", "href"):
            assert attributes.get(name, "data:").startswith("data:")


def test_the_policy_of_the_page_allows_nothing_from_outside(case):
    html = page(redacted(case, Role.POLICE))
    policy = next(
        attrs["content"] for tag, attrs in Tags(html).found if attrs.get("http-equiv") == "Content-Security-Policy"
    )
    assert policy.startswith("default-src 'none';")
    assert "unsafe" not in policy
    assert "http" not in policy


@pytest.mark.parametrize(
    ("role", "seen", "unseen"),
    [
        (Role.REVIEWER, ["reviewer-li", "收到假货"], [PHONE, VIEWER]),
        (
            Role.PARTNER,
            ["切断直播"],
            [PHONE, VIEWER, "reviewer-li", "收到假货", "普通弹幕", "观众001", "live-cut", "<video"],
        ),
        (Role.POLICE, [PHONE, "reviewer-li", "收到假货", "<video"], [VIEWER]),
    ],
)
def test_each_role_sees_what_it_may(case, role, seen, unseen):
    shown = redacted(case, role)
    for text in (page(shown), as_json(shown).decode()):
        for word in unseen:
            assert word not in text
    assert not [word for word in seen if word not in page(shown)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("加我 13812345678 拿货", "加我 138**** 拿货"),
        ("V信 abc_12345 谢谢", "V信 abc**** 谢谢"),
        ("QQ 123456789", "QQ 123****"),
        ("一号链接468元 1:1", "一号链接468元 1:1"),
        ("Louis Vuitton 12000", "Louis Vuitton 12000"),
    ],
)
def test_contacts_are_masked_and_prices_are_not(text, expected):
    assert masked(text) == expected


def test_page_pdf_and_json_are_written_with_their_own_font(case, tmp_path):
    files = write(redacted(case, Role.REVIEWER), tmp_path)
    assert files["pdf"].read_bytes().startswith(b"%PDF-")
    assert b"NotoSansCJKSC" in files["pdf"].read_bytes()
    assert "data:font/woff;base64," in files["html"].read_text(encoding="utf-8")
    told = json.loads(files["json"].read_bytes())
    assert told["case_id"] == "a1"
    assert told["clips"][0]["sha256"] in files["html"].read_text(encoding="utf-8")


def test_characters_that_the_font_lacks_are_named(case):
    fonts = Fonts.of(case)
    assert fonts.spelled("原单\N{DOG FACE}\ufe0f") == "原单〔DOG FACE〕"
    assert HOSTILE not in fonts.spelled(HOSTILE)  # the character that turns text round is replaced

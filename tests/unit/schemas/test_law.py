"""Every violation and every action on a room names its law, and says so where an article was not read."""

import pytest

from schemas import Rung, Violation
from schemas.law import CATEGORY_LAW, ROOM_ACTION_LAW, Citation
from schemas.violations import CHINESE_NAMES


@pytest.mark.parametrize("violation", Violation)
def test_every_violation_has_a_name_and_a_law(violation):
    assert CHINESE_NAMES[violation]
    assert CATEGORY_LAW[violation]
    assert all(citation.law and citation.articles and citation.english for citation in CATEGORY_LAW[violation])


def test_every_rung_of_a_room_has_a_legal_basis():
    of_accounts = list(Rung)[list(Rung).index(Rung.CUT) + 1 :]
    assert set(ROOM_ACTION_LAW) == set(Rung) - set(of_accounts)


def test_an_article_that_was_not_read_says_so():
    assert Citation(law="产品质量法", articles="5, 32", english="").text == "产品质量法 第5、32条"
    assert CATEGORY_LAW[Violation.PRICE_FAR_BELOW_KNOWING][0].text == "法释〔2025〕5号 第5条(条文未核对)"
    assert "取代" in CATEGORY_LAW[Violation.MARK_COVERED_KNOWING][0].text

"""`dajia judge` on shows of sellers whose records are checked: hard benign rooms, and the same ones selling fakes.

`sellers/<kind>.jsonl` holds what the detectors found in an honest show that looks bad (code names or brands, prices far
under the genuine ones, logos, a burst of doubts); `<kind>-counterfeit.jsonl` the same show, in which the host then says
trade words, covers a label and admits it.
"""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from pipelines.cli.judge import judge
from schemas import SellerKind

FOLDER = Path(__file__).parent / "sellers"
MILD = {"observe", "warn"}


def events(name: str) -> list[dict]:
    return [json.loads(line) for line in (FOLDER / f"{name}.jsonl").read_text("utf-8").splitlines()]


def rungs(shows: list[dict]) -> set[str]:
    text = "".join(json.dumps(event, ensure_ascii=False) + "\n" for event in shows)
    result = CliRunner().invoke(judge, ["-"], input=text.encode())
    assert result.exit_code == 0
    actions = [json.loads(line)["data"] for line in result.stdout.splitlines()]
    taken_back = {one["compensates"] for one in actions}
    return {one["rung"] for one in actions if not one["compensates"] and one["action_id"] not in taken_back}


def with_records(shows: list[dict], **changes) -> list[dict]:
    """The same show, its seller's record changed; `sellers=[]` for none."""
    changed = json.loads(json.dumps(shows))
    for event in changed:
        if event["data"].get("change") == "started":
            if "sellers" in changes:
                event["data"]["sellers"] = changes["sellers"]
            for record in event["data"]["sellers"]:
                record.update(changes)
    return changed


@pytest.mark.parametrize("kind", SellerKind)
def test_an_honest_seller_of_the_kind_is_warned_at_most(kind):
    assert rungs(events(kind)) <= MILD


@pytest.mark.parametrize("kind", SellerKind)
def test_the_same_show_without_a_record_is_cut(kind):
    assert "cut" in rungs(with_records(events(kind), sellers=[]))


@pytest.mark.parametrize("kind", SellerKind)
def test_code_words_a_covered_label_and_an_admission_count_whatever_the_record(kind):
    assert "cut" in rungs(events(f"{kind}-counterfeit"))


@pytest.mark.parametrize("kind", [SellerKind.AUTHORISED, SellerKind.BRAND_OWNED, SellerKind.OUTLET])
def test_a_record_of_another_brand_or_of_none_covers_nothing(kind):
    assert not rungs(with_records(events(kind), brands=["Coach"])) <= MILD
    assert not rungs(with_records(events(kind), brands=[])) <= MILD


def test_a_record_of_used_goods_that_names_brands_covers_those():
    assert rungs(with_records(events("second-hand"), brands=["Louis Vuitton", "Chanel"])) <= MILD
    assert not rungs(with_records(events("second-hand"), brands=["Coach"])) <= MILD

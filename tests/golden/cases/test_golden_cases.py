"""Worked cases: events in, and the story of what cases decided on hosts and merchants, to be read like a file note.

`NAME.jsonl` has the events as `dajia judge` reads them, with the join's decisions; `NAME.txt` what followed. After a
wanted change read the difference, then write the stories again: `python tests/golden/cases/test_golden_cases.py`.
"""

from pathlib import Path

import pytest

from pipelines.cases.docket import Docket
from pipelines.cases.policy import BUNDLED_POLICY, load_policy
from schemas import EarlyWarning, Enforcement
from schemas.cloudevents import event_time_ms
from schemas.lines import from_line

HERE = Path(__file__).parent
CASES = sorted(HERE.glob("*.jsonl"))


def story(path: Path) -> str:
    """One paragraph for each action and early warning, in the order in which they were decided."""
    docket, now_ms, names, told = Docket(load_policy(BUNDLED_POLICY.read_text("utf-8"))), 0, {}, []
    for line in path.read_text("utf-8").splitlines():
        event = from_line(line)
        now_ms = max(now_ms, event_time_ms(event))
        outputs = docket.hear(event, now_ms)
        for action in outputs.enforcements:
            names[action.action_id] = f"{action.subject} {action.session}"
            told.append(_action(action, names))
        told += [_warning(warning) for warning in outputs.warnings]
    return "\n".join(told) + "\n"


def _action(action: Enforcement, names: dict[str, str]) -> str:
    if action.compensates:
        return f"TAKEN BACK {names[action.compensates]} ({action.rung})"
    case = action.case
    head = f"{action.subject} {action.session}: {action.rung}, {action.authority}, posterior {action.posterior:.4f}"
    lines = [f"{head}, {case.points:.3f} points of {len(case.strikes)} strikes; {', '.join(action.categories)}"]
    lines += [f"    {one.contribution:+.2f}  {one.text_zh}  {one.text_en}" for one in case.reasons]
    lines += [f"    edge  {one.text_zh}  {one.text_en}" for one in case.edges if one.shared]
    if action.rung == "refer":
        lines += [f"    sum   {one.name}: {'reached' if one.reached else 'not reached'}" for one in case.thresholds]
        lines += [f"    law   {one.citation} [{one.status}]" for one in case.legal]
        lines += [f"    show  {one.room} {one.session} {one.rung}, sealed in {one.bundle_ids}" for one in case.strikes]
    return "\n".join(lines)


def _warning(warning: EarlyWarning) -> str:
    what = (
        f"withdraws {warning.withdraws}" if warning.withdraws else f"{warning.strikes} strikes, {warning.identifiers}"
    )
    return f"EARLY WARNING {warning.account}: {what}"


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_the_story_is_the_one_that_was_read_and_agreed_to(path):
    assert story(path) == path.with_suffix(".txt").read_text("utf-8")


def test_the_real_case_is_referred_and_seven_merchants_in_ten_are_left_alone():
    told = (HERE / "hundred-merchants.txt").read_text("utf-8")
    accused = {line.split()[0] for line in told.splitlines() if line.startswith("merchant:")}
    assert accused == {f"merchant:maker-{number:03}" for number in range(30)}
    assert "host:mo refer/0: refer, review" in told
    assert "30 of 110 partners are suspect (27%)" in told
    assert "sum   sales-250000: reached" in told


if __name__ == "__main__":
    for one in CASES:
        one.with_suffix(".txt").write_text(story(one), "utf-8")

"""`dajia calibrate` on made-up shows: what it writes, what it leaves alone, and what it refuses."""

import json
import math

import numpy as np
import pytest
from click.testing import CliRunner

from pipelines.calibrate.calibration import Value, check_enough, fittable
from pipelines.calibrate.policy_text import with_weights
from pipelines.calibrate.reviewed import Reviewed, reviewed, shows_of
from pipelines.cli.calibrate import calibrate_command
from pipelines.errors import CalibrationError, InputError
from pipelines.join.policy import BUNDLED_POLICY, load_policy
from schemas import Facts, Modality, Outcome, OutcomeStatus, Signal, Suspicion
from schemas.lines import to_line

START_MS = 1_790_000_000_000
BUNDLED = BUNDLED_POLICY.read_text("utf-8")
SIGNS = {
    "code_word": (Signal.CODE_WORD, Modality.AUDIO, 3.0),
    "picture": (Signal.COVERED_LABEL, Modality.FRAME, 3.0),
    "doubt": (Signal.DOUBT_BURST, Modality.DANMAKU, 2.0),
    "evasion": (Signal.EVASION, Modality.AUDIO, 2.0),
}


def lines_of(room: str, families, upheld: bool) -> list[str]:
    """The stored lines of a show with one sign of each family, and the reviewer's word on its action."""
    signs = [
        Suspicion(
            suspicion_id=f"{room}-{family}", room=room, session="show", modality=modality, detector="d",
            detector_version="1", signal=signal, start_ms=START_MS, end_ms=START_MS + 1, llr=llr, score=1.0,
            facts=Facts(term=family, speaker="host"),
        )
        for family, (signal, modality, llr) in SIGNS.items() if family in families
    ]  # fmt: skip
    word = Outcome(
        outcome_id=f"{room}-word", action_id="a", room=room, session="show", time_ms=START_MS + 60_000,
        status=OutcomeStatus.CONFIRMED if upheld else OutcomeStatus.OVERTURNED, subscriber="desk",
    )  # fmt: skip
    return [to_line(one) for one in (*signs, word)]


def made_up(truth, shift: float, shows: int = 600, seed: int = 5) -> list[str]:
    """Shows whose truth follows the policy with other weights: `truth` gives each family's factor."""
    luck, lines = np.random.default_rng(seed), []
    for number in range(shows):
        families = [family for family in SIGNS if luck.random() < 0.5]
        nats = sum(SIGNS[family][2] * truth[family] for family in families)
        chance = 1 / (1 + math.exp(-(math.log(0.01 / 0.99) + shift + nats)))
        lines += lines_of(f"room-{number:04}", families, bool(luck.random() < chance))
    return lines


def run(tmp_path, lines, *options):
    source = tmp_path / "events.jsonl"
    source.write_text("\n".join(lines) + "\n", "utf-8")
    return CliRunner().invoke(calibrate_command, [str(source), *options])


TRUTH = {"code_word": 1.0, "picture": 2.0, "doubt": 0.2, "evasion": 1.0}


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    """The result of a calibration and the policy that it wrote."""
    folder = tmp_path_factory.mktemp("calibrate")
    result = run(folder, made_up(TRUTH, 0.5), "--json", "--write", str(folder / "new.toml"))
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout), (folder / "new.toml").read_text("utf-8")


def test_what_is_off_is_found_and_what_is_right_is_left_alone(written):
    found, _ = written
    weights = {one["name"]: one for one in found["weights"]}
    assert weights.keys() == SIGNS.keys()
    for family, one in weights.items():
        assert one["low"] - 0.1 <= TRUTH[family] <= one["high"] + 0.1, family
    assert weights["picture"]["after"] > 1.4
    assert weights["doubt"]["after"] < 0.6
    assert found["unseen_brier"] < found["before"]["brier"]
    assert found["after"]["brier"] < found["before"]["brier"]


def test_the_policy_that_is_written_differs_where_it_says_so_and_keeps_its_comments(written):
    found, text = written
    before, after = load_policy(BUNDLED), load_policy(text)
    factors = {one["name"]: one for one in found["weights"]}
    for family, rule in after.families.items():
        factor = factors.get(family)
        is_changed = factor is not None and not factor["low"] <= 1.0 <= factor["high"]
        wanted = before.families[family].cap * (factor["after"] if is_changed else 1.0)
        assert rule.cap == pytest.approx(wanted, rel=1e-3)
    assert after.signals[Signal.COVERED_LABEL].weight == pytest.approx(factors["picture"]["after"], rel=1e-3)
    assert after.signals[Signal.CODE_WORD].weight == 1.0
    assert after.version.startswith(f"{before.version}+calibrated.")
    lines = text.splitlines()
    place = next(number for number, line in enumerate(lines) if line.startswith("picture ="))
    assert "95 % interval" in lines[place - 1]
    comments = [line for line in BUNDLED.splitlines() if line.startswith("#")]
    assert [line for line in lines if line.startswith("#") and "Calibrated on" not in line] == comments


def test_the_same_shows_give_the_same_bytes(written, tmp_path):
    lines = made_up(TRUTH, 0.5)
    assert run(tmp_path, lines, "--write", str(tmp_path / "again.toml")).exit_code == 0
    assert (tmp_path / "again.toml").read_text("utf-8") == written[1]


def test_a_policy_that_is_right_is_hardly_changed(tmp_path):
    found = json.loads(run(tmp_path, made_up(dict.fromkeys(SIGNS, 1.0), 0.0, seed=11), "--json").stdout)
    for one in found["weights"]:
        assert one["low"] <= 1.0 <= one["high"], one["name"]
    assert abs(found["after"]["brier"] - found["before"]["brier"]) < 0.01


def test_the_table_shows_before_and_after_and_a_plot(tmp_path):
    result = run(tmp_path, made_up(TRUTH, 0.5))
    assert result.exit_code == 0
    for words in ("Brier score: before", "stays as it is:", "* family picture, factor", "before: stated", "█"):
        assert words in result.stdout, words


def test_too_little_is_refused_and_the_message_says_what_is_missing(tmp_path):
    lines = [line for number in range(12) for line in lines_of(f"r{number}", SIGNS, upheld=number > 1)]
    result = run(tmp_path, lines, "--write", str(tmp_path / "new.toml"))
    assert isinstance(result.exception, CalibrationError)
    assert "20 more confirmed and 28 more overturned" in str(result.exception)
    assert not (tmp_path / "new.toml").exists()


def test_outcomes_without_their_suspicions_are_no_shows(tmp_path):
    result = run(tmp_path, [lines_of(f"r{number}", (), upheld=number % 2 == 0)[-1] for number in range(100)])
    assert isinstance(result.exception, CalibrationError)
    assert "0 reviewed shows with signs" in str(result.exception)


def test_families_that_hardly_occur_are_left_alone_and_named():
    shows = [
        Reviewed(room=f"r{number}", session="s", upheld=number % 2 == 0, prior_nats=-4.6,
                 families={"code_word": 3.0} | ({"doubt": 1.0} if number < 5 else {}))
        for number in range(100)
    ]  # fmt: skip
    check_enough(shows)
    chosen, kept = fittable(shows)
    assert chosen == ["code_word"]
    assert [(one.name, "20 are needed" in one.why) for one in kept] == [("doubt", True)]


def test_a_file_that_exists_is_never_replaced(tmp_path):
    there = tmp_path / "policy.toml"
    there.write_text("mine", "utf-8")
    result = run(tmp_path, made_up(TRUTH, 0.5, shows=10), "--write", str(there))
    assert isinstance(result.exception, InputError)
    assert there.read_text("utf-8") == "mine"


@pytest.mark.parametrize("line", ["no json", '{"type":"suspicion","data":{"room":"r"}}'])
def test_unreadable_lines_end_it_with_a_sentence(tmp_path, line):
    assert isinstance(run(tmp_path, [line]).exception, InputError)


def test_the_last_word_counts_and_shows_nobody_looked_at_do_not():
    policy = load_policy(BUNDLED)
    first, *_, word = lines_of("r", SIGNS, upheld=True)
    later = word.replace("confirmed", "overturned").replace(f"{START_MS + 60_000}", f"{START_MS + 90_000}")
    (show,) = reviewed(shows_of({"r": [first.encode(), later.encode(), word.encode()]}), policy)
    assert not show.upheld
    assert show.families == {"code_word": pytest.approx(3.0)}
    assert reviewed(shows_of({"r": [first.encode()]}), policy) == []


def test_a_weight_cannot_leave_what_the_format_takes():
    policy = load_policy(BUNDLED)
    prior = Value(name="prior", before=0.0, after=-30.0, low=-40.0, high=-20.0, shows=9)
    huge = Value(name="code_word", before=1.0, after=500.0, low=400.0, high=600.0, shows=9)
    changed = load_policy(with_weights(BUNDLED, policy, prior, [huge]))
    assert changed.signals[Signal.CODE_WORD].weight == 10.0
    assert changed.families["code_word"].cap == 100.0
    assert changed.prior.probability == 1e-4

"""Made-up shows: the same seed the same bytes, labels that are true, arrival in order and late as the profiles say."""

import json
from collections import Counter

import msgspec
import pytest
from click.testing import CliRunner

from pipelines.cli.main import dajia
from pipelines.errors import InputError
from pipelines.simulate.luck import Luck
from pipelines.simulate.profiles import BUNDLED_PROFILES, read_profiles
from pipelines.simulate.script import write_script
from pipelines.simulate.sensing import STREAMS, moment_ms
from pipelines.simulate.shows import interleave, longest_ms, perform, plan
from schemas import Lifecycle, LifecycleChange, Modality, Progress, Signal, Suspicion

START_MS = 1_767_225_600_000
PROFILES = read_profiles()
SHOWS = plan(PROFILES, rooms=2 * len(PROFILES.kind), seed="t", start_ms=START_MS)
PERFORMANCES = [perform(show, PROFILES) for show in SHOWS]


def suspicions(performance):
    return [one.message for one in performance.arrivals if isinstance(one.message, Suspicion)]


def run(*arguments):
    return CliRunner().invoke(dajia, ["simulate", *map(str, arguments)])


def test_the_same_seed_gives_the_same_bytes_and_another_seed_other_shows(tmp_path):
    for name, seed in (("one", "7"), ("two", "7"), ("three", "8")):
        assert run(tmp_path / name, "--rooms", 13, "--seed", seed).exit_code == 0
    for file in ("events.jsonl", "labels.jsonl"):
        one, two, three = ((tmp_path / name / file).read_bytes() for name in ("one", "two", "three"))
        assert one == two
        assert one != three


def test_a_show_does_not_depend_on_which_others_are_made():
    more = plan(PROFILES, rooms=4 * len(PROFILES.kind), seed="t", start_ms=START_MS)
    again = {show.room: show for show in more}
    assert all(perform(again[show.room], PROFILES) == done for show, done in zip(SHOWS, PERFORMANCES, strict=True))


def test_the_file_is_what_judge_reads(tmp_path):
    summary = json.loads(run(tmp_path, "--rooms", 4, "--kind", "ghost", "--seed", "j").stdout)
    assert (summary["rooms"], summary["counterfeit"]) == (4, 4)
    judged = CliRunner().invoke(dajia, ["judge", str(tmp_path / "events.jsonl")])
    assert judged.exit_code == 0
    assert f"{summary['events']} events of 4 rooms judged" in judged.stderr


def test_all_kinds_that_are_asked_for_are_there_and_each_number_has_a_reason():
    assert {
        "counterfeit-cheap", "counterfeit-near", "ghost", "second-hand", "outlet", "brand-owned", "parody", "teaching",
        "price-war", "haters", "tape-fashion", "chat-raid", "honest",
    } == set(PROFILES.kind)  # fmt: skip
    parts = [*PROFILES.sense.values(), PROFILES.variation, *PROFILES.false_alarm, *PROFILES.kind.values()]
    parts += [sign for kind in PROFILES.kind.values() for sign in kind.sign]
    assert all(len(part.why) >= len("own") for part in parts)


def test_labels_are_true():
    for show, done in zip(SHOWS, PERFORMANCES, strict=True):
        label = done.label
        assert label.counterfeit == PROFILES.kind[show.kind].counterfeit == (label.counterfeit_goods > 0)
        assert (label.first_counterfeit_ms is not None) == label.counterfeit
        changes = {
            one.message.change: one.message.time_ms for one in done.arrivals if isinstance(one.message, Lifecycle)
        }
        assert changes[LifecycleChange.STARTED] == label.start_ms == show.start_ms
        assert changes[LifecycleChange.ENDED] == label.end_ms
        if label.first_counterfeit_ms is not None:
            assert label.start_ms < label.first_counterfeit_ms < label.end_ms


def test_a_modality_reports_in_order_and_within_its_delay_and_stalls():
    seen = 0
    for done in PERFORMANCES:
        for modality in Modality:
            sense = PROFILES.sense[modality]
            bound_ms = 1000 * (sense.delay_seconds[1] + 4 * sense.stall_seconds[1])  # stalls may follow on each other
            known, newest_ms = set(), 0
            for arrival in done.arrivals:
                message = arrival.message
                if not isinstance(message, Suspicion | Progress) or message.modality is not modality:
                    continue
                if isinstance(message, Suspicion) and message.suspicion_id in known:
                    continue  # a repetition comes whenever it likes
                known.add(getattr(message, "suspicion_id", None))
                assert moment_ms(message) >= newest_ms
                assert 0 <= arrival.at_ms - moment_ms(message) <= bound_ms
                newest_ms = moment_ms(message)
                seen += 1
    assert seen > 10_000


def test_a_progress_mark_comes_after_everything_that_it_speaks_for():
    for done in PERFORMANCES:
        up_to_ms = dict.fromkeys(STREAMS, 0)
        known = set()
        for message in (one.message for one in done.arrivals):
            if isinstance(message, Progress):
                up_to_ms[message.modality] = message.up_to_ms
            elif isinstance(message, Suspicion) and message.suspicion_id not in known:
                known.add(message.suspicion_id)
                assert message.start_ms >= up_to_ms.get(message.modality, 0)


def test_records_are_repeated_and_modalities_overtake_each_other():
    ids = Counter(one.suspicion_id for done in PERFORMANCES for one in suspicions(done))
    assert 0 < sum(count - 1 for count in ids.values()) < 0.1 * len(ids)
    order = [moment_ms(one.message) for one in PERFORMANCES[0].arrivals]
    assert order != sorted(order)


def test_detectors_miss_the_share_that_the_profile_says():
    kind = PROFILES.kind["honest"]
    happened = heard = 0
    for show in plan(PROFILES, rooms=40, seed="recall", start_ms=START_MS, kinds=["honest"]):
        script = write_script(kind, PROFILES, Luck(f"{show.seed}/script"), show.start_ms)
        happened += sum(one.signal is Signal.PRICE and one.modality is Modality.AUDIO for one in script.happenings)
        unique = {one.suspicion_id: one for one in suspicions(perform(show, PROFILES))}
        heard += sum(one.signal is Signal.PRICE and one.modality is Modality.AUDIO for one in unique.values())
    assert happened > 500
    assert heard / happened == pytest.approx(PROFILES.sense[Modality.AUDIO].recall, abs=0.05)


def test_interleaving_keeps_all_messages_in_the_order_of_arrival():
    labels = []
    arrivals = list(interleave(SHOWS, PROFILES, labels))
    times = [one.at_ms for one in arrivals]
    assert times == sorted(times)
    assert len(arrivals) == sum(len(done.arrivals) for done in PERFORMANCES)
    assert labels == [done.label for done in PERFORMANCES]
    end_ms = max(show.start_ms for show in SHOWS) + longest_ms(PROFILES)
    assert all(moment_ms(one.message) <= end_ms for one in arrivals)


def local_hour(message):
    return (message.time_ms // 60_000 + message.utc_offset_minutes) % 1440 / 60


def test_ghost_shows_open_at_night_and_the_platform_knows_brands_own_rooms():
    for show in plan(PROFILES, rooms=40, seed="night", start_ms=START_MS, kinds=["ghost", "brand-owned"]):
        done = perform(show, PROFILES)
        started, ended = (one.message for one in done.arrivals if isinstance(one.message, Lifecycle) and one.at_ms in
                          (done.label.start_ms, done.label.end_ms))  # fmt: skip
        if show.kind == "ghost":
            assert local_hour(started) >= 23 or local_hour(started) < 3
            assert started.sellers == ()
        else:
            assert [one.kind for one in started.sellers] == ["brand-owned"]
            assert ended.viewers <= 0.5 * ended.peak_viewers
        assert -720 <= started.utc_offset_minutes < 720


def test_a_poisson_process_has_its_rate():
    luck = Luck("rate")
    counts = [len(luck.moments(0, 3_600_000, 6.0)) for _ in range(2000)]
    assert sum(counts) / len(counts) == pytest.approx(6.0, abs=0.3)
    assert luck.moments(0, 3_600_000, 0.0) == []


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('words = "channel"', 'words = "chanel"', r"kind.counterfeit-near: sign code-word of audio.*'chanel'.*known"),
        ('brands = ["Dyson",', 'brands = ["Dysonn",', r"'Dysonn' has no \[\[brand\]\]"),
        ("nats = [0.3, 0.3]\n", "", "link-removed of listing: give `words` or `nats`"),
        ("[kind.honest]", "[kind.plain]", r"\[kind.honest\] is missing"),
        ("[sense.report]", "[sense.reports]", "not profiles of shows"),
        ("goods_minutes = [2.0, 6.0]", "goods_minutes = [0.0, 6.0]", "goods_minutes must be above 0"),
        ('version = "1"', 'version = "1"\nspeed = 3', "unknown field `speed`"),
    ],
)
def test_wrong_profiles_are_refused_in_a_sentence(tmp_path, old, new, said):
    path = tmp_path / "profiles.toml"
    text = BUNDLED_PROFILES.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new).replace("[[kind.honest.", "[[kind.plain.") if "plain" in new else
                    text.replace(old, new), encoding="utf-8")  # fmt: skip
    with pytest.raises(InputError, match=said):
        read_profiles(path)


def test_unknown_kinds_and_seeds_are_refused(tmp_path):
    assert "no kind of show; known are" in str(run(tmp_path, "--kind", "ghosts").exception)
    assert "use letters, digits" in run(tmp_path, "--seed", "a/b").stderr


def test_help_says_that_it_is_not_reality():
    said = run("--help").output
    assert "NOT REALITY" in said
    assert msgspec.json.encode(PROFILES)  # profiles can be shown as they are

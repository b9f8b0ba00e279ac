from pathlib import Path

import cv2
import msgspec
import numpy as np
import pytest

from detectors.contract import Image, ScreenItem
from detectors.frame.cover_score import FEATURES, CoverTrees, cover_score, load_cover_trees
from detectors.frame.covered_label import (
    ACTING_LLR,
    MAX_LLR,
    PERSISTENCE_MS,
    REPEAT_MS,
    SEEN_SCORE,
    UNMISTAKABLE_SCORE,
    CoveredLabelDetector,
    CoveredLabelState,
    draw_label,
)
from detectors.frame.label_cover import find_covers
from detectors.frame.picture import decode_jpeg
from schemas import Signal, Suspicion

PICTURES = sorted((Path(__file__).parent / "pictures").glob("*-*.jpg"))
COVERED = [path for path in PICTURES if path.name.startswith("covered")]
OTHERS = [path for path in PICTURES if not path.name.startswith("covered")]
DETECTOR = CoveredLabelDetector()
TREES = load_cover_trees()


def load(path: Path) -> Image:
    return decode_jpeg(path.read_bytes(), max_pixels=10_000_000)


def best_score(image: Image) -> float:
    return max((cover_score(TREES, cover.features) for cover in find_covers(image)), default=0.0)


def judged(*shown: tuple[int, Image], session: str = "s1") -> list[list[Suspicion]]:
    state, found = DETECTOR.initial(), []
    for time_ms, image in shown:
        item = ScreenItem(room="r1", session=session, sequence=time_ms, time_ms=time_ms, image=image, boxes=())
        state, suspicions = DETECTOR.judge(state, item)
        assert msgspec.json.decode(msgspec.json.encode(state), type=CoveredLabelState) == state
        found.append(suspicions)
    return found


@pytest.mark.parametrize("path", COVERED, ids=lambda path: path.stem)
def test_a_covered_label_that_stays_is_reported_with_its_place(path: Path) -> None:
    image = load(path)
    found = [one for each in judged((0, image), (1000, image)) for one in each]
    assert [one.signal for one in found] == [Signal.COVERED_LABEL]
    assert ACTING_LLR <= found[0].llr <= MAX_LLR
    assert found[0].facts.box_xyxy is not None
    left, top, right, bottom = found[0].facts.box_xyxy
    assert 0.005 < (right - left) * (bottom - top) / (image.shape[0] * image.shape[1]) < 0.5


@pytest.mark.parametrize("path", OTHERS, ids=lambda path: path.stem)
def test_boards_overlays_clothes_and_open_labels_are_not(path: Path) -> None:
    image = load(path)
    assert judged((0, image), (1000, image)) == [[], []]


@pytest.mark.parametrize(
    ("name", "tape"),
    [
        ("black", (22, 22, 24)), ("beige", (205, 181, 131)), ("brown", (150, 104, 62)), ("blue", (44, 92, 178)),
        ("silver", (170, 174, 180)),
    ],
)  # fmt: skip
def test_the_colour_of_the_tape_does_not_matter(name: str, tape: tuple[int, int, int]) -> None:
    image = draw_label(taped=False)
    strip = np.array([(112, 310), (296, 296), (301, 364), (117, 378)], dtype=np.int32)
    cv2.fillConvexPoly(image, strip, tape, cv2.LINE_AA)
    assert best_score(image) >= SEEN_SCORE, name


@pytest.mark.parametrize("turn", [0, 1, 2, 3], ids=lambda turn: f"{90 * turn} degrees")
@pytest.mark.parametrize("size", [(405, 720), (810, 1440), (1080, 1920)], ids=str)
def test_size_and_direction_do_not_matter(size: tuple[int, int], turn: int) -> None:
    image = np.rot90(np.asarray(cv2.resize(draw_label(taped=True), size)), turn).copy()
    assert best_score(image) >= SEEN_SCORE
    (left, top, right, bottom) = max(find_covers(image), key=lambda one: cover_score(TREES, one.features)).box_xyxy
    assert 0 <= left < right <= image.shape[1]
    assert 0 <= top < bottom <= image.shape[0]


def test_a_patch_without_any_letter_is_no_label() -> None:
    image = np.full((720, 405, 3), (58, 44, 66), dtype=np.uint8)
    cv2.rectangle(image, (60, 280), (345, 440), (246, 244, 238), -1)
    strip = np.array([(112, 310), (296, 296), (301, 364), (117, 378)], dtype=np.int32)
    cv2.fillConvexPoly(image, strip, (205, 181, 131), cv2.LINE_AA)
    assert find_covers(image) == ()


# How sightings become findings. The faint label is seen but not unmistakable; `EMPTY` shows nothing.
FAINT = next(image for image in map(load, COVERED) if SEEN_SCORE <= best_score(image) < UNMISTAKABLE_SCORE)
CLEAR = next(image for image in map(load, COVERED) if best_score(image) >= UNMISTAKABLE_SCORE)
EMPTY = np.zeros((720, 405, 3), dtype=np.uint8)


@pytest.mark.parametrize(
    ("shown", "expected"),
    [
        pytest.param([(0, FAINT)], [0], id="one faint sighting is not enough"),
        pytest.param([(0, FAINT), (1000, FAINT)], [0, 1], id="two are"),
        pytest.param(
            [(0, FAINT), (1000, EMPTY), (4000, FAINT)], [0, 0, 1], id="with a frame between that shows nothing"
        ),
        pytest.param([(0, FAINT), (PERSISTENCE_MS + 1, FAINT)], [0, 0], id="not when they are far apart"),
        pytest.param([(0, CLEAR)], [1], id="an unmistakable one is enough alone"),
        pytest.param([(0, CLEAR), (1000, CLEAR), (REPEAT_MS, CLEAR)], [1, 0, 0], id="one that stays is reported once"),
        pytest.param([(0, CLEAR), (REPEAT_MS + 1, CLEAR)], [1, 1], id="and again after a while"),
        pytest.param([(9000, FAINT), (8000, FAINT)], [0, 1], id="frames that arrive late count too"),
    ],
)
def test_sightings(shown: list[tuple[int, Image]], expected: list[int]) -> None:
    assert [len(found) for found in judged(*shown)] == expected


def test_another_session_starts_anew() -> None:
    state, _ = DETECTOR.judge(
        DETECTOR.initial(), ScreenItem(room="r", session="a", sequence=0, time_ms=0, image=FAINT, boxes=())
    )
    after, found = DETECTOR.judge(
        state, ScreenItem(room="r", session="b", sequence=1, time_ms=1000, image=FAINT, boxes=())
    )
    assert found == []
    assert after.session == "b"


def test_every_tree_asks_about_known_features() -> None:
    def asked(tree: object) -> set[str]:
        return {tree.feature} | asked(tree.below) | asked(tree.above) if hasattr(tree, "feature") else set()

    assert isinstance(TREES, CoverTrees)
    named = set().union(*(asked(tree) for tree in TREES.trees))
    assert named <= set(FEATURES)
    assert len(named) > 10
    assert set(find_covers(CLEAR)[0].features) == set(FEATURES)


@pytest.mark.parametrize("shape", [(1, 1), (16, 5), (40, 3000), (2000, 40)])
def test_odd_pictures_are_searched_without_an_error(shape: tuple[int, int]) -> None:
    noise = np.random.default_rng(3).integers(0, 256, (*shape, 3), dtype=np.uint8)
    assert all(cover.box_xyxy[0] < cover.box_xyxy[2] for cover in find_covers(noise))

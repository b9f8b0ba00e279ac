"""Marks found in pictures, and what the gallery refuses."""

import json
from pathlib import Path

import cv2
import msgspec
import numpy as np
import pytest
from click.testing import CliRunner

from detectors.contract import Image
from detectors.frame.gallery.flood import LEAST_ROOMS, QUARANTINE_MS, FloodState, watch
from detectors.frame.gallery.harmless import harmless_picture
from detectors.frame.gallery.store import BUNDLED, picture_templates, read_entries
from detectors.frame.gallery.template import MarkError
from detectors.frame.logo import SEARCH_MS, LogoDetector, bundled_gallery
from pipelines.cli.gallery import gallery
from pipelines.errors import InputError, SettingsError

DETECTOR = LogoDetector(bundled_gallery())


def png(image: Image) -> bytes:
    return bytes(cv2.imencode(".png", image)[1])


def star() -> Image:
    image = np.full((200, 200, 3), 255, dtype=np.uint8)
    turn = np.arange(10) * np.pi / 5
    reach = np.where(np.arange(10) % 2, 34, 88)
    corners = np.stack([100 + reach * np.sin(turn), 100 - reach * np.cos(turn)], axis=1)
    return cv2.fillPoly(image, [corners.astype(np.int32)], (0, 0, 0), cv2.LINE_AA)


def on_cloth(name: str, *, turn: float, mirrored: bool = False, slant: float = 1.0) -> Image:
    """A mark of the gallery, light on dark grainy cloth, turned and seen from the side."""
    mark = 255 - cv2.imread(str(BUNDLED / f"{name}.png"), cv2.IMREAD_GRAYSCALE)
    if mirrored:
        mark = mark[:, ::-1]
    matrix = cv2.getRotationMatrix2D((mark.shape[1] / 2, mark.shape[0] / 2), turn, 0.6)
    matrix[1] *= slant
    matrix[:, 2] += (200 - mark.shape[1] / 2, 350 - mark.shape[0] / 2)
    alpha = cv2.warpAffine(np.ascontiguousarray(mark), matrix, (405, 720), flags=cv2.INTER_AREA)[..., None] / 255
    cloth = 70 + np.random.default_rng(3).normal(0, 6, (720, 405, 1))
    return np.clip(cloth * (1 - alpha) + 200 * alpha + np.zeros(3), 0, 255).astype(np.uint8)


@pytest.mark.parametrize("name", ["puma", "apple", "starbucks"])
@pytest.mark.parametrize(
    ("turn", "mirrored", "slant"),
    [(0, False, 1.0), (25, False, 0.8), (-40, True, 1.0)],
    ids=["plain", "slanted", "mirrored"],
)
def test_a_mark_is_found_in_any_view(name: str, turn: float, mirrored: bool, slant: float) -> None:
    found = DETECTOR.marks(on_cloth(name, turn=turn, mirrored=mirrored, slant=slant))
    assert found[0].entry == name
    if name == "puma":  # the others look much the same in a mirror
        assert found[0].mirrored == mirrored


def test_pictures_without_marks_have_none() -> None:
    assert [DETECTOR.marks(harmless_picture(seed)) for seed in (5001, 5002, 5003)] == [[], [], []]


@pytest.mark.parametrize(
    ("image", "why"),
    [
        (np.full((100, 100, 3), 200, np.uint8), "blank"),
        (np.zeros((20, 20, 3), np.uint8), "too few"),
        (cv2.circle(np.full((200, 200, 3), 255, np.uint8), (100, 100), 60, (0, 0, 0), -1), "too common"),
        (cv2.line(np.full((200, 200, 3), 255, np.uint8), (20, 20), (180, 180), (0, 0, 0), 3), "line"),
    ],
    ids=["blank", "tiny", "disc", "line"],
)  # fmt: skip
def test_a_picture_that_cannot_serve_is_refused_with_the_reason(image: Image, why: str) -> None:
    with pytest.raises(MarkError, match=why):
        picture_templates(png(image))


def test_adding_listing_and_testing_a_mark(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipelines.cli.gallery.DRAWN_PICTURES", 4)
    run = CliRunner()
    picture = tmp_path / "star.png"
    picture.write_bytes(png(star()))
    with pytest.raises(SettingsError, match="DAJIA_GALLERY_DIR"):
        run.invoke(gallery, ["add", "acme-star", str(picture)], catch_exceptions=False)
    monkeypatch.setenv("DAJIA_GALLERY_DIR", str(tmp_path / "own"))
    with pytest.raises(InputError, match="entry name"):
        run.invoke(gallery, ["add", "Acme Star", str(picture)], catch_exceptions=False)
    added = run.invoke(gallery, ["add", "acme-star", str(picture), "--brand", "Acme"], catch_exceptions=False)
    assert json.loads(added.stdout)["measured"].startswith("4 pictures")
    listed = [json.loads(line) for line in run.invoke(gallery, ["list"], catch_exceptions=False).stdout.splitlines()]
    assert {"acme-star", "puma"} <= {one["name"] for one in listed}
    tested = run.invoke(gallery, ["test", str(picture)], catch_exceptions=False)
    assert [one["entry"] for one in json.loads(tested.stdout)["found"]][:1] == ["acme-star"]
    run.invoke(gallery, ["add", "acme-star", str(picture), "--harmless-mark"], catch_exceptions=False)
    assert json.loads(run.invoke(gallery, ["test", str(picture)], catch_exceptions=False).stdout)["found"] == []


def test_an_entry_found_everywhere_is_quarantined_for_an_hour() -> None:
    state = FloodState()
    for room in range(LEAST_ROOMS):
        state = watch(state, f"room-{room}", frozenset({"acme"}), 1000 * room)
    assert not state.until
    state = watch(state, "one-more", frozenset({"acme"}), 9000)
    assert state.until == {"acme": 9000 + QUARANTINE_MS}
    assert not watch(state, "quiet", frozenset(), 9001 + QUARANTINE_MS).until


def test_every_bundled_entry_says_where_it_is_from_and_how_it_was_measured() -> None:
    entries = read_entries(BUNDLED)
    assert len(entries) >= 27
    assert all(one.source and one.measured and one.threshold > 0.6 for one in entries)


def test_marks_are_searched_once_in_a_while():
    """A search is dear: what comes within `SEARCH_MS` of one is not looked at, a new session is."""
    first, second = DETECTOR.examples()[0].items
    soon = msgspec.structs.replace(second, time_ms=first.time_ms + SEARCH_MS - 1)
    state, _ = DETECTOR.judge(DETECTOR.initial(), first)
    assert DETECTOR.judge(state, soon) == (state, [])
    assert DETECTOR.judge(state, msgspec.structs.replace(soon, session="another"))[0].searched == soon.time_ms

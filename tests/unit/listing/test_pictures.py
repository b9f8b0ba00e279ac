"""Altered and copied listing pictures."""

import cv2
import msgspec
import numpy as np
import pytest

from detectors.contract import Image
from detectors.listing.alterations import altered_places
from detectors.listing.pdq import SAME_DISTANCE, distance, pdq_hash
from detectors.listing.picture import ListingPictureDetector, PictureItem, draw_goods, pixelated

GOODS = draw_goods()


def blurred() -> Image:
    image = GOODS.copy()
    image[264:348, 166:432] = cv2.GaussianBlur(GOODS, (0, 0), 9)[264:348, 166:432]
    return image


def patched() -> Image:
    image = GOODS.copy()
    image[264:352, 160:440] = (30, 60, 160)
    return image


def as_jpeg(image: Image, quality: int) -> Image:
    return cv2.imdecode(cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, quality])[1], cv2.IMREAD_COLOR)


@pytest.mark.parametrize(
    ("image", "kind"),
    [(pixelated(GOODS), "mosaic"), (blurred(), "blur"), (patched(), "patch")],
    ids=["mosaic", "blur", "patch"],
)
def test_an_altered_place_is_named_and_marked(image: Image, kind: str) -> None:
    place = altered_places(as_jpeg(image, 90))[0]
    assert place.kind == kind
    left, top, right, bottom = place.box_xyxy
    assert left < 300 < right
    assert top < 306 < bottom


def test_the_picture_as_it_was_taken_and_a_soft_one_are_not_altered() -> None:
    assert altered_places(as_jpeg(GOODS, 85)) == []
    assert altered_places(cv2.GaussianBlur(GOODS, (0, 0), 4)) == []


def test_a_copy_coded_again_and_scaled_has_nearly_the_same_hash() -> None:
    code, quality = pdq_hash(GOODS)
    assert quality == 100
    small = cv2.resize(as_jpeg(GOODS, 60), (300, 300), interpolation=cv2.INTER_AREA)
    assert distance(code, pdq_hash(small)[0]) <= SAME_DISTANCE
    assert distance(code, pdq_hash(GOODS[::-1])[0]) > 3 * SAME_DISTANCE
    assert pdq_hash(np.full((300, 300, 3), 90, np.uint8))[1] == 0


def test_a_copy_names_the_listing_that_had_it_first() -> None:
    detector = ListingPictureDetector()
    item = PictureItem(room="r1", session="s1", time_ms=1000, listing_id="l1", number=0, image=GOODS)
    state, found = detector.judge(detector.initial(), item)
    assert found == []
    state, found = detector.judge(state, msgspec.structs.replace(item, room="r2", session="s2", listing_id="l9"))
    assert [(one.facts.surface, one.facts.context, one.llr) for one in found] == [
        ("reused", "also in room r1, listing l1", 0.0)
    ]

"""Listings agent: purchase links and their pictures in, suspicion events out."""

from faust.types import AppT

from detectors.frame.picture import decode_picture
from detectors.listing.listing import ListingDetector
from detectors.listing.memory import ListingState
from detectors.listing.picture import ListingPictureDetector, PictureItem
from pipelines.consume import Received, judging
from pipelines.room_detector import room_agent
from pipelines.settings import Settings
from schemas import ListingPicture, Suspicion
from schemas.topics import LISTING_PICTURES, LIVE_LISTINGS


def create(settings: Settings) -> AppT:
    """Build the worker: titles through the text engine, prices as facts, links removed, altered pictures."""
    pictures = ListingPictureDetector()
    # Copies are looked for across rooms, so this memory belongs to the worker; what it forgets is only a fact.
    state = pictures.initial()

    def judge_picture(received: Received) -> list[Suspicion]:
        nonlocal state
        picture = received.message
        assert isinstance(picture, ListingPicture)
        with judging(pictures.name):
            image = decode_picture(picture.data, max_pixels=settings.max_image_pixels)
            item = PictureItem(
                room=picture.room, session=picture.session, time_ms=picture.time_ms, listing_id=picture.listing_id,
                number=picture.number, image=image,
            )  # fmt: skip
            state, found = pictures.judge(state, item)
        return found

    return room_agent(
        "listings", settings, LIVE_LISTINGS, ListingDetector, ListingState, aside={LISTING_PICTURES: judge_picture}
    )

"""Pictures of purchase links: places made unrecognisable, and pictures that other listings or rooms use, too."""

import cv2
import msgspec
import numpy as np

from detectors.contract import Example, Image
from detectors.frame.weights import picture_weight
from detectors.listing.alterations import AlteredPlace, altered_places
from detectors.listing.pdq import MIN_QUALITY, SAME_DISTANCE, distance, pdq_hash
from schemas import Facts, Modality, Signal, Suspicion, Violation, suspicion_id

SPAN_MS = 1000
MAX_HASHES = 2_000
"""Pictures remembered, the oldest forgotten first: of all rooms of a worker, for copies are looked for across them."""


class PictureItem(msgspec.Struct, frozen=True, kw_only=True):
    """A decoded picture of a purchase link."""

    room: str
    session: str
    time_ms: int
    listing_id: str
    number: int
    image: Image


class KnownPicture(msgspec.Struct, frozen=True, kw_only=True):
    """Where a picture was seen first."""

    room: str
    listing_id: str
    hash: str


class PictureState(msgspec.Struct, frozen=True, kw_only=True):
    """Pictures seen, in the order in which they came."""

    known: tuple[KnownPicture, ...] = ()


class ListingPictureDetector:
    """The surest altered place of a picture, and where else the same picture is used."""

    name = "listing-picture"
    version = "1"
    modality = Modality.LISTING

    def __init__(self) -> None:
        self._altered_llr = picture_weight("listing-picture-altered")
        self._reused_llr = picture_weight("listing-picture-reused")

    def initial(self) -> PictureState:
        """No picture was seen."""
        return PictureState()

    def judge(self, state: PictureState, item: PictureItem) -> tuple[PictureState, list[Suspicion]]:
        """Report an altered place, and a picture that another listing has."""
        found = [self._altered(item, place) for place in altered_places(item.image)[:1]]
        code, quality = pdq_hash(item.image)
        if quality < MIN_QUALITY:
            return state, found
        same = [one for one in state.known if distance(one.hash, code) <= SAME_DISTANCE]
        others = [one for one in same if (one.room, one.listing_id) != (item.room, item.listing_id)]
        if others:
            found.append(self._reused(item, others[0], code))
        if len(others) < len(same):
            return state, found  # the same listing says it again
        known = KnownPicture(room=item.room, listing_id=item.listing_id, hash=code)
        return PictureState(known=(*state.known, known)[-MAX_HASHES:]), found

    def _altered(self, item: PictureItem, place: AlteredPlace) -> Suspicion:
        facts = Facts(
            surface=place.kind, speaker="listing", listing_id=item.listing_id, box_xyxy=place.box_xyxy,
            confidence=place.score, source_id=f"picture {item.number}",
        )  # fmt: skip
        one = self._suspicion(item, place.kind, llr=self._altered_llr, score=place.score, facts=facts)
        return msgspec.structs.replace(one, categories=(Violation.FAKE_AS_GENUINE, Violation.MARK_COVERED_KNOWING))

    def _reused(self, item: PictureItem, first: KnownPicture, code: str) -> Suspicion:
        away = distance(first.hash, code)
        facts = Facts(
            surface="reused", context=f"also in room {first.room}, listing {first.listing_id}"[:200], speaker="listing",
            listing_id=item.listing_id, likeness=round(1 - away / 256, 4), source_id=f"picture {item.number}",
        )  # fmt: skip
        return self._suspicion(item, "reused", llr=self._reused_llr, score=1 - away / 256, facts=facts)

    def _suspicion(self, item: PictureItem, about: str, *, llr: float, score: float, facts: Facts) -> Suspicion:
        start_ms, end_ms = item.time_ms, item.time_ms + SPAN_MS
        identity = suspicion_id(
            session=item.session, detector=self.name, version=self.version,
            source=f"{item.listing_id}/{item.number}/{item.time_ms}", start_ms=start_ms, end_ms=end_ms,
            signal=Signal.ALTERED_PICTURE, about=about,
        )  # fmt: skip
        return Suspicion(
            suspicion_id=identity, room=item.room, session=item.session, modality=self.modality, detector=self.name,
            detector_version=self.version, signal=Signal.ALTERED_PICTURE, start_ms=start_ms, end_ms=end_ms, llr=llr,
            score=min(max(score, 0.0), 1.0), facts=facts,
        )  # fmt: skip

    def examples(self) -> tuple[Example[PictureItem], ...]:
        """See the contract."""
        goods = draw_goods()
        item = PictureItem(room="r1", session="s1", time_ms=60_000, listing_id="l1", number=0, image=goods)
        other = msgspec.structs.replace(item, listing_id="l2", time_ms=61_000)
        altered = frozenset({Signal.ALTERED_PICTURE})
        return (
            Example(
                why="a mark made into a mosaic", items=(msgspec.structs.replace(item, image=pixelated(goods)),),
                signals=altered,
            ),
            Example(why="a picture that another listing has", items=(item, other), signals=altered),
            Example(why="the picture as it was taken, twice", items=(item, item), signals=frozenset()),
        )  # fmt: skip


def draw_goods() -> Image:
    """Draw a bag of grainy cloth with a word on it, on a light ground."""
    dice = np.random.default_rng(7)
    image = np.full((600, 600, 3), 236.0, dtype=np.float32)
    image[120:520, 100:500] = (96, 74, 60)
    image[120:520, 100:500] += dice.normal(0, 14, (400, 400, 1)).astype(np.float32)
    shown = np.asarray(np.clip(image + dice.normal(0, 1.5, image.shape), 0, 255), dtype=np.uint8)
    cv2.putText(shown, "NORDA", (180, 330), cv2.FONT_HERSHEY_DUPLEX, 2.2, (230, 220, 190), 6, cv2.LINE_AA)
    return shown


def pixelated(image: Image) -> Image:
    """Blocks of 14 pixels over the middle of a picture."""
    altered, (top, bottom, left, right) = image.copy(), (264, 348, 166, 432)
    part = image[top:bottom, left:right]
    size = (right - left) // 14, (bottom - top) // 14
    small = cv2.resize(part, size, interpolation=cv2.INTER_AREA)
    altered[top:bottom, left:right] = cv2.resize(small, (right - left, bottom - top), interpolation=cv2.INTER_NEAREST)
    return altered

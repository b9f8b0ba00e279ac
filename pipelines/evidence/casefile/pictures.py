"""Pictures of a case: the frames on which something was seen, with a box around it."""

import bisect
import hashlib
import io
from collections.abc import Iterable, Mapping, Sequence

import msgspec
from PIL import Image, UnidentifiedImageError

from pipelines.evidence.casefile.case import Box, Shot
from pipelines.evidence.casefile.words import clock
from pipelines.join.reasons import reasons_of
from pipelines.join.state import Item
from schemas import Frame, Modality, Suspicion

MAX_SHOTS = 9
LONG_SIDE_PX = 720
"""Of a thumbnail: a phone shows it whole, print at half a page sharp enough to read a label."""
_APART_MS = 4_000
"""Pictures of two signs that lie closer show the same scene."""


class Picture(msgspec.Struct, frozen=True, kw_only=True):
    """A sealed frame and where it lies."""

    frame: Frame
    source: str


def shots_of(
    suspicions: Iterable[Suspicion], items: Iterable[Item], pictures: Mapping[tuple[str, int, int], Picture]
) -> tuple[Shot, ...]:
    """The pictures of the strongest signs that were seen; of those heard and read, what the screen showed then."""
    ordered = sorted(pictures.values(), key=lambda one: one.frame.time_ms)
    if not ordered:
        return ()
    by_id = {one.suspicion_id: one for one in suspicions}
    chosen: dict[int, list[tuple[Item, Suspicion]]] = {}
    is_seen_first = sorted(items, key=lambda one: (one.modality is not Modality.FRAME, -one.weight, one.key))
    for item in is_seen_first:
        suspicion = next((by_id[one] for one in item.ids if one in by_id), None)
        if suspicion is None or item.modality not in {Modality.FRAME, Modality.AUDIO}:
            continue
        place = _place(ordered, suspicion, pictures)
        near = next((one for one in chosen if _near(ordered, one, place)), None)
        if item.modality is Modality.FRAME and place in chosen:
            chosen[place].append((item, suspicion))
        elif near is None and len(chosen) < MAX_SHOTS:
            chosen[place] = [(item, suspicion)]
    shots = (_shot(ordered[place], found) for place, found in sorted(chosen.items()))
    return tuple(shot for shot in shots if shot is not None)


def _near(ordered: Sequence[Picture], one: int, other: int) -> bool:
    return abs(ordered[one].frame.time_ms - ordered[other].frame.time_ms) < _APART_MS


def _place(ordered: Sequence[Picture], suspicion: Suspicion, pictures: Mapping[tuple[str, int, int], Picture]) -> int:
    for ref in suspicion.evidence:
        if (picture := pictures.get((ref.topic, ref.partition, ref.offset))) is not None:
            return ordered.index(picture)
    times = [one.frame.time_ms for one in ordered]
    return max(0, bisect.bisect_right(times, suspicion.start_ms) - 1)


def _shot(picture: Picture, found: Iterable[tuple[Item, Suspicion]]) -> Shot | None:
    try:
        image: Image.Image = Image.open(io.BytesIO(picture.frame.jpeg)).convert("RGB")
    except (UnidentifiedImageError, OSError, Image.DecompressionBombError):
        return None  # damaged on the way: it stays in the bundle, and cannot be shown
    width, height = image.size
    boxes, captions = [], []
    for item, suspicion in found:
        label = reasons_of([(item, item.weight)], 1)[0].text_zh
        captions.append(label)
        if suspicion.modality is Modality.FRAME and (xyxy := suspicion.facts.box_xyxy) is not None:
            left, top, right, bottom = xyxy
            boxes.append(
                Box(
                    left=left / width,
                    top=top / height,
                    width=(right - left) / width,
                    height=(bottom - top) / height,
                    label=label,
                )
            )
    image.thumbnail((LONG_SIDE_PX, LONG_SIDE_PX))
    out = io.BytesIO()
    image.save(out, "JPEG", quality=82)
    return Shot(
        at_ms=picture.frame.time_ms,
        jpeg=out.getvalue(),
        width=image.width,
        height=image.height,
        caption=f"{clock(picture.frame.time_ms)} {';'.join(dict.fromkeys(captions))}",
        boxes=tuple(boxes),
        source=picture.source,
        source_sha256=hashlib.sha256(picture.frame.jpeg).hexdigest(),
    )

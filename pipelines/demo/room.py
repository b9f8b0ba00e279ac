"""Rooms that the demo plays: a clip and, beside it, what the platform would send about the room."""

from pathlib import Path

import msgspec

from pipelines.errors import InputError

BUNDLED = Path(__file__).parent / "rooms"
LABELS = {"demo-counterfeit": "counterfeit", "demo-honest": "honest"}
"""What the bundled rooms really are; made for this project, no real brand footage, person or voice."""


class DemoRoom(msgspec.Struct, frozen=True, kw_only=True):
    """A clip and the files beside it; a file that is not there is left out."""

    name: str
    clip: Path
    label: str = ""
    """What the room really is, where that is known: `counterfeit` or `honest`."""

    @property
    def danmaku(self) -> Path:
        """Chat lines, `{"at_ms", "viewer", "text"}`."""
        return self.clip.parent / "danmaku.jsonl"

    @property
    def listings(self) -> Path:
        """Purchase links, `{"at_ms", "listing_id", "change", …}`."""
        return self.clip.parent / "listings.jsonl"

    @property
    def reports(self) -> Path:
        """Complaints of buyers, `{"at_ms", "report_id", "text", …}`."""
        return self.clip.parent / "reports.jsonl"

    @property
    def lifecycle(self) -> Path:
        """Start and end of the show, `{"at_ms", "change", …}`."""
        return self.clip.parent / "lifecycle.jsonl"


def bundled_rooms() -> list[DemoRoom]:
    """The two rooms that come with the package."""
    return [DemoRoom(name=name, clip=BUNDLED / name / "clip.mp4", label=label) for name, label in LABELS.items()]


def room_of(clip: Path) -> DemoRoom:
    """A room for a clip of the user's; chat, listings, complaints and lifecycle are read from files beside it.

    Raises:
        InputError: there is no such file.
    """
    if not clip.is_file():
        raise InputError(f"{clip} is no file; --room takes a video file")
    name = clip.stem if clip.stem != "clip" else clip.resolve().parent.name
    return DemoRoom(name=name, clip=clip)

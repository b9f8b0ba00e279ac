"""A room's script as data: what is said, written, shown and typed, and when. Read from `scripts/*.toml`."""

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from speak import VoiceStyle


@dataclass(frozen=True)
class Line:
    """One utterance of the host, from `at_s` seconds after the clip's start."""

    at_s: float
    text: str


@dataclass(frozen=True)
class Scene:
    """One set-up of the camera, from `from_s` until the next scene's start. `words` are drawn, by their slot."""

    from_s: float
    kind: str
    words: dict[str, str]


@dataclass(frozen=True)
class ChatLine:
    """One message of a viewer."""

    at_s: float
    viewer: str
    text: str


@dataclass(frozen=True)
class Script:
    """Everything that makes one room's clip and its feeds."""

    room: str
    title: str
    host: str
    look: str
    duration_s: float
    voice: VoiceStyle
    speech: tuple[Line, ...]
    scenes: tuple[Scene, ...]
    listings: tuple[dict[str, Any], ...]
    reports: tuple[dict[str, Any], ...]
    chat: tuple[ChatLine, ...]

    def scene_at(self, t_s: float) -> Scene:
        """The scene on screen at `t_s` seconds."""
        return [scene for scene in self.scenes if scene.from_s <= t_s][-1]


def load(path: Path) -> Script:
    """Read one TOML script.

    Raises:
        ValueError: times that are not in order, or after the clip's end.
    """
    data = tomllib.loads(path.read_text("utf-8"))
    script = Script(
        room=data["room"],
        title=data["title"],
        host=data["host"],
        look=data["look"],
        duration_s=data["duration_s"],
        voice=VoiceStyle(**data["voice"]),
        speech=tuple(Line(at_s, text) for at_s, text in data["speech"]),
        scenes=tuple(Scene(s["from_s"], s["kind"], s.get("words", {})) for s in data["scenes"]),
        listings=tuple(data["listings"]),
        reports=tuple(data["reports"]),
        chat=tuple(ChatLine(at_s, viewer, text) for at_s, viewer, text in data["chat"]),
    )
    for name, times in (
        ("speech", [line.at_s for line in script.speech]),
        ("scenes", [scene.from_s for scene in script.scenes]),
        ("chat", [line.at_s for line in script.chat]),
    ):
        if times != sorted(times) or not 0 <= times[0] <= times[-1] < script.duration_s:
            raise ValueError(f"{path.name}: {name} must be in order and inside 0..{script.duration_s} s, got {times}")
    return script

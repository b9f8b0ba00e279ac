"""All detectors, by name. A manifest to read, not a search: a detector that is not listed here does not exist."""

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from detectors.audio.speech import SpeechDetector
from detectors.contract import Detector
from detectors.danmaku.doubt_burst import DoubtBurstDetector
from detectors.danmaku.lines import DanmakuTextDetector
from detectors.frame.camera import CameraDetector
from detectors.frame.covered_label import CoveredLabelDetector
from detectors.frame.logo import LogoDetector, bundled_gallery
from detectors.frame.screen_text import ScreenTextDetector
from detectors.listing.listing import ListingDetector
from detectors.listing.picture import ListingPictureDetector
from detectors.report.complaint import ComplaintDetector
from detectors.text.engine import TextEngine

_NAME = re.compile(r"(frame|audio|danmaku|listing|report)(-[a-z]+)+")


class RegistryError(ValueError):
    """A detector's name is impossible or taken; the message names it."""


def build_registry(engine: TextEngine) -> Mapping[str, Detector[Any, Any]]:
    """Build every detector on one text engine.

    Names are part of stored state and of every suspicion id: changing one makes old findings appear again. A name
    cannot be given twice: ruff (F601) refuses a key twice, `checked` a key that is not its detector's name.

    Raises:
        RegistryError: a name is impossible, or differs from the one under which the detector is listed.
    """
    return checked(
        {
            "frame-text": ScreenTextDetector(engine),
            "frame-covered-label": CoveredLabelDetector(),
            "frame-logo": LogoDetector(bundled_gallery()),
            "frame-camera": CameraDetector(),
            "audio-speech": SpeechDetector(engine),
            "danmaku-text": DanmakuTextDetector(engine),
            "danmaku-doubt-burst": DoubtBurstDetector(),
            "listing-text": ListingDetector(engine),
            "listing-picture": ListingPictureDetector(),
            "report-complaint": ComplaintDetector(engine),
        }
    )


def checked(detectors: Mapping[str, Detector[Any, Any]]) -> Mapping[str, Detector[Any, Any]]:
    """Refuse names that cannot be storage keys or that do not say what they name.

    Raises:
        RegistryError: see `build_registry`.
    """
    for name, detector in detectors.items():
        if not _NAME.fullmatch(name):
            raise RegistryError(
                f"detector name {name!r}: take <modality>-<what>, lower case, for instance 'frame-text'"
            )
        if not name.startswith(f"{detector.modality}-"):
            raise RegistryError(f"detector {name!r} is of modality {detector.modality!r}; begin its name with that")
        if detector.name != name:
            raise RegistryError(f"detector {detector.name!r} is listed as {name!r}; make the two names equal")
    return MappingProxyType(dict(detectors))

"""What a finding in a picture weighs: `detectors/data/picture_weights.json` holds each weight with its basis."""

from pathlib import Path

import msgspec

WEIGHTS_FILE = Path(__file__).resolve().parents[1] / "data" / "picture_weights.json"


class PictureWeight(msgspec.Struct, frozen=True, kw_only=True):
    """A log-likelihood ratio (natural log) and where it comes from."""

    llr: float
    basis: str


def picture_weight(name: str) -> float:
    """Weight of a kind of finding. Raises KeyError for a name that the file does not hold: a mistake of ours."""
    table = msgspec.json.decode(WEIGHTS_FILE.read_bytes(), type=dict[str, PictureWeight])
    return table[name].llr

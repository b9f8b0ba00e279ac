"""What the made-up shows are like: `profiles.toml`, read and checked."""

from pathlib import Path
from typing import Literal

import msgspec
from msgspec import Struct

from pipelines.errors import InputError
from schemas import Modality, SellerKind, Signal

BUNDLED_PROFILES = Path(__file__).with_name("profiles.toml")
DERIVED = frozenset({Signal.BRAND, Signal.BRAND_ALIAS, Signal.PRICE, Signal.LOW_PRICE})
"""Signals whose words and weight follow from the goods and the brand."""
Span = tuple[float, float]
Words = tuple[tuple[str, float], ...]
"""Terms and their weight when a host says them, nats."""


class _Part(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    why: str
    """Where the numbers come from."""


class Sense(_Part, frozen=True):
    """How well and how soon a modality's detectors tell what there is."""

    recall: float
    delay_seconds: Span
    """From the on-air moment to the suspicion."""
    stalls_per_hour: float
    """How often the worker stands still (a rebalance, a restart)."""
    stall_seconds: Span
    repeated: float
    """Share of suspicions that are delivered twice."""


class Variation(_Part, frozen=True):
    """How much shows of one kind differ."""

    shows: float
    """Sigma of the logarithm of the factor on all rates of a show."""


class FalseAlarm(_Part, frozen=True):
    """What a detector reports where nothing is, in a room of any kind."""

    signal: Signal
    modality: Modality
    speaker: str
    per_hour: float
    words: str = ""
    nats: Span | None = None


class Sign(_Part, frozen=True):
    """Something that happens in shows of a kind and that a detector may report."""

    signal: Signal
    modality: Modality
    speaker: str
    per: Literal["goods", "hour", "show"]
    rate: float
    words: str = ""
    nats: Span | None = None
    echo: float = 0.0
    """Probability that viewers repeat it in the chat."""
    price_share: Span | None = None
    """Of a price: its share of the lowest genuine price, when it is not that of the goods."""
    cluster: tuple[int, int] | None = None
    """How many come at once."""
    cluster_seconds: float = 0.0
    after_seconds: Span = (0.0, 0.0)
    """After the goods were shown."""


class Brand(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A brand with code names."""

    name: str
    genuine_low_cny: float
    aliases: Words


class Kind(_Part, frozen=True):
    """A kind of show."""

    counterfeit: bool
    minutes: Span
    before_minutes: Span
    """Until the first goods."""
    goods_minutes: Span
    """Between two pieces of goods."""
    price_share: Span
    """Price of the goods as a share of the lowest genuine price."""
    brands: tuple[str, ...]
    sign: tuple[Sign, ...]
    counterfeit_share: Span = (0.0, 0.0)
    """Share of the goods that are counterfeit; the others are shown as in an honest room."""
    record: SellerKind = SellerKind.AUTHORISED
    recorded: float = 0.0
    """Share of the shows for whose sellers and brands the platform has such a record."""
    one_brand: bool = False
    night: float = 0.1
    """Share of the shows that start late at night by the room's own clock."""
    hot_close: float = 0.0
    """Share of the shows that are closed while most of the viewers are there."""


class Profiles(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """All of it."""

    version: str
    sense: dict[Modality, Sense]
    variation: Variation
    false_alarm: tuple[FalseAlarm, ...]
    words: dict[str, Words]
    brand: tuple[Brand, ...]
    kind: dict[str, Kind]


def read_profiles(path: Path | None = None) -> Profiles:
    """Read profiles; the bundled ones when no file is given.

    Raises:
        InputError: the file cannot be read, or is no such file; the message names the entry and what to change.
    """
    source = path or BUNDLED_PROFILES
    try:
        profiles = msgspec.toml.decode(source.read_text(encoding="utf-8"), type=Profiles)
    except (OSError, UnicodeDecodeError, msgspec.DecodeError) as error:
        raise InputError(f"{source}: not profiles of shows: {error}") from error
    if missing := [modality for modality in Modality if modality not in profiles.sense]:
        raise InputError(f"{source}: [sense.{missing[0]}] is missing; every modality needs one")
    if "honest" not in profiles.kind:
        raise InputError(f"{source}: [kind.honest] is missing; goods that are not counterfeit are shown as it says")
    for name, kind in profiles.kind.items():
        _check_kind(f"{source}: kind.{name}", kind, profiles)
    for alarm in profiles.false_alarm:
        _check_weight(f"{source}: false_alarm {alarm.signal}", alarm, profiles)
    return profiles


def _check_kind(where: str, kind: Kind, profiles: Profiles) -> None:
    known = {brand.name for brand in profiles.brand}
    if unknown := [brand for brand in kind.brands if brand not in known]:
        raise InputError(f"{where}: brand {unknown[0]!r} has no [[brand]]; known are {', '.join(sorted(known))}")
    if not kind.brands:
        raise InputError(f"{where}: brands is empty; name at least one")
    if kind.goods_minutes[0] <= 0:
        raise InputError(f"{where}: goods_minutes must be above 0, or the show never ends")
    for sign in kind.sign:
        _check_weight(f"{where}: sign {sign.signal} of {sign.modality}", sign, profiles)


def _check_weight(where: str, one: Sign | FalseAlarm, profiles: Profiles) -> None:
    if one.signal in DERIVED:
        return
    if not one.words and one.nats is None:
        raise InputError(f"{where}: give `words` or `nats`, or it has no weight")
    if one.words and one.words not in profiles.words:
        raise InputError(f"{where}: words {one.words!r} is no group of [words]; known are {', '.join(profiles.words)}")

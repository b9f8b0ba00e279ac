"""What happens in a show, before anybody looks: goods, words, prices, chat. Nothing here knows how a room is judged."""

from collections.abc import Iterator, Sequence

from msgspec import Struct

from detectors.text.weights import SPEAKER_FACTOR, low_price_weight
from pipelines.simulate.luck import Luck
from pipelines.simulate.profiles import Brand, FalseAlarm, Kind, Profiles, Sign
from schemas import Modality, SellerRecord, Signal

MINUTE_MS = 60_000
ECHO_MS = (5_000, 40_000)
"""When viewers repeat what a host said: they type for some seconds (own)."""
ECHO_VIEWERS = (1, 4)
NIGHT_HOURS, DAY_HOURS = (23.0, 27.0), (9.0, 21.0)
"""When shows open by the room's own clock; 27 is three in the morning (own)."""
PEAK_VIEWERS = (200, 5_000)
HOT_SHARE, COOL_SHARE = (0.8, 1.0), (0.05, 0.5)
"""Share of the most viewers that are still there at the end (own)."""
DAY_MINUTES = 1440
DELETED_MS = (60_000, 600_000)
"""When a replay goes, after the end of the show (own)."""


class Happening(Struct, frozen=True, kw_only=True):
    """Something that a detector would report if it noticed it."""

    at_ms: int
    signal: Signal
    modality: Modality
    speaker: str
    nats: float = 0.0
    term: str = ""
    brand: str = ""
    genuine_low_cny: float | None = None
    price_cny: float | None = None
    listing_id: str = ""
    real: bool = True
    """False: a detector's mistake; it is reported as it stands."""


class Goods(Struct, frozen=True, kw_only=True):
    """One piece of goods in front of the camera."""

    number: int
    at_ms: int
    counterfeit: bool
    brand: Brand
    price_cny: float


class Script(Struct, frozen=True, kw_only=True):
    """A whole show."""

    start_ms: int
    end_ms: int
    goods: tuple[Goods, ...]
    seller: SellerRecord | None
    """What the platform knows of the sellers."""
    utc_offset_minutes: int
    """Of the room's own clock."""
    peak_viewers: int
    last_viewers: int
    """When the show was closed."""
    happenings: tuple[Happening, ...]
    """In order of time."""


def write_script(kind: Kind, profiles: Profiles, luck: Luck, start_ms: int) -> Script:
    """Draw a show of a kind that starts at `start_ms`."""
    end_ms = start_ms + int(luck.between(kind.minutes) * MINUTE_MS)
    brands = [brand for brand in profiles.brand if brand.name in kind.brands]
    if kind.one_brand:
        brands = [luck.pick(brands)]
    goods = tuple(_goods(kind, profiles.kind["honest"], brands, luck, start_ms=start_ms, end_ms=end_ms))
    seller = (
        SellerRecord(kind=kind.record, brands=tuple(sorted(brand.name for brand in brands)))
        if luck.happens(kind.recorded)
        else None
    )
    opens_hour = luck.between(NIGHT_HOURS if luck.happens(kind.night) else DAY_HOURS)
    peak = luck.whole(PEAK_VIEWERS)
    author = _Author(profiles, luck, start_ms=start_ms, end_ms=end_ms, brands=brands)
    happenings = [*author.mistakes(), *author.play(kind, goods)]
    return Script(
        start_ms=start_ms,
        end_ms=end_ms,
        goods=goods,
        seller=seller,
        utc_offset_minutes=_utc_offset(start_ms, opens_hour),
        peak_viewers=peak,
        last_viewers=int(peak * luck.between(HOT_SHARE if luck.happens(kind.hot_close) else COOL_SHARE)),
        happenings=tuple(sorted(happenings, key=lambda one: (one.at_ms, one.modality, one.signal, one.term))),
    )


def _utc_offset(start_ms: int, hour: float) -> int:
    """Minutes by which a room's clock is ahead of UTC when `start_ms` is `hour` (0 to 48) there."""
    ahead = round(hour * 60) - start_ms // MINUTE_MS % DAY_MINUTES
    return (ahead + DAY_MINUTES // 2) % DAY_MINUTES - DAY_MINUTES // 2


def _goods(
    kind: Kind, honest: Kind, brands: Sequence[Brand], luck: Luck, *, start_ms: int, end_ms: int
) -> Iterator[Goods]:
    share = luck.between(kind.counterfeit_share)
    at_ms, number = start_ms + int(luck.between(kind.before_minutes) * MINUTE_MS), 0
    while at_ms < end_ms:
        # The first goods of a counterfeit show are counterfeit: the minute from which an action is due is then known.
        counterfeit = kind.counterfeit and (number == 0 or luck.happens(share))
        brand = luck.pick(brands)
        shares = kind.price_share if counterfeit or not kind.counterfeit else honest.price_share
        price = max(1.0, round(brand.genuine_low_cny * luck.between(shares)))
        yield Goods(number=number, at_ms=at_ms, counterfeit=counterfeit, brand=brand, price_cny=price)
        at_ms += int(luck.between(kind.goods_minutes) * MINUTE_MS)
        number += 1


class _Author:
    """Writes the happenings of one show."""

    def __init__(self, profiles: Profiles, luck: Luck, *, start_ms: int, end_ms: int, brands: Sequence[Brand]) -> None:
        self._profiles, self._luck = profiles, luck
        self._start_ms, self._end_ms, self._brands = start_ms, end_ms, brands
        self._openness = {speaker: luck.factor(profiles.variation.shows) for speaker in sorted(SPEAKER_FACTOR)}
        self._favourites = {name: luck.pick(words) for name, words in sorted(profiles.words.items())}

    def mistakes(self) -> Iterator[Happening]:
        """What detectors see where nothing is."""
        for alarm in self._profiles.false_alarm:
            for at_ms in self._luck.moments(self._start_ms, self._end_ms, alarm.per_hour):
                yield from self._happen(alarm, at_ms, goods=None, real=False)

    def play(self, kind: Kind, goods: Sequence[Goods]) -> Iterator[Happening]:
        """What happens, sign after sign; goods that are not counterfeit are shown as in an honest room."""
        honest = self._profiles.kind["honest"]
        for piece in goods:
            signs = honest.sign if kind.counterfeit and not piece.counterfeit else kind.sign
            for sign in signs:
                if sign.per == "goods" and self._luck.happens(min(1.0, self._rate(sign))):
                    yield from self._happen_all(sign, piece.at_ms + self._later(sign), piece)
        if not goods:
            return
        for sign in kind.sign:
            if sign.per == "hour":
                for at_ms in self._luck.moments(goods[0].at_ms, self._end_ms, self._rate(sign)):
                    piece = next(one for one in reversed(goods) if one.at_ms <= at_ms)
                    yield from self._happen_all(sign, at_ms, piece)
            elif sign.per == "show" and self._luck.happens(sign.rate):
                yield from self._happen_all(sign, self._end_ms + self._luck.whole(DELETED_MS), goods[-1])

    def _rate(self, sign: Sign) -> float:
        # Prices and names of goods are there to be told, whoever sells; the rest is told more or less openly.
        facts = sign.signal in (Signal.PRICE, Signal.BRAND, Signal.GUARANTEE, Signal.LINK_REMOVED)
        return sign.rate if facts else sign.rate * self._openness[sign.speaker]

    def _later(self, sign: Sign) -> int:
        """How long after the goods appear something is said of them, ms."""
        return int(self._luck.between(sign.after_seconds if sign.after_seconds[1] else (2.0, 60.0)) * 1000)

    def _happen_all(self, sign: Sign, at_ms: int, piece: Goods) -> Iterator[Happening]:
        if sign.cluster is None:
            yield from self._happen(sign, at_ms, goods=piece)
            return
        for _ in range(self._luck.whole(sign.cluster)):
            yield from self._happen(
                sign, at_ms + int(self._luck.between((0, sign.cluster_seconds)) * 1000), goods=piece
            )

    def _happen(
        self, sign: Sign | FalseAlarm, at_ms: int, *, goods: Goods | None, real: bool = True
    ) -> list[Happening]:
        happening = self._weighed(sign, at_ms, goods, real=real)
        if happening is None:
            return []
        echo = sign.echo if isinstance(sign, Sign) else 0.0
        if not self._luck.happens(echo):
            return [happening]
        return [happening, *(self._echo(happening) for _ in range(self._luck.whole(ECHO_VIEWERS)))]

    def _echo(self, said: Happening) -> Happening:
        return Happening(
            at_ms=said.at_ms + self._luck.whole(ECHO_MS), signal=said.signal, modality=Modality.DANMAKU,
            speaker="viewer", nats=round(said.nats * SPEAKER_FACTOR["viewer"], 3), term=said.term, brand=said.brand,
            genuine_low_cny=said.genuine_low_cny,
        )  # fmt: skip

    def _weighed(self, sign: Sign | FalseAlarm, at_ms: int, goods: Goods | None, *, real: bool) -> Happening | None:
        """One happening with its words and weight; None where the detector has nothing to weigh."""
        brand = goods.brand if goods else self._luck.pick(self._brands)
        if sign.signal is Signal.BRAND_ALIAS and not brand.aliases:
            return None  # no code name is in use for it
        price = self._price(sign, goods, brand) if sign.signal in (Signal.PRICE, Signal.LOW_PRICE) else None
        term, nats = self._word(sign, brand, price)
        if sign.signal is Signal.LOW_PRICE and not nats:
            return None
        named = sign.signal in (Signal.BRAND, Signal.BRAND_ALIAS, Signal.LOW_PRICE)
        return Happening(
            at_ms=at_ms,
            signal=sign.signal,
            modality=sign.modality,
            speaker=sign.speaker,
            nats=nats,
            term=term,
            brand=brand.name if named else "",
            genuine_low_cny=brand.genuine_low_cny if named else None,
            price_cny=price,
            listing_id=f"link-{goods.number}" if goods and sign.modality is Modality.LISTING else "",
            real=real,
        )

    def _price(self, sign: Sign | FalseAlarm, goods: Goods | None, brand: Brand) -> float:
        share = sign.price_share if isinstance(sign, Sign) else None
        if share is not None:
            return max(1.0, round(brand.genuine_low_cny * self._luck.between(share)))
        return goods.price_cny if goods else brand.genuine_low_cny

    def _word(self, sign: Sign | FalseAlarm, brand: Brand, price: float | None) -> tuple[str, float]:
        """The term and the weight that a detector gives it, nats."""
        match sign.signal:
            case Signal.PRICE:
                return "", 0.0
            case Signal.BRAND:
                return brand.name, 0.0
            case Signal.LOW_PRICE:
                assert price is not None
                return "", low_price_weight(price / brand.genuine_low_cny)
            case Signal.BRAND_ALIAS:
                term, nats = self._luck.pick(brand.aliases)
                return term, round(nats * SPEAKER_FACTOR[sign.speaker], 3)
        if sign.nats is not None:
            return "", round(self._luck.between(sign.nats), 3)
        # A seller has a favourite word; half of the time it is that one.
        favourite = sign.speaker == "host" and self._luck.happens(0.5)
        term, nats = self._favourites[sign.words] if favourite else self._luck.pick(self._profiles.words[sign.words])
        # A doubt is a viewer's to begin with: its weight is one already.
        return term, nats if sign.signal is Signal.DOUBT else round(nats * SPEAKER_FACTOR[sign.speaker], 3)

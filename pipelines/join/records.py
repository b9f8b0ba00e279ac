"""What the platform knows of the sellers, and which signs mean nothing because of it."""

from collections.abc import Iterable

from pipelines.join.fusion import brand_key
from pipelines.join.rules import Policy
from pipelines.join.state import Record
from schemas import Lifecycle, SellerKind, Signal


def records_of(event: Lifecycle) -> tuple[Record, ...]:
    """The records that a `started` event brings; `authorised_brands` is the short form of one."""
    records = {Record(one.kind, _keys(one.brands)) for one in event.sellers}
    if event.authorised_brands:
        records.add(Record(SellerKind.AUTHORISED, _keys(event.authorised_brands)))
    return tuple(sorted(records))


def is_void(signal: Signal, brand: str, records: Iterable[Record], policy: Policy) -> bool:
    """Whether a sign says nothing: a record covers the brand, and the policy lets such a record void the signal."""
    for record in records:
        rule = policy.sellers[record.kind]
        covers_all = rule.every_brand and not record.brands
        if signal in rule.voids and (covers_all or brand_key(brand) in record.brands):
            return True
    return False


def _keys(brands: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(map(brand_key, brands)))

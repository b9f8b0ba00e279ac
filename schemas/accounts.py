"""What the platform knows of the accounts of hosts and merchants: identifiers as hashes, partners, sales as sums.

No buyer and nobody's number, address or bank account ever appears in clear: identifiers are keyed hashes, made before
they are sent, with one key for all accounts (or equal ones would not meet).
"""

from enum import StrEnum
from typing import Annotated

import msgspec
from msgspec import Meta

AccountId = Annotated[str, Meta(pattern=r"^(host|merchant):.")]
"""`host:<id>` or `merchant:<id>`: also the key of the record, so room ids must not begin with either word."""

ACCOUNT_PREFIXES = ("host:", "merchant:")

Count = Annotated[int, Meta(ge=0, le=10**12)]
Yuan = Annotated[float, Meta(ge=0.0, le=1e15)]


def is_account(key: str) -> bool:
    """Whether a record key or a subject is an account and not a room."""
    return key.startswith(ACCOUNT_PREFIXES)


class IdentifierKind(StrEnum):
    """What two accounts of the same people have in common."""

    PAYEE = "payee"
    PHONE = "phone"
    COMPANY = "company"
    WAREHOUSE = "warehouse"
    PICTURE = "picture"
    """Perceptual hash of a listing picture."""


class Identifier(msgspec.Struct, frozen=True, kw_only=True, order=True):
    """Something that identifies who is behind an account, as a keyed hash."""

    kind: IdentifierKind
    hash: Annotated[str, Meta(pattern=r"^[0-9a-f]{16,128}$")]
    """Lower-case hex of a keyed hash."""


class Sales(msgspec.Struct, frozen=True, kw_only=True):
    """Sums over some orders of an account. A later fact with the same `sales_id` takes the place of an earlier one."""

    sales_id: str
    """Of the sum, not of an order: for instance show and partner. No two sums of an account share an order."""
    from_ms: int
    to_ms: int
    """End of the span, exclusive."""
    orders: Count
    buyers: Count
    """Distinct buyers in this sum."""
    amount_cny: Yuan
    fake_orders: Count = 0
    """Orders whose goods were found fake by a test, the brand or after-sales service."""
    fake_amount_cny: Yuan = 0.0
    session: str = ""
    """The show in which it was sold; empty when outside one or unknown."""
    partner: AccountId | None = None
    """Of a merchant's sum, the host who sold; of a host's, the merchant who delivered."""


class AccountFacts(msgspec.Struct, frozen=True, kw_only=True):
    """Facts about one account. Facts add up; for what changes, the one with the latest `time_ms` holds."""

    fact_id: str
    account: AccountId
    time_ms: int
    opened_ms: int | None = None
    """When the account was opened; None where this fact does not say."""
    closed_ms: int | None = None
    """When the platform closed it for an offence; None where this fact does not say."""
    identifiers: tuple[Identifier, ...] = ()
    withdrawn: tuple[Identifier, ...] = ()
    """Identifiers that were wrong or are no longer used."""
    partners: tuple[AccountId, ...] = ()
    """Of a host: merchants whose goods are sold; of a merchant: hosts."""
    sales: tuple[Sales, ...] = ()

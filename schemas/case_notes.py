"""Notes that the cases worker writes to itself: from rooms, accounts and identifiers to those whom they concern.

Each note tells the whole of what its sender has to say to its receiver, with a revision: repeated notes and old ones
change nothing.
"""

import msgspec

from schemas.accounts import Identifier
from schemas.case_file import KnowingSign
from schemas.enforcement import Rung
from schemas.room_events import AccountHistory
from schemas.violations import Violation


class Strike(msgspec.Struct, frozen=True, kw_only=True, tag="strike"):
    """From a room to a host or merchant of one of its shows: what the show counts against it."""

    strike_id: str
    room: str
    session: str
    rung: Rung
    at_ms: int
    """On-air moment of the offence."""
    known_ms: int
    """When it was applied or confirmed."""
    points: float
    """0 when the actions of the show were overturned."""
    confirmed: bool
    posterior: float
    action_ids: tuple[str, ...] = ()
    bundle_ids: tuple[str, ...] = ()
    categories: tuple[Violation, ...] = ()
    knowing: tuple[KnowingSign, ...] = ()
    partners: tuple[str, ...] = ()
    """For a host, the merchants of the show; for a merchant, the host."""
    merchants: int = 0
    """Merchants of the show: among many, a show says little about each."""


class Standing(msgspec.Struct, frozen=True, kw_only=True, tag="standing"):
    """How an account stands by its own evidence alone, to its partners. Others' standings never enter: no echo."""

    suspect: bool = False
    from_ms: int = 0
    """First offence by which it was suspect."""
    since_ms: int = 0
    """Newest offence behind it."""
    opened_ms: int | None = None
    closed_ms: int | None = None
    strikes: tuple[Strike, ...] = ()
    """The heaviest; for those who open again under another name."""


class IdentifierUse(msgspec.Struct, frozen=True, kw_only=True, tag="use"):
    """From an account to an identifier that it uses."""

    identifier: Identifier
    used: bool
    standing: Standing


class Neighbour(msgspec.Struct, frozen=True, kw_only=True):
    """Another account with the same identifier."""

    account: str
    standing: Standing


class SharedIdentifier(msgspec.Struct, frozen=True, kw_only=True, tag="shared"):
    """From an identifier to an account that uses it: who else does."""

    identifier: Identifier
    accounts: int
    """Accounts that use it, this one included."""
    crowded: bool
    """So many that it says nothing of who is behind them, such as a logistics park."""
    others: tuple[Neighbour, ...] = ()
    """Those that are suspect or closed."""


class OnAir(msgspec.Struct, frozen=True, kw_only=True, tag="on-air"):
    """From a room to a host or merchant of a show: it is on air and asks for the account's past, or it is over."""

    session: str
    on_air: bool
    clean: bool = False
    """Over, and no action on it stands."""


class Past(msgspec.Struct, frozen=True, kw_only=True, tag="past"):
    """From a host or merchant to a room where it is on air: its earlier shows, without this one."""

    session: str
    history: AccountHistory


class CaseNote(msgspec.Struct, frozen=True, kw_only=True):
    """A note."""

    sender: str
    to: str
    """Account, identifier (`kind:hash`) or room: the key of the record."""
    revision: int
    """Counted by the sender: of two notes about the same, the higher one holds."""
    time_ms: int
    """Processing time."""
    body: Strike | Standing | IdentifierUse | SharedIdentifier | OnAir | Past

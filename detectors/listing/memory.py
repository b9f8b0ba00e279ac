"""What is remembered of the purchase links of a room."""

import msgspec

from schemas import ListingAction, ListingChange

MAX_LISTINGS = 500
"""Listings remembered of a session; the oldest is forgotten first. Large shows have some two hundred links."""


class KnownListing(msgspec.Struct, frozen=True, kw_only=True):
    """A listing as it was seen last."""

    title: str
    price_cny: float | None
    merchant: str
    link_number: int | None = None
    description: str = ""
    category: str = ""


class ListingState(msgspec.Struct, frozen=True, kw_only=True):
    """Listings that are on sale, of the session on air and the one before, whose links may go after its end."""

    session: str = ""
    listings: dict[str, KnownListing] = {}
    """In the order in which they were seen last."""
    most: int = 0
    """The most links on sale at once."""
    before_session: str = ""
    before: dict[str, KnownListing] = {}
    before_most: int = 0


class Shelf(msgspec.Struct):
    """The listings of one session while an item is judged."""

    listings: dict[str, KnownListing]
    most: int


def shelf_of(state: ListingState, session: str) -> Shelf:
    """A copy of a session's listings; empty for a session that is new."""
    if session == state.session:
        return Shelf(dict(state.listings), state.most)
    if session == state.before_session:
        return Shelf(dict(state.before), state.before_most)
    return Shelf({}, 0)


def remember(state: ListingState, session: str, shelf: Shelf) -> ListingState:
    """The state with a session's listings; a new session takes the place of the one on air."""
    listings = dict(list(shelf.listings.items())[-MAX_LISTINGS:])
    most = max(shelf.most, len(listings))
    if session == state.before_session != state.session:
        return msgspec.structs.replace(state, before=listings, before_most=most)
    if session == state.session or not state.session:
        return msgspec.structs.replace(state, session=session, listings=listings, most=most)
    return ListingState(
        session=session, listings=listings, most=most,
        before_session=state.session, before=state.listings, before_most=state.most,
    )  # fmt: skip


def listed(item: ListingChange) -> KnownListing:
    """The listing after a change that leaves it on sale."""
    assert item.change in (ListingAction.ADDED, ListingAction.UPDATED)
    return KnownListing(
        title=item.title, price_cny=item.price_cny, merchant=item.merchant, link_number=item.link_number,
        description=item.description, category=item.category,
    )  # fmt: skip

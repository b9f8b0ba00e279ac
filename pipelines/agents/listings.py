"""Listings agent: purchase links in, suspicion events out."""

from faust.types import AppT

from detectors.listing.listing import ListingDetector
from detectors.listing.memory import ListingState
from pipelines.room_detector import room_agent
from pipelines.settings import Settings
from schemas.topics import LIVE_LISTINGS


def create(settings: Settings) -> AppT:
    """Build the worker: titles through the text engine, prices as facts, links removed while on air."""
    return room_agent("listings", settings, LIVE_LISTINGS, ListingDetector, ListingState)

"""Listings agent: purchase links in, suspicion events out."""

import msgspec
from faust.types import AppT

from detectors.listing.listing import ListingDetector, ListingState
from pipelines.app import create_app, room_table
from pipelines.consume import Consumer, Received, judging, publish, with_evidence
from pipelines.reference.lexicon import LiveLexicon
from pipelines.room_state import RoomStates
from pipelines.settings import Settings
from schemas import ListingChange
from schemas.topics import LIVE_LISTINGS, SUSPICION_EVENTS

ROLE = "listings"


def create(settings: Settings) -> AppT:
    """Build the worker: titles through the text engine, prices as facts, links removed while on air."""
    app = create_app(ROLE, settings)
    lexicon = LiveLexicon(settings, ROLE).start()
    detector = ListingDetector(lexicon.engine)
    rooms = RoomStates(
        room_table(app, "listings-rooms", settings),
        msgspec.msgpack.Decoder(ListingState).decode,
        lambda _room: detector.initial(),
    )

    async def judge(received: Received) -> None:
        change = received.message
        assert isinstance(change, ListingChange)
        turn = rooms.turn(received)
        if turn is None:
            return
        detector.engine = lexicon.engine
        with judging(detector.name):
            state, suspicions = detector.judge(turn.state, change)
        found = with_evidence(suspicions, received.ref)
        await publish(app, ROLE, SUSPICION_EVENTS, found, traceparent=received.traceparent)
        turn.put(state)

    Consumer(app, ROLE, settings, (LIVE_LISTINGS,), judge)
    return app

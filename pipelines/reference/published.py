"""What the reference-terms topic holds now, and putting something into it."""

import logging

from pipelines.broker.publisher import Publisher
from pipelines.broker.reader import read_topics
from pipelines.broker.topics import require_topics
from pipelines.errors import DeliveryError
from pipelines.reference.changes import Plan, applied
from pipelines.reference.terms import TermEntries
from pipelines.settings import Settings
from schemas import DecodeError, TermEntry
from schemas.cloudevents import encode
from schemas.topics import REFERENCE_TERMS

logger = logging.getLogger("dajia.reference")


def published_entries(settings: Settings) -> dict[str, TermEntry]:
    """Read the topic to its end; entries that workers refuse are left out, with a warning.

    Raises:
        BrokerError: no broker answers, or there is no such topic.
    """
    topic = TermEntries()
    for record in read_topics(settings, [REFERENCE_TERMS.name]):
        try:
            topic.take(record)
        except DecodeError as error:
            logger.warning("record %d of %s is not in force: %s", record.offset, REFERENCE_TERMS.name, error)
    return topic.settle()


def carry_out(settings: Settings, todo: Plan) -> dict[str, TermEntry]:
    """Publish a plan and return what the topic holds then, read back.

    Raises:
        BrokerError: no broker answers, or there is no such topic.
        DeliveryError: the broker did not take it, or somebody else published the same terms at the same time.
    """
    require_topics(settings, [REFERENCE_TERMS.name])
    with Publisher(settings, client_id="reference") as publisher:
        for term in todo.removed:
            publisher.remove(REFERENCE_TERMS.name, term.encode())
        for entry in todo.entries:
            publisher.send(REFERENCE_TERMS.name, encode(entry, source="dajia/reference"))
    holds = published_entries(settings)
    if applied(holds, todo) != holds:
        raise DeliveryError(
            "published, but the topic holds something else for these terms: somebody published them at the same time; "
            "look with `dajia reference diff`"
        )
    return holds

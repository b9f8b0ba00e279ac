"""Dead letters: the original bytes and headers of a record that could not be used, plus why."""

from collections.abc import Iterable

from schemas.cloudevents import Headers
from schemas.errors import DecodeError

DEAD_LETTER_HEADER_PREFIX = "dlq_"


def dead_letter_headers(
    original: Iterable[tuple[str, bytes | None]],
    error: DecodeError,
    *,
    topic: str,
    partition: int,
    offset: int,
    worker: str,
    version: str,
) -> Headers:
    """Headers of a dead letter: the original ones, and `dlq_…` ones that say what happened where.

    A record that is dead-lettered again (after a retry) keeps only its newest `dlq_…` headers.
    """
    kept = [(name, data or b"") for name, data in original if not name.startswith(DEAD_LETTER_HEADER_PREFIX)]
    facts = {
        "dlq_reason": str(error.reason),
        "dlq_message": str(error),
        "dlq_topic": topic,
        "dlq_partition": str(partition),
        "dlq_offset": str(offset),
        "dlq_worker": worker,
        "dlq_version": version,
    }
    return kept + [(name, value.encode("utf-8", "replace")) for name, value in facts.items()]

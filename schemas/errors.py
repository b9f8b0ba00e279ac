"""Why a record could not be used.

DecodeError
    The record is not a message of its topic; carries a `DeadLetterReason` and a sentence.
"""

from enum import StrEnum


class DeadLetterReason(StrEnum):
    """Closed list of reasons in the `dlq_reason` header and the `reason` metric label."""

    MISSING_HEADER = "missing-header"
    UNKNOWN_TYPE = "unknown-type"
    UNKNOWN_VERSION = "unknown-version"
    INVALID_UTF8 = "invalid-utf8"
    INVALID_JSON = "invalid-json"
    SCHEMA_MISMATCH = "schema-mismatch"
    KEY_MISMATCH = "key-mismatch"
    EMPTY_PAYLOAD = "empty-payload"
    ODD_LENGTH_AUDIO = "odd-length-audio"
    OVERSIZE_RECORD = "oversize-record"
    EVENT_TIME_OUT_OF_RANGE = "event-time-out-of-range"
    INVALID_IMAGE = "invalid-image"
    IMAGE_TOO_LARGE = "image-too-large"
    DETECTOR_FAILED = "detector-failed"
    CONTRADICTION = "contradiction"
    """A fact that contradicts itself or one that is known."""
    UNUSABLE_ENTRY = "unusable-entry"
    """A reference entry that alone, or with the others, makes no usable lexicon."""
    UNKNOWN_ACTION = "unknown-action"
    """An outcome of an action that was never decided here."""


class DecodeError(ValueError):
    """A record cannot be used.

    Attributes:
        reason: the machine-readable reason.
    """

    def __init__(self, reason: DeadLetterReason, message: str) -> None:
        super().__init__(message)
        self.reason = reason

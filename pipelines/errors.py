"""The error tree. Every message says what to do next.

DajiaError                 catch this at the edge; the command line prints its text and exits with 1
├── SettingsError          a setting is unknown or impossible
├── BrokerError            Kafka cannot be reached, a topic is missing or has the wrong shape
├── DeliveryError          Kafka did not take a record
├── RecordsSkippedError    the consumer jumped over records; the worker ends before it acknowledges what follows
├── SourceError            a stream or file cannot be opened or decoded
├── ModelError             a model is missing or its hash is wrong
├── CalibrationError       there is too little to calibrate a policy on
├── VaultError             evidence cannot be stored or read
│   ├── VaultFullError         no room is left; tried again
│   ├── VaultReadOnlyError     writing is not allowed; tried again
│   ├── VaultUnreachableError  the disk or the server does not answer; tried again
│   ├── VaultRefusedError      evidence would be overwritten, or deleted before its time
│   ├── VaultMissingError      there is no such object
│   ├── VaultDamagedError      an object is not what was written, or the key to it is another one
│   └── VaultKeyError          a name that no object can have
├── SigningError           evidence cannot be signed
├── ActionFailedError      an enforcement service could not carry an action out
└── InputError             a line or file given to a command cannot be read

`schemas.DecodeError` is apart: it concerns one record, which goes to the dead-letter topic, and never ends a worker.
"""


class DajiaError(Exception):
    """Base of all errors that a person can act on."""


class SettingsError(DajiaError):
    """A setting is unknown or impossible."""


class BrokerError(DajiaError):
    """Kafka cannot be reached, or a topic is missing or has the wrong shape."""


class DeliveryError(DajiaError):
    """Kafka did not take a record."""


class RecordsSkippedError(DajiaError):
    """The consumer jumped over records."""


class SourceError(DajiaError):
    """A stream or file cannot be opened or decoded."""


class ModelError(DajiaError):
    """A model is missing or its hash is wrong."""


class CalibrationError(DajiaError):
    """There is too little to calibrate a policy on."""


class VaultError(DajiaError):
    """Evidence cannot be stored or read."""


class VaultFullError(VaultError):
    """No room is left in the vault."""


class VaultReadOnlyError(VaultError):
    """The vault does not let us write."""


class VaultUnreachableError(VaultError):
    """The vault's disk or server does not answer."""


class VaultRefusedError(VaultError):
    """Evidence would be overwritten, or deleted before its time."""


class VaultMissingError(VaultError):
    """The vault has no such object."""


class VaultDamagedError(VaultError):
    """A stored object is not what was written, or the key to it is another one."""


class VaultKeyError(VaultError):
    """A name that no object of a vault can have."""


class ActionFailedError(DajiaError):
    """An enforcement service could not carry an action out."""


class SigningError(DajiaError):
    """Evidence cannot be signed."""


class InputError(DajiaError):
    """A line or file given to a command cannot be read."""

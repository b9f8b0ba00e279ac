"""Names of objects in a vault. Rooms and sessions come from outside, so nothing of them is taken literally.

sessions/<room>/<session>/<seq, 8 digits>-<kind>.tar    payload of a chain entry
sessions/<room>/<session>/chain/<seq, 8 digits>.json    chain entry
"""

import hashlib
import re
from urllib.parse import quote, unquote

from pipelines.errors import VaultKeyError

SESSIONS = "sessions/"
_LONGEST = 200
"""Characters of one quoted id; file systems take 255 bytes, of which a temporary name needs some."""
_WHOLE = 120
"""Characters that are kept of a longer one, in front of its hash."""
_KEY = re.compile(r"[A-Za-z0-9_%~.-]+(?:/[A-Za-z0-9_%~.-]+)*")
_KIND = re.compile(r"[a-z][a-z-]{0,30}")


def session_prefix(room: str, session: str) -> str:
    """Everything about one session lies under this prefix, which ends with a slash.

    Raises:
        VaultKeyError: an id is empty.
    """
    return f"{SESSIONS}{quoted(room)}/{quoted(session)}/"


def payload_key(room: str, session: str, seq: int, kind: str) -> str:
    """Key of the payload of chain entry `seq`.

    Raises:
        VaultKeyError: an id is empty, or `kind` is no word of small letters.
    """
    if not _KIND.fullmatch(kind):
        raise VaultKeyError(f"a kind of payload is a word of small letters, not {kind!r}")
    return f"{session_prefix(room, session)}{seq:08d}-{kind}.tar"


def chain_key(room: str, session: str, seq: int) -> str:
    """Key of chain entry `seq`.

    Raises:
        VaultKeyError: an id is empty.
    """
    return f"{session_prefix(room, session)}chain/{seq:08d}.json"


def quoted(name: str) -> str:
    """One path segment for any id: no slash, no dot, never empty, at most 200 ASCII characters, one for each id.

    Ids that become longer are cut and told apart by their SHA-256.

    Raises:
        VaultKeyError: the id is empty.
    """
    if not name:
        raise VaultKeyError("evidence needs the id of a room and of a session; one is empty")
    raw = name.encode("utf-8", "surrogatepass")
    safe = quote(raw, safe="").replace(".", "%2E").replace("~", "%7E")
    if len(safe) <= _LONGEST:
        return safe
    return f"{safe[:_WHOLE]}~{hashlib.sha256(raw).hexdigest()}"


def unquoted(segment: str) -> str:
    """The id that `quoted` made `segment` of; of a long one, what is left of it, for people to read."""
    return unquote(segment.split("~", maxsplit=1)[0], errors="replace")


def checked(key: str) -> str:
    """Return `key` if it can be a key of a vault.

    Raises:
        VaultKeyError: it leads out of the vault, or has characters that no key has.
    """
    if not _KEY.fullmatch(key) or any(not part.strip(".") or part.startswith(".") for part in key.split("/")):
        raise VaultKeyError(f"no key of a vault: {key!r}; keys are made by pipelines.evidence.keys")
    return key

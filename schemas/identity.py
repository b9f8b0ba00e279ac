"""Deterministic identifiers: the same input always gives the same id, so a repeated record has no second effect."""

import hashlib

ID_HEX_CHARS = 32
"""Length of an id: 128 bits of BLAKE2b, where a collision needs about 2**64 ids."""


def stable_id(*parts: str | int) -> str:
    """Hash the parts, in order, to a hex id of 32 characters.

    Each part is prefixed with its length, so ``("ab", "c")`` and ``("a", "bc")`` differ.
    """
    digest = hashlib.blake2b(digest_size=ID_HEX_CHARS // 2)
    for part in parts:
        data = str(part).encode("utf-8")
        digest.update(len(data).to_bytes(4, "big"))
        digest.update(data)
    return digest.hexdigest()

"""A bundle on disk: one uncompressed tar of a BagIt bag (RFC 8493), with a signature beside its manifests.

The same content gives the same bytes. The tag manifest holds the hashes of all other tag files, the manifest those of
the payload, and `signature.json` signs the tag manifest: a bundle proves itself, also without its chain.
"""

import base64
import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import BinaryIO

import msgspec

from pipelines.evidence.chain import Signer, canonical, is_signed, key_id_of
from pipelines.evidence.tar import TarError, read_tar, write_tar
from schemas import Fault

DECLARATION = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
MANIFEST, TAG_MANIFEST, INFO, SIGNATURE = (
    "manifest-sha256.txt",
    "tagmanifest-sha256.txt",
    "bag-info.txt",
    "signature.json",
)


class Seen(msgspec.Struct):
    """What a check of a bag has read."""

    sha256: str = ""
    size: int = 0
    info: dict[str, str] = {}
    """Fields of bag-info.txt."""


def write_bag(path: Path, name: str, files: Mapping[str, bytes], info: Mapping[str, str], signer: Signer) -> None:
    """Write a bag.

    Args:
        path: the tar.
        name: the bag's folder in it.
        files: payload by path below `data/`.
        info: fields of bag-info.txt, in this order; Payload-Oxum is added.
        signer: signs the tag manifest.
    """
    payload = {f"data/{one}": data for one, data in sorted(files.items())}
    oxum = f"{sum(map(len, payload.values()))}.{len(payload)}"
    tags = {
        "bagit.txt": DECLARATION,
        INFO: "".join(f"{key}: {value}\n" for key, value in {**info, "Payload-Oxum": oxum}.items()).encode(),
        MANIFEST: _manifest(payload),
    }
    tags[TAG_MANIFEST] = _manifest(tags)
    tags[SIGNATURE] = _signature(tags[TAG_MANIFEST], signer)
    write_tar(path, ((f"{name}/{one}", data) for one, data in {**tags, **payload}.items()))


def read_bag(stream: BinaryIO, wanted: Callable[[str], bool] = lambda _: True) -> dict[str, bytes]:
    """The files of a bag by their path in it (`data/…`, `bag-info.txt`), without any check.

    Raises:
        TarError: it is no such archive.
    """
    files = ((name.partition("/")[2], pieces) for name, pieces in read_tar(stream))
    return {name: b"".join(pieces) for name, pieces in files if wanted(name)}


def read_info(text: bytes) -> dict[str, str]:
    """Fields of bag-info.txt."""
    pairs = (line.partition(": ") for line in text.decode("utf-8", "replace").splitlines())
    return {key: value for key, _, value in pairs}


def check_bag(stream: BinaryIO, where: str, keys: Mapping[str, bytes]) -> tuple[list[Fault], Seen]:
    """Check every byte of a bag, without its chain.

    Args:
        stream: the tar.
        where: its key, for the faults.
        keys: raw public keys that are trusted, by id.
    """
    whole, seen = hashlib.sha256(), Seen()
    hashes: dict[str, str] = {}
    tags: dict[str, bytes] = {}
    faults: list[Fault] = []
    try:
        for path, pieces in read_tar(stream, whole):
            name, hashed = path.partition("/")[2], hashlib.sha256()
            if name in hashes:
                faults.append(Fault(what="is there twice", where=f"{where}:{name}"))
            for piece in pieces:
                hashed.update(piece)
                if not name.startswith("data/"):
                    tags[name] = tags.get(name, b"") + piece
            hashes[name] = hashed.hexdigest()
    except TarError as error:
        return [Fault(what=str(error), where=where)], seen
    seen.sha256, seen.info = whole.hexdigest(), read_info(tags.get(INFO, b""))
    faults += [Fault(what=what, where=f"{where}:{name}") for name, what in _wrong(hashes, tags, keys)]
    return faults, seen


def _wrong(
    hashes: Mapping[str, str], tags: Mapping[str, bytes], keys: Mapping[str, bytes]
) -> Iterator[tuple[str, str]]:
    if tags.get("bagit.txt") != DECLARATION:
        yield "bagit.txt", "is not the declaration of a bag"
    if what := _wrong_signature(tags.get(SIGNATURE, b""), hashes.get(TAG_MANIFEST, ""), keys):
        yield SIGNATURE, what
    listed = _listed(tags.get(TAG_MANIFEST, b"")) | _listed(tags.get(MANIFEST, b""))
    for name, sha256 in listed.items():
        if name not in hashes:
            yield name, "is missing"
        elif hashes[name] != sha256:
            yield name, "was changed: its sha256 is not that of the manifest"
    for name in hashes.keys() - listed.keys() - {TAG_MANIFEST, SIGNATURE}:
        yield name, "was put in: no manifest names it"


def _wrong_signature(data: bytes, tag_manifest: str, keys: Mapping[str, bytes]) -> str:
    try:
        fields = json.loads(data)
        signature = fields.pop("signature")
        key_id = fields["key_id"]
    except (ValueError, KeyError, TypeError, AttributeError):
        return "is no signature"
    if key_id not in keys:
        return f"signed with key {key_id}, which is not among the trusted ones"
    if canonical({**fields, "signature": signature}) != data or not is_signed(
        canonical(fields), signature, keys[key_id]
    ):
        return "the signature does not fit"
    return "" if fields.get("tagmanifest_sha256") == tag_manifest else f"signs another {TAG_MANIFEST} than the one here"


def _signature(tag_manifest: bytes, signer: Signer) -> bytes:
    fields = {
        "version": 1,
        "key_id": key_id_of(signer.public_key),
        "tagmanifest_sha256": hashlib.sha256(tag_manifest).hexdigest(),
    }
    return canonical({**fields, "signature": base64.b64encode(signer.sign(canonical(fields))).decode()})


def _manifest(files: Mapping[str, bytes]) -> bytes:
    return "".join(f"{hashlib.sha256(data).hexdigest()}  {name}\n" for name, data in files.items()).encode()


def _listed(manifest: bytes) -> dict[str, str]:
    pairs = (line.partition("  ") for line in manifest.decode("utf-8", "replace").splitlines())
    return {name: sha256 for sha256, _, name in pairs}

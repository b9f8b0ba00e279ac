#!/usr/bin/env python3
"""Checks sealed evidence without dajia: Python's standard library and the package `cryptography`, nothing else.

    python verify_evidence.py PATH --key evidence-key.pub.pem [--roots roots.jsonl]

PATH is a vault's folder, a session's folder or one bundle (.tar). Every line of the output is a fault: where, what, and
from when on nothing is proven any more. Exit status 0: all is as it was sealed. The format is described in
pipelines/evidence/README.md; this file was written from that page.
"""

import argparse
import base64
import hashlib
import json
import sys
import tarfile
import time
from pathlib import Path
from urllib.parse import quote

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.serialization import load_pem_public_key

OPEN_HOURS = 12
"""A chain that is not closed grows at least every six hours."""


def canonical(value):
    """JSON with sorted keys and no spaces."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def load_keys(paths):
    """Public keys by their ids."""
    keys = {}
    for path in paths:
        key = load_pem_public_key(Path(path).read_bytes())
        keys[hashlib.sha256(key.public_bytes_raw()).hexdigest()[:32]] = key
    return keys


def signature_fault(fields, keys):
    """What is wrong with the signature of signed fields; empty when nothing is."""
    unsigned = {name: value for name, value in fields.items() if name != "signature"}
    key = keys.get(fields.get("key_id"))
    if key is None:
        return f"signed with a key that is not trusted: {fields.get('key_id')}"
    try:
        key.verify(base64.b64decode(fields["signature"], validate=True), canonical(unsigned))
    except (InvalidSignature, ValueError, KeyError, TypeError):
        return "the signature does not fit: changed, or made by somebody else"
    return ""


def read_members(path):
    """Names and bytes of the files in a tar; ValueError when a byte of its structure is not as it must be."""
    data = path.read_bytes()
    at = 0
    while any(data[at : at + 512]):
        member = tarfile.TarInfo.frombuf(data[at : at + 512], "utf-8", "surrogateescape")
        expected = tarfile.TarInfo(member.name)
        expected.size = member.size
        if expected.tobuf(tarfile.USTAR_FORMAT, "utf-8", "surrogateescape") != data[at : at + 512]:
            raise ValueError(f"tar header at byte {at} was changed")
        begin, end = at + 512, at + 512 + member.size
        at = end + -member.size % 512
        if at > len(data) or any(data[end:at]):
            raise ValueError(f"bytes behind the end of {member.name}")
        yield member.name.partition("/")[2], data[begin:end]
    if any(data[at:]) or len(data) != at + 1024 + -(at + 1024) % 10240:
        raise ValueError("the end of the archive was changed")


def listed(manifest):
    """Names and hashes of a manifest."""
    lines = manifest.decode("utf-8", "replace").splitlines()
    return {name: digest for digest, _, name in (line.partition("  ") for line in lines)}


def bundle_faults(path, keys):
    """What is wrong with a bag, and the fields of its bag-info.txt."""
    try:
        pairs = list(read_members(path))
    except (ValueError, tarfile.TarError) as error:
        return [("", f"damaged: {error}")], {}
    files = dict(pairs)
    faults = [("", "a file is there twice")] if len(files) != len(pairs) else []
    if files.get("bagit.txt") != b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n":
        faults.append(("bagit.txt", "not the declaration of a bag"))
    tag_manifest = files.get("tagmanifest-sha256.txt", b"")
    try:
        seal = json.loads(files.get("signature.json", b""))
        what = signature_fault(seal, keys)
        if canonical(seal) != files["signature.json"]:
            what = what or "not in the canonical form"
        if seal.get("tagmanifest_sha256") != hashlib.sha256(tag_manifest).hexdigest():
            what = what or "signs another tag manifest"
    except (ValueError, AttributeError):
        what = "no signature"
    if what:
        faults.append(("signature.json", what))
    wanted = {**listed(tag_manifest), **listed(files.get("manifest-sha256.txt", b""))}
    for name, digest in wanted.items():
        if name not in files:
            faults.append((name, "missing"))
        elif hashlib.sha256(files[name]).hexdigest() != digest:
            faults.append((name, "changed"))
    extra = set(files) - set(wanted) - {"tagmanifest-sha256.txt", "signature.json"}
    faults += [(name, "put in: no manifest names it") for name in sorted(extra)]
    lines = files.get("bag-info.txt", b"").decode("utf-8", "replace").splitlines()
    return faults, {name: value for name, _, value in (line.partition(": ") for line in lines)}


def entry_faults(entry, data, place, before, before_data, keys):
    """What is wrong with an entry and how it follows the one before."""
    if canonical(entry) != data:
        yield "not in the canonical form"
    what = signature_fault(entry, keys)
    if what:
        yield what
    if entry.get("seq") != place:
        yield f"entry {place} says that it is entry {entry.get('seq')}: one was taken out, put in or moved"
    if entry.get("previous") != (hashlib.sha256(before_data).hexdigest() if before else ""):
        yield "does not follow the entry before it: one was changed, taken out, put in or moved"
    if before and (entry.get("room"), entry.get("session")) != (before.get("room"), before.get("session")):
        yield "belongs to another session than the one before"
    if before and entry.get("sealed_ms", 0) < before.get("sealed_ms", 0):
        yield "sealed before the entry that it follows: a clock was changed"


def session_faults(folder, keys, roots):
    """Faults of one session's folder: (where, what, since_ms)."""
    entries, since_ms, before, before_data = [], 0, None, b""
    for place, path in enumerate(sorted((folder / "chain").glob("*.json"))):
        data = path.read_bytes()
        try:
            entry = json.loads(data)
            entry["facts"].get("closes")
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            yield f"chain/{path.name}", f"damaged: {error}", since_ms
            continue
        for what in entry_faults(entry, data, place, before, before_data, keys):
            yield f"chain/{path.name}", what, since_ms
        entries.append((entry, data, since_ms))
        before, before_data, since_ms = entry, data, entry.get("sealed_ms", 0)
    deleted = {entry["facts"].get("payload") for entry, _, _ in entries if entry.get("kind") == "deletion"}
    named = set()
    for entry, _, until_ms in entries:
        if entry.get("payload"):
            name = entry["payload"].rpartition("/")[2]
            named.add(name)
            is_deleted = entry["payload"] in deleted
            for where, what in payload_faults(folder / name, entry, keys, is_deleted=is_deleted):
                yield where, what, until_ms
    for path in sorted(folder.glob("*.tar")):
        if path.name not in named:
            yield path.name, "put in: no entry of the chain names it", since_ms
    yield from end_faults(folder, entries, roots, since_ms)


def payload_faults(path, entry, keys, *, is_deleted):
    """Faults of a payload."""
    if not path.is_file():
        if not is_deleted:
            yield path.name, "missing, and no certificate says that it was deleted"
        return
    faults, info = bundle_faults(path, keys)
    if hashlib.sha256(path.read_bytes()).hexdigest() != entry.get("sha256"):
        yield path.name, "does not have the sha256 that its entry says"
    if info and info.get("Session") != json.dumps(entry.get("session")):
        yield path.name, f"a bundle of session {info.get('Session')}"
    for where, what in faults:
        yield f"{path.name}:{where}", what


def end_faults(folder, entries, roots, since_ms):
    """Faults of the end of a chain."""
    if entries:
        room, session = entries[0][0].get("room"), entries[0][0].get("session")
        quoted = quote(str(session), safe="").replace(".", "%2E").replace("~", "%7E")  # cut where it is very long
        is_cut = folder.name.partition("~")[0] == quoted[:120] and len(quoted) > 200
        if folder.parent.parent.name == "sessions" and folder.name != quoted and not is_cut:
            yield "chain", f"belongs to session {session}, not to this folder", 0
        root = roots.get((room, session))
        if root and root["seq"] >= len(entries):
            yield "chain", f"cut at its end: entry {root['seq']} was published, {len(entries)} are here", since_ms
        elif root and hashlib.sha256(entries[root["seq"]][1]).hexdigest() != root["sha256"]:
            yield "chain", f"entry {root['seq']} is not the one that was published", since_ms
    closed = any(entry["facts"].get("closes") == "yes" for entry, _, _ in entries)
    if not closed and time.time() * 1000 > since_ms + OPEN_HOURS * 3_600_000:
        yield "chain", "no closing entry, and it has not grown for hours: cut at its end, or never closed", since_ms


def main():
    """Check what the command line names."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("path", type=Path)
    parser.add_argument("--key", action="append", required=True, help="public key, PEM; may be given several times")
    parser.add_argument("--roots", type=Path, help="published roots, one JSON object a line")
    options = parser.parse_args()
    keys, roots, count, checked = load_keys(options.key), {}, 0, 0
    if options.roots:
        for line in options.roots.read_text(encoding="utf-8").splitlines():
            root = json.loads(line)
            roots[root["room"], root["session"]] = root
    if options.path.is_file():
        faults = [(f"{options.path.name}:{where}", what, 0) for where, what in bundle_faults(options.path, keys)[0]]
        checked = 1
    else:
        base = options.path / "objects" if (options.path / "objects").is_dir() else options.path
        faults = []
        for chain in sorted(one for one in (base, *base.rglob("chain")) if one.name == "chain" and one.is_dir()):
            checked += 1
            name = f"{chain.parent.parent.name}/{chain.parent.name}"
            faults += [
                (f"{name}/{where}", what, since) for where, what, since in session_faults(chain.parent, keys, roots)
            ]
    for where, what, since_ms in faults:
        since = time.strftime("%Y-%m-%d %H:%M:%S UTC", time.gmtime(since_ms / 1000)) if since_ms else "the beginning"
        print(f"{where}: {what} (nothing is proven from {since} on)")
        count += 1
    print(f"{checked} sessions or bundles, {count} faults", file=sys.stderr)
    sys.exit(0 if checked and not count else 1)


if __name__ == "__main__":
    main()

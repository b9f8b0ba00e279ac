"""Whatever is done to sealed evidence is found and named, by our verifier and by the independent one."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sealed_show import ROOM, Sealer

from pipelines.evidence.bag import check_bag, read_bag, read_info, write_bag
from pipelines.evidence.chain import ChainEntry, digest, read_entry, sign, stored_bytes
from pipelines.evidence.signing import FileSigner, generate
from pipelines.evidence.verify import verify
from schemas import ChainRoot

INDEPENDENT = Path(__file__).parents[3] / "deploy" / "verify_evidence.py"


@pytest.fixture(scope="module")
def sealed(tmp_path_factory):
    """Two sealed shows; tests work on copies."""
    made = Sealer(tmp_path_factory.mktemp("sealed"))
    made.seal_all("show-1"), made.seal_all("show-2")
    return made


@pytest.fixture
def vault(sealed, tmp_path):
    shutil.copytree(sealed.root, tmp_path / "vault")
    return tmp_path / "vault"


def session(vault, name="show-1"):
    return next(vault.glob(f"objects/sessions/*/{name}"))


def ours(sealed, path, roots=()):
    report = verify(path, sealed.keys, now_ms=sealed.now_ms, roots=roots)
    return [f"{one.where}: {one.what}" for one in report.faults]


def theirs(sealed, path, *options):
    key = sealed.key.with_name("key.pub.pem")
    command = [sys.executable, str(INDEPENDENT), str(path), "--key", str(key), *options]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    assert "Traceback" not in done.stderr, done.stderr
    lines = done.stdout.splitlines()
    assert (done.returncode == 0) == (not lines)
    return lines


def both(sealed, path, where, what):
    for found in (ours(sealed, path), theirs(sealed, path)):
        assert any(where in line and what in line for line in found), found


def entries(folder):
    return {path: read_entry(path.read_bytes()) for path in sorted((folder / "chain").iterdir())}


def test_what_was_sealed_has_no_faults(sealed, vault):
    assert ours(sealed, vault) == theirs(sealed, vault) == []
    one = next(session(vault).glob("*-bundle.tar"))
    assert ours(sealed, one) == theirs(sealed, one) == []


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(place=st.floats(0, 1, exclude_max=True), bit=st.integers(0, 7), which=st.integers(0, 5))
def test_any_flipped_bit_is_found_in_the_file_where_it_is(sealed, vault, place, bit, which):
    folder = session(vault)
    path = [*sorted(folder.glob("*.tar")), *sorted((folder / "chain").iterdir())][which]
    whole = path.read_bytes()
    changed = bytearray(whole)
    changed[int(place * len(whole))] ^= 1 << bit
    path.write_bytes(changed)
    try:
        assert any(path.name in line for line in ours(sealed, vault))
        if path.suffix == ".tar":  # also without its chain
            assert ours(sealed, path)
    finally:
        path.write_bytes(whole)


@pytest.mark.parametrize("at", [3, 600, 40_000, -1, -9_000])
def test_the_independent_verifier_finds_flipped_bits_too(sealed, vault, at):
    path = next(session(vault).glob("*-bundle.tar"))
    changed = bytearray(path.read_bytes())
    changed[at] ^= 4
    path.write_bytes(changed)
    both(sealed, vault, path.name, "")
    assert theirs(sealed, path)


def test_a_changed_file_of_a_bundle_is_named(sealed, vault):
    path = next(session(vault).glob("*-bundle.tar"))
    whole = path.read_bytes()
    path.write_bytes(whole.replace("这是真的吗 3".encode(), "这是假的吗 3".encode()))
    both(sealed, vault, "data/records/live-danmaku.jsonl", "changed")


def repack(path, sealed, change):
    """Make a bundle again with other payload, as somebody with all our code but without our key would."""
    with path.open("rb") as stored:
        files = read_bag(stored)
    payload = {name.removeprefix("data/"): data for name, data in files.items() if name.startswith("data/")}
    info = read_info(files["bag-info.txt"])
    info.pop("Payload-Oxum")
    foreign = path.with_name("foreign.pem")
    generate(foreign)
    write_bag(path, info["External-Identifier"], change(payload), info, FileSigner(foreign))
    foreign.unlink()


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda lines: lines[:2] + lines[3:], id="removed"),
        pytest.param(lambda lines: [lines[1], lines[0], *lines[2:]], id="reordered"),
        pytest.param(lambda lines: [*lines, lines[-1]], id="inserted"),
        pytest.param(lambda lines: [lines[0].replace(b"1700000000000", b"1700000009000"), *lines[1:]], id="clock"),
    ],
)
def test_records_cannot_be_changed_even_with_new_manifests(sealed, vault, change):
    path = next(session(vault).glob("*-bundle.tar"))

    def changed(payload):
        name = "records/live-danmaku.jsonl"
        return payload | {name: b"".join(change(payload[name].splitlines(keepends=True)))}

    repack(path, sealed, changed)
    both(sealed, vault, path.name, "does not have the sha256")
    both(sealed, vault, f"{path.name}:signature.json", "trusted")


def test_an_entry_that_is_taken_out_is_found(sealed, vault):
    paths = list(entries(session(vault)))
    paths[1].unlink()
    both(sealed, vault, "show-1/", "taken out, put in or moved")


def test_entries_that_are_moved_are_found(sealed, vault):
    paths = list(entries(session(vault)))
    first, second = paths[0].read_bytes(), paths[1].read_bytes()
    paths[0].write_bytes(second), paths[1].write_bytes(first)
    both(sealed, vault, "show-1/", "taken out, put in or moved")


def test_an_entry_that_is_put_in_is_found(sealed, vault):
    folder = session(vault)
    last = list(entries(folder))[-1]
    shutil.copy(last, last.with_name("00000003.json"))
    both(sealed, vault, "show-1/", "taken out, put in or moved")


def test_a_payload_that_is_put_in_is_found(sealed, vault):
    path = next(session(vault).glob("*-bundle.tar"))
    shutil.copy(path, path.with_name("00000009-bundle.tar"))
    both(sealed, vault, "00000009-bundle.tar", "put in")


def test_a_changed_clock_is_found(sealed, vault):
    path, entry = list(entries(session(vault)).items())[1]
    fields = json.loads(path.read_bytes()) | {"sealed_ms": entry.sealed_ms - 1}
    path.write_bytes(json.dumps(fields, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode())
    both(sealed, vault, "show-1/", "signature does not fit")
    both(sealed, vault, "show-1/", "clock was changed")


def test_a_bundle_of_another_session_is_found(sealed, vault):
    other = next(session(vault, "show-2").glob("00000000-*.tar"))
    shutil.copy(other, next(session(vault).glob("00000000-*.tar")))
    both(sealed, vault, "show-1/00000000-bundle.tar", 'a bundle of session "show-2"')


def test_a_chain_of_another_session_is_found(sealed, vault):
    shutil.rmtree(session(vault))
    shutil.copytree(session(vault, "show-2"), session(vault, "show-2").with_name("show-1"))
    both(sealed, vault, "show-1/", "belongs to session show-2")


def test_a_missing_payload_is_found(sealed, vault):
    next(session(vault).glob("*-bundle.tar")).unlink()
    both(sealed, vault, "show-1/00000000-bundle.tar", "missing")


def test_a_chain_that_is_cut_at_its_end_is_found_with_and_without_roots(sealed, vault, tmp_path):
    chain: dict[Path, ChainEntry] = entries(session(vault))
    last = list(chain.values())[-1]
    root = ChainRoot(room=ROOM, session="show-1", seq=last.seq, sha256=digest(last), time_ms=last.sealed_ms)
    roots = tmp_path / "roots.jsonl"
    fields = {"room": ROOM, "session": "show-1", "seq": root.seq, "sha256": root.sha256, "time_ms": root.time_ms}
    roots.write_text(json.dumps(fields))
    assert ours(sealed, vault, [root]) == theirs(sealed, vault, "--roots", str(roots)) == []
    (session(vault) / "chain" / "00000002.json").unlink()
    (session(vault) / "00000002-records.tar").unlink()
    for found in (ours(sealed, vault, [root]), theirs(sealed, vault, "--roots", str(roots))):
        assert any("cut at its end: entry 2 was published, 2 are here" in line for line in found), found
    assert any("no closing entry" in line for line in theirs(sealed, vault))
    later = verify(vault, sealed.keys, now_ms=sealed.now_ms + 13 * 3_600_000)
    assert any("no closing entry" in one.what for one in later.faults)
    shutil.rmtree(session(vault))
    assert any("the chain is missing" in line for line in ours(sealed, vault, [root]))


def test_a_fault_says_since_when(sealed, vault):
    path = next(session(vault).glob("00000001-*.tar"))
    path.unlink()
    before = next(iter(entries(session(vault)).values()))
    fault = verify(vault, sealed.keys, now_ms=sealed.now_ms).faults[0]
    assert fault.since_ms == before.sealed_ms


def test_a_chain_signed_with_another_key_is_found(sealed, vault, tmp_path):
    generate(tmp_path / "other.pem")
    for path, entry in entries(session(vault)).items():
        path.write_bytes(stored_bytes(sign(entry, FileSigner(tmp_path / "other.pem"))))
    both(sealed, vault, "show-1/", "trusted")


def test_a_bag_with_a_file_more_is_found(sealed, vault):
    path = next(session(vault).glob("*-bundle.tar"))
    repack(path, sealed, lambda payload: payload | {"note.txt": b"planted"})
    with path.open("rb") as stored:
        faults, _ = check_bag(stored, path.name, sealed.keys)
    assert [one.where for one in faults] == [f"{path.name}:signature.json"]

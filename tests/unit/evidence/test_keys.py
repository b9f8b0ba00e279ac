"""Ids of rooms and sessions come from outside; whatever they hold, they stay one segment under `sessions/`."""

from pathlib import PurePosixPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.errors import VaultKeyError
from pipelines.evidence.keys import chain_key, checked, payload_key, quoted, unquoted

HOSTILE = [
    "..",
    ".",
    "../../etc/passwd",
    "/etc",
    "a/b",
    "a\\b",
    "a\0b",
    "..%2f..",
    "%2e%2e",
    "~root",
    "CON",
    "直播间 42",
    "\ud800",
    "x" * 5000,
    "\n",
]


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_ids_stay_one_segment(name):
    parts = PurePosixPath(checked(payload_key(name, name, 7, "bundle"))).parts
    assert len(parts) == 4
    assert parts[0] == "sessions"
    assert parts[3] == "00000007-bundle.tar"
    assert not {"..", "."} & set(parts)
    assert len(parts[1]) <= 200
    assert checked(chain_key(name, name, 7)).endswith("/chain/00000007.json")


@given(st.text(min_size=1, max_size=300), st.text(min_size=1, max_size=300))
def test_each_id_has_its_own_segment(one, other):
    assert (quoted(one) == quoted(other)) == (one == other)


@given(st.text(min_size=1, max_size=20, alphabet=st.characters(exclude_categories=["Cs"])))
def test_short_ids_can_be_read_back(name):
    assert unquoted(quoted(name)) == name


@pytest.mark.parametrize("key", ["", "/a", "a//b", "../a", "a/../b", "a/.", "a/.hidden", "a b", "a\n", "直播"])
def test_what_no_key_can_be_is_refused(key):
    with pytest.raises(VaultKeyError, match="no key of a vault"):
        checked(key)


def test_empty_ids_and_odd_kinds_are_refused():
    with pytest.raises(VaultKeyError, match="one is empty"):
        payload_key("", "s", 1, "bundle")
    with pytest.raises(VaultKeyError, match="small letters"):
        payload_key("r", "s", 1, "../x")

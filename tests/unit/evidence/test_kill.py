"""kill -9 while shows are sealed: what is done is done once, what is not done is done by the next process."""

import os

import pytest
from sealed_show import ROOM, Sealer

from pipelines.bench.evidence_kill import kill_at_random
from pipelines.errors import VaultFullError
from pipelines.evidence.folder_vault import FolderVault
from pipelines.evidence.verify import verify


def test_kills_at_random_moments_leave_nothing_half_and_nothing_twice(tmp_path, monkeypatch):
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(["."]))
    found = kill_at_random(tmp_path, kills=2, shows=12)
    assert found.in_the_middle > 0
    assert (found.faults, found.duplicates, found.leftovers) == ([], 0, 0)


class Stopping:
    """A vault whose process ends at a given put: before it, or after it."""

    def __init__(self, vault, at, *, after):
        self.vault, self.left, self.after = vault, at, after

    def __getattr__(self, name):
        return getattr(self.vault, name)

    def put(self, key, source, *, retain_until_ms):
        self.left -= 1
        if self.left == 0 and not self.after:
            raise VaultFullError("full")
        self.vault.put(key, source, retain_until_ms=retain_until_ms)
        if self.left == 0:
            raise VaultFullError("gone right after it was put")


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("at", [1, 2, 3, 4, 5, 6])
def test_a_seal_that_ended_at_any_put_is_taken_up(tmp_path, at, after):
    undisturbed, disturbed = (Sealer(tmp_path / name) for name in ("one", "two"))
    disturbed.key.write_bytes(undisturbed.key.read_bytes())
    with pytest.raises(VaultFullError):
        disturbed.seal_all(vault=Stopping(FolderVault(disturbed.root), at, after=after))
    disturbed.now_ms += 60_000  # the next process comes later
    chain = disturbed.seal_all()
    wanted = undisturbed.seal_all().entries
    assert [one.facts for one in chain.entries] == [one.facts for one in wanted]
    assert list(chain.orphans()) == []
    assert verify(disturbed.root, undisturbed.keys, now_ms=disturbed.now_ms, deep=True).faults == []


def test_a_foreign_payload_gets_no_entry(sealer, tmp_path):
    sealer.seal_all()
    foreign = Sealer(tmp_path / "foreign")
    foreign.seal_all("show-9")
    stolen = next(foreign.root.rglob("*-bundle.tar"))
    target = sealer.folder()
    FolderVault(sealer.root).put(
        f"sessions/{target.parent.name}/{target.name}/00000009-bundle.tar", stolen, retain_until_ms=0
    )
    chain = sealer.recorder("show-1").open(ROOM, "show-1")
    assert [one.key.rpartition("/")[2] for one in chain.orphans()] == ["00000009-bundle.tar"]

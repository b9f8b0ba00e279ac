"""Retention as code: nothing goes before its time or under a hold, and what goes leaves a certificate."""

import shutil

import counterfeit_show
import pytest
from counterfeit_show import ROOM, SECONDS, SESSION, START_MS

from pipelines.errors import InputError, VaultRefusedError
from pipelines.evidence.audit import Reader, audited
from pipelines.evidence.casefile.load import find, read
from pipelines.evidence.chain import Kind, check_chain
from pipelines.evidence.folder_vault import FolderVault
from pipelines.evidence.holds import Hold, in_force, place, subject_of
from pipelines.evidence.retention import due, expire, years_later
from pipelines.evidence.sessions import sessions
from pipelines.evidence.signing import FileSigner, generate, trusted
from pipelines.evidence.verify import verify

END_MS = START_MS + SECONDS * 1000
LATER_MS = years_later(END_MS, 3)
AFTER_LOCK_MS = years_later(END_MS, 4)
"""The vault's own lock lasts two days longer than three years: parts are sealed before the show ends."""


@pytest.fixture(scope="module")
def sealed(tmp_path_factory):
    """A sealed show that is copied for each test."""
    folder = tmp_path_factory.mktemp("sealed")
    counterfeit_show.seal(folder)
    return folder


@pytest.fixture
def vault_and_signer(sealed, tmp_path):
    shutil.copytree(sealed / "vault", tmp_path / "vault")
    return FolderVault(tmp_path / "vault"), FileSigner(sealed / "key.pem")


def entries(vault):
    return next(sessions(vault)).entries


def payloads(vault):
    return [stored.key for stored in vault.list("sessions/") if stored.key.endswith(".tar")]


def hold(subject, *, on=True, at_ms=END_MS):
    return Hold(subject=subject, on=on, by="court", why="2026-117", at_ms=at_ms)


def test_the_clock_starts_at_the_end_of_the_show(vault_and_signer):
    vault, _ = vault_and_signer
    assert list(due(vault, now_ms=LATER_MS - 1)) == []
    (one,) = due(vault, now_ms=LATER_MS)
    assert (one.ended_ms, one.due_ms, len(one.payloads), one.held_by) == (END_MS, LATER_MS, 2, ())


def test_the_29th_of_february_is_kept_until_the_first_of_march():
    assert years_later(1_709_164_800_000, 3) == 1_803_859_200_000  # 2024-02-29 -> 2027-03-01


def test_the_vaults_own_lock_is_not_got_round(vault_and_signer):
    vault, signer = vault_and_signer
    (one,) = due(vault, now_ms=LATER_MS)
    with pytest.raises(VaultRefusedError, match="must be kept until"):
        expire(vault, signer, one, now_ms=LATER_MS, by="me")
    assert len(payloads(vault)) == 2
    assert all(entry.kind is not Kind.DELETION for entry in entries(vault))


def test_deletion_leaves_certificates_and_the_chain_still_verifies(vault_and_signer, sealed):
    vault, signer = vault_and_signer
    (one,) = due(vault, now_ms=AFTER_LOCK_MS)
    freed = expire(vault, signer, one, now_ms=AFTER_LOCK_MS, by="me")
    assert freed == sum(entry.size for entry in one.payloads)
    assert payloads(vault) == []
    certificates = [entry for entry in entries(vault) if entry.kind is Kind.DELETION]
    assert [entry.facts["sha256"] for entry in certificates] == [entry.sha256 for entry in one.payloads]
    keys = trusted([sealed / "key.pub.pem"])
    assert check_chain(entries(vault), keys) == []
    report = verify(vault._root, keys, now_ms=AFTER_LOCK_MS)
    assert report.faults == []
    assert sum("certificate" in note for note in report.notes) == 2
    assert list(due(vault, now_ms=AFTER_LOCK_MS)) == []


def test_a_deletion_that_was_interrupted_is_completed_without_a_second_certificate(vault_and_signer, monkeypatch):
    vault, signer = vault_and_signer
    (one,) = due(vault, now_ms=AFTER_LOCK_MS)
    monkeypatch.setattr(vault, "delete", lambda key, now_ms: (_ for _ in ()).throw(KeyboardInterrupt))
    with pytest.raises(KeyboardInterrupt):
        expire(vault, signer, one, now_ms=AFTER_LOCK_MS, by="me")
    monkeypatch.undo()
    (again,) = due(vault, now_ms=AFTER_LOCK_MS)
    expire(vault, signer, again, now_ms=AFTER_LOCK_MS, by="me")
    assert payloads(vault) == []
    assert sum(entry.kind is Kind.DELETION for entry in entries(vault)) == 2


@pytest.mark.parametrize(
    "subject", ["host:h-夜光", "merchant:m-1", "case:a1", "case:r1", f"room:{ROOM}", f"session:{SESSION}"]
)
def test_a_hold_by_case_host_or_merchant_keeps_everything(vault_and_signer, subject):
    vault, signer = vault_and_signer
    assert [one.session for one in place(vault, signer, hold(subject_of(subject)))] == [SESSION]
    (one,) = due(vault, now_ms=AFTER_LOCK_MS)
    assert one.held_by == (f"{subject} (court: 2026-117)",)
    with pytest.raises(VaultRefusedError, match="legal hold"):
        expire(vault, signer, one, now_ms=AFTER_LOCK_MS, by="me")
    assert (entries(vault)[-1].kind, entries(vault)[-1].facts["subject"]) == (Kind.HOLD, subject)


def test_of_two_holds_the_one_that_is_left_keeps_it(vault_and_signer):
    vault, signer = vault_and_signer
    place(vault, signer, hold("host:h-夜光"))
    place(vault, signer, hold("merchant:m-1"))
    place(vault, signer, hold("host:h-夜光", on=False))
    assert list(in_force(vault)) == ["merchant:m-1"]
    assert all(vault.stat(key).held for key in payloads(vault))
    place(vault, signer, hold("merchant:m-1", on=False))
    assert not any(vault.stat(key).held for key in payloads(vault))
    with pytest.raises(InputError, match="no hold"):
        place(vault, signer, hold("merchant:m-1", on=False))


def test_a_hold_covers_shows_that_are_sealed_later(tmp_path):
    generate(tmp_path / "first.pem")
    assert place(FolderVault(tmp_path / "vault"), FileSigner(tmp_path / "first.pem"), hold("host:h-夜光")) == []
    vault, _ = counterfeit_show.seal(tmp_path)
    (one,) = due(vault, now_ms=AFTER_LOCK_MS)
    assert one.held_by


def test_a_hold_on_somebody_else_keeps_nothing(vault_and_signer):
    vault, signer = vault_and_signer
    assert place(vault, signer, hold("host:other")) == []
    (one,) = due(vault, now_ms=AFTER_LOCK_MS)
    assert one.held_by == ()
    with pytest.raises(InputError, match="merchant:ID"):
        subject_of("viewer:x")


def test_every_read_is_in_the_chain(vault_and_signer):
    vault, signer = vault_and_signer
    before = len(entries(vault))
    with audited(vault, signer, Reader(by="li", command="export", why="letter"), END_MS) as watched:
        read(watched, find(watched, SESSION))
    assert len(entries(vault)) == before + 1
    audit = entries(vault)[-1]
    assert audit.kind is Kind.AUDIT
    assert audit.facts == {
        "by": "li", "command": "export", "why": "letter", "read": "00000000-bundle.tar,00000001-records.tar",
    }  # fmt: skip
    with audited(vault, signer, Reader(by="li", command="list", why=""), END_MS) as watched:
        list(sessions(watched))
    assert len(entries(vault)) == before + 1  # no payload was opened

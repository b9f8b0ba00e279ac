"""The demo's vault, and the check of what was sealed in it."""

import shutil
import tempfile
import time
from pathlib import Path

import msgspec

from pipelines.clock import now_ms
from pipelines.evidence.chain import Kind
from pipelines.evidence.folder_vault import FolderVault
from pipelines.evidence.keys import SESSIONS
from pipelines.evidence.signing import public_key_path, trusted
from pipelines.evidence.verify import verify
from pipelines.settings import Settings
from schemas import Fault

PREFIX = "demo-vault-"
KEPT_S = 3600.0
"""Vaults of earlier demos are deleted after an hour: it is made-up evidence, of which nothing has to be kept."""


class Sealed(msgspec.Struct, frozen=True, kw_only=True):
    """What a demo has sealed."""

    bundles: list[Path]
    faults: list[Fault]
    entries: int
    key: Path
    """The public key."""


def demo_vault(settings: Settings) -> Path:
    """A new folder for a demo's evidence."""
    folder = settings.state_dir.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob(f"{PREFIX}*"):
        if time.time_ns() / 1e9 - old.stat().st_mtime > KEPT_S:
            shutil.rmtree(old, ignore_errors=True)
    return Path(tempfile.mkdtemp(prefix=PREFIX, dir=folder))


def check_sealed(vault: Path, settings: Settings) -> Sealed:
    """Verify everything in a demo's vault, as `dajia evidence verify` does."""
    key = public_key_path(settings)
    report = verify(vault, trusted([key]), now_ms=now_ms())
    keys = [one.key for one in FolderVault(vault).list(SESSIONS)]
    bundles = [vault / "objects" / one for one in keys if one.endswith(f"-{Kind.BUNDLE.value}.tar")]
    return Sealed(bundles=bundles, faults=report.faults, entries=report.entries, key=key)

"""What both kinds of vault refuse, and what the operating system's refusals mean."""

import contextlib
import errno
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from pipelines.errors import VaultFullError, VaultReadOnlyError, VaultRefusedError, VaultUnreachableError
from pipelines.evidence.vault import StoredObject

_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_READ_ONLY = {errno.EROFS, errno.EACCES, errno.EPERM}


def check_deletion(about: StoredObject, now_ms: int) -> None:
    """Refuse to delete what is held or still retained.

    Raises:
        VaultRefusedError: says which, and until when.
    """
    if about.held:
        raise VaultRefusedError(f"{about.key} is under a legal hold; `dajia evidence holds` says by whom")
    if now_ms < about.retain_until_ms:
        until = datetime.fromtimestamp(about.retain_until_ms / 1000, tz=UTC)
        raise VaultRefusedError(f"{about.key} must be kept until {until:%Y-%m-%d %H:%M:%S} UTC")


@contextlib.contextmanager
def told(root: Path) -> Iterator[None]:
    """Turn errors of the operating system into errors of the vault in `root`.

    Raises:
        VaultFullError, VaultReadOnlyError, VaultUnreachableError: by the error number.
    """
    try:
        yield
    except OSError as error:
        why = error.strerror or str(error)
        if error.errno in _FULL:
            raise VaultFullError(
                f"the vault {root} is full ({why}); make room or set DAJIA_VAULT to a larger one. Nothing is lost "
                "meanwhile: seals are tried again"
            ) from error
        if error.errno in _READ_ONLY:
            raise VaultReadOnlyError(
                f"the vault {root} cannot be written ({why}); give the worker's user write access to it"
            ) from error
        raise VaultUnreachableError(f"the vault {root} cannot be reached ({why}); is its disk mounted?") from error

"""Writes a file that may hold secrets: whole or not at all, and for its owner alone."""

from __future__ import annotations

import os
import tempfile
from contextlib import suppress
from pathlib import Path

from aps_tui.domain.errors import ApsError


def write_private(path: Path, data: bytes) -> None:
    """Write `data` to `path` with mode 0600, replacing what is there. Raises ApsError when it cannot."""
    part = ""
    try:
        fd, part = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
        with os.fdopen(fd, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(fd)
        Path(part).replace(path)
    except OSError as error:
        if part:
            with suppress(OSError):
                Path(part).unlink()
        raise ApsError(f"{path} cannot be written: {error.strerror}") from None

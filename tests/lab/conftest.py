"""The lab runs real servers. Each test says what it needs and is skipped, with the reason, where that is missing."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

SEARCHED = ":".join(
    [
        "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
        *map(str, Path("/usr/lib/postgresql").glob("*/bin")),
    ]
)
"""Where servers lie on Debian; an operator's PATH often lacks the sbin folders."""


def pytest_configure(config: pytest.Config) -> None:
    """Name the marks of the lab."""
    config.addinivalue_line("markers", "programs(*names): needs these programs (skipped elsewhere, with the reason)")


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip what cannot run here, and say why."""
    if item.get_closest_marker("root") and os.geteuid() != 0:
        pytest.skip("needs root")
    for mark in item.iter_markers("programs"):
        missing = [name for name in mark.args if shutil.which(name, path=SEARCHED) is None]
        if missing:
            pytest.skip(f"needs {', '.join(missing)}")

"""One watcher for a database, and what it says of itself."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from aps_tui.services.lock import Busy, lock_path
from aps_tui.services.watch.status import Source, Status, encoded, status, watching


@pytest.fixture
def database(tmp_path: Path) -> Path:
    file = tmp_path / "aps.sqlite3"
    file.touch(0o600)
    return file


def test_there_is_one_watcher_and_it_says_how_it_fares(database: Path) -> None:
    assert status(database) is None
    with watching(database, "alice") as lock:
        first = status(database)
        assert first is not None and (first.pid, first.operator) == (os.getpid(), "alice")
        lock.say(
            encoded(
                Status(
                    7,
                    "alice",
                    1.0,
                    2.0,
                    [Source("a", "", 3), Source("b", "gone", 0), Source("c", "is not there yet", 0)],
                    4,
                    ["note"],
                )
            )
        )
        found = status(database)
        assert found is not None and found.sources[1] == Source("b", "gone", 0)
        assert found.words == "process 7 (alice) listens to 1 source, 1 not to be had"
        lock.say(encoded(first))
        assert status(database) == first, "a shorter text leaves nothing of a longer one"
        with pytest.raises(Busy, match="a watcher is at work already"), watching(database, "bob"):
            raise AssertionError("two watchers")
    assert status(database) is None
    with watching(database, "bob"):
        assert status(database) is not None


def test_what_cannot_be_read_is_nobody(database: Path) -> None:
    with watching(database, "alice") as lock:
        lock.say("{ half")
        assert status(database) is None
    lock_path(database, "watch").write_text("left behind by a crash")
    assert status(database) is None

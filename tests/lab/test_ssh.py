"""The console over a real sshd, in a real terminal: start, edit, resize, and a line that drops in the middle."""

from __future__ import annotations

import os
import signal
import sqlite3
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from aps_tui.data.store import Store
from aps_tui.services.demo import make_demo
from aps_tui.vendors.loader import SHIPPED, load_packs
from tests.lab.sshd import Sshd, sshd
from tests.lab.terminal import Terminal, terminal
from tests.lab.until import until

pytestmark = [pytest.mark.root, pytest.mark.programs("sshd", "ssh", "ssh-keygen", "tmux")]

HOUSE = Path(__file__).resolve().parents[2]
TERMS = ("xterm-256color", "screen", "linux", "vt100")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sshd]:
    """One server for all tests."""
    with sshd(tmp_path_factory.mktemp("lab") / "sshd") as running:
        yield running


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """A demo of twenty devices."""
    make_demo(tmp_path / "site", 20, 3, load_packs([SHIPPED]))
    return tmp_path / "site"


def console_of(site: Path) -> list[str]:
    """The command that an operator types, run from this checkout."""
    start = [f"PYTHONPATH={HOUSE}", "LANG=C.UTF-8", sys.executable, "-m", "aps_tui"]
    return ["exec", "env", *start, "--db", f"{site}/aps.sqlite3", "--root", f"{site}/tftpboot"]


def first_mac(site: Path) -> str:
    """The device on the first row."""
    with Store.open(site / "aps.sqlite3") as store:
        return store.devices.macs()[0]


def consoles(site: Path) -> list[int]:
    """The processes that have the console open on the site."""
    found = []
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                words = (folder / "cmdline").read_bytes().split(b"\0")
            except OSError:  # it ended meanwhile
                continue
            if words[0] == sys.executable.encode() and b"aps_tui" in words and f"{site}/aps.sqlite3".encode() in words:
                found.append(int(folder.name))
    return found


@pytest.mark.parametrize("term", TERMS)
def test_it_starts_and_leaves_on_every_kind_of_terminal(server: Sshd, site: Path, tmp_path: Path, term: str) -> None:
    with terminal(tmp_path, server.client(*console_of(site)), term=term) as window:
        window.wait(first_mac(site))
        window.wait("q Quit")
        leave(window)
        until(lambda: not consoles(site), "the console has ended")


def leave(window: Terminal) -> None:
    """Quit, and answer what it asks."""
    window.press("q")
    window.wait("Leave?")
    window.press("y")


def test_a_resize_arrives_and_a_small_window_says_what_it_needs(server: Sshd, site: Path, tmp_path: Path) -> None:
    with terminal(tmp_path, server.client(*console_of(site))) as window:
        window.wait(first_mac(site))
        window.resize(60, 15)
        window.wait("needs a window of 80x24; this one is 60x15")
        window.resize(120, 40)
        window.wait(first_mac(site))
        until(lambda: len(window.look().rstrip("\n").splitlines()) == 40, "all forty rows are drawn", seen=window.look)
        leave(window)


def test_an_edit_is_saved_under_the_name_of_who_logged_in(server: Sshd, site: Path, tmp_path: Path) -> None:
    mac = first_mac(site)
    with terminal(tmp_path, server.client(*console_of(site))) as window:
        window.wait(mac)
        window.press("d")
        window.wait("Delete 1 device?")
        window.press("y")
        window.wait_gone(mac[-6:] + " ")
        leave(window)
    with Store.open(site / "aps.sqlite3") as store:
        assert store.devices.get(mac) is None
        assert store.audit.of("device", mac)[0].operator


def whole(site: Path) -> bool:
    """Whether the database is sound."""
    db = sqlite3.connect(site / "aps.sqlite3")
    try:
        return bool(db.execute("PRAGMA integrity_check").fetchone() == ("ok",))
    finally:
        db.close()


def test_a_line_that_drops_in_a_half_typed_form_changes_nothing(server: Sshd, site: Path, tmp_path: Path) -> None:
    mac = first_mac(site)
    with Store.open(site / "aps.sqlite3") as store:
        before, changes = store.devices.get(mac), store.audit.of("device", mac)
    with terminal(tmp_path, server.client(*console_of(site))) as window:
        window.wait(mac)
        window.press("Enter")
        window.wait("[Device]")
        window.press("e")
        window.wait("Enter: Save")
        window.press("Tab")
        window.wait("a word for the list")
        window.type("half a val")
        window.wait("half a val")
        os.kill(window.pid, signal.SIGKILL)
        until(lambda: not consoles(site), "the console has ended", seconds=30)
    with Store.open(site / "aps.sqlite3") as store:
        assert store.devices.get(mac) == before and store.audit.of("device", mac) == changes
    assert whole(site)


@pytest.mark.parametrize("how", ["the client is killed", "the terminal is closed"])
def test_a_dropped_line_ends_the_console_and_leaves_nothing_half_done(
    server: Sshd, site: Path, tmp_path: Path, how: str
) -> None:
    mac = first_mac(site)
    with terminal(tmp_path, server.client(*console_of(site))) as window:
        window.wait(mac)
        window.press("d")
        window.wait("Delete 1 device?")  # in the middle of an edit
        assert consoles(site)
        if how == "the client is killed":
            os.kill(window.pid, signal.SIGKILL)
        else:
            window.tmux("kill-window")
        until(lambda: not consoles(site), "the console has ended", seconds=30)
    with Store.open(site / "aps.sqlite3") as store:
        assert store.devices.get(mac) is not None
    assert whole(site)
    with terminal(tmp_path, server.client(*console_of(site))) as window:  # and it opens again
        window.wait(mac)
        leave(window)

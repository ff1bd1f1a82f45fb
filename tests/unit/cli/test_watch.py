"""aps-tui watch: one at a time, ends when it is told to, says who watches; and the console's own watcher."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from aps_tui.services.watch.child import Child
from aps_tui.services.watch.status import status, watching
from tests.lab.until import until
from tests.unit.cli.conftest import Run, Site

HOUSE = Path(__file__).resolve().parents[3]
_FILES = ("isc_leases", "dnsmasq_leases", "kea_leases", "hook_spools", "http_logs", "tftp_logs")
QUIET = "[watch]\njournal = false\ndhcp = false\npnp = false\n" + "".join(f"{name} = []\n" for name in _FILES)


@pytest.fixture
def quiet(site: Site) -> Site:
    """The small site, whose watcher listens to one spool alone."""
    spool = f'hook_spools = ["{site.folder}/spool"]\n'
    (site.folder / "config.toml").write_text('vendors = "packs"\n' + QUIET.replace("hook_spools = []\n", spool))
    return site


def watches(site: Site) -> bool:
    found = status(site.db)
    return found is not None and bool(found.sources)


@contextmanager
def started(*options: str) -> Iterator[subprocess.Popen[bytes]]:
    """The command as a process of its own."""
    words = [sys.executable, "-m", "aps_tui", "watch", *options]
    env = {**os.environ, "PYTHONPATH": str(HOUSE)}
    pipe = subprocess.PIPE
    with subprocess.Popen(words, env=env, stdin=pipe, stdout=pipe, stderr=pipe) as process:
        try:
            yield process
        finally:
            if process.poll() is None:
                process.kill()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_it_ends_well_when_it_is_told_to(quiet: Site, number: int) -> None:
    with started() as process:
        until(lambda: watches(quiet), "it watches")
        process.send_signal(number)
        out, err = process.communicate(timeout=20)
    assert process.returncode == 0 and out == b"" and b"spool: is not there yet" in err
    assert status(quiet.db) is None


def test_it_fills_the_queue_from_a_hooks_spool(quiet: Site, run: Run) -> None:
    with started() as process:
        until(lambda: watches(quiet), "it watches")
        (quiet.folder / "spool").write_text("aps1\t1700000000\t00:11:22:00:00:aa\t10.0.0.7\thost\tTestphone\t1,3\n")
        with quiet.store() as store:
            until(lambda: store.arrivals.get("0011220000aa") is not None, "the phone is seen")
        until(lambda: (found := status(quiet.db)) is not None and found.sources[0].seen == 1, "it says so")
        done = run("watch", "--status")
        assert f"process {process.pid}" in done.out and "spool" in done.out and done.status == 0
        (source,) = run("watch", "--status", "--json").json["sources"]
        assert source == [f"{quiet.folder}/spool", "", 1]
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=20)


def test_a_second_watcher_is_refused(quiet: Site, run: Run) -> None:
    with watching(quiet.db, "alice"):
        done = run("watch")
    assert done.status == 1 and "a watcher is at work already" in done.err


def test_nobody_watches(quiet: Site, run: Run) -> None:
    assert run("watch", "--status").out.startswith("nobody watches")
    assert run("watch", "--status", "--json").json is None


@pytest.mark.parametrize(
    ("said", "fault"),
    [("nosuch = 1", "nosuch"), ("keep = 0", "keep"), ("isc_leases = 'x'", "isc_leases"), ("pnp = 3", "pnp")],
)
def test_a_configuration_that_makes_no_sense_is_refused_with_its_place(
    site: Site, run: Run, said: str, fault: str
) -> None:
    (site.folder / "config.toml").write_text(f"[watch]\n{said}\n")
    done = run("watch", "--status")
    assert done.status == 1 and fault in done.err and "config.toml" in done.err


def own(site: Site) -> Child:
    return Child(site.db, {"db": site.db, "root": site.root, "config": site.folder / "config.toml"})


def test_the_consoles_own_watcher_ends_with_it(quiet: Site) -> None:
    child = own(quiet)
    assert child.words().startswith("nobody listens for phones: start aps-tui watch")
    child.start()
    try:
        assert child.words() == "a watcher is starting"
        until(lambda: watches(quiet), "it watches")
        assert "listens to" in child.words()
    finally:
        child.stop()
    assert status(quiet.db) is None


def test_the_console_starts_none_where_one_runs(quiet: Site) -> None:
    child = own(quiet)
    with watching(quiet.db, "alice"):
        child.start()
        assert f"process {os.getpid()} (alice)" in child.words()
        child.stop()


def test_why_it_could_not_start_is_said(quiet: Site) -> None:
    (quiet.folder / "config.toml").write_text("[watch]\nnosuch = 1\n")
    child = own(quiet)
    child.start()
    until(lambda: "nosuch" in child.words(), "it says why", seen=child.words)
    child.stop()

"""`aps-tui resync`, by a command of Asterisk, a manager interface and phones that are fakes on loopback."""

from __future__ import annotations

import json
import os
import signal
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from aps_tui.services.resync.words import Target
from tests.unit.cli.conftest import Run, Site
from tests.unit.services.fake_asterisk import FakeAsterisk, put_asterisk
from tests.unit.services.resync_site import NotedWay, fetch, register
from tests.unit.services.small_site import MACS, open_site

ALONE, UNBOUND = MACS[2], MACS[5]
"""The one on an account of its own (103); the one that nobody can reach."""


@pytest.fixture
def asterisk(site: Site) -> FakeAsterisk:
    (site.folder / "bin").mkdir()
    fake = put_asterisk(site.folder / "bin")
    say_config(site, f'way = "asterisk"\nasterisk = "{fake.command}"\ntimeout = 5\n')
    return fake


def say_config(site: Site, text: str) -> None:
    (site.folder / "config.toml").write_text(f'vendors = "packs"\n[resync]\n{text}')


def test_it_tells_and_does_not_wait(run: Run, asterisk: FakeAsterisk, site: Site) -> None:
    done = run("resync", ALONE, "--no-wait", "--json")
    assert done.status == 0 and done.json == [
        {"mac": ALONE, "state": "sent", "detail": "the PBX says that it sends", "event": "check-sync",
         "target": "endpoint 103"},
    ]  # fmt: skip
    assert asterisk.given == [["-rx", "pjsip send notify aps-check-sync endpoint 103"]]
    assert "1 phone by asterisk, 60 a minute: check-sync to 1" in done.err
    with site.store() as store:
        assert store.resyncs.of([ALONE])[ALONE].state == "sent"


def test_it_waits_for_the_fetch(run: Run, site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    assert run("commit", "--yes").status == 0
    with open_site(site.folder) as place:
        way = NotedWay()

        def then(_: Target) -> None:
            fetch(place, ALONE, time.time() + 1)

        way.then = then
        monkeypatch.setattr("aps_tui.services.resync.run.open_way", lambda *_: way)
        done = run("resync", "--changed")
        assert done.status == 1 and way.closed
        lines = done.out.splitlines()
        assert [line.split()[:2] for line in lines[:-1]] == [
            [mac, "fetched" if mac == ALONE else "failed"] for mac in MACS
        ]
        assert lines[-1] == "5 failed, 1 fetched"
        assert "4 failed: the account" not in done.err and "is on several devices" in done.err
        done = run("resync", "--changed", "--json")
        assert [one["mac"] for one in done.json] == [mac for mac in MACS if mac != ALONE], "those that fetched are left"
        for mac in MACS:
            fetch(place, mac, time.time() + 1)
        assert run("resync", "--changed").out == "nothing to tell: every device has fetched what was committed\n"
        assert run("resync", "--changed", "--json").json == []


def test_a_phone_that_does_not_fetch_is_silent(
    run: Run, asterisk: FakeAsterisk, monkeypatch: pytest.MonkeyPatch
) -> None:
    from aps_tui.services.resync import run as module

    now = [0.0]

    def pause(seconds: float) -> None:
        now[0] += seconds

    timer = module.Timer(lambda: now[0], pause)
    monkeypatch.setattr(module, "Timer", lambda: timer)
    done = run("resync", ALONE)
    assert done.status == 1 and "no fetch of its file was seen in 5 s" in done.out
    assert f"{ALONE}: silent" in done.err and done.out.endswith("1 silent\n")


def test_ctrl_c_stops_and_says_what_was_done(run: Run, site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    with open_site(site.folder) as place:
        for mac in MACS[:5]:
            register(place, mac, "1", "sip:1@10.0.0.1")
        way = NotedWay()
        way.then = lambda _: os.kill(os.getpid(), signal.SIGINT) if len(way.told) == 2 else None
        monkeypatch.setattr("aps_tui.services.resync.run.open_way", lambda *_: way)
        before = signal.getsignal(signal.SIGINT)
        done = run("resync", *MACS[:5], "--no-canary", "--pace", "6000/min", "--json")
        assert signal.getsignal(signal.SIGINT) == before
        assert done.status == 1 and "stopped: 3 phones not told" in done.err
        assert sorted(one["state"] for one in done.json) == ["not-told"] * 3 + ["sent"] * 2
        assert len(place.store.resyncs.of(MACS)) == 2


@pytest.mark.parametrize(
    ("words", "status", "said"),
    [
        ((), 2, "--changed"),
        ((ALONE, "--changed"), 2, "--changed"),
        (("nonsense",), 1, "is not a MAC"),
        (("001122ffffff",), 1, "no such device"),
        ((ALONE, "--pace", "0/min"), 2, "no pace"),
        ((ALONE, "--pace", "fast"), 2, "no pace"),
        ((ALONE, "--way", "smoke"), 2, "smoke"),
        ((ALONE, "--way", "ami"), 1, "ami_user"),
    ],
)
def test_wrong_use_is_one_line(
    run: Run, asterisk: FakeAsterisk, words: tuple[str, ...], status: int, said: str
) -> None:
    done = run("resync", *words)
    assert done.status == status and said in done.err and not done.out and asterisk.given == []


def test_an_operator_is_asked(run: Run, asterisk: FakeAsterisk, terminal: Callable[[bool], None]) -> None:
    terminal(False)
    done = run("resync", ALONE)
    assert done.status == 1 and "nobody was told" in done.err and asterisk.given == []


def test_what_cannot_be_told_is_said(run: Run, asterisk: FakeAsterisk, site: Site) -> None:
    pack = site.folder / "packs" / "testphone" / "vendor.toml"
    pack.write_text(pack.read_text().replace("T2 = {", 'T2 = { notify = { resync = "" },'))
    done = run("resync", UNBOUND, "--json")
    assert done.status == 1 and done.json[0]["state"] == "by-hand" and "restart it by hand" in done.err
    done = run("resync", UNBOUND, "--restart", "--json")
    assert done.json[0]["state"] == "failed" and "is not known" in done.json[0]["detail"]
    assert json.loads(Path(site.folder / "bin" / "noted").read_text().splitlines()[0]) == ["-rx", "core show version"]

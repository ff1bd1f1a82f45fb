"""The scan's screen: its form, a scan with an nmap that says what the test wants, stopping it, adding what it found."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from aps_tui.services import importing, network
from aps_tui.services.workplace import Workplace
from tests.screens.console import Hand, console
from tests.unit.services.fake_nmap import LAN, answering, host, put_nmap

NEW = ["0011220000a0", "0011220000a1"]
HOSTS = [host("192.0.2.10", "00:11:22:00:00:A0"), host("192.0.2.11", "00:11:22:00:00:A1"),
         host("192.0.2.12", "00:11:22:00:00:00"), host("192.0.2.13", "00:1B:63:00:00:01")]  # fmt: skip


async def scanned(hand: Hand) -> None:
    """Ask for a scan of eth0, and wait for it."""
    await hand.press("A")
    assert "eth0  192.0.2.0/24, here 192.0.2.1" in hand.look()
    await hand.press("enter")  # of two networks, the first
    assert "Asks 254 addresses. New devices register at 1.1.1.1, by tenant acme." in hand.look()
    await hand.press("enter")
    await hand.settle()


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_found_ones_get_a_model_and_are_added(
    place: Workplace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, size: tuple[int, int]
) -> None:
    answering(tmp_path, monkeypatch, HOSTS)
    async with console(place, size=size, screen="scan") as hand:
        assert "No list of found devices" in hand.look()
        await scanned(hand)
        assert "2 new, 1 known already, 1 of unsupported makers" in " ".join(hand.told())
        seen = hand.look()
        assert all(mac in seen for mac in NEW) and "192.0.2.10" in seen
        await hand.press("a", "m")
        await hand.type("T1")
        await hand.press("enter", "enter")
        draft = importing.current(place, "scan")
        assert draft is not None and importing.states(place, draft)["R"] == 2
        await hand.press("F")
        await hand.press("enter")
        assert place.store.devices.existing(NEW) == dict.fromkeys(NEW, "acme")
        await hand.press("escape", "z")
        assert place.store.devices.existing(NEW) == {} and importing.states(place, draft)["R"] == 2


async def test_a_running_scan_goes_on_elsewhere_guards_quit_and_stops_by_esc(
    place: Workplace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_nmap(tmp_path, monkeypatch, "echo '<nmaprun><taskprogress percent=\"40\"/>'\nexec sleep 1000\n")
    async with console(place, screen="scan") as hand:
        await hand.press("A", "enter")
        await hand.pilot.press("enter")
        await until_said(hand, "Scanning 192.0.2.1 to 192.0.2.254 on eth0: 40 %")
        await hand.pilot.press("1")
        await hand.pilot.press("q")
        assert hand.app.is_running and any("a scan is under way" in one for one in hand.told())
        await hand.pilot.press("7")
        await hand.press("escape")
        await until(hand, lambda: "the scan was stopped" in hand.told())
        assert not hand.app.desk.running
        assert importing.current(place, "scan") is None


async def until_said(hand: Hand, text: str) -> None:
    """Let the console run until a text is on it."""
    await until(hand, lambda: text in hand.look())


async def until(hand: Hand, true: Callable[[], bool]) -> None:
    """Let the console run until something is true."""
    for _ in range(1000):
        await hand.pilot.pause(0.01)
        if true():
            return
    raise AssertionError(hand.look())


async def test_what_cannot_be_scanned_keeps_the_form_open(
    place: Workplace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answering(tmp_path, monkeypatch, HOSTS)
    async with console(place, screen="scan") as hand:
        await hand.press("A", "enter", "end")
        await hand.type("9")
        assert "192.0.2.19" in hand.look()
        await hand.press("tab", "end", *["backspace"] * 3)
        await hand.type("2")
        await hand.press("enter")
        assert "192.0.2.19 comes after 192.0.2.2" in hand.said("#form-error")


async def test_a_failing_nmap_is_told(place: Workplace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put_nmap(tmp_path, monkeypatch, "echo 'dnet: Failed to open device eth0' >&2; exit 1\n")
    async with console(place, screen="scan") as hand:
        await hand.press("A", "enter", "enter")
        assert "nmap failed: dnet: Failed to open device eth0" in hand.told() and not hand.app.desk.running


async def test_a_machine_without_a_network_says_so(place: Workplace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(network, "own_addresses", lambda: [one for one in LAN if one.interface == "lo"])
    async with console(place, screen="scan") as hand:
        await hand.press("A")
        assert "no interface is up" in hand.told()[0]


async def test_a_read_only_console_scans_nothing(place: Workplace) -> None:
    async with console(place, screen="scan", read_only=True) as hand:
        await hand.press("A")
        assert len(hand.app.screen_stack) == 1

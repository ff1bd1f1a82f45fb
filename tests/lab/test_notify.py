"""A NOTIFY of our own, judged by sipp: it is SIP, it says the model's event, and it reaches that phone alone."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from aps_tui.services.resync.one import tell_one
from aps_tui.services.resync.settings import ResyncSettings
from tests.lab.servers.process import program, running
from tests.lab.servers.sipp import SCENARIO
from tests.lab.until import until
from tests.unit.services.resync_site import register
from tests.unit.services.small_site import MACS, make_pack, open_site

PHONES = {MACS[0]: ("127.0.0.11", 35071), MACS[5]: ("127.0.0.12", 35072)}
"""Where each listens, on loopback."""


@contextmanager
def sipp(address: str, port: int, folder: Path) -> Iterator[Path]:
    """A phone of sipp's; gives the file in which it notes what it was told."""
    folder.mkdir()
    scenario, noted = folder / "scenario.xml", folder / "events"
    scenario.write_text(SCENARIO)
    noted.touch()
    words = ["-sf", str(scenario), "-i", address, "-p", str(port), "-nostdin", "-trace_logs", "-log_file", str(noted)]
    with running([program("sipp"), *words], folder, "udp", port):
        yield noted


@pytest.mark.programs("sipp")
def test_it_reaches_that_phone_alone(tmp_path: Path) -> None:
    make_pack(tmp_path / "packs")
    pack = tmp_path / "packs" / "testphone" / "vendor.toml"
    pack.write_text(pack.read_text().replace("T2 = {", 'T2 = { notify = { restart = "check-sync;reboot=true" },'))
    with ExitStack() as stack:
        place = replace(stack.enter_context(open_site(tmp_path)), resync=ResyncSettings(way="direct"))
        noted = {}
        for mac, (address, port) in PHONES.items():
            noted[mac] = stack.enter_context(sipp(address, port, tmp_path / mac))
            register(place, mac, f"aps-{mac}", f"sip:aps-{mac}@{address}:{port};transport=udp")
        first, other = PHONES
        assert tell_one(place, other, restart=True).detail == "the phone answers 200"
        until(lambda: "check-sync;reboot=true" in noted[other].read_text(), "the phone notes it")
        assert "check-sync" not in noted[first].read_text()
        assert tell_one(place, first).detail == "the phone answers 200"
        until(lambda: "check-sync" in noted[first].read_text(), "the other phone notes it")
        assert "reboot" not in noted[first].read_text() and noted[other].read_text().count("check-sync") == 1

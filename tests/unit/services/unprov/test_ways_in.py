"""The FastAGI server: many calls, bad ones among them; and what may not be listened on."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable
from contextlib import suppress

import pytest

from aps_tui.domain.errors import ApsError, BadValue
from aps_tui.domain.site import Device, Extension
from aps_tui.services.config import read_config
from aps_tui.services.unprov import binding
from aps_tui.services.unprov.binding import Bound
from aps_tui.services.unprov.caller import Caller
from aps_tui.services.unprov.prompts import CANDIDATES, DIGITS, find_prompts
from aps_tui.services.unprov.server import FastAgi, listen_at
from aps_tui.services.workplace import Workplace
from tests.unit.services.unprov.calls import MAC, PHONE, PIN, Phones
from tests.unit.services.unprov.fake_asterisk import Asterisk

Talk = Callable[[FastAgi, int], Awaitable[None]]


def served(phones: Phones, talk: Talk, most: int = 60) -> None:
    """Do something while a server runs on a free port."""

    async def run() -> None:
        server = FastAgi(phones.desk, most)
        [where] = await server.start("127.0.0.1", 0)
        try:
            await talk(server, int(where.rpartition(":")[2]))
        finally:
            await server.stop()

    asyncio.run(run())


async def play(asterisk: Asterisk, port: int) -> Asterisk:
    """Hand a call over."""
    await asterisk.play(*await asyncio.open_connection("127.0.0.1", port))
    return asterisk


def test_twenty_phones_at_once(phones: Phones) -> None:
    macs = [f"0011220003{n:02x}" for n in range(20)]
    with phones.open() as place:
        place.store.devices.save_many([Device(mac, "bolt", "testphone", "T1") for mac in macs])
        numbers = [str(300 + n) for n in range(20)]
        place.store.extensions.save_many([Extension("bolt", n, f"b{n}", f"b{n}", f"s3cret-{n}") for n in numbers])

    async def talk(_: FastAgi, port: int) -> None:
        calls = (
            Asterisk(f"aps-{mac}", address=f"10.77.0.{n + 9}", typed=[PIN, str(300 + n)]) for n, mac in enumerate(macs)
        )
        await asyncio.gather(*(play(call, port) for call in calls))

    served(phones, talk)
    assert [phones.line(mac) for mac in macs] == [[str(300 + n)] for n in range(20)]
    assert sorted(mac for mac, _ in phones.told) == macs


def test_bad_calls_end_alone(phones: Phones) -> None:
    async def talk(server: FastAgi, port: int) -> None:
        for noise in (b"GET / HTTP/1.1\r\n\r\n", b"\x00\xff" * 40000, b"agi_type: PJSIP\n", b""):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(noise)
            if noise.endswith(b"PJSIP\n") or not noise:
                writer.write_eof()
            with suppress(ConnectionError):
                assert await reader.read() == b""
            writer.close()
        assert not server.calls
        assert (await play(Asterisk(PHONE, typed=[PIN, "103"]), port)).said[-1] == "HANGUP"

    served(phones, talk)
    assert phones.line() == ["103"]


def test_a_fault_of_ours_ends_one_call_and_tells_no_secret(phones: Phones, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise ValueError(f"secret {PIN}")

    async def talk(_: FastAgi, port: int) -> None:
        with monkeypatch.context() as patch:
            patch.setattr("aps_tui.services.unprov.guard.judged", fail)
            await play(Asterisk(PHONE, typed=[PIN, "103"]), port)
        await play(Asterisk(PHONE, typed=[PIN, "103"]), port)

    served(phones, talk)
    assert "a call from 127.0.0.1 failed: internal error: ValueError" in phones.log and phones.line() == ["103"]
    assert not [line for line in phones.log if PIN in line]


def test_calls_are_counted(phones: Phones) -> None:
    async def talk(server: FastAgi, port: int) -> None:
        waiting = [await asyncio.open_connection("127.0.0.1", port) for _ in range(2)]
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        assert await reader.read() == b""
        for one in (writer, *(writer for _, writer in waiting)):
            one.close()
        await asyncio.gather(*server.calls, return_exceptions=True)
        assert (await play(Asterisk(PHONE, typed=[PIN, "103"]), port)).said[-1] == "HANGUP"

    served(phones, talk, most=2)
    assert "a connection from 127.0.0.1 was refused: too many at once" in phones.log


def test_a_server_that_ends_finishes_what_was_bound(phones: Phones) -> None:
    """The call is cut off while the extension is said; the phone's file is written all the same."""

    async def talk(server: FastAgi, port: int) -> None:
        asterisk = Asterisk(PHONE, typed=[PIN, "103"])
        said = asyncio.Event()
        answer = asterisk.answer

        def silent(command: str, typed: list[str]) -> str:
            if command.startswith("SAY"):
                said.set()
                return ""
            return answer(command, typed)

        asterisk.answer = silent  # type: ignore[method-assign]
        call = asyncio.ensure_future(play(asterisk, port))
        await said.wait()
        await server.stop()
        await call

    served(phones, talk)
    assert phones.line() == ["103"] and [mac for mac, _ in phones.told] == [MAC]


def test_a_server_that_ends_waits_for_a_binding_that_has_begun(phones: Phones, monkeypatch: pytest.MonkeyPatch) -> None:
    begun, go_on = threading.Event(), threading.Event()
    real = binding.bind

    def bind(place: Workplace, caller: Caller, number: str) -> Bound:
        begun.set()
        assert go_on.wait(20)
        return real(place, caller, number)

    monkeypatch.setattr(binding, "bind", bind)

    async def talk(server: FastAgi, port: int) -> None:
        call = asyncio.ensure_future(play(Asterisk(PHONE, typed=[PIN, "103"]), port))
        assert await asyncio.to_thread(begun.wait, 20)
        stopping = asyncio.ensure_future(server.stop())
        await asyncio.sleep(0)
        go_on.set()
        await asyncio.gather(stopping, call)

    served(phones, talk)
    assert phones.line() == ["103"] and [mac for mac, _ in phones.told] == [MAC]


@pytest.mark.parametrize("text", ["0.0.0.0:4573", "10.0.0.1:4573", "[::]:4573", "pbx.example.net:4573"])
def test_other_hosts_need_an_allow_list(text: str) -> None:
    with pytest.raises(BadValue, match="this machine alone"):
        listen_at(text, [])
    assert listen_at(text, ["10.0.0.0/8"])[1] == 4573


@pytest.mark.parametrize("text", ["", "4573", ":4573", "127.0.0.1", "127.0.0.1:x", "127.0.0.1:70000", "localhost:-1"])
def test_what_is_no_place_to_listen_on(text: str) -> None:
    with pytest.raises(BadValue, match="write HOST:PORT"):
        listen_at(text, [])


def test_places_to_listen_on() -> None:
    assert listen_at("127.0.0.1:4573", []) == ("127.0.0.1", 4573)
    assert listen_at("[::1]:1", []) == ("::1", 1) and listen_at("localhost:1", []) == ("localhost", 1)


def test_a_port_that_is_taken(phones: Phones) -> None:
    async def talk(_: FastAgi, port: int) -> None:
        with pytest.raises(ApsError, match="cannot be listened on"):
            await FastAgi(phones.desk).start("127.0.0.1", port)

    served(phones, talk)


class TestPrompts:
    """Which sounds there are."""

    def test_all_there(self, phones: Phones) -> None:
        folder = phones.folder / "sounds"
        (folder / "digits").mkdir(parents=True)
        for name in ("beep", *DIGITS, *(name for names in CANDIDATES.values() for name in names)):
            (folder / f"{name}.gsm").touch()
        found = find_prompts([str(folder)], {})
        assert found.notes == [] and found.files["pin"] == ("agent-pass", "vm-password", "beep")
        (folder / "agent-newlocation.gsm").unlink()
        (folder / "vm-goodbye.gsm").unlink()
        (folder / "beep.gsm").unlink()
        (folder / "digits" / "7.gsm").unlink()
        found = find_prompts(["/nowhere", str(folder)], {"pin": "custom/pin"})
        assert found.notes == [
            "the sound custom/pin is missing: agent-pass is played for pin",
            "the sound agent-newlocation is missing: vm-extension is played for extension",
            "no sound for goodbye: none of vm-goodbye, beep is there: install Asterisk's core sounds",
            "the extension cannot be said in full: digits/7 missing",
        ]
        assert found.files["extension"] == ("vm-extension", "agent-newlocation", "beep")

    def test_no_sounds_at_all(self) -> None:
        found = find_prompts(["/nowhere"], {})
        assert "no sounds found in /nowhere" in found.notes[0] and found.files["thanks"] == ("auth-thankyou", "beep")


def test_the_table_of_the_configuration(phones: Phones) -> None:
    file = phones.folder / "config.toml"
    file.write_text(
        '[unprov]\ntries = 5\ncommit = false\nsounds = ["/s"]\nallow = ["10.0.0.0/8"]\nprompts = {pin = "a/b"}\n'
    )
    said = read_config(file).unprov
    assert (said.tries, said.commit, said.sounds, said.prompts) == (5, False, ("/s",), {"pin": "a/b"})
    for wrong in ("tries = 0", "sound = []", 'allow = ["x"]', 'prompts = {pin = "../x"}', 'prompts = {hello = "x"}'):
        file.write_text(f"[unprov]\n{wrong}\n")
        with pytest.raises(BadValue, match=r"config\.toml"):
            read_config(file)

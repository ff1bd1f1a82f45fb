"""The agi command as Asterisk and systemd start it: a process of its own."""

from __future__ import annotations

import asyncio
import signal
import subprocess
import sys
from asyncio.subprocess import PIPE
from pathlib import Path

import pytest

from tests.unit.cli.conftest import Run, Site
from tests.unit.services.unprov.calls import MAC, PHONE, PIN, phones_at
from tests.unit.services.unprov.fake_asterisk import Asterisk
from tests.unit.wire.fake_phone import fake_phone

COMMAND = (sys.executable, "-m", "aps_tui", "agi")


@pytest.fixture
def ready(site: Site) -> Site:
    """The small site with a PIN, and a folder of sounds that has nothing."""
    phones_at(site.folder)
    (site.folder / "sounds").mkdir()
    (site.folder / "sounds" / "agent-pass.gsm").touch()
    with (site.folder / "config.toml").open("a") as file:
        file.write(f'[unprov]\nsounds = ["{site.folder}/sounds"]\n[resync]\nway = "direct"\n')
    return site


def line(site: Site) -> list[str]:
    """The extensions of the phone."""
    with site.store() as store:
        device = store.devices.get(MAC)
        return [one.extension for one in device.lines] if device else []


async def call(asterisk: Asterisk, hang_up: bool = False) -> tuple[int, str]:
    """Start the command as Asterisk does, hold a call, and wait for its end: status and stderr."""
    process = await asyncio.create_subprocess_exec(*COMMAND, stdin=PIPE, stdout=PIPE, stderr=PIPE)
    assert process.stdin and process.stdout and process.stderr
    if hang_up:
        answer = asterisk.answer

        def gone(command: str, typed: list[str]) -> str:
            if command.startswith("GET DATA agent-newlocation"):
                process.send_signal(signal.SIGHUP)
                return ""
            return answer(command, typed)

        asterisk.answer = gone  # type: ignore[method-assign]
    await asterisk.play(process.stdout, process.stdin)
    said = (await process.stderr.read()).decode()
    return await process.wait(), said


def test_a_call_on_standard_input_and_output(ready: Site) -> None:
    with fake_phone() as phone, fake_phone() as other:
        asterisk = Asterisk(PHONE, typed=["12345678", PIN, "103"], contact=phone.uri)
        status, said = asyncio.run(call(asterisk))
        assert len(phone.heard) == 1 and "Event: check-sync" in phone.heard[0] and other.heard == []
    assert status == 0 and line(ready) == ["103"] and asterisk.said[-1] == "HANGUP"
    assert (ready.root / f"{MAC}.cfg").exists()
    assert "the sound auth-thankyou" not in said and "no sound for thanks" in said
    assert PIN not in said and "12345678" not in said and "Traceback" not in said


def test_sighup_in_the_middle_leaves_nothing(ready: Site) -> None:
    status, said = asyncio.run(call(Asterisk(PHONE, typed=[PIN, "103"], contact=""), hang_up=True))
    assert status == 0 and line(ready) == [] and not (ready.root / f"{MAC}.cfg").exists()
    assert f"phone {MAC}: " in said and "Traceback" not in said


def test_a_caller_who_is_gone_at_once(ready: Site) -> None:
    done = subprocess.run(COMMAND, capture_output=True, text=True, input="agi_type: PJSIP\n", check=False)
    assert done.returncode == 0 and done.stdout == "" and "the connection was closed" in done.stderr


def test_files_are_no_call(ready: Site, tmp_path: Path) -> None:
    with (tmp_path / "x").open("w+") as file:
        done = subprocess.run(COMMAND, stdin=file, stdout=file, stderr=subprocess.PIPE, text=True, check=False)
    assert done.returncode == 1 and "are no pipes" in done.stderr


def test_a_server_on_loopback(ready: Site) -> None:
    async def run(uri: str) -> str:
        process = await asyncio.create_subprocess_exec(*COMMAND, "--listen", "127.0.0.1:0", stderr=PIPE)
        assert process.stderr
        said = ""
        while "FastAGI on" not in said:
            said = (await process.stderr.readline()).decode()
            assert said
        port = int(said.rpartition(":")[2])
        for typed in (["1"], [PIN, "103"]):
            asterisk = Asterisk(PHONE, typed=typed, contact=uri)
            await asterisk.play(*await asyncio.open_connection("127.0.0.1", port))
            assert asterisk.said[-1] == "HANGUP"
        process.send_signal(signal.SIGTERM)
        rest = (await process.stderr.read()).decode()
        assert await process.wait() == 0
        return rest

    with fake_phone() as phone:
        rest = asyncio.run(run(phone.uri))
        assert len(phone.heard) == 1
    assert line(ready) == ["103"] and (ready.root / f"{MAC}.cfg").exists()
    assert f"aps-tui agi: phone {MAC} was given extension 103 of tenant bolt" in rest and PIN not in rest


def test_wrong_uses(ready: Site, run: Run) -> None:
    done = run("agi", "--listen", "0.0.0.0:4573")
    assert done.status == 1 and "this machine alone" in done.err
    assert run("agi", "--listen", "nonsense").status == 1
    ready.db.unlink()
    done = run("agi", "--listen", "127.0.0.1:0")
    assert done.status == 1 and "there is no database" in done.err

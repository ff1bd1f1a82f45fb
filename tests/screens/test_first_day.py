"""The first day: from an empty database to two hundred phones' files on disk, by keys alone, at 80x24."""

from __future__ import annotations

from pathlib import Path

from aps_tui.data.store import Store
from aps_tui.domain.site import Device
from aps_tui.services.workplace import Workplace
from aps_tui.vendors.loader import load_packs
from tests.screens.console import Hand, console
from tests.screens.ways import go
from tests.unit.services.small_site import contents, make_pack

PHONES = 200
FIRST = 101


def pjsip(path: Path) -> str:
    """The PBX's own file, with an account for every phone."""
    sections = (
        f"[{n}]\ntype=endpoint\nauth=auth{n}\naors={n}\ncallerid=Person {n} <{n}>\n"
        f"[auth{n}]\ntype=auth\nusername={n}\npassword=s3cret-{n}\n[{n}]\ntype=aor\nmax_contacts=1\n"
        for n in range(FIRST, FIRST + PHONES)
    )
    path.write_text("".join(sections))
    return str(path)


async def fill(hand: Hand, *texts: str) -> None:
    """Type into the fields of a form, one after the other, and save."""
    for number, text in enumerate(texts):
        if number:
            await hand.press("tab")
        await hand.pilot.press(*text)
    await hand.press("enter")


async def say(hand: Hand, command: str, *keys: str) -> None:
    """Give a command, then press keys."""
    await hand.press("colon")
    await hand.type(command)
    await go(hand, ["enter", *keys])


async def test_from_nothing_to_two_hundred_phones(tmp_path: Path) -> None:
    make_pack(tmp_path / "packs")
    root = tmp_path / "tftpboot"
    root.mkdir()
    with Store.open(tmp_path / "state" / "aps.sqlite3", operator="alice") as store:
        place = Workplace(store, root, load_packs([tmp_path / "packs"]))
        async with console(place, size=(80, 24)) as hand:
            assert "No device yet" in hand.look()
            await go(hand, ["0", "down", "enter", "A"])
            await fill(hand, "acme")
            assert store.tenants.names() == ["acme"]

            await go(hand, ["8", "s", "A"])
            await fill(hand, "pbx", "", pjsip(tmp_path / "pjsip.conf"))
            assert "200 accounts" in hand.look()
            await go(hand, ["escape", "S"])
            assert "200 new" in hand.look()
            await go(hand, ["y", "escape", "escape"])
            assert store.extensions.count() == PHONES and "Person 101" in hand.look()

            await go(hand, ["4", "A"])
            await fill(hand, "1.1.1.1", "pbx.example.net")
            assert [one.hostname for one in store.mappings.all()] == ["pbx.example.net"]

            await go(hand, ["3", "A"])
            await go(hand, ["t", "1", "enter", "tab", "tab"])
            await fill(hand, "Sales")
            await hand.press("enter")
            await say(hand, "setting server.1.host", "e", *"1.1.1.1", "enter")
            await say(hand, "setting time.zone", "e", *"europe/paris", "enter")
            template = store.templates.get("Sales")
            assert template and template.settings == {"server.1.host": "1.1.1.1", "time.zone": "Europe/Paris"}

            macs = [f"001122{n:06x}" for n in range(PHONES)]
            store.devices.save_many([Device(mac, "acme", "testphone", "T2") for mac in macs])
            await go(hand, ["1", "r", "a", "m", "t", "1", "enter", "enter"])
            await go(hand, ["t", "enter", "enter", "x"])
            await fill(hand, "101..")
            await hand.press("enter")
            done = [*store.devices.all()]
            assert {(one.model, one.template) for one in done} == {("T1", "Sales")}
            assert sorted(line.extension for one in done for line in one.lines) == [str(n) for n in range(101, 301)]

            await hand.press("9")
            assert "201 to add" in hand.said("#plan-line")
            await hand.press("C", *"first", "enter")
            assert "201 written" in hand.told()[-1] and "all committed" in hand.said("#site")
    files = contents(root)
    assert sorted(files) == sorted(["common-T1.cfg", *(f"{mac}.cfg" for mac in macs)])
    wanted = {"user = 117", "password = s3cret-117", "label = Person 117", "server = pbx.example.net"}
    first = files[f"{macs[16]}.cfg"].decode().splitlines()
    assert {f"account.1.{line}" for line in wanted} | {"time.zone = Europe/Paris"} <= {*first}
    assert not any(b"1.1.1.1" in text for text in files.values())

"""The first day: from an empty database to two hundred phones' files on disk, by keys alone, at 80x24."""

from __future__ import annotations

from pathlib import Path

from aps_tui.data.store import Store
from aps_tui.domain.site import Device
from aps_tui.services.workplace import Workplace
from aps_tui.vendors.loader import load_packs
from tests.screens.console import Hand, console
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


async def choose(hand: Hand, key: str, text: str) -> None:
    """Press a key, type into the list that it opens, take the best match."""
    await hand.press(key)
    await hand.pilot.press(*text)
    await hand.settle()
    await hand.press("enter")


async def test_from_nothing_to_two_hundred_phones(tmp_path: Path) -> None:
    make_pack(tmp_path / "packs")
    root = tmp_path / "tftpboot"
    root.mkdir()
    with Store.open(tmp_path / "state" / "aps.sqlite3", operator="alice") as store:
        place = Workplace(store, root, load_packs([tmp_path / "packs"]))
        async with console(place, size=(80, 24)) as hand:
            assert "No device yet" in hand.look()
            await hand.press("0", "down", "enter", "A")
            await fill(hand, "acme")
            assert store.tenants.names() == ["acme"]

            await hand.press("8", "s", "A")
            await fill(hand, "pbx", "", pjsip(tmp_path / "pjsip.conf"))
            await hand.press("S")
            print(hand.look(), hand.told())
            assert "200 new" in hand.look()
            await hand.press("y", "escape", "escape")
            assert store.extensions.count() == PHONES and "101" in hand.look()

            await hand.press("4", "A")
            await fill(hand, "1.1.1.1", "pbx.example.net")
            assert [one.hostname for one in store.mappings.all()] == ["pbx.example.net"]

            await hand.press("3", "A")
            print(hand.look())
            print(hand.told())

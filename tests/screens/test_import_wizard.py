"""The import wizard by keys alone, at 80x24: from a spreadsheet to committed files."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual import events

from aps_tui.data.store import Store
from aps_tui.domain.site import Device, Extension, Line
from aps_tui.screens.enter_list import EnterList, ListText
from aps_tui.screens.import_list import ImportScreen
from aps_tui.screens.menu import Menu
from aps_tui.screens.review import Review
from aps_tui.screens.rules import RulesScreen
from aps_tui.services import importing
from aps_tui.services.importing import Draft
from aps_tui.services.workplace import Workplace
from tests.screens.console import Hand, console
from tests.screens.test_every_screen import HOSTILE, plain_screen
from tests.screens.ways import dump, every_key
from tests.unit.services.small_site import MACS, contents

SMALL = (80, 24)


def mac(n: int) -> str:
    """The nth new phone."""
    return f"001122aa{n:04x}"


def begin(place: Workplace, text: str, tenant: str = "acme") -> Draft:
    """A list that was begun earlier."""
    return importing.start(place, importing.read(text), title="phones.csv", tenant=tenant)


def states(place: Workplace) -> dict[str, int]:
    """How the list stands."""
    draft = importing.current(place)
    return importing.states(place, draft) if draft else {}


def screen(hand: Hand) -> ImportScreen:
    """The import screen, in front."""
    assert isinstance(hand.app.screen, ImportScreen)
    return hand.app.screen


async def paste(hand: Hand, text: str) -> None:
    """Paste a text into the wizard, as a terminal brackets it."""
    hand.app.screen.query_one(ListText).post_message(events.Paste(text))
    await hand.settle()


def spreadsheet(folder: Path) -> Path:
    """200 new phones of two models, most of whose models it does not say, and what must not be added."""
    lines = ["MAC address;Phone model;Name"]
    lines += [f"00-11-22-AA-00-{n:02X};{'Testphone T1' if n % 4 == 0 else ''};Desk {n}" for n in range(200)]
    lines[50:50] = ["00-11-22-AA-00;;short", f"{mac(3)};;again", f"{MACS[2]};;here already", "00:e0:b5:12:34:56;;alien"]
    path = folder / "phones.csv"
    path.write_text("\r\n".join(lines))
    return path


async def test_a_spreadsheet_becomes_files_by_keys_alone(place: Workplace, tmp_path: Path) -> None:
    path = spreadsheet(tmp_path)
    place.store.extensions.save_many([Extension("acme", str(n), str(n), str(n), "x") for n in range(1000, 1250)])
    pressed: list[str] = []
    async with console(place, size=SMALL) as hand:

        async def press(*keys: str) -> None:
            pressed.extend(keys)
            await hand.press(*keys)

        await press("6", "A", "ctrl+o")
        await press(*str(path.parent), "slash", "p", "h", "tab")
        assert hand.app.screen.query_one("#file").value == str(path)  # type: ignore[attr-defined]
        typed = len(pressed)
        await press("tab", "space", "down", "enter", "enter")
        assert "50 ready, 150 without a model" in hand.said("#draft")
        look = hand.look()
        assert "[To add 200] Unsupported 1  Left out 3" in look and "phones.csv" in look
        await press("right_square_bracket")
        assert "unsupported: registered to" in hand.look()
        await press("right_square_bracket")
        look = hand.look()
        assert "the same MAC as in line 5" in look and "is a device of tenant acme already" in look
        assert "10 hex digits: a MAC has exactly 12" in look and "  B  51" in look
        await press("F")
        assert "150 rows must be mended first, 150 of them for a model" in hand.look()
        await press("enter", "escape", "exclamation_mark", "V", "m", *"t2", "enter", "enter", "exclamation_mark")
        assert "200 ready; F finishes" in hand.said("#draft")
        await press("u", "plus", *"t1", "enter", "t", "enter", "enter")
        await press("a", "x", *"1000..", "enter")
        assert f"{mac(0)}  1000" in hand.look() and f"{mac(199)}  1199" in hand.look()
        await press("enter", "F")
        look = hand.look()
        assert "150  testphone/T2, no template, acme" in look and "50  testphone/T1, template Sales, acme" in look
        await press("enter")
        look = hand.look()
        assert "200 devices added. z takes it back; 9 commits them" in look and "1 line left out: known already" in look
        await press("escape", "9", "C", "enter")
    files = contents(place.root)
    assert sum(name.startswith("001122aa") for name in files) == 200
    assert b"account.1.user = 1003" in files[f"{mac(3)}.cfg"]
    assert b"time.zone = Europe/Paris" in files[f"{mac(4)}.cfg"]
    device = place.store.devices.get(mac(4))
    assert device == place.store.devices.get(mac(4)) and device is not None and device.label == "Desk 4"
    assert len(pressed) - typed < 60


async def test_a_list_survives_the_console_and_is_offered(place: Workplace) -> None:
    async with console(place, size=SMALL, screen="import") as hand:
        await hand.press("A")
        await paste(hand, "\n".join(map(mac, range(187))))
        await hand.press("tab", "tab", "space", "down", "enter", "ctrl+n")
        assert "187 without a model" in hand.said("#draft")
        await hand.press("space", "space", "m", "enter", "enter")
        assert states(place) == {"R": 2, "M": 185}
    async with console(place, size=SMALL, screen="import") as hand:
        assert isinstance(hand.app.screen, Menu)
        assert "Resume 187 devices from just now, or discard?" in hand.look()
        await hand.press("r")
        assert "2 ready, 185 without a model" in hand.said("#draft")
    async with console(place, size=SMALL, screen="import") as hand:
        await hand.press("d")
        assert "No list of new devices" in hand.look() and importing.current(place) is None
        assert hand.rows.has_focus


async def test_finish_refuses_an_extension_that_was_taken_meanwhile(place: Workplace) -> None:
    before = place.store.devices.count()
    begin(place, f"mac,model,extension\n{mac(1)},T1,104\n{mac(2)},T1,\n")
    async with console(place, size=SMALL, screen="import") as hand:
        await hand.press("enter", "F")
        assert "Add 2 devices?" in hand.look()
        with Store.open(place.store.path, operator="bob") as other:
            other.devices.save(Device("0011220000ff", "acme", "testphone", "T1", lines=(Line(1, "104"),)))
        await hand.press("enter")
        assert isinstance(hand.app.screen, Review)
        assert "Nothing was stored" in hand.look() and "104" in hand.said("#review") and mac(1) in hand.said("#review")
        assert place.store.devices.count() == before + 1
        await hand.press("escape")
        assert "1 ready, 1 with a problem" in hand.said("#draft")


async def test_z_takes_back_edits_of_the_list_and_its_end(place: Workplace) -> None:
    begin(place, f"{mac(1)}\n{mac(2)}\n{mac(3)}\n")
    async with console(place, size=SMALL, screen="import") as hand:
        await hand.press("enter", "m", *"t1", "enter", "enter", "down", "equals_sign")
        assert states(place) == {"R": 2, "M": 1} and hand.rows.cursor == 2
        await hand.press("z")
        assert states(place) == {"R": 1, "M": 2}
        await hand.press("g", "down", "equals_sign", "G", "d")
        assert states(place) == {"R": 2}
        await hand.press("F", "enter", "escape")
        assert place.store.devices.get(mac(2)) is not None and "finished just now" in hand.said("#draft")
        await hand.press("z")
        assert place.store.devices.get(mac(2)) is None and states(place) == {"R": 2}
        await hand.press("z", "z")
        assert states(place) == {"R": 1, "M": 2} and len(hand.keys()) == 3
        await hand.press("D", "y", "z")
        assert "finished or no more" in hand.told()[-1]


async def test_rules_give_models_here_and_next_time(place: Workplace) -> None:
    begin(place, f"{mac(1)}\n{mac(2)}\n{mac(300)}\n")
    async with console(place, size=SMALL, screen="import") as hand:
        await hand.press("enter", "space", "space", "R")
        await hand.type("t2")
        await hand.press("enter", "enter")
        assert isinstance(hand.app.screen, RulesScreen) and "00:11:22:aa:00:01 00:11:22:aa:00:02" in hand.look()
        assert hand.rows.current is not None and list(hand.rows.current.cells)[3:5] == ["0", "2"]
        await hand.press("escape")
        assert states(place) == {"R": 2, "M": 1} and "given a model by the prefix rules" in hand.told()[-1]
        await hand.press("p", "e", "tab", "ctrl+u", *"0011220bbb", "enter")
        assert "below the first" in hand.look()
        await hand.press("ctrl+u", *mac(400), "enter", "escape")
        assert states(place) == {"R": 3}
        await hand.press("p", "d", "y", "escape")
        assert importing.rules(place) == []


async def test_ten_thousand_lines_are_pasted(place: Workplace) -> None:
    async with console(place, size=SMALL, screen="import") as hand:
        await hand.press("A")
        await paste(hand, "".join(f"001122{n:06x}\n" for n in range(0x100000, 0x100000 + 10_000)))
        await hand.press("ctrl+n")
        assert hand.rows.total == 10_000 and "10,000 without a model" in hand.said("#draft")
        await hand.press("a", "m", "enter", "enter")
        assert states(place) == {"P": 10_000}  # no tenant yet


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("x" * 8_000_001, "too much to paste"),
        ("\n" * 200_001, "lines are too many"),
    ],
)
async def test_a_paste_too_large_is_refused(place: Workplace, text: str, said: str) -> None:
    async with console(place, size=SMALL, screen="import") as hand:
        await hand.press("A")
        await paste(hand, text)
        assert said in hand.told()[-1] and hand.app.screen.query_one(ListText).text == ""
        await hand.press("ctrl+n")
        assert isinstance(hand.app.screen, EnterList) and "nothing in it" in hand.said("#understood")


async def test_hostile_text_is_literal_and_read_all_the_same(place: Workplace) -> None:
    async with console(place, size=SMALL, screen="import") as hand:
        await hand.press("A")
        hostile = "".join(f"001122bb{n:04x};{text}\n" for n, text in enumerate(HOSTILE))
        await paste(hand, f"{hostile}\u200b00\u201311\u201322\u2013aa\u201300\u201301\n[red]\x1b[2J\x07\n{mac(5)}\tT1")
        assert "\N{REPLACEMENT CHARACTER}[2J" in plain_screen(hand)
        await hand.press("ctrl+n")
        plain_screen(hand)
        assert mac(1) in hand.look() and hand.rows.total == len(HOSTILE) + 2
        await hand.press("left_square_bracket")
        assert "[red]" in plain_screen(hand)


async def test_a_folder_of_phones_files_is_read(place: Workplace) -> None:
    other = place.root.parent / "old"
    other.mkdir()
    (other / f"{mac(9)}.cfg").write_text("account.1.user = 104\n")
    (other / "notes.txt").write_text("nothing")
    async with console(place, size=SMALL, screen="import") as hand:
        await hand.press("A", "ctrl+o", *str(other), "escape", "n")
        assert isinstance(hand.app.screen, EnterList)
        await hand.press("tab", "enter")
        assert mac(9) in hand.look() and "old, just now" in hand.said("#draft")


async def test_more_is_put_into_the_same_list(place: Workplace) -> None:
    begin(place, mac(1))
    async with console(place, size=SMALL, screen="import") as hand:
        await hand.press("enter", "A", "a")
        await hand.type(f"{mac(1)} {mac(2)}")
        await hand.press("ctrl+n")
        assert len(hand.keys()) == 2
        await hand.press("A", "n")
        await hand.type(mac(7))
        await hand.press("ctrl+n")
        assert len(hand.keys()) == 1 and mac(7) in hand.look()


def _hostile_list(place: Workplace) -> list[str]:
    rows = [f'{mac(n)},T1,"{text}"' for n, text in enumerate(HOSTILE) if '"' not in text]
    begin(place, "\n".join(["mac,model,label", *rows, f"{mac(50)},[b]X\x1b,", "bad\u202eline", f"{mac(51)},,"]))
    return ["6", "escape"]


async def test_every_key_stands_a_hostile_list(place: Workplace) -> None:
    way = _hostile_list(place)
    async with console(place, size=SMALL) as hand:
        await hand.press("6", "escape")
        async for key in every_key(hand, way):
            assert "Traceback" not in plain_screen(hand), key


async def test_a_read_only_console_looks_and_writes_nothing(place: Workplace) -> None:
    way = _hostile_list(place)
    before = dump(place)
    async with console(place, size=SMALL, read_only=True) as hand:
        await hand.press("6")
        assert screen(hand).rows.total
        async for _ in every_key(hand, way):
            for key in ("enter", "y"):
                if hand.app.screen.is_modal:
                    await hand.press(key)
    assert dump(place) == before

"""Templates, driven by keys on a real site: the list, the forms, the editor."""

from __future__ import annotations

from dataclasses import replace

import pytest
from textual.screen import Screen

from aps_tui.data.store import Store
from aps_tui.domain.catalogue import TABS
from aps_tui.domain.site import Key, Template
from aps_tui.screens.areas import AREAS
from aps_tui.screens.form import Form
from aps_tui.screens.key_board import KeyBoard
from aps_tui.screens.raw_list import RawList
from aps_tui.screens.setting_list import SettingList
from aps_tui.screens.settings_editor import SettingsEditor
from aps_tui.screens.template_editor import TemplateScreen
from aps_tui.screens.template_forms import Losses
from aps_tui.screens.template_used import Used
from aps_tui.screens.templates import TemplatesScreen
from aps_tui.services.values import Level, put
from aps_tui.services.workplace import Workplace
from aps_tui.widgets.keys import declared
from tests.screens.console import Hand, console
from tests.unit.services.small_site import MACS
from tests.unit.services.small_site import VENDOR as PACK

SIZES = [(80, 24), (120, 40)]
SALES = Level("template", "Sales")


def front(hand: Hand) -> Screen[object]:
    """The screen in front, asked for anew each time: any press may bring another."""
    return hand.app.screen


def cells(hand: Hand) -> list[list[str]]:
    """What the list shows."""
    return [[*row.cells] for index in range(hand.rows.total) if (row := hand.rows.row(index))]


async def turn(hand: Hand, tab: str) -> None:
    """Go to a tab of the editor."""
    strip = hand.app.screen.query_one(SettingsEditor)
    while strip.tab != tab:
        await hand.press("right_square_bracket")


async def to(hand: Hand, id: str) -> None:
    """Put the cursor on a setting."""
    hand.app.screen.query_one(SettingList).move_to(hand.keys().index(id))
    await hand.settle()


@pytest.mark.parametrize("size", SIZES)
async def test_the_list_filters_sorts_and_counts(place: Workplace, size: tuple[int, int]) -> None:
    odd = {"network.nat_rport": False}
    place.store.templates.save(Template("Alpha\x1b[b]", "testphone", "T2", "acme", odd, keys=(Key("dss", 9, "line"),)))
    async with console(place, size=size, screen="templates") as hand:
        assert cells(hand) == [
            ["Alpha\x1b[b]", "testphone/T2", "acme", "0", "1", "1", "5"],
            ["Sales", "testphone/T1", "All (Global)", "3", "1", "1", ""],
        ]
        assert "[b]" in hand.look() and "\x1b" not in hand.look()
        await hand.press(*["greater_than_sign"] * 3, "I")
        assert [row[0] for row in cells(hand)] == ["Sales", "Alpha\x1b[b]"]
        await hand.press("slash")
        await hand.type("model:t2")
        assert len(cells(hand)) == 1
        await hand.press("escape", "G", "i")
        assert "It says" in hand.said("#told-text") and "no dss key 9" in hand.said("#told-text")


async def test_the_first_template(place: Workplace) -> None:
    for mac in MACS[:3]:
        device = place.store.devices.get(mac)
        assert device is not None
        place.store.devices.save(replace(device, template=None))
    place.store.templates.delete("Sales")
    async with console(place, screen="templates") as hand:
        assert "No template yet" in hand.look()
        await hand.press("F")
        await hand.type("00:11:22:00:00:00")
        await hand.press("tab", "tab")
        await hand.type("Made")
        await hand.press("enter")
        assert [row[0] for row in cells(hand)] == ["Made"]


@pytest.mark.parametrize("size", SIZES)
async def test_from_add_to_delete(place: Workplace, size: tuple[int, int]) -> None:
    """Add, say settings, clone for another model, see who uses it, delete refused, delete."""
    async with console(place, size=size, screen="templates") as hand:
        await hand.press("A", "t", "2", "enter", "tab", "a", "c", "enter", "tab")
        await hand.type("Sales")
        await hand.press("enter")
        assert ["Sales", "testphone/T2", "acme", "0", "0", "0", ""] in cells(hand)
        assert hand.rows.current is not None and hand.rows.current.cells[2] == "acme"
        await hand.press("A")
        for keys in (("t", "2", "enter", "tab", "tab"), ("S", "a", "l", "e", "s", "enter")):
            await hand.press(*keys)
        assert "a template Sales for all tenants already" in hand.look() and isinstance(front(hand), Form)
        await hand.press("escape", "y")

        await hand.press("enter")
        assert isinstance(front(hand), TemplateScreen) and "testphone/T2   acme" in hand.said("#template")
        await turn(hand, "Server")
        await to(hand, "server.1.host")
        await hand.press("e")
        await hand.type("10.0.0.2")
        await hand.press("enter")
        await turn(hand, "Date and Time")
        await to(hand, "time.zone")
        await hand.press("enter")
        await hand.type("toronto")
        await hand.press("enter")
        said = place.store.settings.get(Level("template", "Sales", "acme"))
        assert said == {"server.1.host": "10.0.0.2", "time.zone": "America/Toronto"}
        await hand.press("z", "escape")
        assert place.store.settings.get(Level("template", "Sales", "acme")) == {"server.1.host": "10.0.0.2"}
        assert isinstance(front(hand), TemplatesScreen)

        await hand.press("d", "n", "d", "y")
        assert [row[2] for row in cells(hand)] == ["All (Global)"]
        await hand.press("d")
        assert "3 devices (00:11:22:00:00:00" in hand.told()[-1] and "use it" in hand.told()[-1]
        for mac in MACS[:3]:
            device = place.store.devices.get(mac)
            assert device is not None
            place.store.devices.save(replace(device, template=None))
        await hand.press("r", "d", "y")
        assert cells(hand) == []
        await hand.press("z")
        assert [row[0] for row in cells(hand)] == ["Sales"]


def add_small_model(place: Workplace) -> Workplace:
    """The site with a model that has hardly anything."""
    from aps_tui.vendors.loader import load_packs

    folder = place.packs.vendors["testphone"].folders[0]
    (folder / "vendor.toml").write_text(PACK + "[model.T0]\nlines = 1\nkeys = 1\n")
    return replace(place, given=load_packs([folder.parent]))


@pytest.mark.parametrize("size", SIZES)
async def test_a_clone_for_another_model_shows_what_gets_lost(place: Workplace, size: tuple[int, int]) -> None:
    put(place, SALES, "ldap.host", "10.0.0.9")
    place = add_small_model(place)
    async with console(place, size=size, screen="templates") as hand:
        await hand.press("C")
        await hand.type("Tiny")
        assert "All that it says goes along" in hand.look()
        await hand.press("tab", "tab", "t", "0", "enter")
        assert "Lost: 1 setting, 1 key." in hand.look()
        await hand.press("enter")
        assert isinstance(front(hand), Losses)
        look = hand.look()
        for word in ("LDAP server (ldap.host) = 10.0.0.9", "T0 does not carry it", "dss key 2: blf 102 Bob",
                     "has no dss key 2", "Enter saves the copy"):  # fmt: skip
            assert word in look
        await hand.press("escape")
        assert isinstance(front(hand), Form) and "Tiny" in hand.look() and "Testphone T0" in hand.look()
        await hand.press("enter", "enter")
        assert ["Tiny", "testphone/T0", "All (Global)", "0", "1", "0", ""] in cells(hand)
        assert hand.rows.current is not None and hand.rows.current.cells[0] == "Tiny"
        await hand.press("z")
        assert [row[0] for row in cells(hand)] == ["Sales"]


async def test_a_clone_whose_source_changed_is_not_stored(place: Workplace) -> None:
    put(place, SALES, "ldap.host", "10.0.0.9")
    async with console(place, screen="templates") as hand:
        await hand.press("C", "x", "tab", "tab", "space", "enter")
        put(place, SALES, "time.zone", "Asia/Tokyo")
        await hand.press("enter")
        assert "was changed by tester" in hand.told()[-1] and isinstance(front(hand), Form)


async def test_where_it_is_used_leads_to_the_device(place: Workplace) -> None:
    async with console(place, screen="templates") as hand:
        await hand.press("w")
        assert isinstance(front(hand), Used) and hand.keys() == MACS[:3]
        assert "Sales is used by 3 devices" in hand.look()
        await hand.press("j", "enter")
        if "device" in {area.name for area in AREAS}:
            assert hand.app.current_mode == "device" and hand.app.desk.device == MACS[1]


async def test_rename_and_move(place: Workplace) -> None:
    async with console(place, screen="templates") as hand:
        await hand.press("R", "ctrl+u")
        await hand.type("Front")
        await hand.press("tab", "b", "enter", "enter")
        assert "3 devices (00:11:22:00:00:00" in hand.said("#form-error") and isinstance(front(hand), Form)
        await hand.press("a", "c", "enter", "enter")
        assert cells(hand)[0][:3] == ["Front", "testphone/T1", "acme"]


@pytest.mark.parametrize("size", SIZES)
async def test_the_editor_has_all_tabs_with_keys_and_raw(place: Workplace, size: tuple[int, int]) -> None:
    async with console(place, size=size, screen="templates") as hand:
        await hand.press("e")
        assert "Used by 3 devices: a change here changes each" in hand.said("#template")
        for tab in (*TABS, "Raw"):
            await turn(hand, tab)
            lines = hand.look().splitlines()
            assert f"[{tab}]" in "".join(lines[:5]) and "Quit" in lines[-1] and max(map(len, lines)) <= size[0]
            focused = hand.app.focused
            assert focused is not None and focused.region.height > 0
            chain = [node for node in focused.ancestors_with_self if node is not hand.app] + [hand.app]
            keys = [key for node in chain for one in declared(node) for key in one.key.split(",")]
            assert len(keys) == len({*keys}), tab
        assert isinstance(hand.app.focused, RawList)
        await turn(hand, "Programmable Keys")
        assert hand.app.screen.query_one(KeyBoard).has_focus_within
        await turn(hand, "DSS Keys")
        assert "BLF 102 Bob" in hand.look() and "Deal type" in hand.look()


async def test_what_the_other_console_does_is_seen(place: Workplace) -> None:
    async with console(place, screen="templates") as hand:
        await hand.press("enter")
        with Store.open(place.store.path, operator="bob") as other:
            other.templates.rename("Sales", None, "Front")
            other.settings.set(Level("template", "Front"), "general.http_user", "phones")
        hand.app.look()
        await hand.settle()
        assert "Front   testphone/T1" in hand.said("#template")
        assert hand.app.screen.query_one(SettingList).level == Level("template", "Front")
        with Store.open(place.store.path, operator="bob") as other:
            for mac in MACS[:3]:
                device = other.devices.get(mac)
                assert device is not None
                other.devices.save(replace(device, template=None))
            other.templates.delete("Front")
        hand.app.look()
        await hand.settle()
        assert "was removed meanwhile" in hand.look() and hand.told() == []
        await hand.press("escape")
        assert "No template yet" in hand.look()


async def test_somebody_elses_rename_refuses_ones_own(place: Workplace) -> None:
    async with console(place, screen="templates") as hand:
        await hand.press("R", "ctrl+u", "M")
        with Store.open(place.store.path, operator="bob") as other:
            other.templates.rename("Sales", None, "Front")
        await hand.press("enter")
        assert "template Sales is Front now, by bob" in hand.look() and isinstance(front(hand), Form)


async def test_a_read_only_console_reads(place: Workplace) -> None:
    async with console(place, screen="templates", read_only=True) as hand:
        await hand.press("A", "C", "d", "R", "F")
        assert isinstance(front(hand), TemplatesScreen) and len(hand.app.screen_stack) == 1
        await hand.press("enter")
        assert isinstance(front(hand), TemplateScreen)
        await turn(hand, "Date and Time")
        await to(hand, "time.zone")
        await hand.press("enter", "e", "x", "space")
        await turn(hand, "Raw")
        await hand.press("A", "d")
        assert isinstance(front(hand), TemplateScreen)
        assert place.store.settings.get(SALES) == {"time.zone": "Europe/Paris"}

"""The settings screen: its sections, their edits and refusals, by keys."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from textual.widgets import Input

from aps_tui.data.queue import Sighting
from aps_tui.data.store import Store
from aps_tui.domain.catalogue import MASK
from aps_tui.domain.site import Device, Line, Provisioning
from aps_tui.screens.config_text import ConfigTextScreen
from aps_tui.screens.dialogs import Confirm
from aps_tui.screens.help import HelpScreen
from aps_tui.screens.raw_list import RawList
from aps_tui.screens.rules import RulesScreen
from aps_tui.screens.setting_list import SettingList
from aps_tui.screens.settings import MAKERS, SECTIONS, SettingsScreen
from aps_tui.screens.sources import SourcesScreen
from aps_tui.screens.told import Told
from aps_tui.screens.value_dialog import Ask, Tell
from aps_tui.services.provisioning import FIELDS
from aps_tui.services.workplace import Workplace
from aps_tui.widgets.row_list import RowList
from tests.screens.console import Hand, console
from tests.unit.services.small_site import MACS
from tests.unit.services.this_machine import pretend

SMALL, LARGE = (80, 24), (120, 40)


@pytest.fixture(autouse=True)
def machine(monkeypatch: pytest.MonkeyPatch) -> None:
    pretend(monkeypatch)


@asynccontextmanager
async def section(
    place: Workplace, name: str, *, size: tuple[int, int] = SMALL, read_only: bool = False
) -> AsyncIterator[Hand]:
    """The console in a section of the settings."""
    async with console(place, size=size, read_only=read_only, screen="settings") as hand:
        await hand.press(*["down"] * list(SECTIONS).index(name), "enter")
        yield hand


def listed(hand: Hand) -> RowList:
    """The list that has the keys."""
    assert isinstance(hand.app.focused, RowList)
    return hand.app.focused


def cells(hand: Hand, row: str) -> list[str]:
    """A row of that list."""
    rows = listed(hand)
    found = next(one for index in range(rows.total) if (one := rows.row(index)) and one.key == row)
    return list(found.cells)


async def go_to(hand: Hand, row: str) -> None:
    listed(hand).go_to(row)
    await hand.settle()


def settings(place: Workplace) -> Provisioning:
    return place.store.provisioning.get()


@pytest.mark.parametrize("size", [SMALL, LARGE])
@pytest.mark.parametrize("name", [name for name in SECTIONS if name in MAKERS])
async def test_every_section_opens_fits_and_is_left_again(place: Workplace, name: str, size: tuple[int, int]) -> None:
    async with section(place, name, size=size) as hand:
        lines = hand.look().splitlines()
        assert len(lines) == size[1] and max(map(len, lines)) <= size[0]
        assert "q Quit" in lines[-1] and "Esc Back" in lines[-1]
        assert ("Site settings" in hand.look()) == (size == LARGE)
        assert listed(hand).id != "menu"
        await hand.press("question_mark")
        assert isinstance(hand.app.screen, HelpScreen)
        await hand.press("escape", "escape")
        assert listed(hand).id == "menu"


async def test_beside_the_list_the_section_under_the_cursor_is_shown(place: Workplace) -> None:
    async with console(place, size=LARGE, screen="settings") as hand:
        assert "Firmware version" in hand.look()
        await hand.press("down")
        assert "Extensions" in hand.look() and "acme" in hand.look() and hand.rows.has_focus
        assert "2 tenants" in hand.look() and "0 listed" in hand.look()


async def test_the_sites_settings_and_raw_parameters_are_edited(place: Workplace) -> None:
    async with section(place, "site") as hand:
        rows = hand.app.screen.query_one(SettingList)
        rows.go_to("general.http_user")
        await hand.press("enter")
        await hand.type("phones")
        await hand.press("enter")
        assert place.store.settings.site().settings["general.http_user"] == "phones"
        await hand.press("w")
        assert isinstance(hand.app.focused, RawList) and "raw parameters by vendor" in hand.look()
        await hand.press("A", "enter")
        await hand.type("voice.volume = 5")
        await hand.press("enter")
        assert place.store.settings.site().raw == {"testphone": {"voice.volume": "5"}}
        await hand.press("z")
        assert place.store.settings.site().raw == {} and "voice.volume" not in hand.look()
        await hand.press("w")
        assert "phones" in hand.look()


async def test_tenants_are_added_renamed_opened_and_deleted(place: Workplace) -> None:
    async with section(place, "tenants") as hand:
        await hand.press("A")
        await hand.type("corp")
        await hand.press("enter")
        assert place.store.tenants.names() == ["acme", "bolt", "corp"]
        assert listed(hand).current and listed(hand).current.key == "corp"  # type: ignore[union-attr]
        await hand.press("R")
        await hand.type("corpX")
        await hand.press("enter")
        assert place.store.tenants.names() == ["acme", "bolt", "corpX"]
        await hand.press("enter")
        assert "Tenant corpX: settings" in hand.look() and isinstance(hand.app.focused, SettingList)
        await hand.press("escape")
        assert listed(hand).id == "tenants"
        await hand.press("d", "y")
        assert place.store.tenants.names() == ["acme", "bolt"]
        await hand.press("z")
        assert place.store.tenants.names() == ["acme", "bolt", "corpX"]


async def test_a_tenant_in_use_is_kept_and_it_is_said_what_uses_it(place: Workplace) -> None:
    async with section(place, "tenants") as hand:
        await hand.press("d")
        assert isinstance(hand.app.screen, Confirm) and "4 extensions" in hand.look()
        await hand.press("y")
        assert "tenant acme still has 3 devices" in hand.told()[-1]
        assert "acme" in place.store.tenants.names()


async def test_a_wrong_address_is_refused_with_what_this_machine_has(place: Workplace) -> None:
    async with section(place, "provisioning") as hand:
        await hand.press("enter")
        assert "This machine has 192.0.2.1 (eth0)" in " ".join(hand.said("#help").split())
        await hand.type("192.0.2.9")
        await hand.press("enter")
        assert "it has 192.0.2.1 (eth0), 198.51.100.1 (eth1)" in hand.said("#error")
        assert settings(place).sip_server_address == ""
        await hand.press("backspace", "1", "enter")
        assert settings(place).sip_server_address == "192.0.2.1"
        assert cells(hand, "sip_server_address")[1:] == ["192.0.2.1", "ok", "on eth0"]
        await hand.press("x")
        assert settings(place).sip_server_address == "" and cells(hand, "sip_server_address")[2] == "warn"
        await hand.press("z")
        assert settings(place).sip_server_address == "192.0.2.1"


async def test_an_a_record_that_points_elsewhere_is_shown(place: Workplace) -> None:
    async with section(place, "provisioning", size=LARGE) as hand:
        await go_to(hand, "server_hostname")
        await hand.press("e")
        await hand.type("old.example.net")
        await hand.press("enter")
        assert cells(hand, "server_hostname")[2] == "FAULT"
        about = hand.said(".about")
        assert "old.example.net -> 192.0.2.99: not an address of this machine" in about
        assert "point its A record at one of 192.0.2.1 (eth0)" in about
        assert "1 fault" in hand.look()


async def test_auto_create_without_a_tenant_is_refused_and_without_a_whitelist_is_asked_about(
    place: Workplace,
) -> None:
    async with section(place, "provisioning") as hand:
        await go_to(hand, "auto_create")
        await hand.press("space")
        assert "choose the tenant of new devices first" in hand.told()[-1]
        await go_to(hand, "auto_create_tenant")
        await hand.press("enter")
        await hand.type("acme")
        await hand.press("enter")
        assert settings(place).auto_create_tenant == "acme"
        await go_to(hand, "auto_create")
        await hand.press("space")
        assert "EMPTY WHITELIST" in hand.look()
        await hand.press("n")
        assert not settings(place).auto_create
        await hand.press("enter", "y")
        assert settings(place).auto_create and "any device that asks would be created" in hand.told()[-1]
        assert cells(hand, "auto_create")[2] == "FAULT" and "EMPTY" in hand.look()
        await hand.press("escape")
        assert "EMPTY: auto-create!" in hand.look()


async def test_vendors_are_chosen_from_those_that_are_loaded(place: Workplace) -> None:
    async with section(place, "provisioning") as hand:
        await go_to(hand, "auto_create_vendors")
        await hand.press("enter", "space", "enter")
        assert settings(place).auto_create_vendors == ("testphone",)


@pytest.mark.parametrize(("pin", "why"), [("111111", "repeats a single digit"), ("1234", "4 digits")])
async def test_a_trivial_pin_is_refused_with_the_reason(place: Workplace, pin: str, why: str) -> None:
    async with section(place, "provisioning") as hand:
        await go_to(hand, "unprovisioned_pin")
        await hand.press("enter")
        await hand.type(pin)
        await hand.press("enter")
        assert why in hand.said("#error") and pin not in hand.look()
        assert settings(place).unprovisioned_pin == ""


async def test_a_pin_is_made_shown_once_masked_and_revealed(place: Workplace) -> None:
    async with section(place, "provisioning") as hand:
        await go_to(hand, "unprovisioned_pin")
        await hand.press("N")
        pin = settings(place).unprovisioned_pin
        assert isinstance(hand.app.screen, Tell) and pin in hand.look()
        await hand.press("escape")
        assert cells(hand, "unprovisioned_pin")[1] == MASK
        assert pin not in hand.look() and "limited-secret" not in hand.look()
        await hand.press("R", "y")
        assert pin in hand.look()
        await hand.press("escape", "N", "y", "escape")
        assert settings(place).unprovisioned_pin not in ("", pin)
        assert [row.action for row in place.store.audit.of("provisioning", "")[:3]] == ["change", "reveal", "change"]


async def test_what_another_console_changed_shows_and_is_not_overwritten(place: Workplace) -> None:
    async with section(place, "provisioning") as hand:
        await go_to(hand, "server_hostname")
        await hand.press("enter")
        with Store.open(place.store.path, operator="bob") as other:
            other.provisioning.save(replace(other.provisioning.get(), server_hostname="pbx.example.net"))
        await hand.type("old.example.net")
        await hand.press("enter")
        assert isinstance(hand.app.screen, Ask) and "was changed by bob" in hand.said("#error")
        await hand.press("escape", "y")
        hand.app.look()
        await hand.settle()
        assert cells(hand, "server_hostname")[1:] == ["pbx.example.net", "ok", "pbx.example.net -> 192.0.2.1"]


async def test_the_http_credentials_lead_to_the_site_and_back(place: Workplace) -> None:
    async with section(place, "provisioning") as hand:
        assert list(FIELDS)[-1] == "http"
        await hand.press("G", "enter")
        assert "Site, for all tenants" in hand.look() and isinstance(hand.app.focused, SettingList)
        await hand.press("escape")
        assert listed(hand).id == "provisioning"


async def test_the_whitelist_is_kept_by_keys(place: Workplace) -> None:
    place.store.sightings.record([Sighting("805ec0000001", "dhcp", "192.0.2.10", 1.0, {})])
    async with section(place, "whitelist") as hand:
        assert "No entry" in hand.said(".count") and "1 phone in the queue, 0 let in" in hand.said(".count")
        await hand.press("A")
        await hand.type("192.0.2.1/24")
        assert "did you mean 192.0.2.0/24?" in hand.said("#error")
        await hand.press(*["backspace"] * 4)
        await hand.type("0/24")
        await hand.press("enter")
        assert settings(place).whitelist == ("192.0.2.0/24",)
        assert cells(hand, "192.0.2.0/24") == ["192.0.2.0/24", "network", "1", ""]
        await hand.press("e")
        await hand.type("192.0.2.10")
        await hand.press("enter")
        assert settings(place).whitelist == ("192.0.2.10",)
        await hand.press("d", "y")
        assert settings(place).whitelist == ()
        await hand.press("z", "z", "z")
        assert settings(place).whitelist == () and len(hand.app.desk.edits) == 0


async def test_an_open_door_is_said_on_the_whitelist_and_before_the_last_entry_goes(place: Workplace) -> None:
    door = replace(settings(place), auto_create=True, auto_create_tenant="acme", whitelist=("192.0.2.0/24",))
    place.store.provisioning.save(door)
    async with section(place, "whitelist") as hand:
        assert "! auto_create" not in hand.look()
        await hand.press("d")
        assert "IT IS THE LAST ENTRY" in hand.look()
        await hand.press("y")
        assert "! auto_create is on and the whitelist is empty" in hand.look()


@pytest.mark.parametrize(
    ("name", "kind"), [("sources", SourcesScreen), ("rules", RulesScreen), ("texts", ConfigTextScreen)]
)
async def test_some_sections_open_their_own_screen(place: Workplace, name: str, kind: type) -> None:
    async with section(place, name) as hand:
        assert isinstance(hand.app.screen, kind)
        await hand.press("escape")
        assert isinstance(hand.app.screen, SettingsScreen) and listed(hand).id == "menu"


async def test_the_trail_is_filtered_and_leads_to_what_was_changed(place: Workplace) -> None:
    with Store.open(place.store.path, operator="alice") as other:
        other.devices.save(Device("0011220000aa", "acme", "testphone", "T1", lines=(Line(1, "104"),)))
        other.audit.add("source", "pbx", "add")
    async with section(place, "audit") as hand:
        await hand.press("slash")
        await hand.type("who:alice kind:device")
        assert hand.said(".count") == " 1 of 1 change, newest first, filter who:alice kind:device"
        await hand.press("enter", "i")
        assert isinstance(hand.app.screen, Told) and "0011220000aa" in hand.look()
        await hand.press("escape", "enter")
        assert hand.app.desk.device == "0011220000aa" and hand.app.current_mode == "device"
        await hand.press("0", "escape")
        assert listed(hand).id == "trail" and "newest first, filter" not in hand.said(".count")
        await hand.press("g", "enter")
        assert isinstance(hand.app.screen, Told) and "add source pbx" in hand.look()
        await hand.press("escape", "escape")
        assert listed(hand).id == "menu"


async def test_the_trail_grows_while_it_is_looked_at(place: Workplace) -> None:
    async with section(place, "audit", size=LARGE) as hand:
        total = listed(hand).total
        with Store.open(place.store.path, operator="bob") as other:
            other.audit.add("source", "pbx", "add")
        hand.app.look()
        await hand.settle()
        assert listed(hand).total == total + 1 and f"{total + 1} changes" in hand.look()


async def test_what_the_filter_lets_through_is_exported(place: Workplace, tmp_path: Path) -> None:
    async with section(place, "audit") as hand:
        await hand.press("slash")
        await hand.type("kind:tenant")
        await hand.press("enter", "E")
        hand.app.screen.query_one(Input).value = str(tmp_path)
        await hand.press("enter")
        assert "is there already" in hand.said("#error")
        hand.app.screen.query_one(Input).value = str(tmp_path / "audit.csv")
        await hand.press("enter")
        assert "2 changes written" in hand.told()[-1]
        assert len((tmp_path / "audit.csv").read_text().splitlines()) == 3
        assert (tmp_path / "audit.csv").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("name", ["site", "tenants", "provisioning", "whitelist", "audit"])
async def test_a_read_only_console_changes_nothing(place: Workplace, name: str) -> None:
    place.store.provisioning.save(replace(settings(place), whitelist=("192.0.2.0/24",)))
    before, trail = settings(place), place.store.audit.count()
    async with section(place, name, read_only=True) as hand:
        offered = {active.binding.action for active in hand.app.screen.active_bindings.values()}
        assert not offered & {"add", "edit", "delete", "rename", "switch", "clear", "make", "reveal"}
        await hand.press("A", "R", "d", "x", "N", "space")
        assert len(hand.app.screen_stack) == 1
        assert settings(place) == before and place.store.audit.count() == trail
        assert place.store.tenants.names() == ["acme", "bolt"]
        assert MACS[0] in place.store.devices.existing(MACS)

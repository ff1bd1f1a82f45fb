"""The settings editor on a scratch screen, driven by keys."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager

from textual.widget import Widget
from textual.widgets import Input, Static

from aps_tui.domain.catalogue import MASK, TABS
from aps_tui.screens.area import AreaScreen
from aps_tui.screens.desk import Desk
from aps_tui.screens.pick import Pick
from aps_tui.screens.raw_list import RawList
from aps_tui.screens.setting_list import SettingList
from aps_tui.screens.settings_editor import SettingsEditor
from aps_tui.screens.value_dialog import Arrange, Ask, Tell
from aps_tui.services.values import Level, put, put_raw, sheet
from aps_tui.services.workplace import Workplace
from tests.screens.console import Hand, console
from tests.unit.services.small_site import MACS

SITE, SALES, DEVICE = Level("site"), Level("template", "Sales"), Level("device", MACS[0])


class Scratch(AreaScreen):
    """Nothing but the widget under test."""

    TITLE = "Scratch"

    def __init__(self, desk: Desk, widget: Widget) -> None:
        super().__init__(desk)
        self.widget = widget

    def body(self) -> Iterable[Widget]:
        """The widget."""
        yield self.widget


@asynccontextmanager
async def editor(place: Workplace, level: Level, tab: str = "General", **options: object) -> AsyncIterator[Hand]:
    """The editor on a place, at a tab."""
    async with console(place, **options) as hand:  # type: ignore[arg-type]
        widget = SettingsEditor(hand.app.desk, level)
        await hand.app.push_screen(Scratch(hand.app.desk, widget))
        await hand.settle()
        widget.turn_to(tab)
        widget.rows.focus()
        await hand.settle()
        yield hand


async def to(hand: Hand, id: str) -> SettingList:
    """Put the cursor on a setting."""
    rows = hand.app.screen.query_one(SettingList)
    rows.move_to(hand.keys().index(id))
    await hand.settle()
    return rows


def value(place: Workplace, level: Level, id: str) -> object:
    """What is said at a place."""
    return place.store.settings.get(level).get(id)


async def test_the_tabs_turn_and_the_strip_scrolls(place: Workplace) -> None:
    async with editor(place, SALES, size=(80, 24)) as hand:
        for tab in (*TABS[1:], TABS[0]):
            await hand.press("right_square_bracket")
            strip = hand.look().splitlines()[2]
            assert f"[{tab}]" in strip and len(strip) <= 80
        await hand.press("left_square_bracket")
        assert hand.app.screen.query_one(SettingsEditor).tab == TABS[-1]


async def test_a_text_is_checked_as_it_is_typed_and_stored(place: Workplace) -> None:
    async with editor(place, SITE, "Server") as hand:
        await to(hand, "server.1.port")
        await hand.press("enter")
        assert isinstance(hand.app.screen, Ask)
        await hand.press("ctrl+u")
        await hand.type("70000")
        assert "70000 is not between 1 and 65535" in hand.look()
        await hand.press("enter")
        assert isinstance(hand.app.screen, Ask)
        await hand.press("backspace", "enter")
        assert value(place, SITE, "server.1.port") == 7000
        assert hand.rows.current is not None and [*hand.rows.current.cells] == [
            "o ",
            "Registrar port 1",
            "7000",
            "here",
        ]


async def test_an_unchanged_text_stores_nothing_and_a_cleared_one_is_empty(place: Workplace) -> None:
    put(place, SITE, "network.stun_host", "s.example.com")
    async with editor(place, Level("tenant", "acme"), "Network") as hand:
        for id in ("network.stun_host", "network.keepalive_seconds"):
            await to(hand, id)
            await hand.press("e", "enter")
            assert isinstance(hand.app.screen, Scratch) and value(place, Level("tenant", "acme"), id) is None
        await to(hand, "network.stun_host")
        await hand.press("e", "ctrl+u", "enter")
        assert value(place, Level("tenant", "acme"), "network.stun_host") == ""


async def test_the_help_lists_the_keys_of_the_editor(place: Workplace) -> None:
    async with editor(place, SALES) as hand:
        await hand.press("question_mark")
        text = hand.said("TextView")
        assert "Tab right" in text and "Reveal" in text and "Reset" in text


async def test_leaving_a_typed_text_asks(place: Workplace) -> None:
    async with editor(place, SITE, "Server") as hand:
        await to(hand, "server.1.host")
        await hand.press("e")
        await hand.type("x")
        await hand.press("escape")
        assert "What you typed is lost" in hand.look()
        await hand.press("n", "escape", "y")
        assert isinstance(hand.app.screen, Scratch) and value(place, SITE, "server.1.host") is None


async def test_the_example_is_taken_by_tab(place: Workplace) -> None:
    async with editor(place, SITE) as hand:
        await to(hand, "general.provisioning_url")
        await hand.press("e", "tab", "enter")
        assert value(place, SITE, "general.provisioning_url") == "http://1.1.1.1:5555/tftpboot/"


async def test_a_switch_is_turned_by_space_and_taken_back_by_z(place: Workplace) -> None:
    async with editor(place, SITE, "Network") as hand:
        await to(hand, "network.nat_rport")
        await hand.press("space")
        assert value(place, SITE, "network.nat_rport") is False
        assert "without rport" in hand.said("#about") and hand.rows.current.cells[0] == "o!"  # type: ignore[union-attr]
        await hand.press("space")
        assert value(place, SITE, "network.nat_rport") is True
        hand.app.desk.take_back()
        assert value(place, SITE, "network.nat_rport") is False


async def test_a_choice_is_picked_from_a_list_that_narrows(place: Workplace) -> None:
    async with editor(place, SALES, "Date and Time") as hand:
        await to(hand, "time.zone")
        await hand.press("enter")
        assert isinstance(hand.app.screen, Pick)
        await hand.type("toronto")
        await hand.press("enter")
        assert value(place, SALES, "time.zone") == "America/Toronto"


async def test_codecs_are_chosen_and_ordered(place: Workplace) -> None:
    async with editor(place, SITE, "Server") as hand:
        await to(hand, "server.codecs")
        await hand.press("enter")
        assert isinstance(hand.app.screen, Arrange)
        await hand.press("space", "j", "space", "K", "enter")
        assert value(place, SITE, "server.codecs") == ("pcma", "pcmu")
        await to(hand, "server.codecs")
        await hand.press("enter", "J", "enter")
        assert value(place, SITE, "server.codecs") == ("pcmu", "pcma")


async def test_days_keep_the_weeks_order(place: Workplace) -> None:
    async with editor(place, SITE) as hand:
        await to(hand, "general.sync_days")
        await hand.press("e", "j", "j", "space", "k", "k", "space", "enter")
        assert value(place, SITE, "general.sync_days") == ("mon", "wed")


async def test_reset_shows_what_is_inherited(place: Workplace) -> None:
    put(place, SITE, "time.zone", "Europe/Rome")
    async with editor(place, SALES, "Date and Time") as hand:
        await to(hand, "time.zone")
        assert "x goes back to Europe/Rome (global)" in hand.said("#about")
        await hand.press("x")
        assert value(place, SALES, "time.zone") is None
        assert hand.rows.current is not None and [*hand.rows.current.cells][2:] == ["Europe/Rome", "global"]
        await hand.press("x")
        assert "nothing is said here" in hand.told()[-1]


async def test_a_secret_is_typed_masked_and_shown_only_after_a_question(place: Workplace) -> None:
    async with editor(place, SALES, "Security") as hand:
        await to(hand, "security.admin_password")
        await hand.press("e")
        assert hand.app.screen.query_one(Input).password
        await hand.type("Zebra-77")
        await hand.press("enter")
        assert value(place, SALES, "security.admin_password") == "Zebra-77"
        assert MASK in hand.look() and "Zebra" not in hand.look()
        await hand.press("R", "n")
        assert place.store.audit.recent(1)[0].action == "set"
        await hand.press("R", "y")
        assert isinstance(hand.app.screen, Tell) and "Zebra-77" in hand.look()
        await hand.press("escape")
        assert "Zebra" not in hand.look() and place.store.audit.recent(1)[0].action == "reveal"


async def test_what_the_model_does_not_carry_is_listed_and_not_edited(place: Workplace) -> None:
    put(place, SALES, "ldap.host", "1.1.1.1")
    async with editor(place, SALES, "LDAP") as hand:
        assert "Not carried by testphone/T1: 17 settings" in hand.look()
        await to(hand, "ldap.host")
        await hand.press("enter")
        assert isinstance(hand.app.screen, Scratch) and "does not carry LDAP server" in hand.told()[-1]
        await hand.press("x")
        assert value(place, SALES, "ldap.host") is None


async def test_someone_elses_change_is_not_overwritten(place: Workplace) -> None:
    async with editor(place, SALES, "Date and Time") as hand:
        await to(hand, "time.zone")
        await hand.press("enter")
        put(place, SALES, "time.zone", "Asia/Tokyo")
        await hand.type("toronto")
        await hand.press("enter")
        assert "was changed by tester" in hand.told()[-1]
        assert value(place, SALES, "time.zone") == "Asia/Tokyo" and "Asia/Tokyo" in hand.look()


async def test_a_read_only_console_reads(place: Workplace) -> None:
    async with editor(place, SALES, "Date and Time", read_only=True) as hand:
        await to(hand, "time.zone")
        await hand.press("enter", "e", "x", "space", "R")
        assert isinstance(hand.app.screen, Scratch) and value(place, SALES, "time.zone") == "Europe/Paris"


async def test_the_owner_mounts_a_widget_of_its_own_for_the_keys(place: Workplace) -> None:
    async with editor(place, SALES) as hand:
        widget = hand.app.screen.query_one(SettingsEditor)
        keys = Static("the keys", id="keys")
        keys.can_focus = True
        widget.mount_for(keys, ("DSS Keys", "Programmable Keys"))
        await hand.settle()
        assert "the keys" not in hand.look()
        widget.turn_to("DSS Keys")
        await hand.settle()
        assert "the keys" in hand.look() and "Deal type" in hand.look()
        await hand.press("right_square_bracket")
        assert "the keys" in hand.look() and keys.has_focus and not widget.rows.display
        await hand.press("right_square_bracket")
        assert "the keys" not in hand.look() and widget.rows.has_focus


async def test_warnings_of_a_write_are_told(place: Workplace) -> None:
    async with editor(place, DEVICE, "Network") as hand:
        await to(hand, "network.stun_host")
        assert not sheet(place, DEVICE).rows["network.stun_host"].supported
    async with editor(place, SITE, "Network") as hand:
        await to(hand, "network.stun_host")
        await hand.press("e")
        await hand.type("s.example.com")
        await hand.press("enter")
        assert "not recommended" in hand.told()[-1]


async def test_raw_parameters_are_added_edited_and_removed(place: Workplace) -> None:
    put_raw(place, SITE, "testphone", "phone.contrast", "6")
    async with console(place) as hand:
        await hand.app.push_screen(Scratch(hand.app.desk, RawList(hand.app.desk, SALES)))
        hand.rows.focus()
        await hand.press("A")
        await hand.type("web.password hush-7734")
        await hand.press("enter")
        assert "write name = value" in hand.look()
        await hand.press("ctrl+u")
        await hand.type("web.password = hush-7734")
        await hand.press("enter")
        assert place.store.settings.raw(SALES) == {"": {"web.password": "hush-7734"}}
        assert "hush" not in hand.look() and hand.keys() == ["testphone phone.contrast", "testphone web.password"]
        await hand.press("d")
        assert "said by the global level" in hand.told()[-1]
        await hand.press("e", "backspace", "7", "enter")
        assert place.store.settings.raw(SALES)[""]["phone.contrast"] == "7"
        await hand.press("d", "y")
        assert place.store.settings.raw(SALES) == {"": {"web.password": "hush-7734"}}


async def test_a_raw_parameter_of_the_site_names_its_vendor(place: Workplace) -> None:
    async with console(place) as hand:
        await hand.app.push_screen(Scratch(hand.app.desk, RawList(hand.app.desk, SITE)))
        hand.rows.focus()
        await hand.press("A", "enter")
        await hand.type("phone.contrast = 6")
        await hand.press("enter")
        assert place.store.settings.raw(SITE) == {"testphone": {"phone.contrast": "6"}}

"""The texts for the servers around: shown as they are printed, written to a file, reached by a word."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path

import pytest

from aps_tui.domain.errors import BadValue
from aps_tui.domain.site import Provisioning
from aps_tui.screens.config_text import ConfigText, ConfigTextScreen
from aps_tui.screens.help import HelpScreen
from aps_tui.screens.server_texts import server_texts
from aps_tui.screens.settings import SECTIONS, SettingsScreen
from aps_tui.screens.words import completed
from aps_tui.services.asteriskconf import lines_of
from aps_tui.services.dhcpconf import configuration
from aps_tui.services.serverconf import FAIL2BAN_PARTS, TFTP_SERVERS, WEB_SERVERS, ServedSite, served_site
from aps_tui.services.workplace import Workplace
from tests.screens.console import Hand, console


def _plain(text: Callable[[ServedSite, bool], Iterable[str]], site: ServedSite) -> Iterable[str]:
    return text(site, False)


def _bans(name: str, site: ServedSite) -> Iterable[str]:
    return FAIL2BAN_PARTS[None](site, name)


SERVED: dict[str, Callable[[ServedSite], Iterable[str]]] = {
    **{f"web {name}": partial(_plain, text) for name, text in WEB_SERVERS.items()},
    **{f"tftp {name}": text for name, text in TFTP_SERVERS.items()},
    **{f"fail2ban {name}": partial(_bans, name) for name in WEB_SERVERS},
}
SIZES = ((80, 24), (120, 40))


@pytest.fixture
def served(place: Workplace) -> Workplace:
    """The small site with an address."""
    place.store.provisioning.save(Provisioning(server_hostname="pbx.example.net"))
    return Workplace(place.store, place.root, place.packs)


def screen_of(hand: Hand) -> ConfigTextScreen:
    assert isinstance(hand.app.screen, ConfigTextScreen)
    return hand.app.screen


async def open_texts(hand: Hand) -> None:
    await hand.press("0", *["down"] * list(SECTIONS).index("texts"), "enter")


@pytest.mark.parametrize("size", SIZES)
async def test_each_text_is_shown_as_it_is_printed(served: Workplace, size: tuple[int, int]) -> None:
    async with console(served, size=size) as hand:
        await open_texts(hand)
        for name in ("isc", "dnsmasq", "kea"):
            assert f"[dhcp {name}]" in hand.look()
            assert hand.said("#text").splitlines() == configuration(served, name)
            assert "w Write" in hand.look().splitlines()[-1] and "Esc Back" in hand.look().splitlines()[-1]
            await hand.press("tab")
        for name in ("pjsip", "chan-sip"):
            assert f"[asterisk {name}]" in hand.look() and hand.said("#text").splitlines() == lines_of(served, name)
            await hand.press("tab")
        for name, text in SERVED.items():
            assert f"[{name}]" in hand.look()
            assert hand.said("#text").splitlines() == list(text(served_site(served)))
            await hand.press("tab")
        assert "[dhcp isc]" in hand.look()
        await hand.press("left_square_bracket")
        assert "[fail2ban apache]" in hand.look()
        await hand.press("question_mark")
        assert isinstance(hand.app.screen, HelpScreen) and "Write this text to a file" in hand.look()
        await hand.press("escape", "escape")
        assert isinstance(hand.app.screen, SettingsScreen)


async def test_a_site_without_an_address_is_told_what_to_fill(place: Workplace) -> None:
    async with console(place, size=SIZES[0]) as hand:
        await open_texts(hand)
        assert "fill Server host name (server_hostname)" in " ".join(hand.said("#text").split())


async def test_a_text_is_written_to_a_new_file(served: Workplace, tmp_path: Path) -> None:
    file = tmp_path / "phones.conf"
    async with console(served, size=SIZES[0]) as hand:
        await open_texts(hand)
        await hand.press("w")
        await hand.type(str(file))
        await hand.press("enter")
        assert file.read_text().splitlines() == configuration(served, "isc") and file.stat().st_mode & 0o777 == 0o600
        before = file.read_text()
        await hand.press("tab", "w")
        await hand.type(str(file))
        await hand.press("enter")
        assert "is there already" in hand.look() and file.read_text() == before
        await hand.press("escape", "y")
        assert screen_of(hand).at == 1


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("dhcp", "dhcp isc"),
        ("dhcp dns", "dhcp dnsmasq"),
        ("asterisk", "asterisk pjsip"),
        ("web ap", "web apache"),
        ("tftp", "tftp hpa"),
        ("fail2ban", "fail2ban nginx"),
    ],
)
async def test_a_word_leads_there(served: Workplace, typed: str, name: str) -> None:
    async with console(served, size=SIZES[0]) as hand:
        await hand.press("colon")
        await hand.type(typed)
        await hand.press("enter")
        assert f"[{name}]" in hand.look()
        await hand.press("q")
        assert len(hand.app.screen_stack) == 1


def test_a_name_that_no_text_has_is_refused_and_completion_knows_them(served: Workplace) -> None:
    from aps_tui.screens.desk import Desk

    with pytest.raises(BadValue, match="there is no text 'dhcp x'; there are: dhcp isc, dhcp dnsmasq, dhcp kea, "):
        server_texts(Desk(served), "dhcp x")
    assert completed(served, "dhcp d") == ("dhcp dnsmasq ", ())


async def test_a_text_of_hostile_lines_and_one_that_fails_are_shown_harmless(place: Workplace) -> None:
    def fails() -> list[str]:
        raise BadValue("no \x1b[31m")

    texts = [ConfigText("odd", "~/x", lambda: ["; [red]\x1b[2Jx", "\u202e"]), ConfigText("bad", "~/x", fails)]
    async with console(place, size=SIZES[0]) as hand:
        await hand.app.push_screen(ConfigTextScreen(hand.app.desk, "T \x07", texts))
        await hand.settle()
        assert "; [red]\\x1b[2Jx" in hand.look() and "\u202e" not in hand.look() and "\x07" not in hand.look()
        await hand.press("tab")
        assert "no \\x1b[31m" in hand.look()

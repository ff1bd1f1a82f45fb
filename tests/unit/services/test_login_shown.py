"""What explains a device says of HTTP what its files have: its own login, not what the levels say; no password."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from aps_tui.data.settings import Level
from aps_tui.domain.catalogue import MASK
from aps_tui.domain.http_auth import password_of
from aps_tui.services.console import levels_of
from aps_tui.services.diffs import masker
from aps_tui.services.explain import explain_setting
from aps_tui.services.provenance import origins
from aps_tui.services.render import render_device
from aps_tui.services.values import reveal, sheet
from aps_tui.services.workplace import Workplace
from tests.unit.services.small_site import MAC_CFG, MACS, make_pack, open_site

MAC = MACS[0]
DEVICE = Level("device", MAC)
LOGIN = "user = {{ general.http_user }}\npass = {{ general.http_password }}\n"
URL = "url = {{ general.provisioning_url }}\n"


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Callable[[str], Workplace]]:
    """Opens the small site with HTTP authentication on and more in its template."""
    make_pack(tmp_path / "packs")

    def opened(more: str) -> Workplace:
        (tmp_path / "packs" / "testphone" / "mac.cfg.j2").write_text(more + MAC_CFG)
        manager = open_site(tmp_path)
        managers.append(manager)
        place = manager.__enter__()
        place.store.provisioning.save(replace(place.store.provisioning.get(), http_auth=True))
        return place

    managers: list[object] = []
    yield opened
    for manager in managers:
        manager.__exit__(None, None, None)  # type: ignore[attr-defined]


def password(place: Workplace) -> str:
    return password_of(place.store.provisioning.get().http_key, MAC, 0)


def test_the_devices_own_login_stands_before_what_the_site_says(site: Callable[[str], Workplace]) -> None:
    place = site(LOGIN)
    for name, value in (("general.http_user", "phones"), ("general.http_password", "pssst-pssst")):
        place.store.settings.set(Level("site"), name, value)
    [file] = render_device(place, MAC).files
    own = password(place)
    assert file.text.startswith(f"user = {MAC}\npass = {own}\n")
    user, secret = (explain_setting(place, MAC, f"general.http_{one}") for one in ("user", "password"))
    assert user.winner is not None and (user.winner.level, user.winner.value) == ("provisioning", MAC)
    assert secret.winner is not None and secret.winner.value == masker(place).mask(own)
    assert ("global", "phones") in {(step.level, step.value) for step in user.steps}
    rows = sheet(place, DEVICE).rows
    assert (rows["general.http_user"].shown, rows["general.http_user"].source) == (MAC, "provisioning")
    assert (rows["general.http_password"].shown, rows["general.http_password"].source) == (MASK, "provisioning")
    assert f"general.http_user = {MAC}, from the provisioning settings" in origins(place, MAC)[file.path][0]
    assert not {own, "pssst-pssst"} & set(re.split(r"[\s'\"=]", repr((user, secret, rows))))
    assert reveal(place, DEVICE, "general.http_password") == own
    assert ("general.http_user", MAC, "provisioning") in levels_of(place, MAC)


def test_a_login_that_the_device_says_itself_stays(site: Callable[[str], Workplace]) -> None:
    place = site(LOGIN)
    place.store.settings.set(DEVICE, "general.http_user", "mine")
    user = explain_setting(place, MAC, "general.http_user").winner
    assert user is not None and (user.level, user.value) == ("device", "mine")
    place.store.settings.set(DEVICE, "general.http_password", "My-Own-Password-1")
    secret = explain_setting(place, MAC, "general.http_password").winner
    assert secret is not None and secret.level == "device" and secret.value == masker(place).mask("My-Own-Password-1")
    row = sheet(place, DEVICE).rows["general.http_password"]
    assert (row.source, row.reset_source) == ("here", "provisioning")
    assert reveal(place, DEVICE, "general.http_password") == "My-Own-Password-1"


@pytest.mark.parametrize("typed", ["http://1.1.1.1/", "http://me:My-Own-1@1.1.1.1/", "http://My-Own-1@1.1.1.1/"])
def test_a_password_in_a_url_is_shown_nowhere(site: Callable[[str], Workplace], typed: str) -> None:
    place = site(URL)
    place.store.settings.set(DEVICE, "general.provisioning_url", typed)
    [file] = render_device(place, MAC).files
    assert (password(place) if typed == "http://1.1.1.1/" else "My-Own-1") in file.text
    found = explain_setting(place, MAC, "general.provisioning_url")
    row = sheet(place, DEVICE).rows["general.provisioning_url"]
    said = repr((found, row, origins(place, MAC), levels_of(place, MAC)))
    assert password(place) not in said and "My-Own-1" not in said
    assert found.winner is not None and "••••" in str(found.winner.value) and "••••" in row.shown
    assert str(found.rendered).endswith("@pbx.example.net/")
    assert sheet(place, DEVICE).text("general.provisioning_url") == typed

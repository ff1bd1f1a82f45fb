"""Who is registered, as the PBX's manager interface tells it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from aps_tui.domain.errors import ApsError
from aps_tui.domain.observation import ACCOUNT, CONTACT
from aps_tui.services.resync.settings import ResyncSettings
from aps_tui.services.watch import registrar
from aps_tui.services.watch.registrar import RegistrarSource, observed
from aps_tui.services.workplace import Workplace
from aps_tui.wire.ami import Contact
from tests.lab.until import until
from tests.unit.services.small_site import MACS

NEW = "0011220000aa"


def contact(uri: str, endpoint: str, expires: float = 1.0) -> Contact:
    return Contact(uri, endpoint, "10.0.0.9", "Yealink \x1b[31m", "Avail", expires)


def test_a_phone_that_shows_unprov_is_known_by_its_user_and_others_by_their_line(place: Workplace) -> None:
    contacts = [
        contact(f"sip:APS-{NEW.upper()}@10.0.0.9:5060", "apunprov"),
        contact("sip:x@10.0.0.9:5061", "103"),
        contact("sip:x@10.0.0.9:5061", "101"),  # two tenants have it
        contact("sip:101@10.0.0.9:5062", "unknown"),
        contact("sip:aps-nomac@10.0.0.9", "apunprov"),
    ]
    found = observed(place.store, contacts, 5.0)
    assert [(one.mac, one.said[ACCOUNT]) for one in found] == [(NEW, f"aps-{NEW}"), (MACS[2], "103")]
    assert all(one.said[CONTACT].isprintable() and one.at == 5.0 for one in found)


class Pbx:
    """A manager interface that answers what it is told to."""

    def __init__(self) -> None:
        self.answers: list[list[Contact] | ApsError] = []
        self.asked = threading.Semaphore(0)

    def contacts(self) -> list[Contact]:
        answer = self.answers[0]
        self.asked.release()
        if isinstance(answer, ApsError):
            raise answer
        return answer

    def close(self) -> None:
        pass

    def ask_again(self) -> None:
        """Wait until it was asked twice from now on."""
        while self.asked.acquire(blocking=False):
            pass
        for _ in range(3):
            assert self.asked.acquire(timeout=20)


@pytest.fixture
def pbx(monkeypatch: pytest.MonkeyPatch) -> Pbx:
    made = Pbx()
    monkeypatch.setattr(registrar, "open_ami", lambda _: made)
    monkeypatch.setattr(registrar, "EVERY", 0.001)
    return made


@contextmanager
def source(place: Workplace) -> Iterator[RegistrarSource]:
    made = RegistrarSource(place.store, ResyncSettings(), lambda: 9.0)
    try:
        yield made
    finally:
        made.close()


def told(source: RegistrarSource, at_least: int) -> int:
    """How many registrations a source tells until there are so many."""
    count = 0

    def come() -> bool:
        nonlocal count
        count += len(source.read())
        return count >= at_least

    until(come, "they are told")
    return count


def test_each_registration_is_told_once_and_again_when_it_was_renewed(place: Workplace, pbx: Pbx) -> None:
    one, renewed = contact("sip:x@10.0.0.9", "103"), contact("sip:x@10.0.0.9", "103", 2.0)
    pbx.answers = [[one]]
    with source(place) as asked:
        assert told(asked, 1) == 1
        pbx.ask_again()
        assert asked.read() == []
        pbx.answers = [[renewed]]
        assert told(asked, 1) == 1
    assert asked.state == ""


def test_a_pbx_that_does_not_answer_is_said_and_asked_again(place: Workplace, pbx: Pbx) -> None:
    pbx.answers = [ApsError("nobody answers at 127.0.0.1:5038")]
    with source(place) as asked:
        until(lambda: asked.state == "nobody answers at 127.0.0.1:5038", "it is said")
        pbx.answers = [[contact("sip:x@10.0.0.9", "103")]]
        assert told(asked, 1) == 1 and asked.state == ""

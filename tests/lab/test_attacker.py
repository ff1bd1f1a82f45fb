"""A scripted attacker, outside and in the voice network, gets nothing and is banned, while the phones go on working."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count

import pytest

from aps_tui.services import http_auth
from aps_tui.services.unprov.options import Unprov
from tests.lab.attacked import (
    CAPTURED,
    INTRUDER,
    INVENTED,
    PHONES,
    REMOTE,
    UNBOUND,
    UNBOUND_AT,
    Siege,
    besieged,
    unharmed,
)
from tests.lab.attacker import WRITE, Ask, Attacker, climbing, roundabout
from tests.lab.calls import agi_server, call, calls
from tests.lab.servers.web import Login
from tests.lab.site import PIN

pytestmark = [
    pytest.mark.root,
    pytest.mark.programs("ip", "sysctl", "unshare", "nginx", "in.tftpd", "nft", "fail2ban-server", "fail2ban-client"),
]

KNOWN = [*PHONES, REMOTE, CAPTURED, UNBOUND]
PREFIXES = ("805ec0", "0004f2")
"""Of Yealink and Polycom, as the attack begins with popular makers."""
_digits = count(0xA0000)


@pytest.fixture(scope="module")
def siege() -> Iterator[Siege]:
    with besieged() as made:
        yield made


def guessed(n: int, digits: Iterator[int] | None = None) -> list[str]:
    """The next MACs of a brute force."""
    return [f"{prefix}{number:06x}" for number in (next(digits or _digits) for _ in range(n)) for prefix in PREFIXES]


def names(macs: list[str]) -> list[str]:
    """What phones of popular makers would ask for."""
    return [f"/tftpboot/{mac}.cfg" for mac in macs]


def all_alike(attacker: Attacker, login: Login | None, method: str = "GET") -> int:
    """The status of every answer about phones that there are and that there are not, which all are the same."""
    asked = [Ask(f"/tftpboot/{mac}.cfg", login, method) for mac in [*KNOWN, *guessed(5)]]
    answers = set(attacker.asks(asked))
    assert len(answers) == 1, answers
    return answers.pop().status


def test_from_outside_neither_http_nor_tftp_answers(siege: Siege) -> None:
    with unharmed(siege):
        outside = siege.outside()
        plain = Attacker(siege.lan, outside.address)
        siege.attackers.append(plain)
        assert {one.status for one in plain.asks([Ask(name) for name in names(KNOWN[:4])])} == {0}
        everything = [f"{mac}.cfg".encode() for mac in [*KNOWN, *guessed(150)]]
        assert not outside.tftp([*everything, *climbing()]) and outside.loot == []
        assert outside.ask("/tftpboot/").status in (401, 404)


def test_no_answer_tells_which_phones_there_are(siege: Siege) -> None:
    with unharmed(siege):
        for method in ("GET", "HEAD", "PUT", "DELETE", "OPTIONS", "BREW"):
            assert all_alike(siege.outside(), None, method) in (401, 403, 405)
        logins = (Login("admin", "admin"), Login(KNOWN[0], "x" * 24), Login(guessed(1)[0], "x" * 24))
        assert {all_alike(siege.intruder(), login) for login in logins} == {401}


def test_no_way_round_leads_to_a_file_or_a_list(siege: Siege) -> None:
    mine, other = siege.login(UNBOUND), next(iter(PHONES))
    with unharmed(siege):
        intruder = siege.intruder()
        for login in (None, mine):
            ways = [Ask(way, login) for way in roundabout(f"{other}.cfg")]
            answers = intruder.asks(ways)
            wrong = [(way.path, got.status) for way, got in zip(ways, answers, strict=True) if got.status < 400]
            assert not wrong
        assert not intruder.tftp(climbing())


def test_who_is_silent_is_banned_for_the_macs(siege: Siege) -> None:
    with unharmed(siege):
        silent = siege.outside()
        siege.await_ban(silent, "aps-tui-harvest", lambda: silent.asks([Ask(name) for name in names(guessed(8))]))
        siege.await_alarm("harvest", silent.address)


def test_who_guesses_passwords_is_banned(siege: Siege) -> None:
    tries = (Ask(f"/tftpboot/{KNOWN[0]}.cfg", Login(KNOWN[0], f"guess-{n}")) for n in count())
    with unharmed(siege):
        guesser = siege.outside()
        siege.await_ban(guesser, "aps-tui", lambda: guesser.asks([next(tries) for _ in range(4)]))


def test_who_floods_is_banned(siege: Siege) -> None:
    with unharmed(siege):
        flooder = siege.outside()
        storm = [Ask("/tftpboot/y000000000066.cfg")] * 50
        siege.await_ban(flooder, "aps-tui", lambda: flooder.asks(storm, at_once=16))
        statuses = [int(got.split()[1]) for got in flooder.loot if got]
        assert set(statuses) == {401, 429}


def test_within_the_voice_network_reading_through_macs_gives_nothing_but_the_alarm(siege: Siege) -> None:
    with unharmed(siege):
        intruder = siege.intruder()
        assert {one.status for one in intruder.asks([Ask(name) for name in names(guessed(40))])} == {401}
        siege.await_alarm("harvest", intruder.address)
        assert not intruder.tftp(f"{mac}.cfg".encode() for mac in guessed(40))
        assert not intruder.tftp([f"{KNOWN[0]}.cfg".encode(), b"new.cfg"], WRITE)


def test_a_captured_request_opens_no_other_file_and_nothing_once_the_password_changed(siege: Siege) -> None:
    captured, store = siege.login(CAPTURED), siege.site.place.store
    try:
        replayer = siege.outside()
        with unharmed(siege):
            others = {replayer.ask(f"/tftpboot/{mac}.cfg", captured).status for mac in (*KNOWN[:4], *guessed(2))}
            assert others == {404}
        own = replayer.ask(f"/tftpboot/{CAPTURED}.cfg", captured)
        assert own.status == 200, "what is captured is that phone's own"
        assert any(secret in own.body for secret in siege.secrets()), "and what is looked for elsewhere is found here"
        siege.await_alarm("outside", replayer.address)
        replayer.loot.clear()
        assert http_auth.rotate(siege.site.place, [CAPTURED]).done == [CAPTURED]
        siege.site.commit()
        http_auth.drop(siege.site.place, [CAPTURED])
        with unharmed(siege):
            assert replayer.ask(f"/tftpboot/{CAPTURED}.cfg", captured).status == 401
            phone = siege.login(CAPTURED, 1)
        assert store.http_logins.get(CAPTURED).turn == 1 and phone.user == f"{CAPTURED}.2"
    finally:
        siege.attackers.clear()


def test_a_thousand_invented_phones_raise_the_alarm(siege: Siege) -> None:
    invented = siege.lan.add_phones([f"02bbbb{n:06x}" for n in range(80)], INVENTED).values()
    with unharmed(siege):
        intruder = siege.intruder()
        storm = [Ask(name, address=at) for at in invented for name in names(guessed(9))]
        assert {one.status for one in intruder.asks(storm, at_once=40)} == {401}
        siege.await_alarm("flood", "the network")


def test_pins_are_not_guessed_and_a_phone_is_bound_meanwhile(siege: Siege) -> None:
    at, tries, number = str(INTRUDER), Unprov().tries, siege.free
    wrong = [f"{number:06}" for number in range(100_000, 100_000 + 20 * tries)]
    typed = [*wrong[:tries], PIN, *wrong[tries:]]
    made = [(guessed(1)[0], at, [*typed[tries * n :][:tries], number]) for n in range(20)]
    with agi_server(siege.command):
        with unharmed(siege):
            heard = [*calls(siege.lan, made[:1]), *calls(siege.lan, [*made[1:], (UNBOUND, at, [PIN, number])])]
            assert not [one for one in heard if "SAY DIGITS" in str(one.said)]
            assert [str(one.said).count("GET DATA") for one in heard] == [tries, *[0] * 20]
            siege.await_alarm("pin", at)
        assert f"SAY DIGITS {number}" in call(siege.lan, UNBOUND, str(UNBOUND_AT), PIN, number).said

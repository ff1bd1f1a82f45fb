"""An attacker with a stopwatch: no answer's time tells which phones there are."""

from __future__ import annotations

import http.client
import random
import time
from collections.abc import Sequence

import pytest

from aps_tui.data.settings import Level
from tests.lab.netlab import FIRST_PHONE, PBX, inside
from tests.lab.servers.web import PORT, Login
from tests.lab.test_web_access import FRESH, MINE, OTHERS, SERVERS, UNKNOWN, Served, served

pytestmark = [pytest.mark.root, pytest.mark.programs("ip", "sysctl")]

TIMES = 16
"""How often each MAC is asked for, in a new order each time."""
NEVER_WAS = "805ec0fffffe"
ALIKE = 0.35
"""How far the chance that the answer for a known MAC takes longer may be from a half. With 32 answers of each kind it
is 0.07 off by accident; where a password is compared by bcrypt, it is 0.5."""


def durations(one: Served, macs: Sequence[str], login: Login | None) -> dict[str, list[float]]:
    """Seconds that each answer took, interleaved over one connection."""
    headers = {} if login is None else {"Authorization": login.basic}

    def asked() -> dict[str, list[float]]:
        took: dict[str, list[float]] = {mac: [] for mac in macs}
        connection = http.client.HTTPConnection(str(PBX), PORT, timeout=10, source_address=(str(FIRST_PHONE), 0))
        connection.connect()
        for _ in range(TIMES):
            for mac in random.sample(macs, len(macs)):
                if login and login.user in macs:
                    headers["Authorization"] = Login(mac, login.password).basic
                begin = time.perf_counter()
                connection.request("GET", f"/tftpboot/{mac}.cfg", headers=headers)
                answer = connection.getresponse()
                answer.read()
                took[mac].append(time.perf_counter() - begin)
                assert answer.status in (401, 404)
        connection.close()
        return took

    return inside(one.lan.phones, asked)


def longer(these: Sequence[float], those: Sequence[float]) -> float:
    """The chance that one of these is longer than one of those: a half where nothing tells them apart."""
    return sum((a > b) + (a == b) / 2 for a in these for b in those) / (len(these) * len(those))


@pytest.mark.parametrize("name", SERVERS)
def test_no_time_tells_which_phones_there_are(name: str) -> None:
    with served(name) as one:
        known = [OTHERS, FRESH]
        if name == "nginx":  # it makes up for the time of a hash; what is said of Apache stands in docs/security.md
            one.place.store.settings.set(Level("device", OTHERS), "general.http_password", "People-chose-it-1")
            one.site.commit()
        macs = [*known, UNKNOWN, NEVER_WAS]
        ways = {"nothing": None, "a wrong password": Login(OTHERS, "x" * 24), "another's": one.login(MINE)}
        for way, login in ways.items():
            took = durations(one, macs, login)
            there, nowhere = ([t for mac in some for t in took[mac]] for some in (known, [UNKNOWN, NEVER_WAS]))
            assert abs(longer(there, nowhere) - 0.5) < ALIKE, f"{way}: {took}"

"""What `aps-tui web` prints, in the real servers: each phone gets its own files, and nobody learns who there is."""

from __future__ import annotations

import http.client
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from aps_tui.domain.http_auth import password_of, user_of
from aps_tui.services.serverconf import WEB_SERVERS, served_site
from aps_tui.services.serverconf.site import TLS_PORT
from aps_tui.services.workplace import Workplace
from tests.lab.netlab import FIRST_PHONE, PBX, Lab, inside, lab
from tests.lab.servers.printed import PRINTED
from tests.lab.servers.web import PORT, Login, Web
from tests.lab.site import TENANT, Site, extensions, open_site

pytestmark = [pytest.mark.root, pytest.mark.programs("ip", "sysctl")]

SERVERS = [
    pytest.param("nginx", marks=pytest.mark.programs("nginx")),
    pytest.param("apache", marks=pytest.mark.programs("apache2")),
]
MINE, OTHERS, FRESH, UNKNOWN = "805ec0000001", "805ec0000002", "805ec0000003", "805ec0ffffff"
"""Two phones with lines, one without, one that there is not."""
FIRST = Login("newphone", "First-Contact-7yK2")
ELSEWHERE = str(FIRST_PHONE + 200)

ROUND_ABOUT = (
    "", ".", "./", "../", f"../{MINE}.cfg", "%2e%2e/htpasswd", "..%2f..%2fetc/passwd", ".aps-tui/",
    f"%2e%2e/tftpboot/../../site/tftpboot/{OTHERS}.cfg", f"x/../{OTHERS}.cfg", f"/{OTHERS}.cfg", f"{OTHERS}.cfg/",
    f"{OTHERS}.cfg/{MINE}.cfg", f"{OTHERS}%2ecfg", f"{OTHERS.upper()}.cfg", f"%38{OTHERS[1:]}.cfg",
    f"{OTHERS}.cfg%00", f"{OTHERS}.cfg?{MINE}", f"{OTHERS}.cfg;{MINE}",
)  # fmt: skip
"""What a phone that is after others' files may ask for."""


Secured = Callable[[Path, list[str]], list[str]]
"""Makes certificates in a folder, and of the printed text what is to be served."""


@dataclass
class Served:
    """A running server and the site behind it."""

    lan: Lab
    site: Site
    web: Web

    @property
    def place(self) -> Workplace:
        return self.site.place

    def login(self, mac: str, turn: int = 0) -> Login:
        return Login(user_of(mac, turn), password_of(self.place.store.provisioning.get().http_key, mac, turn))

    def ask(self, path: str, login: Login | None, at: str = str(FIRST_PHONE), method: str = "GET") -> tuple[int, Any]:
        """Status, and every header but the date with the length of the body."""

        def asked() -> tuple[int, Any]:
            one = http.client.HTTPConnection(str(PBX), PORT, timeout=10, source_address=(at, 0))
            headers = {"User-Agent": "Test"}
            if login is not None:
                headers["Authorization"] = login.basic
            one.request(method, path, headers=headers)
            answer = one.getresponse()
            body = answer.read()
            one.close()
            said = sorted((name, value) for name, value in answer.getheaders() if name != "Date")
            return answer.status, (said, len(body))

        return inside(self.lan.phones, asked)

    def get(self, name: str, login: Login | None, at: str = str(FIRST_PHONE)) -> int:
        return self.ask(f"/tftpboot/{name}", login, at)[0]


def document(http_auth: bool = True) -> dict[str, Any]:
    """Two phones with a line and one without; their LAN is but a part of the lab's."""
    lines = {MINE: ["1001"], OTHERS: ["1002"], FRESH: []}
    provisioning = {
        "http_auth": http_auth,
        "first_contact_user": FIRST.user,
        "first_contact_password": FIRST.password,
        "whitelist": [f"{FIRST_PHONE}/32"],
    }
    devices = [
        {"tenant": TENANT, "mac": mac, "vendor": "yealink", "model": "T46S",
         "line": [{"number": 1, "extension": one} for one in said]}
        for mac, said in lines.items()
    ]  # fmt: skip
    return {"provisioning": provisioning, "extension": extensions(2), "device": devices}


@contextmanager
def served(name: str, secured: Secured | None = None) -> Iterator[Served]:
    """The printed server. `secured`: with TLS, and what makes its certificates."""
    with tempfile.TemporaryDirectory(prefix="aps-lab-") as made, lab() as lan, open_site(Path(made, "site")) as site:
        folder = Path(made)
        for path in (folder, folder / "site"):
            path.chmod(0o755)
        site.load(document())
        site.commit()
        lan.add_phones(["805ec0000001"])
        lan.add_phones(["805ec0000009", "805ec000000a"], FIRST_PHONE + 200)
        text = list(WEB_SERVERS[name](served_site(site.place), secured is not None))
        (folder / "web").mkdir()
        if secured is not None:
            text = secured(folder / "web", text)
        with PRINTED[name](lan, folder / "web", site.root, text, TLS_PORT if secured else PORT) as web:
            yield Served(lan, site, web)


@pytest.mark.parametrize("name", SERVERS)
def test_each_phone_gets_its_own_files_and_nobody_learns_who_there_is(name: str) -> None:
    with served(name) as one:
        mine, other = one.login(MINE), one.login(OTHERS)
        assert one.get(f"{MINE}.cfg", mine) == 200
        assert one.get("y000000000066.cfg", mine) == 200

        nobody = {repr(one.ask(f"/tftpboot/{mac}.cfg", None)) for mac in (MINE, OTHERS, FRESH, UNKNOWN)}
        assert len(nobody) == 1 and "(401, " in nobody.pop()
        wrong = {repr(one.ask(f"/tftpboot/{mac}.cfg", Login(mac, "x" * 24))) for mac in (MINE, OTHERS, FRESH, UNKNOWN)}
        assert len(wrong) == 1 and "(401, " in wrong.pop()
        for login in (mine, FIRST):
            foreign = {repr(one.ask(f"/tftpboot/{mac}.cfg", login)) for mac in (OTHERS, UNKNOWN)}
            assert len(foreign) == 1 and "(404, " in foreign.pop(), login.user
        assert one.get(f"{MINE}-local.cfg", mine) == one.get(f"{UNKNOWN}-local.cfg", mine) == 404
        assert one.get(f"{OTHERS}.cfg", other) == 200

        for way in ROUND_ABOUT:
            assert one.get(way, mine) in (400, 403, 404), way
        assert one.get(f"{MINE}.cfg/", mine) in (403, 404)
        assert one.ask(f"/tftpboot/{MINE}.cfg", mine, method="PUT")[0] in (401, 403, 405)
        assert one.ask("/", mine)[0] in (403, 404)
        assert one.ask("/htpasswd", mine)[0] in (403, 404)


@pytest.mark.parametrize("name", SERVERS)
def test_first_contact_gets_shared_files_and_those_of_phones_without_a_line_on_the_voice_network(name: str) -> None:
    with served(name) as one:
        got = {file: one.get(file, FIRST) for file in (f"{FRESH}.cfg", "y000000000066.cfg", f"{MINE}.cfg")}
        assert got == {f"{FRESH}.cfg": 200, "y000000000066.cfg": 200, f"{MINE}.cfg": 404}
        assert one.get(f"{FRESH}.cfg", FIRST, ELSEWHERE) == one.get("y000000000066.cfg", FIRST, ELSEWHERE) == 404
        assert one.get(f"{MINE}.cfg", one.login(MINE), ELSEWHERE) == 200

        one.place.store.http_logins.open([MINE], one.place.store.db.now() + 600)
        one.site.commit()
        assert one.get(f"{MINE}.cfg", FIRST) == 200 and one.get(f"{OTHERS}.cfg", FIRST) == 404
        one.place.store.http_logins.open([MINE], 0)
        one.site.commit()
        assert one.get(f"{MINE}.cfg", FIRST) == 404


@pytest.mark.parametrize("name", SERVERS)
def test_while_a_password_changes_both_are_valid(name: str) -> None:
    with served(name) as one:
        store = one.place.store
        assert store.http_logins.rotate([MINE]) == [MINE]
        one.site.commit()
        old, new = one.login(MINE, 0), one.login(MINE, 1)
        assert [one.get(f"{MINE}.cfg", login) for login in (old, new)] == [200, 200]
        assert one.get(f"{OTHERS}.cfg", new) == 404
        store.http_logins.drop_old([MINE])
        one.site.commit()
        assert [one.get(f"{MINE}.cfg", login) for login in (old, new)] == [401, 200]

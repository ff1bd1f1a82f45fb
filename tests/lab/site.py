"""A real site for the lab: a database made by the services, and a root that the real commit writes."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aps_tui.data.store import Store
from aps_tui.services.commit import Outcome, commit
from aps_tui.services.sitefile import load
from aps_tui.services.workplace import Workplace
from aps_tui.vendors.loader import SHIPPED, load_packs
from tests.lab.netlab import LAN, PBX
from tests.lab.phones.maker import Maker
from tests.lab.servers.process import USER
from tests.lab.servers.web import URL, Login

TENANT = "acme"
LOGIN = Login("phones", "Fetch-it-7yK2")
LIMITED_SECRET = "limited-Account-5x"
PIN = "739154"
FIRST_EXTENSION = 1001


@dataclass(frozen=True)
class Site:
    """The site; everything that a server reads lies in `place.root`."""

    place: Workplace

    @property
    def root(self) -> Path:
        """Where the phones' files are."""
        return self.place.root

    @property
    def database(self) -> Path:
        """For `aps-tui --db`."""
        return self.place.store.path

    def load(self, document: Mapping[str, Any]) -> None:
        """Say more of the site, as a site file does."""
        load(self.place.store, self.place.packs, {"version": 1, **document})

    def commit(self) -> Outcome:
        """Write what changed; AssertionError where that is refused."""
        outcome = commit(self.place)
        assert not outcome.refused, (outcome.found.problems, outcome.conflicts)
        return outcome

    def accounts(self) -> dict[tuple[str, str], str]:
        """The password of every (account, digest user) that the PBX knows."""
        return {(one.account, one.auth_user): one.secret for one in self.place.store.extensions.all(TENANT)}


@contextmanager
def open_site(folder: Path) -> Iterator[Site]:
    """An empty site in a new folder, with one tenant; its root can be read by the servers."""
    folder.mkdir()
    root = folder / "tftpboot"
    root.mkdir(mode=0o750)
    shutil.chown(root, group=USER)
    with Store.open(folder / "aps.sqlite3", operator="lab") as store:
        site = Site(Workplace(store, root, load_packs([SHIPPED]), gid=root.stat().st_gid))
        site.load(_document())
        yield site


def _document() -> dict[str, Any]:
    """What all phones share."""
    site = {
        "server.1.host": str(PBX),
        "general.provisioning_url": URL,
        "general.http_user": LOGIN.user,
        "general.http_password": LOGIN.password,
    }
    provisioning = {
        "sip_server_address": str(PBX),
        "tftp_server_address": str(PBX),
        "whitelist": [str(LAN)],
        "unprovisioned_pin": PIN,
        "unprovisioned_secret": LIMITED_SECRET,
    }
    return {"site": {"settings": site}, "provisioning": provisioning, "tenant": [{"name": TENANT}]}


def extensions(n: int, first: int = FIRST_EXTENSION) -> list[dict[str, Any]]:
    """N extensions; account, digest user and secret differ from the number and from each other."""
    return [
        {"tenant": TENANT, "number": str(number), "account": f"{number}-{TENANT}", "auth_user": f"d{number}",
         "secret": f"Secret-{number}-x9", "name": f"Person {number}"}
        for number in range(first, first + n)
    ]  # fmt: skip


def devices(phones: Mapping[str, Maker], first: int | None = FIRST_EXTENSION) -> list[dict[str, Any]]:
    """A device for each phone; with one line each, the extensions from `first` on, or without where that is None."""
    made = []
    for number, (mac, maker) in enumerate(phones.items()):
        lines = [] if first is None else [{"number": 1, "extension": str(first + number)}]
        made.append({"tenant": TENANT, "mac": mac, "vendor": maker.vendor, "model": maker.model, "line": lines})
    return made

"""What a check-up asks the database: whether it is whole, which secrets are in use, what phones did."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from aps_tui.data.database import Database, listed
from aps_tui.data.secret_places import EXTENSION, setting_place

_SERVED = "(200, 206, 304)"


class UsedSecret(NamedTuple):
    """The account of a line. Holds its secret: never print one."""

    tenant: str
    number: str
    account: str
    auth_user: str
    secret: str
    mac: str

    def __repr__(self) -> str:
        """Without the secret."""
        return f"UsedSecret({self.tenant!r}, {self.number!r}, {self.mac!r})"


class SaidSetting(NamedTuple):
    """What is said of one setting for a device; it may be a secret."""

    mac: str
    vendor: str
    model: str
    value: str | None
    """As JSON; None where no level says it."""


class Answered(NamedTuple):
    """A request that was answered with a file."""

    mac: str
    address: str
    path: str
    at: float


class Fetching(NamedTuple):
    """A device with files of its own: when they were written, and when it got one last (Unix seconds, 0 for never)."""

    mac: str
    vendor: str
    written: float
    fetched: float
    seen: bool
    """Whether it was ever seen on the network."""


_SECRETS = """
SELECT t.name, e.number, e.account, e.auth_user, e.secret, d.mac FROM line AS l
JOIN extension AS e ON e.id = l.extension JOIN device AS d ON d.id = l.device JOIN tenant AS t ON t.id = e.tenant
ORDER BY t.name, CAST(e.number AS INTEGER), e.number
"""
_SAID = """
SELECT d.mac, d.vendor, d.model, o.value, p.value, t.value, s.value FROM device AS d
LEFT JOIN device_setting AS o ON o.owner = d.id AND o.kind = 'setting' AND o.vendor = '' AND o.name = ?1
LEFT JOIN template_setting AS p ON p.owner = d.template AND p.kind = 'setting' AND p.vendor = '' AND p.name = ?1
LEFT JOIN tenant_setting AS t ON t.owner = d.tenant AND t.kind = 'setting' AND t.vendor = '' AND t.name = ?1
LEFT JOIN site_setting AS s ON s.kind = 'setting' AND s.vendor = '' AND s.name = ?1
ORDER BY d.mac
"""
_LEVELS = ("device_setting", "template_setting", "tenant_setting", "site_setting")
_NEVER_ASKED = """
SELECT a.mac, a.vendor FROM arrival AS a
WHERE a.mac NOT IN (SELECT mac FROM request) AND a.mac NOT IN (SELECT mac FROM ignored)
    AND EXISTS (SELECT 1 FROM sighting AS s WHERE s.mac = a.mac AND s.source IN (SELECT value FROM json_each(?))
                AND s.first_seen < ?)
ORDER BY a.mac
"""
_ANSWERED = f"""
SELECT mac, address, path, at FROM request WHERE status IN {_SERVED} AND address <> '' ORDER BY at DESC
"""  # noqa: S608 - own names
_FETCHING = f"""
SELECT d.mac, d.vendor, MAX(COALESCE(g.at, f.mtime_ns / 1e9)),
    COALESCE((SELECT MAX(r.at) FROM request AS r JOIN file AS o ON o.path = r.path AND o.mac = r.mac
              WHERE r.mac = d.mac AND r.status IN {_SERVED}), 0),
    d.mac IN (SELECT mac FROM arrival)
FROM device AS d JOIN file AS f ON f.mac = d.mac LEFT JOIN generation AS g ON g.id = f.generation
WHERE d.mac NOT IN (SELECT mac FROM file_window WHERE fetched > 0 AND content <> '')
GROUP BY d.id ORDER BY d.mac
"""  # noqa: S608 - own names


class Health:
    """Questions of a check-up; nothing is written."""

    def __init__(self, db: Database) -> None:
        self.db = db

    def damages(self, most: int = 5) -> list[str]:
        """What SQLite finds damaged, one line each; nothing for a database that is whole. Reads all of it."""
        rows = self.db.rows(f"PRAGMA integrity_check({most:d})")
        return [str(text) for (text,) in rows if text != "ok"]

    def dangling(self) -> dict[str, int]:
        """Table to how many of its references lead to nothing."""
        found: dict[str, int] = {}
        for table, *_ in self.db.rows("PRAGMA foreign_key_check"):
            found[table] = found.get(table, 0) + 1
        return found

    def secrets(self) -> list[UsedSecret]:
        """The account of every line, by tenant and number."""
        plain = self.db.seal.plain
        return [
            UsedSecret(tenant, number, account, user, plain(EXTENSION, secret), mac)
            for tenant, number, account, user, secret, mac in self.db.rows(_SECRETS)
        ]

    def said(self, setting: str) -> list[SaidSetting]:
        """What is said of a setting for each device, the nearest level winning."""
        return [
            SaidSetting(mac, vendor, model, self._nearest(setting, values))
            for mac, vendor, model, *values in self.db.rows(_SAID, setting)
        ]

    def _nearest(self, setting: str, values: Sequence[str | None]) -> str | None:
        """The first value that is said, of the device's, the template's, the tenant's and the site's."""
        for table, value in zip(_LEVELS, values, strict=True):
            if value is not None:
                place = setting_place(table, "setting", "", setting)
                return self.db.seal.plain(place, value)
        return None

    def never_asked(self, sources: Sequence[str], before: float) -> list[tuple[str, str]]:
        """(MAC, vendor) of what these sources saw first before a time, and that never asked for a file."""
        return self.db.rows(_NEVER_ASKED, listed(sources), before)

    def answered(self) -> list[Answered]:
        """Every request that is kept and was answered with a file, the latest first."""
        return [Answered(*row) for row in self.db.rows(_ANSWERED)]

    def requests(self) -> int:
        """How many requests are kept."""
        return int(self.db.value("SELECT count(*) FROM request"))

    def fetching(self) -> list[Fetching]:
        """Every device that has files of its own, but those that fetched them before they were withdrawn."""
        return [Fetching(mac, vendor, written, fetched, bool(seen))
                for mac, vendor, written, fetched, seen in self.db.rows(_FETCHING)]  # fmt: skip

    def device_macs(self) -> set[str]:
        """The MACs of all devices."""
        return {mac for (mac,) in self.db.rows("SELECT mac FROM device")}

"""What phones asked the file servers for, and how the PBX knows them: the latest of each."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from aps_tui.data.database import Database, listed
from aps_tui.data.windows import Windows

GIVEN = (200, 206, 304)
"""HTTP statuses by which a client has a file."""


class Request(NamedTuple):
    """The latest request of a phone for one file name. Everything but the MAC and the numbers is hostile text."""

    mac: str
    path: str
    """As it was asked for, without what leads to the root: `805ec0123456.cfg`."""
    address: str
    source: str
    """http or tftp."""
    status: int
    """HTTP's; for TFTP 200 where the file was sent or may have been, 404 where it was refused."""
    bytes: int
    """-1 where the log does not say."""
    agent: str
    at: float
    """Unix seconds."""
    user: str = ""
    """As whom the web server let it in; empty for nobody."""

    @property
    def gives_own(self) -> bool:
        """Whether it gave the phone's own file."""
        return self.status in GIVEN and self.mac in self.path.lower()

    def gives_way_to(self, later: Request) -> bool:
        """Whether another takes its place: who is refused elsewhere does not blot out what the phone was given."""
        refused_elsewhere = later.status not in GIVEN and later.address != self.address
        return later.at >= self.at and not (self.status in GIVEN and refused_elsewhere)


class Registration(NamedTuple):
    """The latest registration of a phone."""

    mac: str
    account: str
    """`aps-<mac>` for one that shows UNPROV, else its SIP account."""
    contact: str
    """Its SIP URI; empty where it is not known."""
    address: str
    agent: str
    at: float


_REQUEST = ", ".join(Request._fields)
_SAVE_REQUEST = f"""
INSERT INTO request ({_REQUEST}) VALUES ({", ".join("?" * len(Request._fields))})
ON CONFLICT (mac, path) DO UPDATE SET {", ".join(f"{name} = excluded.{name}" for name in Request._fields[2:])}
WHERE excluded.at >= at AND NOT (status IN {GIVEN} AND excluded.status NOT IN {GIVEN} AND excluded.address <> address)
"""  # noqa: S608 - own names and numbers; as Request.gives_way_to
_TRIM = f"""
DELETE FROM request WHERE mac = ?1
    AND path NOT IN (SELECT path FROM request WHERE mac = ?1 ORDER BY status IN {GIVEN} DESC, at DESC LIMIT ?2)
"""  # noqa: S608 - own numbers
_REGISTRATION = ", ".join(Registration._fields)
_SAVE_REGISTRATION = f"""
INSERT INTO registration ({_REGISTRATION}) VALUES ({", ".join("?" * len(Registration._fields))})
ON CONFLICT (mac) DO UPDATE SET {", ".join(f"{name} = excluded.{name}" for name in Registration._fields[1:])}
WHERE excluded.at >= at
"""  # noqa: S608 - own names
_FETCHED = f"""
SELECT r.mac, max(r.at) FROM request AS r JOIN file AS f ON f.path = r.path AND f.mac = r.mac
WHERE r.status IN {GIVEN} AND r.mac IN (SELECT value FROM json_each(?)) GROUP BY r.mac
"""  # noqa: S608 - own numbers
_UNBOUND_AT = """
SELECT mac FROM (
    SELECT mac, address, seen_at AS at FROM sighting UNION SELECT mac, address, at FROM request
    UNION SELECT mac, address, at FROM registration
) WHERE address = ?1 AND at >= ?2
    AND mac NOT IN (SELECT d.mac FROM device AS d JOIN line AS l ON l.device = d.id) GROUP BY mac ORDER BY mac
"""
MOST_PATHS = 16
"""File names that are kept for one phone."""


class Requests:
    """Requests and registrations."""

    def __init__(self, db: Database) -> None:
        self.db = db

    def record(self, requests: Iterable[Request]) -> None:
        """Store requests; for a MAC and a name the latest one stays, for a MAC the latest names."""
        with self.db.writing():
            kept = list(requests)
            self.db.many(_SAVE_REQUEST, kept)
            macs = {request.mac for request in kept}
            self.db.many(_TRIM, ((mac, MOST_PATHS) for mac in macs))
            Windows(self.db).note_fetches(macs)

    def of(self, mac: str) -> list[Request]:
        """What a phone asked for, the latest first."""
        sql = f"SELECT {_REQUEST} FROM request WHERE mac = ? ORDER BY at DESC, path"  # noqa: S608 - own names
        return [Request(*row) for row in self.db.rows(sql, mac)]

    def fetched(self, macs: Sequence[str]) -> dict[str, float]:
        """MAC to when it last got a file of its own that a commit wrote (Unix seconds); those that did."""
        return dict(self.db.rows(_FETCHED, listed(macs)))

    def registered(self, registrations: Iterable[Registration]) -> None:
        """Store registrations; for a MAC the latest one stays."""
        with self.db.writing():
            self.db.many(_SAVE_REGISTRATION, registrations)

    def registrations(self, macs: Sequence[str]) -> dict[str, Registration]:
        """MAC to its latest registration, for those of them that have one."""
        sql = f"SELECT {_REGISTRATION} FROM registration WHERE mac IN (SELECT value FROM json_each(?))"  # noqa: S608
        return {row[0]: Registration(*row) for row in self.db.rows(sql, listed(macs))}

    def unbound_at(self, address: str, since: float) -> list[str]:
        """The MACs without a line that were known at an address since a time (Unix seconds)."""
        return [mac for (mac,) in self.db.rows(_UNBOUND_AT, address, since)]

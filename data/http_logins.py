"""Where each device's HTTP password stands, and the hashes that the web server's password file is made of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from aps_tui.data.audit import Audit
from aps_tui.data.database import Database, listed
from aps_tui.data.secret_places import setting_place


class HttpLogin(NamedTuple):
    """Where a device's password stands."""

    mac: str
    turn: int = 0
    """How often it was changed."""
    old: bool = False
    """Whether the one before is valid as well: the phone was not seen with the new one yet."""
    changed: float = 0
    """Since when it is this one (Unix seconds)."""
    open_until: float = 0
    """Until when first contact may fetch the device's files though it has a line."""


class Access(NamedTuple):
    """What the password file says of a device."""

    login: HttpLogin
    lines: int
    """How many lines it has."""
    password: str | None
    """Its own password, as JSON, where the device level says one."""


_LOGIN = "SELECT mac, turn, old, changed, open_until FROM http_login "
_OWN = setting_place("device_setting", "setting", "", "general.http_password")
_ACCESSES = """
SELECT d.mac, COALESCE(h.turn, 0), COALESCE(h.old, 0), COALESCE(h.changed, 0), COALESCE(h.open_until, 0),
       (SELECT count(*) FROM line WHERE line.device = d.id), s.value
FROM device AS d LEFT JOIN http_login AS h ON h.mac = d.mac
LEFT JOIN device_setting AS s
    ON s.owner = d.id AND s.kind = 'setting' AND s.vendor = '' AND s.name = 'general.http_password'
ORDER BY d.mac
"""
_ROTATE = """
INSERT INTO http_login (mac, turn, old, changed) VALUES (?1, 1, 1, ?2)
ON CONFLICT (mac) DO UPDATE SET turn = turn + 1, old = 1, changed = ?2 WHERE old = 0
"""
_OPEN = """
INSERT INTO http_login (mac, open_until) VALUES (?1, ?2)
ON CONFLICT (mac) DO UPDATE SET open_until = ?2
"""
_SEEN = """
SELECT mac FROM http_login AS h WHERE (old OR open_until > 0) AND EXISTS (
    SELECT 1 FROM request AS r WHERE r.mac = h.mac AND r.status IN (200, 206, 304) AND r.at > h.changed
        AND r.user = CASE turn % 2 WHEN 1 THEN h.mac || '.2' ELSE h.mac END)
"""
_RESTORED = """
UPDATE http_login SET old = 1, changed = ?2
WHERE turn > 0 AND mac IN (SELECT mac FROM generation_file WHERE generation = ?1)
"""
_SAVE_HASH = """
INSERT INTO http_hash (user, proof, hash) VALUES (?, ?, ?)
ON CONFLICT (user) DO UPDATE SET proof = excluded.proof, hash = excluded.hash
"""
NEVER = 1e12
"""A time that does not come: until the device is written again, no fetch proves that its phone knows the new one."""


class HttpLogins:
    """Turns, windows and hashes. The passwords themselves are `domain.http_auth`'s."""

    def __init__(self, db: Database) -> None:
        self.db = db

    def get(self, mac: str) -> HttpLogin:
        """Where one device's password stands."""
        row = self.db.row(_LOGIN + "WHERE mac = ?", mac)
        return _login(row) if row else HttpLogin(mac)

    def turns(self, macs: Sequence[str]) -> dict[str, int]:
        """MAC to turn, for those of them whose password was changed."""
        sql = "SELECT mac, turn FROM http_login WHERE turn > 0 AND mac IN (SELECT value FROM json_each(?))"
        return dict(self.db.rows(sql, listed(macs)))

    def accesses(self) -> list[Access]:
        """Every device, by MAC."""
        plain, rows = self.db.seal.plain, self.db.rows(_ACCESSES)
        return [Access(_login(row[:5]), row[5], row[6] and plain(_OWN, row[6])) for row in rows]

    def rotate(self, macs: Iterable[str]) -> list[str]:
        """Give devices a new password beside the one they have; those whose change before is still open have none.

        Returns those that were changed.
        """
        return self._each(macs, "new HTTP password", _ROTATE, self.db.now())

    def drop_old(self, macs: Iterable[str]) -> list[str]:
        """End the validity of the passwords before; those that had one."""
        return self._each(macs, "old HTTP password dropped", "UPDATE http_login SET old = 0 WHERE mac = ? AND old")

    def open(self, macs: Iterable[str], until: float) -> list[str]:
        """Let first contact fetch the files of devices until a time (Unix seconds; 0 ends it)."""
        return self._each(macs, "first contact " + ("opened" if until else "closed"), _OPEN, until)

    def settle(self) -> list[str]:
        """End old passwords and open windows of phones that were seen with their own password; their MACs."""
        with self.db.writing():
            seen = [row[0] for row in self.db.rows(_SEEN)]
            sql = "UPDATE http_login SET old = 0, open_until = 0 WHERE mac IN (SELECT value FROM json_each(?))"
            if seen:
                self.db.execute_sql(sql, (listed(seen),))
        return seen

    def restored(self, generation: int) -> None:
        """After an undo that may have brought back files with the password before: that one is valid again."""
        self.db.execute_sql(_RESTORED, (generation, NEVER))

    def written(self, macs: Sequence[str]) -> None:
        """Devices were written with the passwords in force."""
        if self.db.value("SELECT EXISTS (SELECT 1 FROM http_login WHERE changed = ?)", NEVER):
            now = self.db.now()
            sql = "UPDATE http_login SET changed = ? WHERE changed = ? AND mac = ?"
            self.db.many(sql, ((now, NEVER, mac) for mac in macs))

    def hashes(self) -> dict[str, tuple[str, str]]:
        """User to proof and hash."""
        return {user: (proof, hash) for user, proof, hash in self.db.rows("SELECT user, proof, hash FROM http_hash")}

    def keep_hashes(self, made: Mapping[str, tuple[str, str]]) -> None:
        """Keep hashes that were made: user to proof and hash."""
        with self.db.writing():
            self.db.many(_SAVE_HASH, ((user, *both) for user, both in made.items()))

    def forget_hashes(self, users: Iterable[str]) -> None:
        """Forget the hashes of users that are no more."""
        self.db.many("DELETE FROM http_hash WHERE user = ?", ((user,) for user in users))

    def _each(self, macs: Iterable[str], action: str, sql: str, *values: float) -> list[str]:
        done = []
        with self.db.writing():
            audit = Audit(self.db)
            for mac in macs:
                if self.db.execute_sql(sql, (mac, *values)).rowcount > 0:
                    done.append(mac)
                    audit.add("device", mac, action)
        return done


def _login(row: Sequence[object]) -> HttpLogin:
    mac, turn, old, changed, open_until = row
    return HttpLogin(str(mac), int(str(turn)), bool(old), float(str(changed)), float(str(open_until)))

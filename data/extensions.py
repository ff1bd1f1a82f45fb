"""Extensions: what the PBX has, and which line holds which."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

from aps_tui.data.audit import Audit
from aps_tui.data.convert import nocase
from aps_tui.data.database import Row, listed
from aps_tui.data.errors import StoreError
from aps_tui.data.extension_list import ExtensionList
from aps_tui.data.secret_places import EXTENSION
from aps_tui.data.tenants import tenant_id
from aps_tui.domain.errors import Faults
from aps_tui.domain.site import Extension

_FIELDS = ("account", "auth_user", "secret", "name", "mailbox", "context", "transport", "srtp", "usable", "source",
           "gone")  # fmt: skip
_SELECT = """
SELECT t.name, e.number, e.account, e.auth_user, e.secret, e.name, e.mailbox, e.context, e.transport, e.srtp,
       e.usable, e.source, e.gone, e.id
FROM extension AS e JOIN tenant AS t ON t.id = e.tenant
"""
_ORDER = " ORDER BY t.name, CAST(e.number AS INTEGER), e.number"
_FREE = """
SELECT e.number, e.name FROM extension AS e
WHERE e.tenant = (SELECT id FROM tenant WHERE name = ?)
  AND (e.number = ? OR e.usable AND NOT e.gone AND NOT EXISTS (SELECT 1 FROM line WHERE extension = e.id))
"""
_FREE_ORDER = " ORDER BY instr(e.number, ?) <> 1, CAST(e.number AS INTEGER), e.number LIMIT ?"
_OF_TENANT = " AND (?2 IS NULL OR tenant = ?2)"
_MISSING = """
SELECT id, number FROM extension
WHERE tenant = ? AND source = ? AND NOT gone AND number NOT IN (SELECT value FROM json_each(?))
ORDER BY CAST(number AS INTEGER), number
"""
_SAVE = """
INSERT INTO extension (tenant, number, account, auth_user, secret, name, mailbox, context, transport, srtp,
                       usable, source, gone, first_seen, last_seen)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?14)
ON CONFLICT (tenant, number) DO UPDATE SET
    account = excluded.account, auth_user = excluded.auth_user, secret = excluded.secret, name = excluded.name,
    mailbox = excluded.mailbox, context = excluded.context, transport = excluded.transport, srtp = excluded.srtp,
    usable = excluded.usable, source = excluded.source, gone = excluded.gone, last_seen = excluded.last_seen
"""


class Saved(NamedTuple):
    """How many objects a save added, changed and left as they were."""

    added: int
    changed: int
    unchanged: int


class User(NamedTuple):
    """The one line an extension is on."""

    mac: str
    line: int


class Extensions(ExtensionList):
    """The extensions of every tenant. Objects hold secrets; their repr does not."""

    def all(self, tenant: str | None = None) -> list[Extension]:
        """The extensions of a tenant, or of all; by tenant, then by number."""
        if tenant is None:
            return [self._extension(row) for row in self.db.rows(_SELECT + _ORDER)]
        return [self._extension(row) for row in self.db.rows(_SELECT + "WHERE t.name = ?" + _ORDER, tenant)]

    def unassigned(self, tenant: str) -> list[Extension]:
        """The extensions of a tenant that a line could take: on no line, usable, not gone."""
        where = """
        WHERE t.name = ? AND e.usable AND NOT e.gone AND NOT EXISTS (SELECT 1 FROM line WHERE extension = e.id)
        """
        return [self._extension(row) for row in self.db.rows(_SELECT + where + _ORDER, tenant)]

    def numbers(self) -> list[tuple[str, str]]:
        """The (tenant, number) of every extension, in no order."""
        return self.db.rows("SELECT t.name, e.number FROM extension AS e JOIN tenant AS t ON t.id = e.tenant")

    def there(self, tenant: str | None, numbers: Iterable[str]) -> set[str]:
        """Those of these numbers that are extensions of a tenant, or with None of any."""
        sql = "SELECT number FROM extension WHERE number IN (SELECT value FROM json_each(?1))"
        rows = self.db.rows(sql + _OF_TENANT, listed(numbers), tenant_id(self.db, tenant))
        return {number for (number,) in rows}

    def lengths(self, tenant: str | None) -> set[int]:
        """How long the numbers of a tenant are, or with None of all."""
        sql = "SELECT DISTINCT length(number) FROM extension WHERE 1"
        return {length for (length,) in self.db.rows(sql + _OF_TENANT.replace("?2", "?1"), tenant_id(self.db, tenant))}

    def free(self, tenant: str, text: str = "", own: str = "", limit: int = 128) -> list[tuple[str, str]]:
        """The first (number, name) of those of a tenant that a line could take, and of `own`, which has one.

        Every word of `text` is in the number or the name; those whose number begins with it come first.
        """
        words = text.split()
        held = " AND (instr(e.number, ?) OR instr(lower(e.name), lower(?)))" * len(words)
        pairs = (word for word in words for _ in range(2))
        return self.db.rows(_FREE + held + _FREE_ORDER, tenant, own, *pairs, text.strip(), limit)

    def free_numbers(self, tenant: str) -> list[str]:
        """The numbers of what `unassigned` gives, in no order: for many devices at once."""
        sql = """
        SELECT e.number FROM extension AS e JOIN tenant AS t ON t.id = e.tenant
        WHERE t.name = ? AND e.usable AND NOT e.gone AND NOT EXISTS (SELECT 1 FROM line WHERE extension = e.id)
        """
        return [number for (number,) in self.db.rows(sql, tenant)]

    def names(self, tenant: str) -> dict[str, str]:
        """Number to name, for the extensions of a tenant."""
        sql = "SELECT e.number, e.name FROM extension AS e JOIN tenant AS t ON t.id = e.tenant WHERE t.name = ?"
        return dict(self.db.rows(sql, tenant))

    def find(self, tenant: str, number: str) -> Extension | None:
        """One extension by its number within a tenant."""
        row = self.db.row(_SELECT + "WHERE t.name = ? AND e.number = ?", tenant, number)
        return self._extension(row) if row else None

    def by_id(self, id: int) -> Extension | None:
        """One extension by the id that the list gives."""
        row = self.db.row(_SELECT + "WHERE e.id = ?", id)
        return self._extension(row) if row else None

    def by_account(self, account: str) -> list[Extension]:
        """The extensions with this SIP account, in any tenant."""
        return [self._extension(row) for row in self.db.rows(_SELECT + "WHERE e.account = ?" + _ORDER, account)]

    def devices_of(self, accounts: Iterable[str]) -> dict[str, str]:
        """SIP account to the MAC whose line it is on; without accounts that two tenants have on lines."""
        sql = """
        SELECT e.account, min(d.mac) FROM extension AS e JOIN line AS l ON l.extension = e.id
        JOIN device AS d ON d.id = l.device WHERE e.account IN (SELECT value FROM json_each(?))
        GROUP BY e.account HAVING count(*) = 1
        """
        return dict(self.db.rows(sql, listed(accounts)))

    def user(self, tenant: str, number: str) -> User | None:
        """The device and line that hold an extension."""
        sql = """
        SELECT d.mac, l.number FROM extension AS e JOIN tenant AS t ON t.id = e.tenant
        JOIN line AS l ON l.extension = e.id JOIN device AS d ON d.id = l.device
        WHERE t.name = ? AND e.number = ?
        """
        row = self.db.row(sql, tenant, number)
        return User(*row) if row else None

    def users(self, tenant: str) -> dict[str, User]:
        """Number to holder, for the assigned extensions of a tenant."""
        sql = """
        SELECT e.number, d.mac, l.number FROM extension AS e JOIN tenant AS t ON t.id = e.tenant
        JOIN line AS l ON l.extension = e.id JOIN device AS d ON d.id = l.device
        WHERE t.name = ?
        """
        return {number: User(mac, line) for number, mac, line in self.db.rows(sql, tenant)}

    def save(self, extension: Extension) -> None:
        """Add or change one extension."""
        self.save_many([extension])

    def save_many(self, extensions: Sequence[Extension]) -> Saved:
        """Add extensions, or change those of the same tenant and number; all are seen now.

        Raises Faults naming each unknown tenant; nothing is stored then.
        """
        with self.db.writing():
            tenants = {nocase(name): tenant for tenant, name in self.db.rows("SELECT id, name FROM tenant")}
            unknown = dict.fromkeys(e.tenant for e in extensions if nocase(e.tenant) not in tenants)
            if unknown:
                raise Faults(f"there is no tenant {name!r}" for name in unknown)
            old = self._stored({e.tenant for e in extensions})
            now = self.db.now()
            sealed = self.db.seal.sealed
            self.db.many(_SAVE, (
                (tenants[nocase(e.tenant)], e.number, *_values(replace(e, secret=sealed(EXTENSION, e.secret))), now)
                for e in extensions
            ))  # fmt: skip
            notes = list(_notes(extensions, old))
            Audit(self.db).add_many(notes)
        added = sum(note[2] == "add" for note in notes)
        return Saved(added, len(notes) - added, len(extensions) - len(notes))

    def mark_gone(self, source: str, tenant: str, present: Iterable[str]) -> list[str]:
        """Mark a source's extensions that it no longer lists; the numbers newly gone."""
        with self.db.writing():
            missing = (tenant_id(self.db, tenant), source, listed(present))
            rows = self.db.rows(_MISSING, *missing)
            self.db.many("UPDATE extension SET gone = 1 WHERE id = ?", ((id,) for id, _ in rows))
            numbers = [number for _, number in rows]
            Audit(self.db).add_many(
                ("extension", f"{tenant}/{number}", "gone", f"not in {source} any more") for number in numbers
            )
        return numbers

    def delete(self, tenant: str, number: str) -> None:
        """Remove an extension; refused while a line holds it."""
        with self.db.writing():
            user = self.user(tenant, number)
            if user:
                raise StoreError(f"extension {number} of tenant {tenant} is on {user.mac}, line {user.line}")
            sql = "DELETE FROM extension WHERE tenant = ? AND number = ?"
            if not self.db.execute_sql(sql, (tenant_id(self.db, tenant), number)).rowcount:
                raise StoreError(f"there is no extension {number} in tenant {tenant}")
            Audit(self.db).add("extension", f"{tenant}/{number}", "remove")

    def forget_gone(self) -> int:
        """Remove the extensions that are gone and on no line; how many they were."""
        sql = "DELETE FROM extension WHERE gone AND id NOT IN (SELECT extension FROM line)"
        with self.db.writing():
            count = int(self.db.execute_sql(sql).rowcount)
            if count:
                Audit(self.db).add("extension", "", "remove", f"{count} gone")
        return count

    def _extension(self, row: Row) -> Extension:
        (tenant, number, account, auth_user, secret, name, mailbox, context, transport, srtp, usable, source, gone,
         id) = row  # fmt: skip
        return Extension(
            tenant, number, account, auth_user, self.db.seal.plain(EXTENSION, secret), name, mailbox, context,
            transport, srtp, bool(usable), source, bool(gone), id,
        )  # fmt: skip

    def _stored(self, tenants: Iterable[str]) -> dict[tuple[str, str], Row]:
        return {(nocase(e.tenant), e.number): _values(e) for tenant in tenants for e in self.all(tenant)}


def _values(extension: Extension) -> Row:
    return tuple(getattr(extension, field) for field in _FIELDS)


def _notes(extensions: Iterable[Extension], old: dict[tuple[str, str], Row]) -> Iterator[tuple[str, str, str, str]]:
    """An audit row for each extension that differs from what was stored, naming the fields."""
    for extension in extensions:
        before, name = old.get((nocase(extension.tenant), extension.number)), f"{extension.tenant}/{extension.number}"
        if before is None:
            yield "extension", name, "add", ""
        elif before != (after := _values(extension)):
            names = zip(_FIELDS, before, after, strict=True)
            yield "extension", name, "change", ", ".join(field for field, a, b in names if a != b)

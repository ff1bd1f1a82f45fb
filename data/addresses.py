"""Which texts may hold an IPv4 address: what the count of a mapping's devices reads, as raw rows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple, TypeAlias

from aps_tui.data.database import Database, listed
from aps_tui.data.seal import MARK
from aps_tui.data.secret_places import setting_place

Item: TypeAlias = tuple[str, str, str | int]
"""What is said within one owner: (kind, bank, name): `("setting", "", "time.ntp_1")`, `("key", "dss", 3)`."""

_DOTTED = "*[0-9].[0-9]*.[0-9]*.[0-9]*"
_OWN = """
SELECT owner, kind, '', name, value FROM device_setting WHERE value GLOB ?1 OR value GLOB ?2
UNION ALL
SELECT owner, 'key', bank, position, value || ' ' || label || ' ' || pickup FROM device_key
WHERE value GLOB ?1 OR label GLOB ?1 OR pickup GLOB ?1
UNION ALL
SELECT * FROM (
    SELECT l.device, 'line', '', l.number,
           l.label || ' ' || e.name || ' ' || e.account || ' ' || e.auth_user || ' ' || e.mailbox AS said
    FROM line AS l JOIN extension AS e ON e.id = l.extension
) WHERE said GLOB ?1
"""
_OVERRIDES = """
SELECT owner, kind, '', name FROM device_setting WHERE name IN (SELECT value FROM json_each(?1))
UNION ALL
SELECT owner, 'key', bank, position FROM device_key WHERE bank || ' ' || position IN (SELECT value FROM json_each(?1))
"""


class Holder(NamedTuple):
    """A device by what it inherits from. `template` is an id or None."""

    id: int
    mac: str
    tenant: int
    template: int | None
    vendor: str
    model: str


class Addresses:
    """The reads; take them within one `store.snapshot()`."""

    def __init__(self, db: Database) -> None:
        self.db = db

    def devices(self) -> Iterator[Holder]:
        """Every device."""
        for row in self.db.execute_sql("SELECT id, mac, tenant, template, vendor, model FROM device"):
            yield Holder(*row)

    def own(self) -> Iterator[tuple[int, Item, str]]:
        """Texts with an address in them that are a device's own, as (device's id, item, text)."""
        for id, kind, bank, name, text in self.db.execute_sql(_OWN, (_DOTTED, f"{MARK}*")):
            if text.startswith(MARK) and kind in ("setting", "raw"):
                text = self.db.seal.plain(setting_place("device_setting", kind, bank, name), text)
            yield id, (kind, bank, name), text

    def overrides(self, items: Iterable[Item]) -> dict[int, set[Item]]:
        """Which of these items a device says itself, by its id."""
        found: dict[int, set[Item]] = {}
        names = [f"{bank} {name}" if kind == "key" else name for kind, bank, name in items]
        for id, kind, bank, name in self.db.execute_sql(_OVERRIDES, (listed(names),)):
            found.setdefault(id, set()).add((kind, bank, name))
        return found

"""Rules that say the model of a range of MACs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from aps_tui.data.audit import Audit
from aps_tui.data.database import Database
from aps_tui.data.errors import ChangedMeanwhile


class Rule(NamedTuple):
    """MACs from `first` to `last` (12 lower-case hex digits, both within one block of six) are this model."""

    id: int
    """0: not stored yet."""
    first: str
    last: str
    vendor: str
    model: str
    note: str = ""

    @property
    def name(self) -> str:
        """How audit rows name it."""
        return f"{self.first}-{self.last}"


class Hits(NamedTuple):
    """How many MACs fall into a rule's range, those of a narrower rule within it too."""

    devices: int
    rows: int
    """Rows of drafts that are no device yet."""
    sightings: int
    """MACs that were seen and are no device yet."""


class PrefixRules:
    """The rules of the site. Two may lie one within the other, and never cross."""

    def __init__(self, db: Database) -> None:
        self.db = db

    def all(self) -> list[Rule]:
        """Every rule, by its first MAC; a wider one comes before those within it."""
        sql = "SELECT id, first, last, vendor, model, note FROM prefix_rule ORDER BY first, last DESC"
        return [Rule(*row) for row in self.db.rows(sql)]

    def hits(self, rules: Sequence[Rule]) -> list[Hits]:
        """What falls into each of these rules."""
        return [Hits(*(self.db.row(_HITS, rule.first, rule.last) or (0, 0, 0))) for rule in rules]

    def add(self, rule: Rule) -> int:
        """Store a rule; its id. Raises StoreError for a range that is taken, crosses another or is none."""
        sql = "INSERT INTO prefix_rule (first, last, vendor, model, note) VALUES (?, ?, ?, ?, ?)"
        with self.db.writing():
            id = int(self.db.execute_sql(sql, rule[1:]).lastrowid)
            Audit(self.db).add("rule", rule.name, "add", f"{rule.vendor}/{rule.model}")
        return id

    def replace(self, old: Rule, new: Rule) -> None:
        """Change a rule as it was read. Raises ChangedMeanwhile, and StoreError as `add` does."""
        sql = "UPDATE prefix_rule SET first = ?, last = ?, vendor = ?, model = ?, note = ? WHERE id = ?"
        with self.db.writing():
            self._refuse_stale(old)
            if old[1:] != new[1:]:
                self.db.execute_sql(sql, (*new[1:], old.id))
                Audit(self.db).add("rule", new.name, "change", f"{new.vendor}/{new.model}")

    def delete(self, old: Rule) -> None:
        """Remove a rule as it was read; devices keep their models. Raises ChangedMeanwhile."""
        with self.db.writing():
            self._refuse_stale(old)
            self.db.execute_sql("DELETE FROM prefix_rule WHERE id = ?", (old.id,))
            Audit(self.db).add("rule", old.name, "remove")

    def _refuse_stale(self, old: Rule) -> None:
        if old not in self.all():
            who = Audit(self.db).who("rule", old.name)
            raise ChangedMeanwhile(f"rule {old.name} was changed or removed by {who}: look at it again")


_HITS = """
SELECT (SELECT count(*) FROM device WHERE mac BETWEEN ?1 AND ?2),
       (SELECT count(DISTINCT mac) FROM import_row WHERE mac BETWEEN ?1 AND ?2 AND mac NOT IN (SELECT mac FROM device)),
       (SELECT count(DISTINCT mac) FROM sighting WHERE mac BETWEEN ?1 AND ?2 AND mac NOT IN (SELECT mac FROM device))
"""

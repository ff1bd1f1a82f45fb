"""The kept sources of extensions: listed with what they gave, added, changed, tried out, forgotten."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from aps_tui.data.queue import Source
from aps_tui.domain import sqlplace
from aps_tui.domain.errors import BadValue
from aps_tui.pbx import KINDS, Reading
from aps_tui.services.console import counted, when
from aps_tui.services.sync import SYNCED, one_off, read
from aps_tui.services.tenants import add_tenant
from aps_tui.services.workplace import Workplace

__all__ = ["KINDS", "KIND_WORDS", "Reading", "Source"]

KIND_WORDS: Mapping[str, str] = {
    "csv": "CSV file with a header line",
    "sip": "chan_sip: sip.conf",
    "users": "users.conf",
    "pjsip": "PJSIP: pjsip.conf",
    "pjsip-wizard": "PJSIP wizard: pjsip_wizard.conf",
    "sql": "SQL: realtime, FreePBX, FusionPBX",
}
"""What each kind of source reads, for people."""


class SourceRow(NamedTuple):
    """A source as the list shows it."""

    source: Source
    location: str
    """As it may be shown: the password in a database's URL is masked."""
    extensions: int
    """How many it has given that are not gone."""
    synced: str
    """When it was last synced and what came of it; empty for never."""


def source_rows(place: Workplace) -> list[SourceRow]:
    """Every kept source, by name."""
    store = place.store
    given = store.extensions.given_by()
    return [
        SourceRow(one, shown_location(one), given.get((one.name, one.tenant), 0), last_sync(place, one.name))
        for one in store.sources.all()
    ]


def shown_location(source: Source) -> str:
    """Where a source reads, as it may be shown: the password in a database's URL is masked."""
    return sqlplace.shown(source.location) if source.kind == "sql" else source.location


def last_sync(place: Workplace, name: str) -> str:
    """`today 14:02: 3 new, 0 changed, 0 gone`; empty when it was not synced as far as the audit trail goes back."""
    rows = place.store.audit.of("source", name)
    return next((f"{when(row.at)}: {row.detail}" for row in rows if row.action == SYNCED), "")


def keep(place: Workplace, old: Source | None, said: Mapping[str, str]) -> Source:
    """Add a source, or change one as it was read; what is said: name, kind, location, tenant, new_tenant.

    `new_tenant` is made where tenant is empty. A database's password that is still masked stays as it was.
    Raises BadValue, Refused, StoreError, ChangedMeanwhile.
    """
    name = old.name if old else said["name"].strip()
    if not name or not name.isprintable():
        raise BadValue("name: a name is needed, such as pbx")
    if not said["location"].strip():
        raise BadValue("location: name the file to read, such as /etc/asterisk/pjsip.conf, or the database's URL")
    if said["kind"] not in KINDS:
        raise BadValue(f"kind: choose one of {', '.join(KINDS)}")
    location = said["location"].strip()
    if old and old.kind == said["kind"] == "sql":
        location = sqlplace.unmasked(location, old.location)
    store = place.store
    with store.transaction():
        tenant = said["tenant"] or add_tenant(place, said.get("new_tenant", ""))
        source = one_off(f"{said['kind']}:{location}", tenant)._replace(name=name)
        if old is None or (old.kind, old.location) != (source.kind, source.location):
            place.files.no_source()
        given = store.extensions.given_by().get((old.name, old.tenant), 0) if old else 0
        if old and old.tenant != tenant and given:
            raise BadValue(
                f"tenant: {counted(given, 'extension')} of {old.tenant} came from {name}; add another source instead"
            )
        store.sources.replace(old, source)
    return source


def forget(place: Workplace, source: Source) -> None:
    """Forget a source; its extensions stay. Raises StoreError."""
    place.store.sources.delete(source.name)


def tried(source: Source) -> tuple[list[str], list[str]]:
    """Read a source now and store nothing: what it says, and its warnings. Raises BadValue when it cannot be read."""
    reading = read(source)
    unusable = [one for one in reading.accounts if not one.usable]
    said = [f"{counted(len(reading.accounts), 'account')}, {len(unusable):,} that no phone can use"]
    said += [f"  {one.number:<12} {one.name}" for one in reading.accounts[:_SAMPLE]]
    if len(reading.accounts) > _SAMPLE:
        said.append(f"  and {len(reading.accounts) - _SAMPLE:,} more")
    said += [f"  {one.number} cannot be used: {one.why_unusable}" for one in unusable[:_SAMPLE]]
    return said, list(reading.warnings)


_SAMPLE = 10
"""Accounts that a trial names."""

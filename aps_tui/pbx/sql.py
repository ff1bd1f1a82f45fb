"""Accounts of a PBX's database: which layout its tables have, and the reader of each.

Facts: the tables of Asterisk's own migrations, of FreePBX's core module and of FusionPBX's extensions app.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from aps_tui.domain.errors import BadValue
from aps_tui.domain.sqlplace import PRESETS, SqlPlace
from aps_tui.pbx import freepbx, fusionpbx, named, realtime
from aps_tui.pbx.account import Reading
from aps_tui.pbx.tables import Tables


class _Layout(NamedTuple):
    """How a layout is known: tables that have these columns; `main` has a row for each account."""

    preset: str
    main: str
    tables: Mapping[str, Sequence[str]]
    read: Callable[[Tables, SqlPlace, str], Reading]


_LAYOUTS = (
    _Layout("asterisk-realtime", "ps_endpoints", realtime.PJSIP, realtime.read_pjsip),
    *(_Layout("sippeers", name, {name: realtime.PEER}, realtime.read_peers(name)) for name in realtime.PEERS),
    _Layout("freepbx", "devices", freepbx.TABLES, freepbx.read),
    _Layout("fusionpbx", "v_extensions", fusionpbx.TABLES, fusionpbx.read),
)


def read(tables: Tables, place: SqlPlace, tenant: str) -> Reading:
    """Read the accounts: of the operator's SELECT, of the preset, or of the one layout that is there and not empty.

    Raises BadValue when there is none, or several to choose from.
    """
    if place.select:
        return _selected(tables, place, tenant)
    found = _layout(tables, place.preset)
    reading = found.read(tables, place, tenant)
    kept = tuple(one for one in reading.accounts if one.number)
    nameless = (f"{tables.where}: a row of {found.main} has no number and is left out",)
    return Reading(kept, reading.warnings + (nameless if len(kept) < len(reading.accounts) else ()))


def _selected(tables: Tables, place: SqlPlace, tenant: str) -> Reading:
    columns, rows = tables.select(place.select)
    names = named.columns(columns, f"{tables.where}: the SELECT")
    if "extension" not in names and "account" not in names:
        raise BadValue(f"{tables.where}: the SELECT gives no column number: write SELECT … AS number, … AS secret")
    ours = (
        (f"{tables.where}: row {at}", dict(zip(names, row.values(), strict=True))) for at, row in enumerate(rows, 1)
    )
    return named.reading(ours, tables.where, tenant)


def _layout(tables: Tables, preset: str) -> _Layout:
    wanted = [one for one in _LAYOUTS if preset in ("", one.preset)]
    there = [one for one in wanted if all(tables.has(name, *columns) for name, columns in one.tables.items())]
    if not there:
        known = preset or ", ".join(PRESETS)
        raise BadValue(
            f"{tables.where}: it has not the tables of {known}, or its user may not read them; "
            "a SELECT of your own behind the URL reads any others"
        )
    full: dict[str, _Layout] = {}
    for one in there:
        if tables.holds(one.main):
            full.setdefault(one.preset, one)
    if len(full) > 1:
        several = " and ".join(f"{one.main} (?preset={one.preset})" for one in full.values())
        raise BadValue(f"{tables.where}: there are accounts in {several}; say in the URL which to read")
    return next(iter(full.values()), there[0])

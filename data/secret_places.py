"""Where secrets stand in the database. A new column is a line here."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from typing import NamedTuple

from aps_tui.data.seal import MARK
from aps_tui.domain.site import SECRET_PROVISIONING

EXTENSION, SOURCE, PROVISIONING = "extension.secret", "source.location", "provisioning."
"""Places: of an extension's secret, of a source's location, and what those of the provisioning settings begin with."""


class Column(NamedTuple):
    """A column that holds secrets."""

    table: str
    name: str
    place: str
    """SQL that gives the place of a row's secret, as who reads and writes it says it."""
    among: str = "1"
    """SQL that says which rows hold one; `:names` is a list of the `names`."""
    names: Sequence[str] = ()


@cache
def secret_names() -> frozenset[str]:
    """The full ids of the settings that are secrets."""
    from aps_tui.domain.catalogue import CATALOGUE, numbered  # read where it is needed: start-up counts

    return frozenset(id for setting in CATALOGUE.values() if setting.secret for id in numbered(setting))


def holds_secret(kind: str, name: str) -> bool:
    """Whether a row of a `*_setting` table is encrypted: a secret setting, or a raw parameter of any name."""
    return kind == "raw" or name in secret_names()


def setting_place(table: str, kind: str, vendor: str, name: str) -> str:
    """The place of a setting's value."""
    return f"{table}.{kind}.{vendor}.{name}"


def columns() -> Iterator[Column]:
    """Every column that holds secrets."""
    yield Column("extension", "secret", f"'{EXTENSION}'")
    yield Column("source", "location", f"'{SOURCE}'")
    yield Column(
        "provisioning", "value", f"'{PROVISIONING}' || name", "name IN (SELECT value FROM json_each(:names))",
        sorted(SECRET_PROVISIONING),
    )  # fmt: skip
    among = f"kind = 'raw' OR name IN (SELECT value FROM json_each(:names)) OR value GLOB '{MARK}*'"  # noqa: S608 - own names
    for table in ("site_setting", "tenant_setting", "template_setting", "device_setting"):
        place = f"'{table}.' || kind || '.' || vendor || '.' || name"
        yield Column(table, "value", place, among, sorted(secret_names()))

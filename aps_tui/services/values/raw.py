"""Raw parameters at a place: a vendor's own parameters, written as they stand."""

from __future__ import annotations

from dataclasses import dataclass

from aps_tui.data.settings import Level as Spot
from aps_tui.domain.catalogue import MASK
from aps_tui.domain.errors import BadValue
from aps_tui.services.masks import looks_secret
from aps_tui.services.sitefile.bymodel import check_raw
from aps_tui.services.values.scene import Scene, scene, stamp
from aps_tui.services.values.write import note_reveal, refuse_stale
from aps_tui.services.workplace import Workplace
from aps_tui.vendors.pack import Vendor


@dataclass(frozen=True, slots=True)
class RawRow:
    """One raw parameter in force at the place."""

    vendor: str
    """The vendor's slug; at a template and a device always its own."""
    name: str
    shown: str
    """Its value; masked where its name is like a secret's."""
    source: str
    """`here`, template, tenant or global."""
    said: bool
    secret: bool
    stamp: str
    """What is said here, for `put_raw`."""

    @property
    def key(self) -> str:
        """What names it among the others: `yealink network.vlan`."""
        return f"{self.vendor} {self.name}"


def raw_rows(place: Workplace, spot: Spot) -> list[RawRow]:
    """The raw parameters in force at a place, by vendor and name. Raises StoreError where there is no such place."""
    here = scene(place, spot)
    found: dict[tuple[str, str], RawRow] = {}
    for level, by_vendor in here.raw:
        said = level is here.level
        for slug, parameters in by_vendor.items():
            vendor = slug or _own_slug(here)
            if here.vendor is None or vendor == here.vendor.slug:
                for name, value in parameters.items():
                    secret = looks_secret(name)
                    found[vendor, name] = RawRow(
                        vendor, name, MASK if secret and value else value, "here" if said else level.word, said,
                        secret, stamp(value) if said else "",
                    )  # fmt: skip
    return [found[key] for key in sorted(found)]


def put_raw(
    place: Workplace, spot: Spot, vendor: str, name: str, value: str | None, expected: str | None = None
) -> None:
    """Say a raw parameter at a place; None takes it back. `vendor` counts at the site and a tenant alone.

    `expected` is the row's `stamp`, "" for one that is to be new: ChangedMeanwhile is raised when it is another by
    now. Raises BadValue for a name or value that the vendor's files cannot carry.
    """
    with place.store.transaction():
        here = scene(place, spot)
        refuse_stale(place, spot, expected, _said(here, vendor, name))
        if value is not None:
            check_raw(name, value, _vendor(place, here, vendor), here.model, here.level)
        place.store.settings.set_raw(spot, _column(here, vendor), name, value)


def reveal_raw(place: Workplace, spot: Spot, vendor: str, name: str) -> str:
    """The value of a raw parameter in force, to be edited; one like a secret leaves an audit row."""
    with place.store.transaction():
        here = scene(place, spot)
        values = [by_vendor.get(slug, {}).get(name) for _, by_vendor in here.raw for slug in (vendor, "")]
        value = next((value for value in reversed(values) if value is not None), "")
        if looks_secret(name):
            note_reveal(place, spot, f"raw {name}")
    return value


def _own_slug(here: Scene) -> str:
    return here.vendor.slug if here.vendor else ""


def _column(here: Scene, vendor: str) -> str:
    """The vendor as it is stored: '' where the place is of one vendor."""
    return "" if here.spot.kind in ("template", "device") else vendor


def _said(here: Scene, vendor: str, name: str) -> str | None:
    return here.raw[-1][1].get(_column(here, vendor), {}).get(name)


def _vendor(place: Workplace, here: Scene, slug: str) -> Vendor:
    """The vendor in whose files a parameter is to stand. Raises BadValue."""
    if here.spot.kind in ("template", "device"):
        if here.vendor is None:
            raise BadValue(f"{here.title}: {here.model_fault}")
        return here.vendor
    return place.packs.vendor(slug)

"""What the checks of a site file go by: the packs, what is stored, and what the file has said so far."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import NamedTuple, TypeVar

from aps_tui.data import Store
from aps_tui.data.queue import Source
from aps_tui.domain.errors import BadValue
from aps_tui.domain.site import (
    GLOBAL,
    AddressMapping,
    Device,
    Extension,
    Provisioning,
    Settings,
    SiteLevel,
    Template,
    Tenant,
)
from aps_tui.services.sitefile.notes import Notes, near, shown
from aps_tui.vendors.loader import Packs
from aps_tui.vendors.pack import Model, Vendor

O = TypeVar("O", Tenant, Extension, AddressMapping, Template)  # noqa: E741 - an object of the site

_ASCII_LOWER = {upper: upper + 32 for upper in range(ord("A"), ord("Z") + 1)}


def folded(name: str) -> str:
    """A name as the database compares it: the case of ASCII letters does not count."""
    return name.translate(_ASCII_LOWER)


def bare(one: O) -> O:
    """The object without its row's id, to be compared with what a file says."""
    return replace(one, id=None)


@dataclass
class Stored:
    """What the database holds, but for its devices; keys are folded names."""

    site: SiteLevel = field(default_factory=SiteLevel)
    provisioning: Provisioning = field(default_factory=Provisioning)
    tenants: dict[str, Tenant] = field(default_factory=dict)
    extensions: dict[tuple[str, str], Extension] = field(default_factory=dict)
    mappings: dict[tuple[str | None, str], AddressMapping] = field(default_factory=dict)
    sources: dict[str, Source] = field(default_factory=dict)
    templates: dict[tuple[str | None, str], Template] = field(default_factory=dict)

    @classmethod
    def read(cls, store: Store) -> Stored:
        """Read all of it; take it within a transaction or snapshot."""
        return cls(
            store.settings.site(),
            store.provisioning.get(),
            {folded(one.name): bare(one) for one in store.tenants.all()},
            {(folded(one.tenant), one.number): bare(one) for one in store.extensions.all()},
            {(one.tenant and folded(one.tenant), one.source): bare(one) for one in store.mappings.all()},
            {folded(one.name): one for one in store.sources.all()},
            {(one.tenant and folded(one.tenant), folded(one.name)): bare(one) for one in store.templates.all()},
        )


class Holder(NamedTuple):
    """The line that has an extension."""

    mac: str
    line: int


@dataclass
class Wanted:
    """What a file comes to, once it is checked."""

    site: SiteLevel = field(default_factory=SiteLevel)
    provisioning: Provisioning = field(default_factory=Provisioning)
    tenants: list[Tenant] = field(default_factory=list)
    extensions: list[Extension] = field(default_factory=list)
    mappings: list[AddressMapping] = field(default_factory=list)
    sources: list[Source] = field(default_factory=list)
    templates: list[Template] = field(default_factory=list)
    devices: list[Device] = field(default_factory=list)


class Scope:
    """The one view of file and database together. `stored` is empty where the file is to replace all.

    What the file names is entered here even when it is faulty, so that one fault is said once.
    """

    def __init__(self, packs: Packs, stored: Stored, notes: Notes) -> None:
        self.packs = packs
        self.stored = stored
        self.notes = notes
        self.site: Settings = stored.site.settings
        self.tenants = {key: one.name for key, one in stored.tenants.items()}
        self.tenant_settings = {one.name: one.settings for one in stored.tenants.values()}
        self.templates: dict[tuple[str | None, str], Template | None] = {}
        self.templates.update(stored.templates)
        self.extensions: dict[tuple[str, str], Extension | None] = {}
        self.extensions.update(stored.extensions)
        self.flagged: set[tuple[str, str]] = set()
        """Extensions of which the file itself says `usable` or `gone`: their lines come from a dump."""
        self.holders: dict[tuple[str, str], Holder] = {}
        """The lines that have an extension: those of devices the file does not name, then the file's own."""
        self.held_before: dict[tuple[str, str], str] = {}
        """The MAC that has an extension now, of devices that the file names."""
        self._models: dict[tuple[str, str], Model] = {}
        self._numbers: dict[str | None, tuple[set[str], set[int]]] = {}

    def tenant(self, name: str) -> str:
        """The tenant's name as it is written where it was made. Raises BadValue."""
        found = self.tenants.get(folded(name.strip()))
        if found is None:
            raise BadValue(f"unknown tenant {shown(name)!r}{near(name, self.tenants.values())}")
        return found

    def owner(self, name: str) -> str | None:
        """The tenant of a mapping or template; None for global. Raises BadValue."""
        return None if name in ("", GLOBAL) else self.tenant(name)

    def vendor(self, slug: str) -> Vendor:
        """The vendor's pack, ignoring case. Raises BadValue."""
        found = self.packs.vendors.get(slug.strip().lower())
        if found is None:
            known = self.packs.vendors
            raise BadValue(f"unknown vendor {shown(slug)!r}{near(slug, known) or f' (known: {_listed(known)})'}")
        return found

    def model(self, vendor: str, model: str, place: str) -> Model | None:
        """The model that an element names; None when that was noted as a fault."""
        key = (vendor, model)
        if key in self._models:
            return self._models[key]
        pack = self.notes.tried(place, self.vendor, vendor) if vendor else None
        found = self.notes.tried(place, pack.model, model.strip()) if pack and model else None
        if found:
            self._models[key] = found
        return found

    def numbers(self, tenant: str | None) -> tuple[set[str], set[int]]:
        """The extension numbers of a tenant (None: of all) and their lengths; ask once all extensions are known."""
        if tenant not in self._numbers:
            owner = tenant and folded(tenant)
            numbers = {number for key, number in self.extensions if owner is None or key == owner}
            self._numbers[tenant] = (numbers, {len(number) for number in numbers})
        return self._numbers[tenant]

    def know(self, tenant: str | None, numbers: set[str], lengths: set[int]) -> None:
        """Take these for the extension numbers of a tenant (None: of all), where not all of them were read."""
        self._numbers[tenant] = (numbers, lengths)

    def merged(self, tenant: str | None, *above: Settings) -> Settings:
        """What the site, a tenant and the levels above it say together."""
        found = {**self.site, **self.tenant_settings.get(tenant or "", {})}
        for settings in above:
            found |= settings
        return found


def _listed(names: Iterable[str]) -> str:
    return ", ".join(names) or "none"

"""Every setting that may be said at a place, tab by tab: its value, where that comes from, what to know of it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from aps_tui.data.settings import Level as Spot
from aps_tui.domain.catalogue import CATALOGUE, TABS, cross_check, find, numbered, show, warnings_for
from aps_tui.domain.setting import Level, Setting
from aps_tui.domain.site import Value
from aps_tui.services.sitefile.bymodel import misfits, offered, wordless
from aps_tui.services.values.choices import Choice, choices, proposal
from aps_tui.services.values.scene import InForce, Scene, scene, stamp
from aps_tui.services.values.unverified import doubts
from aps_tui.services.workplace import Workplace
from aps_tui.vendors.pack import Model
from aps_tui.vendors.support import unsupported

EMPTY = "(empty)"
"""How a value is shown that overrides what is inherited with nothing."""


@dataclass(frozen=True, slots=True)
class SettingRow:
    """One setting at the place. No secret is in it."""

    id: str
    setting: Setting
    label: str
    """With its number where there are several: `Registrar 2`."""
    shown: str
    """The value in force as people read it: masked, "" for unset, `(empty)` for an empty text."""
    source: str
    """`here`, template, tenant, global, default, provisioning, `line 1`, or "" for unset."""
    said: bool
    """Whether it is said here."""
    reset: str
    """What would be shown once it is no longer said here."""
    reset_source: str
    supported: bool
    """False: the place's model does not carry it."""
    warnings: tuple[str, ...]
    """A recommendation that is not followed, a value that the model lacks or that goes with nothing else."""
    doubts: tuple[str, ...]
    """What the vendor's pack calls unverified about it."""
    stamp: str
    """What is said here, to be given back to `put`, which refuses when it is another by then."""

    @property
    def letters(self) -> str:
        """Two letters: `o` said here, `-` not supported; then `!` a warning, `?` unverified."""
        first = "-" if not self.supported else "o" if self.said else " "
        return first + ("!" if self.warnings else "?" if self.doubts and self.source not in ("", "default") else " ")


class Sheet:
    """The settings of one place as they stood when it was made."""

    def __init__(self, place: Workplace, scene: Scene) -> None:
        self.place = place
        self.scene = scene
        self._resolved = scene.resolved()
        self._reset = scene.resolved({})
        self._wrong = self._said_wrong()
        self.rows: dict[str, SettingRow] = {row.id: row for row in self._rows()}
        """Every row by id: those of the tabs in their order, the unsupported ones too."""

    @property
    def spot(self) -> Spot:
        """The place."""
        return self.scene.spot

    @property
    def title(self) -> str:
        """The place in words: `template Sales of acme`."""
        return self.scene.title

    @property
    def model(self) -> str:
        """`yealink/T46U`; empty for the site and a tenant."""
        return f"{self.scene.vendor.slug}/{self.scene.model.name}" if self.scene.vendor and self.scene.model else ""

    @property
    def notes(self) -> tuple[str, ...]:
        """What is to be known of the whole place: no pack, an unknown firmware, a model with unverified facts."""
        found = [self.scene.model_fault, self.scene.firmware_fault]
        if self.scene.facts and not self.scene.facts["verified"]:
            found.append(f"{self.model}: its facts are unverified")
        return tuple(note for note in found if note)

    def tab(self, name: str) -> list[SettingRow]:
        """The rows of a tab that the model supports (at the site and a tenant: all)."""
        return [row for row in self.rows.values() if row.setting.tab == name and row.supported]

    def unsupported(self, name: str) -> list[SettingRow]:
        """The rows of a tab that the model does not support: to be listed, and what is said there to be taken back."""
        return [row for row in self.rows.values() if row.setting.tab == name and not row.supported]

    def choices(self, id: str) -> tuple[Choice, ...]:
        """The values to choose from, narrowed to the model's; () where any text of the kind will do."""
        return choices(self.scene, self.place, find(id), self.in_force(id).value)

    def example(self, id: str) -> str:
        """A value in the right form, for an empty field."""
        url = self.in_force("general.provisioning_url").value
        return proposal(self.scene, self.place, find(id), str(url or ""))

    def text(self, id: str) -> str:
        """The value in force as it is typed; "" for a secret, which only `reveal` shows."""
        setting = find(id)
        value = self.in_force(id).value
        return "" if setting.secret else str(value or "") if setting.url else show(setting, value)

    def in_force(self, id: str) -> InForce:
        """The value in force, unmasked, and what gives it."""
        return self.scene.in_force(id, self._resolved)

    def _rows(self) -> Iterator[SettingRow]:
        lacking = self._lacking()
        for id in _ids(self.scene.level):
            setting = find(id)
            row = self._row(id, setting, id not in lacking)
            if row.supported or self._worth_listing(row):
                if setting.id.startswith("phone.tone.") and not row.said and self._tone_country() != "custom":
                    continue
                yield row

    def _tone_country(self) -> Value | None:
        return self.in_force("phone.tone_country").value

    def _lacking(self) -> frozenset[str]:
        scene = self.scene
        if scene.vendor is None or scene.model is None:
            return frozenset()
        lacking = set(unsupported(_ids(scene.level), scene.vendor, scene.model, scene.facts["firmware"] or None))
        if not scene.model.generations:
            lacking.add("general.firmware")
        if not scene.facts["expansion_max"]:
            lacking |= {"keys.expansion_type", "keys.expansion_count"}
        return frozenset(lacking)

    def _worth_listing(self, row: SettingRow) -> bool:
        """Of unsupported lists only the first member is listed, and whatever a level says."""
        return row.source not in ("", "default") or not row.setting.listed or _number(row.id) == 1

    def _row(self, id: str, setting: Setting, supported: bool) -> SettingRow:
        now, reset = self.scene.written(id, self._resolved), self.scene.written(id, self._reset)
        own = self.scene.own.get(id)
        return SettingRow(
            id, setting, _label(setting, id), _shown(setting, now.value), now.source, own is not None,
            _shown(setting, reset.value), reset.source, supported,
            tuple(self._warnings(id, setting, now, own, supported)),
            self._doubts(setting) if supported else (),
            stamp(own),
        )  # fmt: skip

    def _warnings(self, id: str, setting: Setting, now: InForce, own: Value | None, supported: bool) -> Iterator[str]:
        scene, value = self.scene, now.value
        if value is not None:
            yield from (text.removeprefix(f"{id}: ") for text in warnings_for({id: value}))
        yield from self._wrong.get(id, ())
        if scene.vendor is None or scene.model is None:
            return
        if not supported and own is not None:
            yield f"{self.model} does not carry it: it is said here and not written"
        if supported and value is not None:
            lacking = wordless(setting, value, offered(setting, scene.vendor, scene.model, scene.facts))
            if lacking:
                yield f"{self.model} has no word for {', '.join(lacking)}: it is left out"
        if supported and id in _DEFAULTS and self._is_default(id, value, scene.model):
            yield "the maker's default password is in force: it is known to everyone"

    def _is_default(self, id: str, value: Value | None, model: Model) -> bool:
        """Whether a password is the maker's own, where that is known: unset, the phone keeps it."""
        default = model.contact(self.scene.facts["firmware"] or None).default_passwords.get(_DEFAULTS[id])
        return default is not None and value in (None, default)

    def _said_wrong(self) -> Mapping[str, list[str]]:
        """What does not go together, or does not fit the model, by the setting that it is about."""
        settings = {id: one.value for id, one in self._resolved.items()}
        faults = [fault for fault in cross_check(settings) if self.scene.level is Level.DEVICE or not _is_device(fault)]
        if self.scene.model:
            faults += misfits(settings, self.scene.model, self.scene.facts)
        if self.scene.firmware_fault:
            faults.append(f"general.firmware: {self.scene.firmware_fault}")
        found: dict[str, list[str]] = {}
        for fault in faults:
            id, _, text = fault.partition(": ")
            found.setdefault(id, []).append(text)
        return found

    def _doubts(self, setting: Setting) -> tuple[str, ...]:
        scene = self.scene
        if scene.vendor is None or scene.model is None:
            return ()
        return doubts(setting.id, scene.vendor, scene.model, scene.facts["firmware"] or None)


_DEFAULTS = {"security.admin_password": "admin", "security.user_password": "user"}
"""A password's setting to its name among a vendor's defaults."""


def sheet(place: Workplace, spot: Spot) -> Sheet:
    """The settings of a place. Raises StoreError where there is no such tenant, template or device."""
    with place.store.snapshot():
        return Sheet(place, scene(place, spot))


def _is_device(fault: str) -> bool:
    """Whether a fault is about a setting that only a device has or completes."""
    return fault.startswith("network.") and "static" in fault


def _shown(setting: Setting, value: Value | None) -> str:
    return EMPTY if value == "" else show(setting, value)


_NUMBER = re.compile(r"\.(\d+)(?=\.|\Z)")


def _number(id: str) -> int:
    found = _NUMBER.search(id)
    return int(found[1]) if found else 0


def _label(setting: Setting, id: str) -> str:
    return f"{setting.label} {_number(id)}" if setting.listed else setting.label


@lru_cache(maxsize=8)
def _ids(level: Level) -> tuple[str, ...]:
    """Every full id that may be said at a level, tab by tab; the members of a list stand together."""
    found: list[tuple[int, int, int, str]] = []
    heads: dict[str, int] = {}
    for place, setting in enumerate(CATALOGUE.values()):
        if level not in setting.levels:
            continue
        head = setting.id.split(".N")[0] if setting.listed else setting.id
        start = heads.setdefault(head, place)
        found += [(TABS.index(setting.tab), start, _number(id), id) for id in numbered(setting)]
    return tuple(id for *_, id in sorted(found, key=lambda one: one[:3]))

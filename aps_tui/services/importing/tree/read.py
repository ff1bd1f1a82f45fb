"""A tree of phones' files as a list of new devices: what a draft is begun with, and what became of each file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from aps_tui.domain.errors import BadValue
from aps_tui.domain.site import Extension, Key
from aps_tui.services.console import counted
from aps_tui.services.fleet import UNPROV_USER
from aps_tui.services.importing.device import checked_more
from aps_tui.services.importing.entry import LONGEST_TEXT, Entry, Read, Rejected, bounded
from aps_tui.services.importing.tree.device import Reader, Said
from aps_tui.services.importing.tree.known_names import KnownNames, Of
from aps_tui.services.importing.tree.likeness import PhoneFiles
from aps_tui.services.importing.tree.people import People, label_of
from aps_tui.services.importing.tree.walk import Seen, walk
from aps_tui.services.workplace import Workplace

_MOST_NOTES = 12
"""Notes of one kind."""
Progress = Callable[[int, int], None]
"""Told how many phones of how many are read; raises to stop."""


@dataclass
class TreeRead:
    """What a tree holds."""

    read: Read
    devices: Mapping[str, Said] = field(default_factory=dict, repr=False)
    """MAC to what its files say; accounts may hold secrets."""
    files: Mapping[str, str] = field(default_factory=dict)
    """Every file, and what became of it."""


def read_tree(
    place: Workplace, root: Path, *, tenant: str = "", secrets: bool = False, progress: Progress | None = None
) -> TreeRead:
    """Read the phones' files below a folder; nothing is stored.

    Accounts are looked up among the extensions of `tenant`, or of all. `secrets`: say where a file's secret is not
    the PBX's; no secret is shown. Raises ApsError for a folder that cannot be read, BadValue for one without phones.
    """
    names = KnownNames(place.packs)
    phones: dict[str, PhoneFiles] = {}
    shared: dict[str, set[str]] = {}
    files: dict[str, str] = {}
    for seen in walk(root):
        named = names.named(seen.name)
        if named.mac:
            phones.setdefault(named.mac, PhoneFiles(named.mac, {})).files[seen] = named.of
            continue
        files[seen.name] = _not_a_phones(named.of, named.reserved)
        for of in named.of:
            if "{" in of.spec.path:  # one that not every model asks for
                shared.setdefault(of.vendor, set()).add(of.model)
    if not phones:
        raise BadValue(f"{root}: no phone's file is among its {counted(len(files), 'file')}")
    reader = Reader(place.packs, {slug: frozenset(models) for slug, models in shared.items()}, place.cache)
    writer = _Writer(People(place, tenant), tenant, secrets)
    devices: dict[str, Said] = {}
    for number, phone in enumerate(phones.values(), 1):
        if progress is not None:
            progress(number, len(phones))
        device = devices[phone.mac] = _bound(reader.read(phone))
        writer.add(number, phone, device)
        files |= {seen.name: _became(device, seen) for seen in phone.files}
    return TreeRead(writer.done(files), devices, files)


def _bound(device: Said) -> Said:
    """A phone without the account that unprovisioned ones share, and then without the keys of that file."""
    accounts = device.found.accounts
    if any(said.get("user") == UNPROV_USER for said in accounts.values()):
        device.found.accounts, device.found.keys = {}, ()
    return device


def _not_a_phones(of: tuple[Of, ...], reserved: str) -> str:
    if reserved:
        return f"written by phones of {reserved} themselves: not read"
    vendors = ", ".join(sorted({one.vendor for one in of}))
    return f"shared by phones of {vendors}: its settings are not taken over" if of else ""


def _became(device: Said, seen: Seen) -> str:
    reason = next((one for one in device.unread if one.startswith(f"{seen.name}: ")), "")
    return reason.removeprefix(f"{seen.name}: ") or f"{device.vendor}: read"


class _Writer:
    """Makes entries of phones."""

    def __init__(self, people: People, tenant: str, secrets: bool) -> None:
        self.people, self.tenant, self.secrets = people, tenant, secrets
        self.entries: list[Entry] = []
        self.rejected: list[Rejected] = []
        self.registrars: Counter[str] = Counter()
        self.other_secrets: list[str] = []
        self.doubts: list[str] = []
        self.unclear: dict[tuple[str, ...], list[str]] = {}
        self.values = [0, 0]

    def add(self, number: int, phone: PhoneFiles, device: Said) -> None:
        """Make the entry of one phone."""
        self.rejected += (Rejected(number, bounded(one.partition(": ")[0]), one.partition(": ")[2])
                          for one in device.unread)  # fmt: skip
        if not device.models:
            return
        found = device.found
        self.values[0] += found.understood
        self.values[1] += found.values
        owners = self._owners(found.accounts)
        tenants = {one.tenant for one in owners.values() if one}
        more, first = self._lines(phone.mac, device, owners)
        tenant = tenants.pop() if len(tenants) == 1 else self.tenant
        entry = Entry(
            number, phone.mac, device.vendor, _model(device), tenant=tenant, extension=first.get("extension", ""),
            line_label=first.get("label", ""), address=bounded(next(iter(phone.files)).name, LONGEST_TEXT),
        )  # fmt: skip
        try:
            entry = entry._replace(more=checked_more(more))
        except BadValue as error:
            self.doubts.append(f"{phone.mac}: {error}")
        if len(device.models) > 1:
            self.unclear.setdefault(device.models, []).append(phone.mac)
        if device.lost:
            self.doubts.append(f"{phone.mac}: {counted(device.lost, 'key')} could not be read for certain")
        if server := found.settings.get("server.1.host"):
            self.registrars[f"{server}:{found.settings.get('server.1.port') or 5060}"] += 1
        self.entries.append(entry)

    def _owners(self, accounts: Mapping[int, Mapping[str, str]]) -> dict[int, Extension | None]:
        """The extension of each line; of those of several tenants, all of one where that is so."""
        could = {n: self.people.of(said) for n, said in accounts.items()}
        sure = {one[0].tenant for one in could.values() if len(one) == 1}
        owners: dict[int, Extension | None] = {}
        for n, those in could.items():
            fit = [one for one in those if one.tenant in sure] if len(those) > 1 else those
            owners[n] = fit[0] if len(fit) == 1 else None
        return owners

    def _lines(
        self, mac: str, device: Said, owners: Mapping[int, Extension | None]
    ) -> tuple[dict[str, Any], dict[str, str]]:
        """What is beyond the columns, and what line 1's columns say."""
        lines, first = [], {}
        for n, said in device.found.accounts.items():
            owner = owners[n]
            if self.secrets and owner is not None and self.people.differs(said, owner):
                self.other_secrets.append(f"{mac}, line {n}: the secret is not the PBX's of {owner.number}")
            shown = {"extension": _short(owner.number if owner else said.get("user") or said.get("number", "")),
                     "label": _short(label_of(said, owner))}  # fmt: skip
            line: dict[str, Any] = {"number": n, **device.found.choices.get(n, {})}
            port = said.get("local_sip_port", "")
            if port.isdecimal() and len(port) < 6 and 0 < int(port) < 65536:
                line["local_sip_port"] = int(port)
            if n == 1:
                first = shown
            if n > 1 or len(line) > 1:
                lines.append({**line, **(shown if n > 1 else {})})
        more: dict[str, Any] = {"line": lines, "key": self._keys(device)}
        modules = {int(key.bank.rpartition("-")[2]) for key in device.found.keys if key.bank.startswith("expansion")}
        settings: dict[str, Any] = {"general.firmware": device.firmware} if device.firmware else {}
        if modules:
            settings["keys.expansion_count"] = max(modules)
        return {**more, **({"settings": settings} if settings else {})}, first

    def _keys(self, device: Said) -> list[dict[str, Any]]:
        """The keys as the site file has them; a label that is the line's own is none, and key 1 is line 1 anyway."""
        names = {n: {said.get("label"), said.get("user"), said.get("number"), said.get("display_name")}
                 for n, said in device.found.accounts.items()}  # fmt: skip
        keys = []
        for key in device.found.keys:
            if key.type in ("line", "shared-line") and key.label in names.get(key.line or 1, ()):
                key = replace(key, label="")
            if key != Key("dss", 1, "line", 1):
                keys.append(_table(key))
        return keys

    def done(self, files: Mapping[str, str]) -> Read:
        """The list, and what is to be said of it."""
        unknown = [name for name, became in files.items() if not became]
        understood, values = self.values
        notes = [f"{counted(len(files), 'file')}: {counted(len(self.entries), 'phone')}; of {values:,} values "
                 f"{understood:,} are lines, keys and servers; other settings are not taken over"]  # fmt: skip
        if unknown:
            notes.append(f"no phone's files, left out: {_some(unknown)}")
        if self.registrars:
            said = (f"{server} ({number:,})" for server, number in self.registrars.most_common(_MOST_NOTES))
            notes.append(f"registrars in the files, by number of phones: {', '.join(said)}")
        notes += _first([f"{counted(len(macs), 'phone')} ({macs[0]} …) could be {_listed(models)}"
                         for models, macs in self.unclear.items()])  # fmt: skip
        notes += _first(self.doubts) + _first(self.other_secrets)
        return Read(tuple(self.entries), tuple(self.rejected), tuple(bounded(note, LONGEST_TEXT) for note in notes))


def _table(key: Key) -> dict[str, Any]:
    said = {"line": key.line, "value": _short(key.value), "label": _short(key.label), "pickup": _short(key.pickup)}
    return {"bank": key.bank, "position": key.position, "type": key.type, **{k: v for k, v in said.items() if v}}


def _model(device: Said) -> str:
    """The model, or the beginning that all it could be have in common: the list then offers those."""
    return device.models[0] if device.why and len(device.models) == 1 else _beginning(device.models)


def _beginning(names: Sequence[str]) -> str:
    first, last = min(names), max(names)
    return first[: next((at for at, char in enumerate(first) if last[at : at + 1] != char), len(first))]


def _listed(models: Sequence[str]) -> str:
    return " or ".join(models[:6]) + (f" and {len(models) - 6} more" if len(models) > 6 else "")


def _short(text: str) -> str:
    return text if len(text) <= LONGEST_TEXT and text.isprintable() else bounded(text, LONGEST_TEXT - 1)


def _some(names: list[str]) -> str:
    more = f" and {len(names) - 5:,} more" if len(names) > 5 else ""
    return ", ".join(bounded(name, 40) for name in names[:5]) + more


def _first(notes: list[str]) -> list[str]:
    more = len(notes) - _MOST_NOTES
    return notes[:_MOST_NOTES] + ([f"and {more:,} more like these"] if more > 0 else [])

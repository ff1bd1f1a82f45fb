"""Unified diffs of what a commit would change, with every secret masked on both sides."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cached_property, lru_cache

from aps_tui.data.generations import FileChange
from aps_tui.data.rows import Candidate
from aps_tui.domain.errors import ApsError
from aps_tui.domain.site import Value
from aps_tui.services.fleet import Fleet
from aps_tui.services.guard import SharedGuard
from aps_tui.services.judge import Change
from aps_tui.services.masks import Masker
from aps_tui.services.secret_lines import masked_files, older_text
from aps_tui.services.tree import Tree
from aps_tui.services.workplace import Workplace
from aps_tui.vendors.engine import render_shared
from aps_tui.vendors.formats import Format, readable
from aps_tui.vendors.pack import Facts, Vendor, file_name

UNTOLD = "{path}: its vendor pack is gone, so nothing tells what in it is secret: it is not shown\n"
"""Said in place of a diff."""


def masker(place: Workplace) -> Masker:
    """Masks for this site: the secrets that it holds now. MACs, which files are named by, are none."""
    store = place.store
    secrets = frozenset(store.render.secrets_and_macs()).difference(store.devices.macs())
    return _masker(store.install.mask_key(), secrets)


@lru_cache(maxsize=1)
def _masker(key: bytes, secrets: frozenset[str]) -> Masker:
    """The same masker while the secrets are the same: what it makes of them costs more than reading them."""
    return Masker(key, secrets)


@contextmanager
def open_diffs(place: Workplace) -> Iterator[Diffs]:
    """Diffs of one consistent view of the site. Raises TreeError."""
    with place.tree() as tree, place.store.snapshot():
        yield Diffs(place, tree)


class Diffs:
    """Makes the diffs of changes one by one; nothing of them is kept."""

    def __init__(self, place: Workplace, tree: Tree) -> None:
        self.place = place
        self.tree = tree
        self.fleet = Fleet(place.store.render, place.packs, place.cache)
        self.masker = masker(place)
        self._latest: tuple[str, list[tuple[str, Format | None, str]]] = ("", [])

    def of(self, change: Change, context: int = 3) -> str:
        """One file's unified diff; empty when only what is masked alike on both sides differs.

        Of a device's file that goes, every value is masked: nothing may be left that knows its secrets.
        Raises CannotRender for a device that can no longer be rendered.
        """
        new, form = ("", self._form_by_name(change)) if change.kind == "remove" else self._new(change)
        before = "" if change.kind == "add" else self._old(change.path, form)
        gone = change.kind == "remove" and change.mac is not None
        if gone and form is None:
            return UNTOLD.format(path=change.path)
        old = self.masker.text(before, form, values_of(before, form)) if gone else self._older(before, form, new)
        was, becomes = ("/dev/null" if change.kind == kind else change.path for kind in ("add", "remove"))
        return "".join(difflib.unified_diff(_lines(old), _lines(new), was, becomes, n=context))

    def past(self, change: FileChange, context: int = 3) -> str:
        """The unified diff of what a generation changed in a device's file.

        Where the device renders no more, every value is masked. Raises TreeError for bytes that are no longer kept.
        """
        form = self._form_by_name(change)
        if form is None:
            return UNTOLD.format(path=change.path)
        texts = [self._content(change.path, one, form) if one else "" for one in (change.old_hash, change.new_hash)]
        now = ""
        if change.mac is not None:
            with suppress(ApsError):
                now = self._device_text(change.path, change.mac)[0]
        if now:
            old, new = (self._older(text, form, now) for text in texts)
        else:
            masked = values_of("\n".join(texts), form) if change.mac is not None else {}
            old, new = (self.masker.text(text, form, masked) for text in texts)
        return "".join(difflib.unified_diff(_lines(old), _lines(new), "before", change.path, n=context))

    def _older(self, text: str, form: Format | None, newer: str) -> str:
        return older_text(text, form, newer, self.masker)

    def _content(self, path: str, content: str, form: Format | None) -> str:
        """What a file said once: it stands there still, or is kept."""
        data = self.tree.read(path) if self.tree.hash_of(path) == content else self.tree.kept(content)
        return readable(data or b"", form)

    def _old(self, path: str, form: Format | None) -> str:
        data = self.tree.read(path)
        return readable(data, form) if data else ""

    def _new(self, change: Change) -> tuple[str, Format | None]:
        return self._shared_text(change) if change.mac is None else self._device_text(change.path, change.mac)

    def _device_text(self, path: str, mac: str) -> tuple[str, Format | None]:
        if self._latest[0] != mac:  # the files of one device mostly come one after the other
            row: Candidate | None = next(self.fleet.render.candidates(macs=[mac]), None)
            self._latest = (mac, masked_files(self.fleet.task(row), self.masker) if row is not None else [])
        return next(((text, form) for name, form, text in self._latest[1] if name == path), ("", None))

    def _shared_text(self, change: Change) -> tuple[str, Format | None]:
        """A file that several phones read: it holds no secret, whatever its parameters are called."""
        vendor = self.place.packs.vendor(change.vendor)
        for slug, name in self.fleet.models_in_use():
            model = vendor.models.get(name) if slug == vendor.slug else None
            form = _form(vendor, model.facts(), change.path) if model is not None else None
            if model is not None and form is not None:
                result = render_shared(vendor, model, self._global, self.fleet.mapped(None), self.place.cache)
                text = next((file.text for file in result.files if file.path == change.path), "")
                return self.masker.text(text, form), form
        return "", None

    @cached_property
    def _global(self) -> dict[str, Value]:
        return SharedGuard(self.fleet).settings

    def _form_by_name(self, change: Change | FileChange) -> Format | None:
        """The format of a file that goes: its device may be gone, so any model's name will do."""
        vendor = self.place.packs.vendors.get(change.vendor)
        if vendor is None:
            return None
        forms = (_form(vendor, model.facts(), change.path, change.mac or "") for model in vendor.models.values())
        return next((form for form in forms if form is not None), None)


def values_of(text: str, form: Format | None) -> dict[str, str]:
    """Every parameter of a text, as one to be masked."""
    if form is None:
        return {}
    cut = (form.parameter(line.removesuffix("\r")) for line in text.split("\n"))
    return {found.key: "" for found in cut if found is not None}


def _form(vendor: Vendor, facts: Facts, path: str, mac: str = "") -> Format | None:
    """The format of the file of this name among a model's own files, or without a MAC among its shared ones."""
    specs = (spec for spec in vendor.files if spec.shared != bool(mac))
    return next((spec.form for spec in specs if file_name(spec, facts, mac) == path), None)


def _lines(text: str) -> list[str]:
    """Lines for difflib, each ended, so that a missing last line break does not glue two together."""
    lines = text.replace("\r\n", "\n").split("\n")
    if lines[-1] == "":
        lines.pop()
    return [f"{line}\n" for line in lines]

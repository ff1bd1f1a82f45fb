"""Finds and loads vendor packs: a folder with a vendor.toml is a vendor, and there is no list to add it to."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from aps_tui import __version__
from aps_tui.domain.errors import BadValue
from aps_tui.vendors.check import checked
from aps_tui.vendors.pack import Document, Model, PackFault, Vendor, make_vendor

SHIPPED = Path(__file__).parent
OVERLAY = Path("/etc/aps-tui/vendors")
"""The operator's own packs and changes to shipped ones; they survive upgrades."""


@dataclass(frozen=True, slots=True)
class Packs:
    """All vendors that could be loaded, and what is wrong with the others."""

    vendors: Mapping[str, Vendor]
    faults: tuple[str, ...]

    def vendor(self, slug: str) -> Vendor:
        """Find a vendor, ignoring case. Raises BadValue listing the known ones."""
        found = self.vendors.get(slug.lower())
        if found is None:
            raise BadValue(f"unknown vendor {slug!r} (known: {', '.join(self.vendors)})")
        return found

    def model(self, vendor: str, model: str) -> Model:
        """Find a vendor's model, ignoring case. Raises BadValue."""
        return self.vendor(vendor).model(model)

    def by_mac(self, mac: str) -> Vendor | None:
        """The vendor whose longest MAC prefix fits 12 lower-case hex digits."""
        fits = [(len(p), v) for v in self.vendors.values() for p in v.mac_prefixes if mac.startswith(p)]
        return max(fits, key=lambda fit: fit[0])[1] if fits else None


def load_packs(folders: Iterable[Path] = (OVERLAY, SHIPPED), cache: Path | None = None) -> Packs:
    """Load every vendor under `folders`, the first folder winning file by file.

    One broken folder is reported in `faults` with its exact place; the others work. `cache`: a private folder where
    documents that were checked once are kept under their pack's fingerprint.
    """
    vendors: dict[str, Vendor] = {}
    faults: list[str] = []
    roots = tuple(folder for folder in folders if folder.is_dir())
    for slug in sorted({path.parent.name for root in roots for path in root.glob("*/vendor.toml")}):
        try:
            vendors[slug] = _load(slug, tuple(root / slug for root in roots if (root / slug).is_dir()), cache)
        except PackFault as fault:
            faults.extend(str(fault).splitlines())
    faults.extend(_shared_prefixes(vendors.values()))
    return Packs(vendors, tuple(faults))


_SLUG = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}\Z")


def _load(slug: str, folders: tuple[Path, ...], cache: Path | None) -> Vendor:
    if not _SLUG.match(slug):
        raise PackFault(f"{folders[0]}: a vendor's folder is named by small letters, digits, _ and - only")
    fingerprint = _fingerprint(folders)
    kept = cache / f"pack-{slug}-{fingerprint}.json" if cache is not None else None
    document = _recall(kept)
    if document is None:
        document = _read(slug, folders)
        _keep(kept, document)
    return make_vendor(slug, document, folders, fingerprint)


def _read(slug: str, folders: tuple[Path, ...]) -> Document:
    """Read, merge and check a vendor's vendor.toml files, the first folder's winning. Raises PackFault."""
    import rtoml  # what the standard library takes 30 ms for, at a first start

    files = [folder / "vendor.toml" for folder in folders if (folder / "vendor.toml").is_file()]
    merged: dict[str, Any] = {}
    for file in reversed(files):
        try:
            merged = _merged(merged, rtoml.loads(file.read_text(encoding="utf-8")))
        except RecursionError:
            raise PackFault(f"{file}: tables or lists are nested too deeply") from None
        except (OSError, ValueError) as error:
            raise PackFault(f"{file}: {error}") from None
    if not files:
        raise PackFault(f"{folders[0] / 'vendor.toml'} is no file")
    file = files[0]
    document = checked(slug, merged, file)
    for spec in document.file:
        if not any((folder / spec.template).is_file() for folder in folders):
            raise PackFault(f"{file}: file {spec.path}: there is no template {spec.template!r}")
    return document


def _merged(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    """Tables key by key, `above` winning; lists and plain values are replaced whole, but for `_JOINED`."""
    merged = {**below, **above}
    for key in below.keys() & above.keys():
        if isinstance(below[key], dict) and isinstance(above[key], dict):
            merged[key] = _merged(below[key], above[key])
        elif key in _JOINED and isinstance(below[key], list) and isinstance(above[key], list):
            merged[key] = list({_JOINED[key](one): one for one in (*below[key], *above[key])}.values())
    return merged


def _file_key(file: Any) -> object:
    return (str(file.get("path")), str(file.get("only", ""))) if isinstance(file, dict) else id(file)


_JOINED: dict[str, Callable[[Any], object]] = {"file": _file_key, "unverified": str}
"""Lists that an overlay adds to: a file of the same `path` and `only` replaces the one there is, in its place."""


def _recall(kept: Path | None) -> Document | None:
    """A document that an earlier process checked; None when there is none that can be read."""
    if kept is None:
        return None
    try:
        return msgspec.json.decode(kept.read_bytes(), type=Document)
    except (OSError, msgspec.MsgspecError):
        return None


def _keep(kept: Path | None, document: Document) -> None:
    """Leave a checked document for the next process, in place of the pack's older ones; a failure costs only time."""
    if kept is None:
        return
    with suppress(OSError):
        part = kept.with_suffix(".part")
        part.write_bytes(msgspec.json.encode(document))
        for older in kept.parent.glob(f"{kept.name.rpartition('-')[0]}-*.json"):
            older.unlink(missing_ok=True)
        part.replace(kept)


def _fingerprint(folders: tuple[Path, ...]) -> str:
    """Hash of the product's version and of every file of the pack, names included."""
    digest = hashlib.blake2b(__version__.encode(), digest_size=16)
    for folder in folders:
        for path in sorted(_files(str(folder))):
            digest.update(f"\x00{path[len(str(folder)) :]}\x00".encode())
            digest.update(Path(path).read_bytes())
    return digest.hexdigest()


def _files(folder: str) -> Iterator[str]:
    """The files of a pack, as plain texts: there are hundreds, and they are read at every start."""
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                yield from _files(entry.path)
            elif entry.name.endswith((".toml", ".j2", ".py")) and entry.is_file():
                yield entry.path


def _shared_prefixes(vendors: Iterable[Vendor]) -> Iterable[str]:
    owner: dict[str, str] = {}
    for vendor in vendors:
        for prefix in vendor.mac_prefixes:
            if prefix in owner:
                yield f"MAC prefix {prefix} is claimed by {owner[prefix]} and {vendor.slug}"
            owner.setdefault(prefix, vendor.slug)

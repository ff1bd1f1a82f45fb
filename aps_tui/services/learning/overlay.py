"""Writes a learned pack into the operator's overlay folder, whole and proven, or not at all."""

from __future__ import annotations

import re
import shutil
import tempfile
import tomllib
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec

from aps_tui.domain.errors import ApsError, BadValue
from aps_tui.services.learning.export import Export
from aps_tui.services.learning.probe import full_phone
from aps_tui.services.learning.template import Learned
from aps_tui.services.sitefile.write import to_toml
from aps_tui.vendors.engine import GroupRenderer
from aps_tui.vendors.loader import Packs, load_packs
from aps_tui.vendors.pack import FileSpec, Vendor
from aps_tui.vendors.phone import Phone

_FACT = "learned"
"""The fact that sends a model to its learned template."""
_HEAD = "# Written by `aps-tui vendors learn`. Remove this folder to go back to the shipped pack.\n"


def document_for(
    vendor: Vendor, spec: FileSpec, model: str, like: str, export: Export, learned: Learned, into: Path
) -> dict[str, Any]:
    """The vendor.toml of an overlay: what it says now, and the lines that take the model's per-MAC file from the unit.

    It is merged over the pack: the one file replaces the pack's of the same path.
    """
    document = _read(into / vendor.slug / "vendor.toml")
    file = {**msgspec.to_builtins(spec), "template": f"learned.{original(spec)}"}
    if repeated := sorted({*spec.repeatable, *_repeated(export)}):
        file["repeatable"] = repeated
    others = (one for one in document.get("file", ()) if (one["path"], one.get("only", "")) != (spec.path, spec.only))
    document["file"] = [*others, file]
    document.setdefault("defaults", {})[_FACT] = ""
    known = model in vendor.models
    facts = document.setdefault("model", {}).setdefault(model, {} if known else _like(vendor, like, learned))
    facts[_FACT] = model
    document["unverified"] = _noted(document.get("unverified", ()), export, model)
    return document


def new_document(
    slug: str, model: str, export: Export, learned: Learned, mac: str | None, packs: Packs
) -> dict[str, Any]:
    """The vendor.toml of a vendor that no pack is there for."""
    owner = packs.by_mac(mac) if mac else None
    file: dict[str, Any] = {"path": _path(export.name, mac, model), "template": "phone.j2", "format": export.form.name}
    if repeated := _repeated(export):
        file["repeatable"] = repeated
    document: dict[str, Any] = {
        "name": slug.replace("-", " ").title(),
        "source": f"learned from {export.name}, a configuration exported by a real unit",
        "mac_prefixes": [mac[:6]] if mac and owner is None else [],
        "file": [file],
        "model": {model: {"lines": learned.lines, "verified": False}},
    }
    document["unverified"] = _noted((), export, model)
    return document


def original(spec: FileSpec) -> str:
    """The template that a file had before anything was learned."""
    return spec.template.removeprefix("learned.")


def write_pack(
    into: Path, slug: str, document: dict[str, Any], templates: dict[str, str], model: str, shipped: Path
) -> Path:
    """Write a pack, load it, render a phone with it, and only then put it in its place; gives its folder.

    Raises ApsError with the reason; then everything is as it was.
    """
    temporary = None
    try:
        into.mkdir(parents=True, exist_ok=True)
        temporary = Path(tempfile.mkdtemp(prefix=".learning-", dir=into))
        fresh, target = temporary / slug, into / slug
        if target.is_dir():
            shutil.copytree(target, fresh, symlinks=True)
        fresh.mkdir(exist_ok=True)
        for name, text in {**templates, "vendor.toml": _HEAD + to_toml(document)}.items():
            (fresh / name).write_text(text, encoding="utf-8")
        _prove(load_packs((temporary, shipped)), slug, model)
        _put(fresh, target, temporary / "old")
    except OSError as error:
        raise ApsError(f"{error.filename or into}: {error.strerror}: nothing was written") from None
    finally:
        if temporary is not None:
            shutil.rmtree(temporary, ignore_errors=True)
    return target


def dispatcher(document: dict[str, Any], template: str) -> str:
    """The template that gives learned models their own and every other model the pack's."""
    models = [name for name, facts in document["model"].items() if facts.get(_FACT)]
    branches = [
        f'{{% {"el" if at else ""}if model.{_FACT} == "{name}" %}}\n{{% include "{name}.{template}" %}}\n'
        for at, name in enumerate(models)
    ]
    return "".join(branches) + f'{{% else %}}\n{{% include "{template}" %}}\n{{% endif %}}\n'


def _put(fresh: Path, target: Path, old: Path) -> None:
    """Rename the new folder into its place; the old one comes back when that fails."""
    fresh.chmod(0o755)
    replaced = target.is_dir()
    if replaced:
        target.rename(old)
    try:
        fresh.rename(target)
    except OSError:
        if replaced:
            old.rename(target)
        raise


def _prove(packs: Packs, slug: str, model: str) -> None:
    """Load the pack and render a phone that says everything, and one that says nothing. Raises ApsError."""
    vendor = packs.vendors.get(slug)
    if vendor is None:
        raise ApsError(f"the learned pack does not load: {'; '.join(packs.faults)}: nothing was written")
    try:
        group, phone, _ = full_phone(vendor, vendor.model(model))
        for one in (phone, Phone(phone.mac, phone.accounts[:1]), Phone(phone.mac, phone.accounts[:1], bound=False)):
            if not GroupRenderer(group).plain(one).files:
                raise ApsError(f"no file of the pack has a name for {model}: learn it as a model that the pack knows")
    except BadValue:
        raise
    except ApsError as error:
        raise ApsError(f"the learned pack does not render: {error}: nothing was written") from None


def _read(file: Path) -> dict[str, Any]:
    """What an overlay's vendor.toml says; it loaded just now, where there is one."""
    return tomllib.loads(file.read_text(encoding="utf-8")) if file.is_file() else {}


def _like(vendor: Vendor, like: str, learned: Learned) -> dict[str, Any]:
    """The facts of a model that the pack lacks: its nearest relative's family, and what the file shows."""
    family = vendor.model(like).family
    facts: dict[str, Any] = {"family": family} if family else {}
    return {**facts, "lines": learned.lines, "verified": False}


def _noted(unverified: Sequence[str], export: Export, model: str) -> list[str]:
    said = f"{model}: learned from {export.name} on a real unit"
    return [*(one for one in unverified if one != said), said]


def _repeated(export: Export) -> list[str]:
    """Names that stand more than once in the unit's own file."""
    if not export.form.unique:
        return []
    seen = Counter(parameter.key for parameter in export.parameters)
    return sorted(name for name, times in seen.items() if times > 1)


def _path(name: str, mac: str | None, model: str) -> str:
    """The per-MAC file's name: that of the unit's file where it holds its MAC, else the MAC with the same ending."""
    suffix = re.sub(r"[^A-Za-z0-9.]", "", Path(name).suffix)
    if mac and mac in name.lower():
        at = name.lower().index(mac)
        said = "{MAC}" if name[at : at + 12].isupper() and not mac.isdigit() else "{mac}"
        head, tail = (re.sub(r"[^\w.\-]", "", part) for part in (name[:at], name[at + 12 :]))
        return f"{head.lstrip(chr(46))}{said}{tail}"
    return "{mac}" + (suffix or ".cfg")

"""A vendor pack of a few lines, made where a test wants it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from aps_tui.domain.site import Key, Value
from aps_tui.vendors.engine import GroupRenderer
from aps_tui.vendors.loader import Packs, load_packs
from aps_tui.vendors.pack import Vendor
from aps_tui.vendors.phone import Account, Group, Phone

MAC = "00aabb000001"
SECRET = "Top-Secret-1"
HEAD = """
name = "Tiny"
source = "made up"
mac_prefixes = ["00aabb"]
"""
DEVICE_FILE = """
[[file]]
path = "{mac}.cfg"
template = "mac.j2"
format = "flat"
"""
FACTS = """
[words.key]
line = 1
blf = 2
[words.dtmf_mode]
rfc2833 = 1
[defaults]
codecs = true
code = ""
[generation.old]
codecs = false
[generation.new]
[family.desk]
lines = 3
keys = 4
generations = ["old", "new"]
expansion = { EXP = 2 }
expansion_max = 2
[model]
T1 = { family = "desk" }
T2 = { family = "desk", codecs = false, code = "c2" }
"""
TOML = HEAD + DEVICE_FILE + FACTS


def folder(root: Path, files: Mapping[str, str], slug: str = "tiny") -> Path:
    """Write a vendor folder under `root`; returns `root`."""
    (root / slug).mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (root / slug / name).write_text(text, encoding="utf-8")
    return root


def packs(root: Path, template: str = "", toml: str = TOML, **more: str) -> Packs:
    """Load the one pack that has this template and vendor.toml; `more` are other templates by their stem."""
    files = {"vendor.toml": toml, "mac.j2": template, **{f"{stem}.j2": text for stem, text in more.items()}}
    return load_packs([folder(root, files)])


def one_pack(root: Path, template: str = "", toml: str = TOML, **more: str) -> Vendor:
    """The same, when nothing is wrong with it."""
    loaded = packs(root, template, toml, **more)
    assert loaded.faults == ()
    return loaded.vendor("tiny")


def line(n: int = 1, **changes: object) -> Account:
    """An account with a secret, a user and a label."""
    said: dict[str, object] = {"user": "101", "auth_user": "a101", "secret": SECRET, "label": "Desk", "number": "101"}
    return Account(n, **{**said, **changes})  # type: ignore[arg-type]


def group(
    vendor: Vendor,
    settings: Mapping[str, Value] | None = None,
    *,
    model: str = "T1",
    keys: tuple[Key, ...] = (),
    raw: Mapping[str, str] | None = None,
    mapped: Callable[[str], str] = str,
) -> Group:
    """A group of one tenant."""
    return Group(vendor, vendor.model(model), "acme", settings or {}, keys=keys, raw=raw or {}, mapped=mapped)


def phone(*accounts: Account, **more: object) -> Phone:
    """A phone with one line, or with those given."""
    return Phone(MAC, accounts or (line(),), **more)  # type: ignore[arg-type]


def written(group: Group, phone: Phone) -> str:
    """The one file of a phone, with both paths held to the same bytes."""
    renderer = GroupRenderer(group)
    plain, quick = renderer.plain(phone), renderer.render(phone)
    assert plain == quick
    (file,) = plain.files
    return file.data.decode()

"""A tftpboot becomes a list of devices: every vendor's files, written by a commit, are read back into another site."""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from aps_tui.data.store import Store
from aps_tui.domain.errors import ApsError, BadValue
from aps_tui.domain.site import Device, Key
from aps_tui.services.commit import commit
from aps_tui.services.demo import build
from aps_tui.services.importing import current, finish, start
from aps_tui.services.importing.tree import TreeRead, read_tree
from aps_tui.services.importing.tree.cells import cells_of, text_of
from aps_tui.services.importing.tree.walk import MOST_BYTES
from aps_tui.services.sitefile import load
from aps_tui.services.workplace import Workplace
from aps_tui.vendors.formats import FORMATS
from aps_tui.vendors.loader import SHIPPED, Packs, load_packs

DEVICES = 14
"""A model of each vendor."""
NO_KEYS = frozenset({"polycom", "lg-ericsson"})
"""Their files number keys in turn, whatever their places: these are left out rather than guessed."""
SAY_THEIR_MODEL = frozenset({"aastra", "audiocodes", "cisco", "grandstream", "panasonic", "sipura", "snom", "vtech"})
"""By the name of a file or a comment at its head."""
NO_LABEL = frozenset({"audiocodes", "grandstream", "panasonic"})
"""Some models of theirs show no label of a line, so it is not in their files."""


@dataclass
class Round:
    """A site, and what was read of the files that it committed."""

    devices: dict[str, Device]
    keys: dict[str, dict[tuple[str, int], Key]]
    tree: TreeRead
    place: Workplace
    secrets: frozenset[str]


def few_models() -> Packs:
    """The packs, each with a few of its models only: each is asked much."""
    packs = load_packs((SHIPPED,))
    few = {
        slug: {name: vendor.models[name] for name in list(vendor.models)[::12]}
        for slug, vendor in packs.vendors.items()
    }
    return replace(packs, vendors={slug: replace(one, models=few[slug]) for slug, one in packs.vendors.items()})


@pytest.fixture(scope="module")
def there_and_back(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Round]:
    folder = tmp_path_factory.mktemp("round")
    packs = few_models()
    document = build(DEVICES, 11, packs)
    (folder / "root").mkdir()
    with (
        Store.open(folder / "one.sqlite3", operator="t") as one,
        Store.open(folder / "two.sqlite3", operator="t") as two,
    ):
        load(one, packs, document)
        commit(Workplace(one, folder / "root", packs))
        same = {name: document[name] for name in ("version", "tenant", "extension")}
        load(two, packs, same)
        place = Workplace(two, folder / "elsewhere", packs)
        devices = {device.mac: device for device in one.devices.all()}
        templates = {(found.tenant, found.name): found for found in one.templates.all()}
        keys = {}
        for device in devices.values():
            shared = templates[device.template_tenant, device.template].keys if device.template else ()
            mine = {(key.bank, key.position): key for key in (*shared, *device.keys)}
            keys[device.mac] = {at: key for at, key in mine.items() if key != Key("dss", 1, "line", 1) and device.lines}
        secrets = frozenset(extension["secret"] for extension in document["extension"])
        yield Round(devices, keys, read_tree(place, folder / "root", secrets=True), place, secrets)


def said(found: Round, mac: str) -> dict[str, Any]:
    entry = next(one for one in found.tree.read.entries if one.mac == mac)
    return json.loads(entry.more) if entry.more else {}


def test_every_device_and_line_comes_back(there_and_back: Round) -> None:
    entries = {entry.mac: entry for entry in there_and_back.tree.read.entries}
    assert entries.keys() == there_and_back.devices.keys()
    assert not there_and_back.tree.read.rejected
    for mac, device in there_and_back.devices.items():
        entry = entries[mac]
        assert entry.vendor == device.vendor
        assert not device.lines or entry.tenant == device.tenant
        lines = {one["number"]: one for one in said(there_and_back, mac).get("line", ())}
        if entry.extension:
            lines[1] = {**lines.get(1, {}), "extension": entry.extension, "label": entry.line_label}
        assert {n: one["extension"] for n, one in lines.items()} == {one.number: one.extension for one in device.lines}
        for line in device.lines:
            assert lines[line.number].get("label", "") in (
                {line.label, ""} if device.vendor in NO_LABEL else {line.label}
            )
            assert lines[line.number].get("local_sip_port") in (line.local_sip_port, None)


def test_a_model_that_is_said_is_the_right_one(there_and_back: Round) -> None:
    sure: Counter[str] = Counter()
    for mac, device in there_and_back.devices.items():
        read = there_and_back.tree.devices[mac]
        assert device.model in read.models
        assert not read.why or read.models == (device.model,)
        sure[device.vendor] += bool(read.why)
    assert {vendor for vendor, number in sure.items() if number} >= SAY_THEIR_MODEL


def test_keys_come_back_and_none_is_made_up(there_and_back: Round) -> None:
    for mac, device in there_and_back.devices.items():
        keys = {(one["bank"], one["position"]): one for one in said(there_and_back, mac).get("key", ())}
        wanted = there_and_back.keys[mac]
        assert keys.keys() <= wanted.keys()
        for at, key in wanted.items():
            if device.vendor in NO_KEYS and at not in keys:
                continue
            assert (keys[at]["value"], keys[at]["label"] or key.label) == (key.value, key.label), (device.model, key)
            assert {keys[at]["type"], key.type} <= {"blf", "speed-dial"} or keys[at]["type"] == key.type


def test_secrets_are_compared_and_never_told(there_and_back: Round) -> None:
    assert not any("secret" in note for note in there_and_back.tree.read.notes)  # they are the PBX's
    shown = repr(there_and_back.tree)
    assert not any(secret in shown for secret in there_and_back.secrets)


def test_it_becomes_a_draft_that_can_be_finished(there_and_back: Round) -> None:
    place = there_and_back.place
    with place.store.transaction():
        draft = start(place, there_and_back.tree.read, title="tftpboot", tenant="acme")
        rows = place.store.drafts.rows(draft.id)
        assert all(row.address for row in rows)  # the file that says it
        place.store.drafts.remove(draft.id, [row.id for row in rows if row.state not in "RW"])
        done = finish(place, draft)
        assert len(done.macs) == sum(row.state in "RW" for row in rows) > DEVICES / 3
        assert {device.mac for device in place.store.devices.all()} == set(done.macs)
        found = current(place)
        assert found is not None and found.finished


@pytest.fixture
def foreign(tmp_path: Path) -> Path:
    """What another system wrote, by its own layout, and what nobody's phone reads."""
    root = tmp_path / "tftpboot"
    (root / "phones").mkdir(parents=True)
    (root / "phones" / "805EC0123456.cfg").write_text(
        "#!version:1.0.0.1\r\n## template for SIP-T46S\r\naccount.1.enable=1\r\naccount.1.label=Front\r\n"
        "account.1.display_name=Zoe\r\naccount.1.user_name=101\r\naccount.1.auth_name=101\r\n"
        "account.1.password=not-the-same\r\naccount.1.sip_server.1.address=192.0.2.10\r\n"
        "account.1.sip_server.1.port=5062\r\nlinekey.2.type=16\r\nlinekey.2.line=1\r\nlinekey.2.value=102\r\n"
        "linekey.2.label=Bob\r\nsome.unheard.of.parameter=1\r\n"
    )
    (root / "T46S.rom").write_bytes(os.urandom(4000))
    return root


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Workplace]:
    with Store.open(tmp_path / "site.sqlite3", operator="t") as store:
        packs = load_packs((SHIPPED,))
        numbers = [
            {"tenant": "acme", "number": n, "account": n, "secret": f"secret-{n}", "name": ""} for n in ("101", "102")
        ]
        load(store, packs, {"version": 1, "tenant": [{"name": "acme"}], "extension": numbers})
        yield Workplace(store, tmp_path / "root", packs)


def test_files_of_another_system(place: Workplace, foreign: Path) -> None:
    tree = read_tree(place, foreign, secrets=True)
    (entry,) = tree.read.entries
    assert (entry.mac, entry.vendor, entry.model, entry.tenant) == ("805ec0123456", "yealink", "T46S", "acme")
    assert (entry.extension, entry.line_label, entry.address) == ("101", "Front", "phones/805EC0123456.cfg")
    (key,) = json.loads(entry.more)["key"]
    assert (key["position"], key["type"], key["value"], key["label"]) == (2, "blf", "102", "Bob")
    notes = "\n".join(tree.read.notes)
    assert "192.0.2.10:5062 (1)" in notes and "T46S.rom" in notes
    assert "805ec0123456, line 1: the secret is not the PBX's of 101" in notes
    assert "not-the-same" not in notes + repr(tree)
    assert "secret is not" not in "\n".join(read_tree(place, foreign).read.notes)


BOMB = '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "bb"><!ENTITY c "&b;&b;">]><a>&c;</a>'


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("805ec0123456.cfg", os.urandom(5000)),
        ("805ec0123456.cfg", b"\0" * 100),
        ("805ec0123456.cfg", b"account.1.user_name = " + b"9" * 900_000),
        ("805ec0123456.cfg", b" " * 900_000 + b"= 1"),
        ("805ec0123456.cfg", b"x" * (MOST_BYTES + 1)),
        ("cfg000b82123456.xml", BOMB.encode()),
        ("cfg000b82123456.xml", b"<a>" * 100_000),
        ("cfg000b82123456", b"\0\0\1\0" * 9),
        ("0004f2123456.cfg", b"<a " + b" ".join(b'x%d=""' % n for n in range(60_000)) + b"/>"),
        ("SEP00562B000001.cnf.xml", b"\xff\xfe<\0a\0"),
    ],
)
def test_hostile_files_are_left_out(place: Workplace, tmp_path: Path, name: str, data: bytes) -> None:
    root = tmp_path / "hostile"
    root.mkdir()
    (root / name).write_bytes(data)
    tree = read_tree(place, root)
    assert not tree.read.entries or not tree.read.entries[0].extension
    assert tree.read.rejected and tree.read.rejected[0].text == name and tree.read.rejected[0].reason


def test_links_and_hidden_folders_are_not_followed(place: Workplace, tmp_path: Path, foreign: Path) -> None:
    outside = foreign / "phones" / "805EC0123456.cfg"
    root = tmp_path / "links"
    (root / ".aps-tui").mkdir(parents=True)
    (root / ".aps-tui" / "805ec0123457.cfg").write_bytes(outside.read_bytes())
    (root / "805ec0123458.cfg").symlink_to(outside)
    (root / "phones").symlink_to(outside.parent)
    os.mkfifo(root / "805ec0123459.cfg")
    with pytest.raises(BadValue, match="no phone's file is among its 0 files"):
        read_tree(place, root)
    with pytest.raises(ApsError, match="is not a folder"):
        read_tree(place, root / "none")


@pytest.mark.parametrize("name", list(FORMATS))
def test_noise_is_read_or_refused_in_every_format(name: str) -> None:
    form = FORMATS[name]
    for seed in range(60):
        data = bytes((seed * n * 7919 + n * n) % 251 for n in range(300)) + b'\n<a b="c">[x]\nk = "v\n</a>'
        try:
            cells_of(text_of(data if seed % 2 else data.translate(None, bytes(range(32))), form), form)
        except BadValue:
            continue

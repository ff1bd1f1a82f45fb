"""A vendor whose file is packed: diffs, `render`, the audit and `learn` see the text in it, masked where it must be."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from aps_tui.services.commit import commit
from aps_tui.services.diffs import open_diffs
from aps_tui.services.learning.export import read_export
from aps_tui.services.planning import plan
from aps_tui.services.render import render_device
from aps_tui.services.workplace import Workplace
from aps_tui.vendors.formats.packed import GS_BINARY
from tests.unit.services.small_site import MACS, VENDOR, make_pack, open_site

TEMPLATE = "{% for l in lines %}\nP3{{ l.n }}={{ l.display_name }}\nP7{{ l.n }}={{ l.secret }}\n{% endfor %}\n"


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Workplace]:
    """The small site, its phones reading a packed file."""
    make_pack(tmp_path / "packs")
    (tmp_path / "packs/testphone/vendor.toml").write_text(VENDOR.replace('"flat"', '"gs-binary"', 1))
    (tmp_path / "packs/testphone/mac.cfg.j2").write_text(TEMPLATE)
    with open_site(tmp_path) as site:
        yield site


def diffs(place: Workplace) -> dict[str, str]:
    """Path to diff of everything that a commit would change."""
    found = plan(place)
    with open_diffs(place) as made:
        return {change.path: made.of(change) for change in found.changes}


def actions(place: Workplace) -> list[str]:
    """What was done to the first device."""
    return [row.action for row in place.store.audit.of("device", MACS[0])]


def secret_of(place: Workplace, number: str) -> str:
    """An extension's secret."""
    found = place.store.extensions.find("acme", number)
    assert found is not None
    return found.secret


def test_a_diff_is_of_the_text(place: Workplace) -> None:
    commit(place)
    assert plan(place).changes == []
    one = place.store.extensions.find("acme", "101")
    assert one is not None
    place.store.extensions.save(replace(one, name="Zoë & Co", secret="s3cret=rotated"))
    said = diffs(place)[f"{MACS[0]}.cfg"]
    assert "+P31=Zoë & Co\n" in said and said.count("P71=••••(") == 2
    assert one.secret not in said and "rotated" not in said and "gnkey" not in said


def test_a_broken_file_shows_nothing_of_what_it_holds(place: Workplace) -> None:
    commit(place)
    file = place.root / f"{MACS[0]}.cfg"
    file.write_bytes(file.read_bytes()[:-3])
    place.store.devices.delete([MACS[0]])
    said = "".join(diffs(place).values())
    assert "bytes that are no gs-binary file" in said and secret_of(place, "101") not in said


def test_render_shows_the_text_and_leaves_an_audit_row_for_its_secrets(place: Workplace) -> None:
    (masked,) = render_device(place, MACS[0], masked=True).files
    assert "P71=••••(" in masked.text and "reveal" not in actions(place)
    (shown,) = render_device(place, MACS[0]).files
    assert f"P71={secret_of(place, '101')}\n" in shown.text and shown.data.startswith(b"\0\0")
    assert "reveal" in actions(place)


def test_a_units_packed_file_is_read_as_the_text_in_it(tmp_path: Path) -> None:
    (tmp_path / "unit").write_bytes(GS_BINARY.packed(b"P2=a&b\nP34=x\n", "000b82010203"))
    export = read_export(tmp_path / "unit")
    assert export.form is GS_BINARY
    assert [(one.key, one.value) for one in export.parameters] == [("P2", "a&b"), ("P34", "x")]

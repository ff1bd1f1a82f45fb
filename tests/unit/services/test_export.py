"""Devices as CSV, and one new device by hand."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from pathlib import Path

import pytest

from aps_tui.domain.errors import ApsError, BadValue, Faults
from aps_tui.domain.site import Line
from aps_tui.services.adding import add_device, extensions_of, models_of, template_key, templates_of, vendor_of
from aps_tui.services.export import export, export_to
from aps_tui.services.workplace import Workplace
from tests.unit.services.small_site import MACS


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_every_device_and_line_comes_back(place: Workplace) -> None:
    device = place.store.devices.get(MACS[0])
    assert device is not None
    lines = (Line(1, "101", 'R&D, "x"'), Line(3, "104", "é"))
    place.store.devices.save(
        replace(device, label="Front\ndesk", lines=lines, settings={"security.admin_password": "s3"})
    )
    text = export(place.store)
    found = rows(text)
    assert [row["mac"] for row in found] == MACS
    assert found[0] == {
        "mac": MACS[0], "tenant": "acme", "vendor": "testphone", "model": "T1", "template": "Sales",
        "label": "Front\ndesk", "extension": "101", "line_label": 'R&D, "x"', "extension_2": "", "line_label_2": "",
        "extension_3": "104", "line_label_3": "é",
    }  # fmt: skip
    assert found[5]["extension"] == found[5]["template"] == ""
    assert "s3cret" not in text and "s3" not in text


def test_a_tenant_s_and_chosen_ones(place: Workplace) -> None:
    assert [row["mac"] for row in rows(export(place.store, tenant="BOLT"))] == MACS[3:]
    assert [row["mac"] for row in rows(export(place.store, [MACS[4], MACS[1]]))] == [MACS[4], MACS[1]]
    with pytest.raises(BadValue, match="no tenant"):
        export(place.store, tenant="cora")


def test_a_file_is_new_and_private(place: Workplace, tmp_path: Path) -> None:
    file = tmp_path / "devices.csv"
    assert export_to(place.store, file, MACS[:2]) == 2
    assert file.stat().st_mode & 0o777 == 0o600 and len(rows(file.read_text())) == 2
    with pytest.raises(ApsError, match="there already"):
        export_to(place.store, file, MACS)
    with pytest.raises(ApsError, match="cannot be written"):
        export_to(place.store, tmp_path / "no" / "x.csv", MACS)


def test_a_device_is_added_with_what_the_lists_offer(place: Workplace) -> None:
    assert vendor_of(place, "00:11:22:aa") == "testphone" and vendor_of(place, "00:11") == vendor_of(place, "ff") == ""
    assert models_of(place, "testphone")[0] == ("testphone/T1", "Testphone T1")
    assert templates_of(place, "acme", "testphone/T1") == [(template_key("Sales", None), "Sales")]
    assert ("104", "104  Person 104") in extensions_of(place, "acme")
    add_device(place, "00-11-22 AA.bbcc", "acme", "testphone/T1", template_key("Sales", None), "104", "Desk")
    device = place.store.devices.get("001122aabbcc")
    assert device is not None and device.lines == (Line(1, "104"),) and device.template == "Sales"


@pytest.mark.parametrize(
    ("said", "match"),
    [
        (("xyz", "acme", "testphone/T1"), "not a MAC"),
        ((MACS[0], "acme", "testphone/T1"), "is a device of tenant acme already"),
        (("0011220000aa", "", "testphone/T1"), "never global"),
        (("0011220000aa", "acme", ""), "choose a model"),
        (("0011220000aa", "acme", "testphone/T1", "", "101"), "already on"),
        (("0011220000aa", "acme", "testphone/T2", template_key("Sales", None)), "is for"),
        (("0011220000aa", "acme", "testphone/T1", "", "", "a\nb"), "line breaks"),
    ],
)
def test_what_no_new_device_can_be(place: Workplace, said: tuple[str, ...], match: str) -> None:
    with pytest.raises((BadValue, Faults), match=match):
        add_device(place, *said)
    assert place.store.devices.count() == 6

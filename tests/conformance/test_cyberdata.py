"""Raw parameters of a nested file stand in the section that they belong to."""

from __future__ import annotations

from xml.etree import ElementTree

from tests.conformance.phones import PACKS, minimal


def test_a_raw_parameter_finds_its_section() -> None:
    vendor = PACKS.vendor("cyberdata")
    raw = {"SIPServer": "own", "Plain": "1", "IPSettings.MTU": "1400", "SensorSettings.A": "2", "SensorSettings.B": "3"}
    sample = minimal(vendor, vendor.model("011233")).with_phone(raw=raw)
    root = ElementTree.fromstring(sample.plain().files[0].data)
    found = {f"{section.tag}/{element.tag}": element.text for section in root for element in section}
    wanted = {"SIPSettings/SIPServer": "own", "MiscSettings/Plain": "1", "IPSettings/MTU": "1400",
              "SensorSettings/A": "2", "SensorSettings/B": "3"}  # fmt: skip
    assert wanted.items() <= found.items()
    assert len(root.findall("SensorSettings")) == len(root.findall(".//SIPServer")) == 1
    assert sample.quick() == sample.plain()

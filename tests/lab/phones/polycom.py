"""A Polycom VVX 450: its master file, then what that names, then its directory."""

from __future__ import annotations

from xml.etree import ElementTree

from tests.lab.phones.maker import Asking, Maker


class Polycom(Maker):
    name = vendor = "polycom"
    model = "VVX450"
    prefix = "64167f"
    vendor_class = "Polycom-VVX450"
    options = (160, 66)

    def agent(self, mac: str) -> str:
        return f"FileTransport PolycomVVX-VVX_450-UA/5.9.5.0614_{mac}"

    def asks(self, mac: str, given: str) -> Asking:
        master = yield f"{mac}.cfg"
        if master is None:
            master = yield "000000000000.cfg"
        if master is None:
            return
        for name in ElementTree.fromstring(master).attrib["CONFIG_FILES"].split(","):
            if name.strip():
                yield name.strip()
        yield f"{mac}-directory.xml"

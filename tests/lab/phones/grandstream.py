"""A Grandstream GXP2170: the first file of four that is there, and no other."""

from __future__ import annotations

from tests.lab.phones.maker import Asking, Maker


class Grandstream(Maker):
    name = vendor = "grandstream"
    model = "GXP2170"
    prefix = "000b82"
    vendor_class = "Grandstream GXP2170"

    def agent(self, mac: str) -> str:
        return f"Grandstream Model HW GXP2170 SW 1.0.9.135 DevId {mac}"

    def asks(self, mac: str, given: str) -> Asking:
        for name in (f"cfg{mac}", f"cfg{mac}.xml", "cfggxp2170.xml", "cfg.xml"):
            if (yield name) is not None:
                return

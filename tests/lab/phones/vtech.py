"""A VTech VSP735A: the file of its model, then its own in capitals."""

from __future__ import annotations

from tests.lab.phones.maker import Asking, Maker


class VTech(Maker):
    name = vendor = "vtech"
    model = "VSP735A"
    prefix = "00122a"
    vendor_class = "Vtech Vesa VSP735A"
    options = (66, 159, 160)

    def agent(self, mac: str) -> str:
        return f"Vtech Vesa VSP735A 2.0.3.0-0 {mac.upper()}"

    def asks(self, mac: str, given: str) -> Asking:
        yield "VSP735A.cfg"
        yield f"VSP735A_{mac.upper()}.cfg"

"""An ALE Myriad M5: the files of all, of its model and its own."""

from __future__ import annotations

from tests.lab.phones.maker import Asking, Maker


class Alcatel(Maker):
    name = vendor = "alcatel"
    model = "M5"
    prefix = "3c28a6"
    vendor_class = "aledevice"
    options = ((43, 66), 66)

    def agent(self, mac: str) -> str:
        return f"ALE M5 2.14.03 {mac}"

    def asks(self, mac: str, given: str) -> Asking:
        yield "config.xml"
        yield "config.M5.xml"
        yield f"config.{mac}.xml"

"""An Aastra 6867i: the file of all, that of its model, its own in capitals."""

from __future__ import annotations

from tests.lab.phones.maker import Asking, Maker, colons


class Aastra(Maker):
    name = vendor = "aastra"
    model = "6867i"
    prefix = "00085d"
    vendor_class = "AastraIPPhone6867i"

    def agent(self, mac: str) -> str:
        return f"Aastra6867i MAC:{colons(mac).upper().replace(':', '-')} V:4.2.0.2023-SIP"

    def asks(self, mac: str, given: str) -> Asking:
        yield "startup.cfg"
        yield "6867i.cfg"
        yield f"{mac.upper()}.cfg"

"""A Snom D785: the file of its model, then the one with its MAC in capitals."""

from __future__ import annotations

from tests.lab.phones.maker import Asking, Maker, Profile


class Snom(Maker):
    name = vendor = "snom"
    model = "D785"
    prefix = "000413"
    vendor_class = "snomD785"
    profile = Profile("snom", "snomD785", "10.1.54.13")

    def agent(self, mac: str) -> str:
        return f"Mozilla/4.0 (compatible; snomD785-SIP 10.1.54.13 1.1.3-u {mac.upper()})"

    def asks(self, mac: str, given: str) -> Asking:
        yield "snomD785.htm"
        yield f"snomD785-{mac.upper()}.htm"

"""A Yealink T46U: the common file of its model, then its own."""

from __future__ import annotations

from tests.lab.phones.maker import Asking, Maker, Profile, colons


class Yealink(Maker):
    name = vendor = "yealink"
    model = "T46U"
    prefix = "805ec0"
    vendor_class = "yealink"
    profile = Profile("Yealink", "T46U", "108.86.0.20")

    def agent(self, mac: str) -> str:
        return f"Yealink SIP-T46U 108.86.0.20 {colons(mac)}"

    def asks(self, mac: str, given: str) -> Asking:
        if (yield f"{mac}.boot") is None and (yield "y000000000000.boot") is None:
            yield "y000000000108.cfg"
            yield f"{mac}.cfg"

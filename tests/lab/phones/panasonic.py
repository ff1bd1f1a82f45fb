"""A Panasonic KX-HDV230: the file that DHCP names, or that of its model, which leads to its own."""

from __future__ import annotations

import re

from tests.lab.phones.maker import Asking, Maker


class Panasonic(Maker):
    name = vendor = "panasonic"
    model = "KX-HDV230"
    prefix = "0080f0"
    vendor_class = "Panasonic"
    options = (66, 160, 159)

    def agent(self, mac: str) -> str:
        return f"Panasonic_KX-HDV230/08.102 ({mac})"

    def asks(self, mac: str, given: str) -> Asking:
        if given:
            yield self._named(given, mac)
            return
        product = yield "KX-HDV230.cfg"
        for path in re.findall(rb'^CFG_(?:PRODUCT|STANDARD)_FILE_PATH="([^"]+)"', product or b"", re.M):
            yield self._named(path.decode().rpartition("/")[2], mac)

    def _named(self, name: str, mac: str) -> str:
        return name.replace("{MAC}", mac.upper()).replace("{mac}", mac).replace("{MODEL}", self.model)

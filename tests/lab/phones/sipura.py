"""An SPA504G: the file of its model, which leads to its own."""

from __future__ import annotations

from tests.lab.phones.cisco import by_rule
from tests.lab.phones.maker import Asking, Maker


class Sipura(Maker):
    name = vendor = "sipura"
    model = "SPA504G"
    prefix = "c0c1c0"
    vendor_class = "Cisco SPA504G"
    options = (66, 160, 159, 150)
    events = ("resync", "check-sync", "reboot_now", "restart_now")

    def agent(self, mac: str) -> str:
        return f"Cisco/SPA504G-7.6.2b ({mac.upper()})(CCQ16070ABC)"

    def asks(self, mac: str, given: str) -> Asking:
        yield from by_rule((given or "spa$PSN.cfg").replace("$PSN", "504G"), mac)

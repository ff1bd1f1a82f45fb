"""Two phones of Cisco: a 7975, which asks a TFTP server for SEP<MAC>.cnf.xml, and a multiplatform 8841."""

from __future__ import annotations

import re

from tests.lab.phones.maker import Asking, Maker


class CiscoSep(Maker):
    name = "cisco-sep"
    vendor = "cisco"
    model = "7975"
    prefix = "001bd4"
    vendor_class = "Cisco Systems, Inc. IP Phone CP-7975G"
    options = (150, 66)

    def agent(self, mac: str) -> str:
        return "Cisco-CP7975G/9.4.2"

    def asks(self, mac: str, given: str) -> Asking:
        yield f"CTLSEP{mac.upper()}.tlv"
        yield f"ITLSEP{mac.upper()}.tlv"
        if (yield f"SEP{mac.upper()}.cnf.xml") is None:
            yield "XMLDefault.cnf.xml"
        yield "dialplan.xml"

    def obeys(self, event: str, body: str) -> bool:
        return (
            event == "service-control" and re.search(r"^action=(check-version|restart|reset)$", body, re.M) is not None
        )


class CiscoMultiplatform(Maker):
    name = vendor = "cisco"
    model = "8841"
    prefix = "00562b"
    vendor_class = "Cisco Systems, Inc. IP Phone CP-8841-3PCC"
    options = (66, 160, 159, 150)
    events = ("check-sync", "resync", "reboot", "restart")

    def agent(self, mac: str) -> str:
        return f"Cisco-CP-8841-3PCC/11.3.7 ({mac})"

    def asks(self, mac: str, given: str) -> Asking:
        yield from by_rule((given or "$PSN.xml").replace("$PSN", "8841-3PCC"), mac)


def by_rule(first: str, mac: str) -> Asking:
    """The first file, then those that its profile rules name: the way of multiplatform and SPA phones."""
    data = yield first
    for rule in re.findall(r"<Profile_Rule(?:_[BCD])?\b[^>]*>([^<]+)<", (data or b"").decode()):
        yield rule.split()[-1].rpartition("/")[2].replace("$MAU", mac.upper()).replace("$MA", mac)

"""Against ghost calls: unless told otherwise a phone takes no call by its address, and requests of its server alone."""

from __future__ import annotations

import pytest

from aps_tui.vendors.support import supported
from tests.conformance.judge import Built, read_back
from tests.conformance.phones import PACKS, minimal

WAYS_IN = {"security.allow_direct_ip_call": True, "security.trust_server_only": False}
"""Each setting with the value that opens a door."""
SHUT = {
    "aastra": {"sip whitelist": "1"},
    "alcatel": {"SIPIpCallEnable": "false", "SIPPeerFilterEnable": "true"},
    "cisco": {"Enable_URI_Dialing_1_": "No", "Block_Nonproxy_SIP": "Yes"},
    "grandstream": {"P1310": "1", "P258": "1", "P2347": "1"},
    "panasonic": {"SIP_DETECT_SSAF_1": "Y"},
    "polycom": {"voIpProt.SIP.strictUserValidation": "1", "voIpProt.SIP.requestValidation.1.request": "INVITE"},
    "sipura": {"Enable_IP_Dialing_1_": "No"},
    "snom": {"block_url_dialing": "on", "filter_registrar": "on"},
    "spectralink": {"feature.urlDialing.enabled": "0", "voIpProt.SIP.requestValidation.1.method": "source"},
    "yealink": {"features.direct_ip_call_enable": "0", "sip.trust_ctrl": "1"},
}
"""What stands in the files of the first model of each vendor that has them, where nobody said anything."""


@pytest.mark.parametrize("slug", SHUT)
def test_the_doors_are_shut_unless_told_otherwise(slug: str) -> None:
    vendor = PACKS.vendor(slug)
    said = read_back(vendor, minimal(vendor, next(iter(vendor.models.values()))).plain()).parameters
    assert {name: said.get(name) for name in SHUT[slug]} == SHUT[slug]


def test_what_is_said_of_them_reaches_every_phone_that_carries_it(dialect: Built) -> None:
    sample = minimal(dialect.vendor, dialect.model, dialect.generation)
    carried = supported(dialect.vendor, dialect.model, dialect.generation)
    shut = sample.plain().files
    for id, value in WAYS_IN.items():
        assert (sample.with_phone(settings={id: value}).plain().files != shut) == (id in carried), id

"""DHCP classes of the lab's phones for dhcpd, written by hand: one option for each maker, as its phones want it."""

from __future__ import annotations

from tests.lab.netlab import PBX
from tests.lab.servers.web import URL

_BY_CLASS = {
    "yealink": f'option tftp-server-name "{URL}";',
    "Polycom-": f'option url160 "{URL}";',
    "snom": f'option tftp-server-name "{URL}";',
    "AastraIPPhone": f'option tftp-server-name "{URL}";',
    "Grandstream": f'option tftp-server-name "{URL}";',
    "Cisco Systems, Inc. IP Phone CP-7": f"option tftp150 {PBX};",
    "Cisco Systems, Inc. IP Phone CP-8": f'option tftp-server-name "{URL}$PSN.xml";',
    "Cisco SPA": f'option tftp-server-name "{URL}spa$PSN.cfg";',
    "Panasonic": f'option tftp-server-name "{URL}Config{{MAC}}.cfg";',
    "aledevice": f'vendor-option-space ALE; option ALE.url "{URL}";',
    "Vtech": f'option tftp-server-name "{URL}";',
}
"""What option 60 begins with, and what is given then."""
_AUDIOCODES = "00:90:8f"
"""They send no option 60 that is known."""


def isc_classes() -> str:
    """The text that goes before the subnet."""
    by_class = [
        f'class "{word}" {{ match if substring(option vendor-class-identifier, 0, {len(word)}) = "{word}"; {given} }}'
        for word, given in _BY_CLASS.items()
    ]
    return "\n".join(
        [
            "dhcp-cache-threshold 0;",
            "option tftp150 code 150 = array of ip-address;",
            "option url160 code 160 = text;",
            "option space ALE;",
            "option ALE.url code 66 = text;",
            *by_class,
            f'class "AudioCodes" {{ match if substring(hardware, 1, 3) = {_AUDIOCODES}; option url160 "{URL}"; }}',
        ]
    )

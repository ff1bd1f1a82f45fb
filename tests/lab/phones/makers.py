"""All makers whose phones the lab has."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import cycle, islice

from tests.lab.phones.aastra import Aastra
from tests.lab.phones.alcatel import Alcatel
from tests.lab.phones.audiocodes import AudioCodes
from tests.lab.phones.cisco import CiscoMultiplatform, CiscoSep
from tests.lab.phones.grandstream import Grandstream
from tests.lab.phones.maker import Maker
from tests.lab.phones.panasonic import Panasonic
from tests.lab.phones.polycom import Polycom
from tests.lab.phones.sipura import Sipura
from tests.lab.phones.snom import Snom
from tests.lab.phones.vtech import VTech
from tests.lab.phones.yealink import Yealink

_KINDS = (Yealink, Polycom, Snom, Aastra, Grandstream, CiscoSep, CiscoMultiplatform, Sipura, Panasonic, Alcatel,
          AudioCodes, VTech)  # fmt: skip
MAKERS: dict[str, Maker] = {kind.name: kind() for kind in _KINDS}
"""Every maker by its name."""


def macs(n: int, makers: Iterable[str] = tuple(MAKERS), first: int = 1) -> dict[str, Maker]:
    """N phones of the makers in turn: MAC to maker. The MACs count from `first`."""
    chosen = islice(cycle(makers), n)
    return {f"{MAKERS[name].prefix}{first + number:06x}": MAKERS[name] for number, name in enumerate(chosen)}

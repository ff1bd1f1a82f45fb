"""Network auto-discovery: asks every address of a LAN for its MAC, by nmap, and lists what may be added."""

from aps_tui.services.discovery.engine import Progress, Stopped
from aps_tui.services.discovery.found import Wanted, add_found, add_ready, keep, registrar_of, wanted_of
from aps_tui.services.discovery.ranges import MOST, Interface, Range, checked, interfaces
from aps_tui.services.discovery.service import Result, scan

__all__ = [
    "MOST", "Interface", "Progress", "Range", "Result", "Stopped", "Wanted", "add_found", "add_ready", "checked",
    "interfaces", "keep", "registrar_of", "scan", "wanted_of",
]  # fmt: skip

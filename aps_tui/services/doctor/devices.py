"""What phones did: seen but never fetched, not fetched since the commit, fetched by strangers; and who watches."""

from __future__ import annotations

import ipaddress
from collections import Counter
from collections.abc import Iterator

from aps_tui.domain.mac import with_colons
from aps_tui.domain.whitelist import ADDRESS, NETWORK, Entry, parse_entry
from aps_tui.services.console import counted, when
from aps_tui.services.doctor.finding import Check, Said, fault, have, ok, short, some, unknown, warning
from aps_tui.services.doctor.scene import Scene

_SETTLED = 600.0
"""Seconds that a phone gets to ask for its file."""
_LATE = 900.0
"""Seconds that the watcher gets to withdraw what is due."""
_BY_DHCP = ("dhcp", "lease")
_DHCP_SERVERS = "aps-tui dhcp isc, dnsmasq or kea"


def dhcp(scene: Scene) -> Iterator[Said]:
    """Phones that DHCP served and that never asked for a file."""
    silent = scene.place.store.health.never_asked(_BY_DHCP, scene.now - _SETTLED)
    if not _heard(scene):
        yield unknown("DHCP", "no request for any file was ever seen: see devices.watcher")
        return
    by_vendor = Counter(vendor for _, vendor in silent if vendor)
    for vendor, count in by_vendor.most_common():
        macs = [with_colons(mac) for mac, of in silent if of == vendor]
        what = f"{have(count, 'phone')} an address and never asked for a file: {some(macs)}"
        yield warning(vendor, what, f"{_DHCP_SERVERS} --vendor {vendor} prints the option that tells them")
    if not by_vendor:
        yield ok("DHCP", "every phone that it serves asked for its file")


def fetched(scene: Scene) -> Iterator[Said]:
    """Devices that have not fetched what the last commit wrote for them."""
    if not _heard(scene):
        yield unknown("fetches", "no request for any file was ever seen: see devices.watcher")
        return
    old = [one for one in scene.place.store.health.fetching()
           if one.fetched < one.written < scene.now - _SETTLED]  # fmt: skip
    never = [with_colons(one.mac) for one in old if not one.seen]
    behind = [with_colons(one.mac) for one in old if one.seen]
    if behind:
        what = f"{have(len(behind), 'device')} not fetched since the last commit: {some(behind)}"
        yield warning("fetches", what, "aps-tui resync --changed; aps-tui queue MAC says why one does not")
    if never:
        what = f"{have(len(never), 'device', ('was', 'were'))} never seen on the network: {some(never)}"
        yield warning("fetches", what, "are they plugged in, and is the MAC right? aps-tui queue MAC")
    if not old:
        yield ok("fetches", "every device has fetched what was written for it")


def _heard(scene: Scene) -> bool:
    return scene.place.store.health.requests() > 0


def windows(scene: Scene) -> Iterator[Said]:
    """Files that should have been withdrawn, and are not."""
    from aps_tui.services.upkeep import never_withdrawn

    store = scene.place.store
    hours = store.provisioning.get().withdraw_hours
    if not hours:
        yield ok("withdrawal", "off: files stay on the disk (withdraw_hours of the provisioning settings)")
        return
    late = store.windows.overdue(hours, never_withdrawn(scene.place.packs), _LATE)
    if late:
        what = f"{have(len(late), 'device')} files on the disk that are due to be withdrawn: "
        what += some([with_colons(mac) for mac in late])
        yield warning("withdrawal", what, "does aps-tui watch run? aps-tui plan says what keeps them; aps-tui commit")
    else:
        yield ok("withdrawal", f"what was fetched {hours:,} h ago is off the disk")


def exposure(scene: Scene) -> Iterator[Said]:
    """Files that were given to addresses outside the whitelist and the private networks."""
    store = scene.place.store
    entries = [entry for text in store.provisioning.get().whitelist
               if (entry := parse_entry(text)).kind in (ADDRESS, NETWORK)]  # fmt: skip
    public: dict[str, str] = {}
    outside: dict[str, str] = {}
    for one in store.health.answered():
        kind = _where(one.address, one.mac, entries)
        if kind:
            said = f"{short(one.address)} got {short(one.path)} ({when(one.at, scene.now)})"
            (public if kind == "public" else outside).setdefault(one.address, said)
    close = "close the file servers to it; take new SIP passwords for these phones"
    if public:
        yield fault("requests", f"{_addresses(public)} of the Internet got files: {some(list(public.values()))}", close)
    if outside:
        what = f"{_addresses(outside)} outside the whitelist got files: {some(list(outside.values()))}"
        yield warning("requests", what, "widen the whitelist (0), or close the file servers to them")
    if not (public or outside):
        yield ok("requests", "no file was given outside")


def _addresses(found: dict[str, str]) -> str:
    return f"{len(found):,} address{'' if len(found) == 1 else 'es'}"


def _where(text: str, mac: str, entries: list[Entry]) -> str:
    """`public` or `outside` for an address that should have got nothing; empty for one that may."""
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return ""
    if any(entry.lets_in(mac, text) for entry in entries):
        return ""
    if address.is_global:
        return "public"
    return "outside" if entries and not address.is_loopback else ""


def alarms(scene: Scene) -> Iterator[Said]:
    """Alarms that nobody has said to know."""
    up = scene.place.store.alarms.open()
    if up:
        first = up[0]
        what = f"{have(len(up), 'alarm', ('is', 'are'))} up; the last: {first.kind} from {short(first.origin)}, "
        what += f"{when(first.last_at, scene.now)}"
        yield warning("alarms", what, "aps-tui audit --filter kind:alarm; say in the console that they are known")
    else:
        yield ok("alarms", "none is up")


def watcher(scene: Scene) -> Iterator[Said]:
    """Whether someone listens for phones, and what cannot be heard."""
    from aps_tui.services.watch.follow import MISSING
    from aps_tui.services.watch.status import status

    found = status(scene.config.db)
    if found is None:
        yield warning("watcher", "nobody listens for phones", "aps-tui systemd prints a unit for aps-tui watch")
        return
    lame = [source for source in found.sources if source.state and source.state != MISSING]
    there = [source.name for source in found.sources if not source.state]
    for source in lame:
        yield warning(short(source.name), source.state, "see [watch] in config.toml")
    if not there:
        yield warning("watcher", "it hears nothing: none of its files is there", "name them: [watch] in config.toml")
    elif not lame:
        yield ok("watcher", f"{counted(len(there), 'source')}: {some(there)}")


CHECKS = (
    Check("devices.dhcp", "phones that DHCP served and that never asked for a file, by vendor",
          "The option that tells them where their files are is missing or wrong.", dhcp),
    Check("devices.fetched", "devices that have not fetched what the last commit wrote",
          "They still do what they were told before.", fetched),
    Check("devices.windows", "files that are due to be withdrawn are off the disk",
          "They hold SIP passwords, and their phones need them no more.", windows),
    Check("devices.exposure", "files given outside the whitelist and the private networks",
          "A file holds a SIP password: whoever got it can call at your cost.", exposure),
    Check("devices.alarms", "alarms that nobody has said to know",
          "Someone tries MACs or PINs.", alarms),
    Check("devices.watcher", "the watcher runs, and hears its sources",
          "Without it no phone appears by itself, and nothing tells what was fetched, or by whom.", watcher),
)  # fmt: skip

"""Everything that is listened to, each as something that can be read without waiting."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path

from aps_tui.domain.errors import ApsError
from aps_tui.domain.observation import Observation
from aps_tui.services.network import own_addresses
from aps_tui.services.watch.follow import Follower, Whole
from aps_tui.services.watch.journal import Journal
from aps_tui.services.watch.listen import MOST, DhcpListener, Listener, PnpListener
from aps_tui.services.watch.settings import Followed, WatchSettings
from aps_tui.wire.dhcp_hook import HookSpool
from aps_tui.wire.dhcp_log import DhcpLog
from aps_tui.wire.dnsmasq_leases import DnsmasqLeases
from aps_tui.wire.http_log import HttpLog
from aps_tui.wire.isc_leases import IscLeases
from aps_tui.wire.kea_leases import KeaLeases, older_files
from aps_tui.wire.lines import Reader
from aps_tui.wire.tftp_log import TftpLog

RECENT = 1 << 18
"""Bytes of a log that are read again at the start: what was asked for while nobody watched."""
_PROGRAMS = ("in.tftpd", "dnsmasq-tftp")
"""What is asked of the journal."""


class LineSource:
    """Lines of a file, or of the journal, read by what knows their format."""

    def __init__(
        self,
        name: str,
        follower: Follower | Journal,
        reader: Reader,
        clock: Callable[[], float],
        older: Iterable[Path] = (),
    ) -> None:
        """`older`: files that are read once, as wholes, before it."""
        self.name = name
        self._follower, self._reader, self._clock = follower, reader, clock
        self._older = [Follower(path, None) for path in older]

    @property
    def state(self) -> str:
        """Empty while it is followed."""
        return self._follower.state

    @property
    def more(self) -> bool:
        """Whether more waits to be read at once."""
        return bool(self._older) or self._follower.more

    def read(self) -> list[Observation]:
        """What the new lines tell."""
        return list(self._reader.feed(self._lines(), self._clock()))

    def close(self) -> None:
        """Let go of it."""
        for one in (*self._older, self._follower):
            one.close()

    def _lines(self) -> list[str]:
        if not self._older:
            return self._follower.read()
        lines = self._older[0].read()
        if not self._older[0].more:
            self._older.pop(0).close()
        return lines


class SyslogReader:
    """Lines of a log that many programs write to: those of TFTP servers, and of DHCP servers."""

    def __init__(self, folders: Sequence[str]) -> None:
        self._readers: tuple[Reader, ...] = (TftpLog(folders), DhcpLog())

    def feed(self, lines: Iterable[str], now: float) -> Iterator[Observation]:
        """What the lines tell."""
        every = list(lines)
        for reader in self._readers:
            yield from reader.feed(every, now)


class WholeSource:
    """dnsmasq's lease file, which is written anew each time."""

    more = False

    def __init__(self, path: Path) -> None:
        self.name = str(path)
        self._file, self._leases = Whole(path), DnsmasqLeases()

    @property
    def state(self) -> str:
        """Empty while it is followed."""
        return self._file.state

    def read(self) -> list[Observation]:
        """What is new in it."""
        came = self._file.read()
        return list(self._leases.read(*came)) if came else []

    def close(self) -> None:
        """Nothing is held."""


class WireSource:
    """Frames of some interfaces. Where it may not listen it says so, and is otherwise silent."""

    def __init__(self, what: str, make: Callable[[Sequence[str]], Listener], interfaces: Sequence[str]) -> None:
        self.name = f"{what} on {', '.join(interfaces) or 'no interface'}"
        self.state = "" if interfaces else "no interface with a private address: name them in [watch] interfaces"
        self.more = False
        self._listener: Listener | None = None
        if interfaces:
            try:
                self._listener = make(interfaces)
            except ApsError as error:
                self.state = str(error)

    def read(self) -> list[Observation]:
        """What passed by."""
        found = self._listener.read() if self._listener else []
        self.more = len(found) >= MOST
        return found

    def close(self) -> None:
        """Stop listening."""
        if self._listener:
            self._listener.close()


Any = LineSource | WholeSource | WireSource
"""Any of the sources here."""


def open_sources(settings: WatchSettings, root: Path, clock: Callable[[], float] = time.time) -> list[Any]:
    """Every source that the settings name. `root`: where the phones' files lie, as TFTP servers name them."""
    made: list[Any] = [_file(one, settings, root, clock) for one in settings.files()]
    if settings.journal and not any(Path(path).exists() for path in settings.tftp_logs):
        made += [
            LineSource(f"journal of {name}", Journal(name), TftpLog(_folders(settings, root)), clock)
            for name in _PROGRAMS
        ]
    interfaces = settings.interfaces or tuple(_phones_networks()) if settings.dhcp or settings.pnp else ()
    if settings.dhcp:
        made.append(WireSource("DHCP", DhcpListener, interfaces))
    if settings.pnp:
        made.append(WireSource("SIP plug and play", PnpListener, interfaces))
    return made


def _file(one: Followed, settings: WatchSettings, root: Path, clock: Callable[[], float]) -> LineSource | WholeSource:
    if one.kind == "dnsmasq_leases":
        return WholeSource(one.path)
    readers: dict[str, Callable[[], Reader]] = {
        "isc_leases": IscLeases,
        "kea_leases": KeaLeases,
        "hook_spools": HookSpool,
        "http_logs": lambda: HttpLog([f"/{settings.alias.strip('/')}/"]),
        "tftp_logs": lambda: SyslogReader(_folders(settings, root)),
    }
    whole = one.kind in ("isc_leases", "kea_leases")
    older = older_files(one.path) if one.kind == "kea_leases" else []
    return LineSource(str(one.path), Follower(one.path, None if whole else RECENT), readers[one.kind](), clock, older)


def _folders(settings: WatchSettings, root: Path) -> list[str]:
    return [f"{root}/", f"/{settings.alias.strip('/')}/"]


def _phones_networks() -> Iterator[str]:
    """Interfaces that phones may be on: up, with ARP, and a private IPv4 address."""
    import ipaddress

    seen: set[str] = set()
    for one in own_addresses():
        with suppress(ValueError):
            address = ipaddress.ip_address(one.address)
            private = address.version == 4 and address.is_private and not address.is_loopback
            if one.reachable and private and one.interface not in seen:
                seen.add(one.interface)
                yield one.interface

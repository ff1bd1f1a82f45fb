"""Listens on the wire: DHCP clients' packets, and phones from the factory that ask for a profile (SIP plug and play).

Both read frames as they pass (AF_PACKET), behind a filter in the kernel, and send nothing. So no port is bound: neither
a DHCP server nor Asterisk is in the way. The multicast group of plug and play is joined at the card alone; joined at
the level of IP, the kernel would hand each SUBSCRIBE to Asterisk's socket as well, which would answer it. No IGMP
report is sent then, so a switch with IGMP snooping may keep the group from us.
"""

from __future__ import annotations

import ctypes
import errno
import select
import socket
import struct
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from ipaddress import IPv4Address

from aps_tui.domain.errors import ApsError
from aps_tui.domain.observation import Observation
from aps_tui.wire.dhcp_packet import dhcp_packet
from aps_tui.wire.pnp import GROUP, PORT, pnp_frame

MOST = 256
"""Frames that one call reads."""
_LONGEST_FRAME = 9216
_BUFFER = 4 << 20
"""Bytes that the kernel may keep for us while we are busy; it gives less where net.core.rmem_max says so."""
_SO_ATTACH_FILTER, _SOL_PACKET, _ADD_MEMBERSHIP, _STATISTICS = 26, 263, 1, 6
_OUTGOING = 4
"""What this machine sends itself (PACKET_OUTGOING)."""

_LDH, _LDB, _LD, _LDH_X, _LDX_HEAD, _JEQ, _JSET, _RET = 0x28, 0x30, 0x20, 0x48, 0xB1, 0x15, 0x45, 0x06
"""Instructions of the kernel's packet filter (linux/bpf_common.h)."""
_Step = tuple[int, int, int, int]


def _program(*tests: tuple[_Step, ...]) -> bytes:
    """A filter of tests that all must hold; each ends with a jump that is taken where it does not."""
    steps = [step for test in tests for step in test]
    drop = len(steps) + 1
    made = []
    for at, (code, yes, no, value) in enumerate([*steps, (_RET, 0, 0, _LONGEST_FRAME), (_RET, 0, 0, 0)]):
        out = drop - at - 1
        made.append(struct.pack("HBBI", code, out if yes else 0, out if no else 0, value))
    return b"".join(made)


_UDP = (((_LDH, 0, 0, 12), (_JEQ, 0, 1, 0x0800)), ((_LDB, 0, 0, 23), (_JEQ, 0, 1, 17)),
        ((_LDH, 0, 0, 20), (_JSET, 1, 0, 0x1FFF)))  # fmt: skip
"""IPv4, UDP, not a later fragment."""
_TO_PORT = ((_LDX_HEAD, 0, 0, 14), (_LDH_X, 0, 0, 16))
_DHCP = _program(*_UDP, (*_TO_PORT, (_JEQ, 0, 1, 67)))
_PNP = _program(*_UDP, ((_LD, 0, 0, 30), (_JEQ, 0, 1, int(IPv4Address(GROUP)))), (*_TO_PORT, (_JEQ, 0, 1, PORT)))


class Listener:
    """Frames of some interfaces, read without waiting; to be polled by its `fileno`."""

    def __init__(
        self, interfaces: Sequence[str], program: bytes, read: Callable[[bytes, float], Observation | None], what: str
    ) -> None:
        """Raises ApsError where an interface is missing or the right to listen (CAP_NET_RAW)."""
        self._read = read
        self._lost = 0
        self._poll = select.epoll()
        self._sockets: dict[int, socket.socket] = {}
        try:
            for name in interfaces:
                one = _opened(name, program, what)
                self._sockets[one.fileno()] = one
                self._poll.register(one.fileno(), select.EPOLLIN)
        except ApsError:
            self.close()
            raise

    def fileno(self) -> int:
        """Ready to be read when a frame came."""
        return self._poll.fileno()

    def read(self) -> list[Observation]:
        """What came since the last call, `MOST` frames at the most; never waits, never raises OSError."""
        found: list[Observation] = []
        left = MOST
        for ready, _ in self._poll.poll(0):
            while left and (came := _received(self._sockets[ready])):
                left -= 1
                frame, kind = came
                if kind != _OUTGOING and (one := self._read(frame, time.time())):
                    found.append(one)
        return found

    def lost(self) -> int:
        """Frames that came while there was no room for them, since it began."""
        for one in self._sockets.values():
            with suppress(OSError):
                self._lost += struct.unpack("II", one.getsockopt(_SOL_PACKET, _STATISTICS, 8))[1]
        return self._lost

    def close(self) -> None:
        """Stop listening."""
        for one in self._sockets.values():
            one.close()
        self._sockets.clear()
        self._poll.close()

    def _join(self, group: bytes) -> None:
        """Let the cards take frames to a multicast MAC."""
        for one in self._sockets.values():
            index = socket.if_nametoindex(one.getsockname()[0])
            one.setsockopt(_SOL_PACKET, _ADD_MEMBERSHIP, struct.pack("iHH8s", index, 0, 6, group))


class DhcpListener(Listener):
    """What DHCP clients broadcast on some interfaces, whoever serves them."""

    def __init__(self, interfaces: Sequence[str]) -> None:
        """Raises ApsError as `Listener` does."""
        super().__init__(interfaces, _DHCP, dhcp_packet, "DHCP")


class PnpListener(Listener):
    """What phones from the factory ask of 224.0.1.75 on some interfaces. It answers nobody."""

    def __init__(self, interfaces: Sequence[str]) -> None:
        """Raises ApsError as `Listener` does."""
        super().__init__(interfaces, _PNP, pnp_frame, "SIP plug and play")
        self._join(b"\x01\x00\x5e" + (int(IPv4Address(GROUP)) & 0x7FFFFF).to_bytes(3, "big"))


def _received(one: socket.socket) -> tuple[bytes, int] | None:
    """A frame and what kind it is; None where none waits, or the interface is down (it may come up again)."""
    try:
        frame, sender = one.recvfrom(_LONGEST_FRAME)
    except OSError:
        return None
    return frame, sender[2]


def _opened(name: str, program: bytes, what: str) -> socket.socket:
    """A socket that gets what passes the filter, and nothing before it is in place."""
    try:
        made = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)
    except PermissionError as error:
        raise ApsError(
            f"listening for {what} needs the right to see raw packets (CAP_NET_RAW): run the watcher as root or by its "
            "systemd unit (aps-tui systemd), or switch this source off"
        ) from error
    try:
        made.setblocking(False)
        made.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _BUFFER)
        kept = ctypes.create_string_buffer(program, len(program))
        told = struct.pack("HP", len(program) // 8, ctypes.addressof(kept))
        made.setsockopt(socket.SOL_SOCKET, _SO_ATTACH_FILTER, told)
        made.bind((name, 0x0800))
    except (OSError, ValueError) as error:
        made.close()
        gone = getattr(error, "errno", None) == errno.ENODEV or isinstance(error, ValueError)
        why = "there is no such interface" if gone else str(getattr(error, "strerror", "") or error)
        raise ApsError(f"cannot listen for {what} on {name}: {why}") from error
    return made

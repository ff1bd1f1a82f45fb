"""Whether nmap may send raw packets here. Without that right it answers wrongly and says nothing about it.

Run without CAP_NET_RAW, nmap falls back to TCP connections: hosts are found, but none has a MAC, and it ends as if all
were well. So the right is looked at before, and `--privileged` makes nmap fail where it lacks it all the same.
"""

from __future__ import annotations

import os
import shutil
import struct
from pathlib import Path

from aps_tui.domain.errors import ApsError

NET_RAW = 13
"""The number of CAP_NET_RAW, capabilities(7)."""
_EFFECTIVE = 1
"""The flag of a file's capabilities by which they are in force at once (VFS_CAP_FLAGS_EFFECTIVE)."""
SEARCHED = "/usr/local/bin:/usr/bin:/usr/local/sbin:/usr/sbin"
"""Where nmap lies when PATH does not lead to it."""


class CannotScan(ApsError):
    """This machine cannot scan as it is; the text says what to do."""


def find_nmap() -> str:
    """The path of nmap. Raises CannotScan with how to install it."""
    found = shutil.which("nmap") or shutil.which("nmap", path=SEARCHED)
    if found is None:
        raise CannotScan("nmap is not installed: apt install nmap (Debian, Ubuntu), or dnf install nmap (Red Hat)")
    return found


def check_rights(nmap: str) -> None:
    """Raise CannotScan unless nmap would have CAP_NET_RAW when we run it."""
    status = Path("/proc/self/status").read_text(encoding="ascii", errors="replace")
    if not may_send(status, root=os.geteuid() == 0, by_file=_of_file(nmap)):
        raise CannotScan(
            "a scan needs the right to send raw packets (CAP_NET_RAW): run this as root, as with sudo, "
            f"or let nmap have it, once, as root: setcap cap_net_raw,cap_net_admin+eip {nmap}"
        )


def may_send(status: str, *, root: bool, by_file: int) -> bool:
    """Whether a program that we start would have CAP_NET_RAW.

    `status` is /proc/PID/status of ours; `by_file` the capabilities that the program's file gives.
    """
    has = {name: value.strip() for name, _, value in (line.partition(":") for line in status.splitlines())}
    from_us = int(has.get("CapEff" if root else "CapAmb", "0"), 16)
    if has.get("NoNewPrivs") != "1":
        from_us |= by_file & int(has.get("CapBnd", "0"), 16)
    return bool(from_us >> NET_RAW & 1)


def _of_file(path: str) -> int:
    """The capabilities that a program file gives to whoever runs it, as bits; 0 for none."""
    try:
        said = os.getxattr(path, "security.capability")
        flags, low = struct.unpack_from("<II", said)
    except (OSError, struct.error):
        return 0
    return low if flags & _EFFECTIVE else 0

"""The hooks of dnsmasq and Kea: two small scripts that add a line to a spool for each lease, and the reader of it.

A line is `aps1`, seconds, MAC, address, host name, option 60, option 55, with tabs between. The script makes `?` of
whatever is not printable ASCII and cuts each text, so no client can add a tab or a line; and it writes the line with
one write(). dnsmasq does not wait for its hook, nor Kea with `sync: false`. The spool is emptied once it has 16 MB,
which a reader that follows it takes as a new file.
"""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Iterator

from aps_tui.domain.errors import BadValue
from aps_tui.domain.observation import HOST, LEASE, OPTION_55, OPTION_60, Observation
from aps_tui.wire.lines import address_of, said
from aps_tui.wire.macs import mac_of

SPOOL = "/var/spool/aps-tui/dhcp"
KINDS = ("dnsmasq", "kea")
_MARK = "aps1"

_COMMON = r"""# The console follows the spool. Nothing here waits, and no text of a client is ever run.
spool=@SPOOL@
LC_ALL=C
export LC_ALL
umask 027
set -f

plain() {
    kept=$1
    case $kept in
        *[!\ -~]*) kept=$(printf '%s' "$kept" | tr -c '\040-\176' '?') ;;
    esac
}

note() {
    plain "$3" && host=$kept
    plain "$4" && class=$kept
    plain "$5" && asked=$kept
    printf 'aps1\t%s\t%.17s\t%.45s\t%.200s\t%.200s\t%.200s\n' "$now" "$1" "$2" "$host" "$class" "$asked" >> "$spool"
}

now=$(date +%s)
[ ! -f "$spool" ] || [ "$(wc -c < "$spool")" -lt 16000000 ] || : > "$spool"
"""
_DNSMASQ = rf"""#!/bin/sh
# dhcp-script of dnsmasq. With it belongs `script-on-renewal`, without which a phone that boots again is not told.
case $1 in
    add | old) ;;
    *) exit 0 ;;
esac
{_COMMON}
note "$2" "$3" "$DNSMASQ_SUPPLIED_HOSTNAME" "$DNSMASQ_VENDOR_CLASS" "$DNSMASQ_REQUESTED_OPTIONS" 2> /dev/null
exit 0
"""
_KEA = rf"""#!/bin/sh
# For libdhcp_run_script.so of Kea. Kea does not tell a script option 60.
[ "$1" = leases4_committed ] || exit 0
case $LEASES4_SIZE in
    '' | *[!0-9]*) exit 0 ;;
esac
{_COMMON}
at=0
while [ "$at" -lt "$LEASES4_SIZE" ] && [ "$at" -lt 16 ]; do
    eval "mac=\$LEASES4_AT${{at}}_HWADDR address=\$LEASES4_AT${{at}}_ADDRESS host=\$LEASES4_AT${{at}}_HOSTNAME"
    note "$mac" "$address" "$host" '' '' 2> /dev/null
    at=$((at + 1))
done
exit 0
"""


def hook_script(kind: str, spool: str = SPOOL) -> str:
    """The script for `dnsmasq` or `kea`, to be put into an executable file. Raises BadValue."""
    if kind not in KINDS:
        raise BadValue(f"there is no hook for {kind!r} (there are: {', '.join(KINDS)})")
    if not spool.startswith("/") or not spool.isprintable():
        raise BadValue("the spool must be an absolute path of printable characters")
    return (_DNSMASQ if kind == "dnsmasq" else _KEA).replace("@SPOOL@", shlex.quote(spool))


class HookSpool:
    """Reads the lines of a spool."""

    def feed(self, lines: Iterable[str], now: float) -> Iterator[Observation]:
        """A lease for each line that is whole; others are passed over."""
        for line in lines:
            cells = line.split("\t")
            if len(cells) != 7 or cells[0] != _MARK:
                continue
            _, at, mac, address, host, kind, asked = cells
            mac = mac_of(mac)
            if mac:
                when = min(float(at), now) if at.isascii() and at.isdigit() and len(at) < 13 else now
                words = said((HOST, host), (OPTION_60, kind), (OPTION_55, asked))
                yield Observation(LEASE, mac, address_of(address), when, words)

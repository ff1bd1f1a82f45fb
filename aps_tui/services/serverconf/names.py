"""Which file names are one phone's own, as regular expressions that nginx, Apache (PCRE) and fail2ban read alike."""

from __future__ import annotations

HEX = "[0-9A-Fa-f]"
_SHARED = r"0{12}|(?<=y)0{7}"
"""What follows where twelve digits are no MAC: 000000000000.cfg of Polycom, y000000000028.cfg of Yealink."""
SECOND = r"(?:\.2)?"
"""What the user name of a phone may end with while its password changes."""


def own_mac(group: str = "", but_not: str = "") -> str:
    """A MAC in a name: the last twelve of a run of hex digits, as a letter before them (ATA0012DEADBEEF) may look like
    one. `group`: how its group begins, `?<name>`; `but_not`: what it may not be."""
    return rf"(?!{_SHARED}){but_not}({group}{HEX}{{12}})(?!{HEX})"

"""fail2ban: a filter for the log formats of the printed web servers, and a jail."""

from __future__ import annotations

from collections.abc import Iterator

from aps_tui.services.serverconf import apache, nginx
from aps_tui.services.serverconf.layout import comments, steps
from aps_tui.services.serverconf.names import HEX, SECOND, own_mac
from aps_tui.services.serverconf.site import ServedSite

FILTER, JAIL = "/etc/fail2ban/filter.d/aps-tui.conf", "/etc/fail2ban/jail.d/aps-tui.conf"
LOGS = {"nginx": nginx.LOG, "apache": apache.LOG}
TRIES, WITHIN, BANNED = 10, 600, 3600
"""How many wrong requests within how many seconds ban for how many seconds."""

QUOTE = '"'
_OWN = rf"(?P<aps>{HEX}{{12}}){SECOND}"
_FOREIGN = own_mac("?:", r"(?!(?i:(?P=aps)))")
_TEXT = r'(?:[^"\\]|\\.)*'
_NAME = rf"{_TEXT}(?:{_FOREIGN}|%%[3-7])"
"""Of what is missing, the names of other phones' files, also where letters are disguised as %41."""


def _not_own(end: str) -> str:
    """No user of a phone, up to what ends it."""
    return rf"(?!{HEX}{{12}}{SECOND}{end})"


def filter_lines(_: ServedSite, __: str) -> Iterator[str]:
    """The filter's file."""
    yield from comments([
        "Who guesses at the phones' files. It reads the combined format and the JSON one. Not counted: a request "
        "without a password (401, user -), as each phone begins, and a phone's own files that do not exist.",
    ])  # fmt: skip
    yield "[Definition]"
    yield r'failregex = ^<HOST> \S+ (?!- \[\] ").*?\[\] "[A-Z]+ ' + _TEXT + '" 401 '
    user = rf"(?:{_OWN}|{_not_own(' ')}.*?)"
    yield rf'            ^<HOST> \S+ {user} \[\] "[A-Z]+ {_NAME}{_TEXT}" (?:403|404) '
    yield rf'            ^<HOST> \S+ .*?\[\] "[A-Z]+ {_TEXT}" 429 '
    begin = r'^\{,?"ms":[\d.]+,"ip":"<HOST>","user":"'
    rest = rf'","m":"[A-Z]+","uri":"{_TEXT}","st":'
    yield rf'            {begin}(?!-?"){_TEXT}{rest}401,'
    user = rf"(?:{_OWN}|{_not_own(QUOTE)}{_TEXT})"
    yield rf'            {begin}{user}","m":"[A-Z]+","uri":"{_NAME}{_TEXT}","st":(?:403|404),'
    yield rf"            {begin}{_TEXT}{rest}429,"
    yield r"            ^\s*harvest <HOST>$"
    yield "datepattern = %%d/%%b/%%Y:%%H:%%M:%%S %%z"
    yield '              "t":"%%Y-%%m-%%dT%%H:%%M:%%S%%z"'
    yield "              ^%%Y-%%m-%%dT%%H:%%M:%%S%%z"


def jail_lines(site: ServedSite, server: str) -> Iterator[str]:
    """The jail's file."""
    if not site.voice:
        yield from comments([
            "ATTENTION: the whitelist names no network, so new phones, whose names are not known yet, may be banned: "
            "fill it (Settings, Whitelist) and print this again.",
        ])  # fmt: skip
    yield from _jail(site, "aps-tui", LOGS[server], TRIES)
    yield from comments([
        "Who reads through MACs without ever saying a password: each request is like a phone's first, so the watcher "
        "(aps-tui watch) counts the MACs and says here whose are too many.",
    ])  # fmt: skip
    yield from _jail(site, "aps-tui-harvest", site.bans, 1)


def _jail(site: ServedSite, name: str, log: str, tries: int) -> Iterator[str]:
    yield f"[{name}]"
    yield "enabled = true"
    yield "filter = aps-tui"
    yield f"logpath = {log}"
    yield "backend = polling"
    yield f"port = {site.port},{site.tls_port}"
    yield "protocol = tcp"
    yield "banaction = nftables-multiport"
    yield f"ignoreip = {' '.join(['127.0.0.0/8', '::1', *site.voice])}"
    yield f"maxretry = {tries}"
    yield f"findtime = {WITHIN}"
    yield f"bantime = {BANNED}"


def lines(site: ServedSite, server: str) -> Iterator[str]:
    """Both files, one after the other, with what to do."""
    yield from comments(
        [f"fail2ban for the phones' files served by {server}. Made by aps-tui: `aps-tui fail2ban {server}`."]
    )
    yield from steps([
        f"The watcher must run (aps-tui systemd watch): it makes {site.bans}, without which fail2ban does not start.",
        f"aps-tui fail2ban {server} --part filter > {FILTER}",
        f"aps-tui fail2ban {server} --part jail > {JAIL}",
        f"fail2ban-regex {LOGS[server]} {FILTER} shows what it would count; then fail2ban-client reload",
        "fail2ban-client status aps-tui (and aps-tui-harvest) shows who is banned, fail2ban-client set aps-tui unbanip "
        "ADDRESS lets one in.",
        "There is no jail for TFTP: its source addresses can be forged, so anybody could have a phone banned. Deny it "
        "instead: aps-tui tftp prints the firewall's lines.",
    ])  # fmt: skip
    yield ""
    yield f"# ==== {FILTER}"
    yield from filter_lines(site, server)
    yield ""
    yield f"# ==== {JAIL}"
    yield from jail_lines(site, server)

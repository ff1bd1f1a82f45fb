"""nginx: one file for conf.d, with the maps that decide and the server that serves."""

from __future__ import annotations

import re
from collections.abc import Iterator

from aps_tui.services.serverconf.layout import comments, steps
from aps_tui.services.serverconf.names import HEX, SECOND, own_mac
from aps_tui.services.serverconf.site import ServedSite
from aps_tui.services.serverconf.web_texts import CLIENT_CERTIFICATES, TLS_CERTIFICATE, TLS_KEY, WHAT, file_steps, notes
from aps_tui.wire.http_log import NGINX_JSON

NOWHERE = "/nonexistent"
"""A folder that is not there: whoever may not have a file is told that there is none."""
LOG = "/var/log/nginx/aps-tui.log"
JSON_LOG = "/var/log/nginx/aps-tui.json"


def lines(site: ServedSite, tls: bool) -> Iterator[str]:
    """The whole text."""
    yield from comments([f"{WHAT}, for nginx. Made by aps-tui: `aps-tui web nginx{' --tls' if tls else ''}`."])
    yield from comments(notes(site))
    file = "/etc/nginx/conf.d/aps-tui.conf"
    yield from steps(file_steps(site, file, "nginx -t && systemctl reload nginx", tls))
    yield ""
    yield NGINX_JSON
    yield ""
    yield from _maps(site)
    yield ""
    yield from _server(site, tls)


def _maps(site: ServedSite) -> Iterator[str]:
    folder, user = re.escape(site.folder), re.escape(site.first_user)
    yield "# Whether the request comes from a voice network."
    yield "geo $aps_voice {"
    yield f"    default {int(not site.voice)};"
    yield from (f"    {network} 1;" for network in site.voice)
    yield "}"
    yield "# The MAC in the name of a file that is one phone's own; empty for files that phones share."
    yield "map $uri $aps_mac {"
    yield '    default "";'
    yield f'    "~^{folder}.*{own_mac("?<aps_found>")}" $aps_found;'
    yield "}"
    yield "# Where the files are for whom: a phone's own and the shared ones; nowhere for all others."
    yield 'map "$aps_mac:$aps_voice$aps_open:$remote_user" $aps_root {'
    yield f"    default {NOWHERE};"
    yield f'    "~^:[01]+:{HEX}{{12}}{SECOND}$" {site.root};'
    yield f'    "~*^([0-9a-f]{{12}}):[01]+:\\1{SECOND}$" {site.root};'
    if site.first_user:
        yield "    # First contact: from voice networks alone, shared files and those that stand open for it."
        yield f'    "~^:1[01]:{user}$" {site.root};'
        yield f'    "~^{HEX}{{12}}:11:{user}$" {site.root};'
    yield "}"
    yield "# Who asks too quickly from elsewhere is answered 429, which fail2ban counts."
    yield 'map $aps_voice $aps_hurry { 1 ""; default $binary_remote_addr; }'
    yield "limit_req_zone $aps_hurry zone=aps_tui:1m rate=10r/s;"


def _server(site: ServedSite, tls: bool) -> Iterator[str]:
    yield "server {"
    yield f"    listen {site.tls_port} ssl;" if tls else f"    listen {site.port};"
    yield "    server_tokens off;"
    if tls:
        yield f"    #listen {site.port};  # HTTP beside it, for phones of the voice network that know no TLS 1.2"
        yield f"    ssl_certificate {TLS_CERTIFICATE};"
        yield f"    ssl_certificate_key {TLS_KEY};"
        yield "    ssl_protocols TLSv1.2 TLSv1.3;"
        yield from comments(CLIENT_CERTIFICATES, "    ")
        yield "    #ssl_client_certificate /etc/aps-tui/tls/phone-makers.pem;"
        yield "    #ssl_verify_client on;"
        yield "    #ssl_verify_depth 3;"
    yield f"    access_log {LOG} combined;"
    yield f"    access_log {JSON_LOG} aps;"
    yield "    set $aps_open 0;"
    yield f"    if (-f {site.contacts}/$aps_mac) {{ set $aps_open 1; }}"
    yield f"    location {site.folder} {{"
    yield '        auth_basic "phones";'
    yield f"        auth_basic_user_file {site.passwords};"
    yield "        auth_delay 20ms;  # so that no time tells whether a wrong password was compared"
    yield "        limit_except GET HEAD { deny all; }"
    yield "        limit_req zone=aps_tui burst=100 nodelay;"
    yield "        limit_req_status 429;"
    yield "        autoindex off;"
    yield f"        disable_symlinks on from={site.root};"
    yield "        alias $aps_root/;"
    yield "    }"
    if site.folder != "/":
        yield "    location / { return 404; }"
    yield "    # Folders, and what is hidden: the commit's own one."
    yield "    location ~ (/\\.|/$) { return 404; }"
    yield "}"

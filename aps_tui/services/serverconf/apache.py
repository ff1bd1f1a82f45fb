"""Apache 2.4: one site file, with the rewrite rules that decide once the password was right."""

from __future__ import annotations

import re
from collections.abc import Iterator

from aps_tui.services.serverconf.layout import comments, steps
from aps_tui.services.serverconf.names import HEX, SECOND, own_mac
from aps_tui.services.serverconf.site import ServedSite
from aps_tui.services.serverconf.web_texts import CLIENT_CERTIFICATES, TLS_CERTIFICATE, TLS_KEY, WHAT, file_steps, notes
from aps_tui.wire.http_log import APACHE_COMBINED, APACHE_JSON

LOG = "/var/log/apache2/aps-tui.log"
JSON_LOG = "/var/log/apache2/aps-tui.json"


def lines(site: ServedSite, tls: bool) -> Iterator[str]:
    """The whole text."""
    yield from comments([f"{WHAT}, for Apache 2.4. Made by aps-tui: `aps-tui web apache{' --tls' if tls else ''}`."])
    yield from comments(notes(site))
    file = "/etc/apache2/sites-available/aps-tui.conf"
    modules = "a2enmod rewrite" + (" ssl" if tls else "")
    reload = f"{modules} && a2ensite aps-tui && apache2ctl configtest && systemctl restart apache2"
    yield from steps(file_steps(site, file, reload, tls))
    yield ""
    port = site.tls_port if tls else site.port
    yield f"Listen {port}"
    yield APACHE_JSON
    yield APACHE_COMBINED
    yield f"<VirtualHost *:{port}>"
    yield from (f"    {line}" for line in _host(site, tls))
    yield "</VirtualHost>"


def _host(site: ServedSite, tls: bool) -> Iterator[str]:
    yield "ServerName phones"
    if tls:
        yield "SSLEngine on"
        yield f"SSLCertificateFile {TLS_CERTIFICATE}"
        yield f"SSLCertificateKeyFile {TLS_KEY}"
        yield "SSLProtocol -all +TLSv1.2 +TLSv1.3"
        yield from comments(CLIENT_CERTIFICATES)
        yield "#SSLCACertificateFile /etc/aps-tui/tls/phone-makers.pem"
        yield "#SSLVerifyClient require"
        yield "#SSLVerifyDepth 3"
    yield f"CustomLog {LOG} combined"
    yield f"CustomLog {JSON_LOG} aps"
    yield f"DocumentRoot {site.root}"
    if site.folder != "/":
        yield f"Alias {site.folder} {site.root.rstrip('/')}/"
    yield "<Directory />"
    yield "    AllowOverride None"
    yield "    Require all denied"
    yield "</Directory>"
    yield f"<Directory {site.root}>"
    yield from (f"    {line}" for line in _folder(site))
    yield "</Directory>"


def _folder(site: ServedSite) -> Iterator[str]:
    yield "# Rewrite rules need links to be allowed; those of another owner than their target are not followed."
    yield "Options SymLinksIfOwnerMatch"
    yield "AcceptPathInfo Off"
    yield "AuthType Basic"
    yield 'AuthName "phones"'
    yield "AuthBasicProvider file"
    yield f"AuthUserFile {site.passwords}"
    yield "<RequireAll>"
    yield "    Require method GET HEAD"
    yield "    Require valid-user"
    yield "</RequireAll>"
    yield "RewriteEngine On"
    yield "# What is hidden, and what is asked for by a way round."
    yield f'RewriteCond "%{{REQUEST_URI}}" "!^{re.escape(site.folder)}" [OR]'
    yield 'RewriteCond "%{REQUEST_URI}" "/\\." [OR]'
    yield 'RewriteCond "%{REQUEST_URI}" "/$"'
    yield 'RewriteRule "^" "-" [R=404,L]'
    mac = f'RewriteCond "%{{REQUEST_URI}}" "^.*{own_mac()}"'
    shared = mac.replace('"^', '"!^')
    yield "# A phone's own files."
    yield mac
    yield f'RewriteCond "%1:%{{REMOTE_USER}}" "^([0-9a-f]{{12}}):\\1{SECOND}$" [NC]'
    yield 'RewriteRule "^" "-" [L]'
    yield "# The files that phones share."
    yield shared
    yield f'RewriteCond "%{{REMOTE_USER}}" "^{HEX}{{12}}{SECOND}$"'
    yield 'RewriteRule "^" "-" [L]'
    if site.first_user:
        yield "# First contact: from voice networks alone, shared files and those that stand open for it."
        yield from _first_contact(site, [shared])
        yield from _first_contact(site, [mac, f'RewriteCond "{site.contacts}/%1" -f'])
    yield "# Whoever may not have a file is told that there is none."
    yield 'RewriteRule "^" "-" [R=404,L]'


def _first_contact(site: ServedSite, conditions: list[str]) -> Iterator[str]:
    yield f'RewriteCond "%{{REMOTE_USER}}" "={site.first_user}"'
    if site.voice:
        near = " || ".join(f"-R '{network}'" for network in site.voice)
        yield f'RewriteCond expr "{near}"'
    yield from conditions
    yield 'RewriteRule "^" "-" [L]'

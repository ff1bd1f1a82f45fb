"""Apache on the PBX: the root under /tftpboot/ with a password, logged as combined and in our JSON."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from aps_tui.wire.http_log import APACHE_COMBINED, APACHE_JSON
from tests.lab.netlab import PBX, Lab
from tests.lab.servers.process import USER, program, running
from tests.lab.servers.web import PORT, Login, Web, write_htpasswd

_MODULES = ("mpm_event", "authz_core", "authn_core", "authn_file", "auth_basic", "authz_user", "alias", "setenvif")
_CONFIG = """
ServerRoot {folder}
{modules}
ServerName pbx
Listen {address}:{port}
PidFile {folder}/pid
ErrorLog {folder}/error.log
DefaultRuntimeDir {folder}
Mutex sem
User {user}
Group {user}
{combined}
{json}
CustomLog {folder}/access.log combined
CustomLog {folder}/access.json aps
DocumentRoot {folder}/empty
<Directory />
  Require all denied
</Directory>
Alias /tftpboot/ {root}/
<Directory {root}>
  Options -Indexes -FollowSymLinks
  AllowOverride None
  AuthType Basic
  AuthName "phones"
  AuthBasicProvider file
  AuthUserFile {folder}/htpasswd
  Require valid-user
</Directory>
"""


@contextmanager
def apache(lab: Lab, folder: Path, root: Path, login: Login) -> Iterator[Web]:
    """Run it with `folder`, which others may enter, for its files."""
    folder.mkdir()
    (folder / "empty").mkdir()
    write_htpasswd(folder / "htpasswd", login)
    modules = "\n".join(f"LoadModule {name}_module /usr/lib/apache2/modules/mod_{name}.so" for name in _MODULES)
    said = {
        "user": USER,
        "folder": folder,
        "root": root,
        "json": APACHE_JSON,
        "modules": modules,
        "combined": APACHE_COMBINED,
    }
    (folder / "apache.conf").write_text(_CONFIG.format(address=PBX, port=PORT, **said))
    with running(lab.within(program("apache2"), "-DFOREGROUND", "-f", f"{folder}/apache.conf"), folder, "tcp", PORT):
        yield Web(root, folder / "access.log", folder / "access.json")

"""nginx on the PBX: the root under /tftpboot/ with a password, logged as combined and in our JSON."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from aps_tui.wire.http_log import NGINX_JSON
from tests.lab.netlab import PBX, Lab
from tests.lab.servers.process import USER, program, running
from tests.lab.servers.web import PORT, Login, Web, write_htpasswd

_TEMPORARY = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
_CONFIG = """
user {user}; worker_processes 1; daemon off; pid {folder}/pid; error_log {folder}/error.log;
events {{ worker_connections 1024; }}
http {{
  {temporary}
  {json}
  access_log {folder}/access.log combined;
  access_log {folder}/access.json aps;
  server {{
    listen {address}:{port} backlog=512;
    location /tftpboot/ {{
      alias {root}/; autoindex off; auth_basic "phones"; auth_basic_user_file {folder}/htpasswd;
      limit_except GET HEAD {{ deny all; }}
    }}
    location / {{ return 404; }}
  }}
}}
"""


@contextmanager
def nginx(lab: Lab, folder: Path, root: Path, login: Login) -> Iterator[Web]:
    """Run it with `folder`, which others may enter, for its files."""
    folder.mkdir()
    write_htpasswd(folder / "htpasswd", login)
    temporary = " ".join(f"{name}_temp_path {folder}/{name};" for name in _TEMPORARY)
    said = {"user": USER, "folder": folder, "root": root, "json": NGINX_JSON, "temporary": temporary}
    (folder / "nginx.conf").write_text(_CONFIG.format(address=PBX, port=PORT, **said))
    words = lab.within(program("nginx"), "-e", f"{folder}/error.log", "-c", f"{folder}/nginx.conf")
    with running(words, folder, "tcp", PORT):
        yield Web(root, folder / "access.log", folder / "access.json")

"""Servers of the lab that run what `aps-tui web` and its kin print, as it was printed but for where it lies."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.lab.netlab import Lab
from tests.lab.servers.process import USER, program, running
from tests.lab.servers.web import Web

_TEMPORARY = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
_NGINX = """
user {user}; worker_processes 1; daemon off; pid {folder}/pid; error_log {folder}/error.log;
events {{ worker_connections 1024; }}
http {{
  {temporary}
  include {folder}/printed.conf;
}}
"""
_MODULES = (
    "mpm_event", "authz_core", "authn_core", "authn_file", "auth_basic", "authz_user", "alias", "setenvif",
    "rewrite", "dir", "socache_shmcb", "ssl",
)  # fmt: skip
_APACHE = """
ServerRoot {folder}
{modules}
ServerName pbx
PidFile {folder}/pid
ErrorLog {folder}/error.log
DefaultRuntimeDir {folder}
Mutex sem
User {user}
Group {user}
Include {folder}/printed.conf
"""


@contextmanager
def nginx(lab: Lab, folder: Path, root: Path, text: Iterable[str], port: int) -> Iterator[Web]:
    """nginx with a text that was printed for it."""
    _print(folder, text, "/var/log/nginx")
    temporary = " ".join(f"{name}_temp_path {folder}/{name};" for name in _TEMPORARY)
    (folder / "nginx.conf").write_text(_NGINX.format(user=USER, folder=folder, temporary=temporary))
    words = lab.within(program("nginx"), "-e", f"{folder}/error.log", "-c", f"{folder}/nginx.conf")
    with running(words, folder, "tcp", port):
        yield Web(root, folder / "aps-tui.log", folder / "aps-tui.json")


@contextmanager
def apache(lab: Lab, folder: Path, root: Path, text: Iterable[str], port: int) -> Iterator[Web]:
    """Apache with a text that was printed for it."""
    _print(folder, text, "/var/log/apache2")
    modules = "\n".join(f"LoadModule {name}_module /usr/lib/apache2/modules/mod_{name}.so" for name in _MODULES)
    (folder / "apache.conf").write_text(_APACHE.format(user=USER, folder=folder, modules=modules))
    with running(lab.within(program("apache2"), "-DFOREGROUND", "-f", f"{folder}/apache.conf"), folder, "tcp", port):
        yield Web(root, folder / "aps-tui.log", folder / "aps-tui.json")


def _print(folder: Path, text: Iterable[str], logs: str) -> None:
    """Save a text, its logs and certificates in our own folder."""
    folder.mkdir(exist_ok=True)
    moved = "\n".join(text).replace(logs, str(folder)).replace("/etc/aps-tui/tls", str(folder))
    (folder / "printed.conf").write_text(f"{moved}\n")


PRINTED = {"nginx": nginx, "apache": apache}
"""Each by its word on the command line."""

"""PostgreSQL and MariaDB servers of our own: in a fresh folder, on a free port of loopback, as their own users."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg2
import pymysql

from tests.lab.conftest import SEARCHED
from tests.lab.sshd import answers, free_port
from tests.lab.until import until
from tests.pbxdb import Rows, fill

USER = "aps reader"
PASSWORD = "p@:/%25#?é 'x"
"""Every sign that a URL or a shell takes for its own."""


@dataclass(frozen=True)
class Server:
    """A running server, and how its administrator connects to one of its databases."""

    scheme: str
    port: int
    pid: int
    connect: Callable[[str], Any]
    maintenance: str
    """A database that is always there."""
    socket: str
    """What a URL says to go by the socket."""

    def url(self, database: str, rest: str = "", password: str = PASSWORD, port: int = 0) -> str:
        """The URL of the reader, percent-encoded."""
        login = f"{quote(USER, safe='')}:{quote(password, safe='')}"
        return f"{self.scheme}://{login}@127.0.0.1:{port or self.port}/{database}{rest}"

    def run(self, database: str, *statements: str) -> list[Sequence[Any]]:
        """Run statements as the administrator; the rows of the last one, where it gives any."""
        with closing(self.connect(database)) as connection, connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)
            return list(cursor.fetchall()) if cursor.description else []

    def make(self, database: str, ddl: Sequence[str], rows: Rows) -> None:
        """Make a database with these tables and rows, whose reader may do everything in it."""
        self.run(self.maintenance, f"CREATE DATABASE {database}")
        self.run(database, *ddl)
        with closing(self.connect(database)) as connection, connection.cursor() as cursor:
            fill(cursor.execute, rows, "%s", '"' if self.scheme == "postgresql" else "`")
        everything = {
            "postgresql": f'GRANT ALL ON ALL TABLES IN SCHEMA public TO "{USER}"',
            "mysql": f"GRANT ALL ON {database}.* TO '{USER}'@'%'",
        }
        self.run(database, everything[self.scheme])


def _program(name: str) -> str:
    return shutil.which(name, path=SEARCHED) or name


@contextmanager
def _running(user: str, setup: Callable[[Path], list[str]], command: Callable[[Path], list[str]]) -> Iterator[int]:
    """Run a server as `user` in a folder that only it may look into; both are gone afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="aps-lab-"))
    shutil.chown(folder, user, user)
    try:
        said: dict[str, Any] = {"user": user, "group": user, "extra_groups": [], "cwd": folder}
        subprocess.run(setup(folder), check=True, capture_output=True, **said)
        with (folder / "log").open("w") as log:
            process = subprocess.Popen(command(folder), stdout=log, stderr=log, **said)
            try:
                yield process.pid
            finally:
                process.terminate()
                process.wait(30)
    finally:
        shutil.rmtree(folder)


def _ready(connect: Callable[[str], Any]) -> bool:
    """PostgreSQL listens before it lets anyone in."""
    try:
        connect("postgres").close()
    except psycopg2.OperationalError:
        return False
    return True


@contextmanager
def postgresql() -> Iterator[Server]:
    """A PostgreSQL server; its administrator is trusted by the socket alone."""
    port = free_port()
    options = {"port": port, "listen_addresses": "127.0.0.1", "fsync": "off", "max_connections": 10}

    def setup(folder: Path) -> list[str]:
        socket.append(folder)
        return [_program("initdb"), "-D", f"{folder}/data", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync",
                "--auth-local=trust", "--auth-host=scram-sha-256"]  # fmt: skip

    def command(folder: Path) -> list[str]:
        said = {**options, "unix_socket_directories": folder}
        return [_program("postgres"), "-D", f"{folder}/data", *(f"--{key}={value}" for key, value in said.items())]

    def connect(database: str) -> Any:
        connection = psycopg2.connect(dbname=database, user="postgres", host=str(socket[0]), port=port)
        connection.autocommit = True
        return connection

    socket: list[Path] = []
    with _running("postgres", setup, command) as pid:
        until(lambda: answers(port) and _ready(connect), "PostgreSQL answers")
        server = Server("postgresql", port, pid, connect, "postgres", f"host={socket[0]}")
        with closing(connect("postgres")) as connection, connection.cursor() as cursor:
            cursor.execute(f'CREATE USER "{USER}" PASSWORD %s', [PASSWORD])
        yield server


@contextmanager
def mariadb() -> Iterator[Server]:
    """A MariaDB server; its administrator connects by the socket."""
    port = free_port()
    socket: list[Path] = []

    def setup(folder: Path) -> list[str]:
        socket.append(folder / "socket")
        return [_program("mariadb-install-db"), "--no-defaults", f"--datadir={folder}/data", "--skip-test-db",
                "--auth-root-authentication-method=normal"]  # fmt: skip

    def command(folder: Path) -> list[str]:
        return [_program("mariadbd"), "--no-defaults", f"--datadir={folder}/data", f"--socket={folder}/socket",
                f"--pid-file={folder}/pid", f"--port={port}", "--bind-address=127.0.0.1", "--skip-name-resolve",
                "--innodb-flush-log-at-trx-commit=0", "--character-set-server=latin1"]  # fmt: skip

    def connect(database: str) -> Any:
        return pymysql.connect(unix_socket=str(socket[0]), user="root", database=database, autocommit=True)

    with _running("mysql", setup, command) as pid:
        until(lambda: answers(port), "MariaDB answers", 60)
        server = Server("mysql", port, pid, connect, "mysql", f"unix_socket={socket[0]}")
        with closing(connect("mysql")) as connection, connection.cursor() as cursor:
            cursor.execute("CREATE USER %s@'%%' IDENTIFIED BY %s", [USER, PASSWORD])
        yield server

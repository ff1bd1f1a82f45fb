"""Every command that changes something, or shows a secret, leaves the audit rows that fit, and the others leave none.

A new command fails the first test until it stands in one of the tables.
"""

from __future__ import annotations

import os
import pwd
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import click
import pytest

from aps_tui.cli.main import commands
from aps_tui.data.audit import AuditRow
from aps_tui.services.importing.entry import bounded
from tests.unit.cli.conftest import Run, Site
from tests.unit.services.fake_asterisk import put_asterisk
from tests.unit.services.fake_nmap import answering, host
from tests.unit.services.small_site import MACS, open_site

MAC, UNBOUND = MACS[2], MACS[5]
NEW = "0011220000a0"
SECRETS = ("s3cret", "limited-secret", "hush", "Unit-S3cret")
"""What every secret of the site holds; a word of it in the trail is one too many."""
Row = tuple[str, str, str]
"""Kind, name and action."""


class Case(NamedTuple):
    """A command, and the rows that it leaves."""

    words: str
    """`{}` is the site's folder."""
    rows: list[Row]
    before: str = ""
    """Commands that come first, each on a line."""
    status: int = 0


CHANGES: dict[str, Case] = {
    "load": Case("load {}/site.toml", [("tenant", "north", "add"), ("extension", "north/201", "add")]),
    "import": Case("import {}/list.csv --tenant acme --model testphone/T1",
                   [("device", NEW, "add"), ("import", "{}/list.csv", "add")]),
    "commit": Case("commit --yes", [("generation", "1", "commit")]),
    "undo": Case("undo --yes", [("generation", "2", "undo")], "commit --yes"),
    "dump": Case("dump", [("site", "", "reveal")]),
    "render": Case(f"render {MAC}", [("device", MAC, "reveal")]),
    "extensions sync": Case("extensions sync --from csv:{}/pbx.csv --tenant north",
                            [("extension", "north/301", "add"), ("source", "csv:{}/pbx.csv", "sync")],
                            "load {}/site.toml"),
    "extensions sources add": Case("extensions sources add pbx csv:{}/pbx.csv --tenant acme",
                                   [("source", "pbx", "add")]),
    "extensions sources remove": Case("extensions sources remove pbx", [("source", "pbx", "remove")],
                                      "extensions sources add pbx csv:{}/pbx.csv --tenant acme"),
    "scan": Case("scan 192.0.2.1 192.0.2.254 --interface eth0 --tenant acme --add --model testphone/T1",
                 [("device", NEW, "add"), ("import", "scan of 192.0.2.1 to 192.0.2.254 on eth0", "add")]),
    "resync": Case(f"resync {MAC} --no-wait", [("resync", "", "start")]),
    "doctor": Case("doctor --fix --yes", [("doctor", "", "mend")], status=-1),
    "vendors learn": Case(f"vendors learn {{}}/{MAC}.cfg --model testphone/T1 --into {{}}/own --yes",
                          [("pack", "testphone", "learn")]),
    "http-auth rotate": Case(f"http-auth rotate {UNBOUND}", [("device", UNBOUND, "new HTTP password")],
                             "load {}/auth.toml"),
    "http-auth drop": Case(f"http-auth drop {UNBOUND}", [("device", UNBOUND, "old HTTP password dropped")],
                           f"load {{}}/auth.toml\nhttp-auth rotate {UNBOUND}"),
    "http-auth open": Case(f"http-auth open {MAC}", [("device", MAC, "first contact opened")], "load {}/auth.toml"),
    "http-auth reveal": Case(f"http-auth reveal {MAC}", [("device", MAC, "reveal")], "load {}/auth.toml"),
    "window open": Case(f"window open {MAC}", [("device", MAC, "open"), ("generation", "1", "commit")]),
    "window close": Case(f"window close {MAC}", [("device", MAC, "close")]),
    "secrets init": Case("secrets init", [("secrets", "", "encrypt")]),
    "secrets rotate": Case("secrets rotate", [("secrets", "", "encrypt")], "secrets init"),
    "secrets off": Case("secrets off --yes", [("secrets", "", "decrypt")], "secrets init"),
    "backup": Case("backup {}/copy", [("database", "", "backup")]),
    "restore": Case("restore {}/copy --yes", [("database", "", "restore")], "backup {}/copy"),
    "asterisk": Case("asterisk --reveal", [("provisioning", "", "reveal")]),
}  # fmt: skip
READS = {
    "plan": "plan --diff", "history": "history", "audit": "audit --csv {}/trail.csv",
    "explain": f"explain {MAC} time.zone", "vendors": "vendors", "tftp": "tftp",
    "export": "export", "extensions list": "extensions list", "extensions sources list": "extensions sources list",
    "queue": "queue", "dhcp": "dhcp isc --vendor testphone", "systemd": "systemd", "web": "web nginx",
    "fail2ban": "fail2ban", "vendors show": "vendors testphone", "http-auth show": "http-auth show",
    "window show": "window show",
    "vendors compare": f"vendors compare {{}}/{MAC}.cfg --model testphone/T1", "secrets status": "secrets status",
    "doctor": "doctor", "render": f"render {MAC} --masked", "dump": "dump --no-secrets", "asterisk": "asterisk",
    "load": "load {}/site.toml --dry-run", "import": "import {}/list.csv --tenant acme --model testphone/T1 --dry-run",
    "extensions sync": "extensions sync --from csv:{}/pbx.csv --tenant acme --dry-run",
    "scan": "scan 192.0.2.1 192.0.2.254 --interface eth0 --tenant acme", "watch": "watch --status",
}  # fmt: skip
"""What changes nothing of the site; of commands that may change something, the way in which they do not."""
ELSEWHERE = {
    "watch": "unit/services/test_audited_work.py", "agi": "unit/services/test_audited_work.py",
    "demo": "unit/services/test_demo.py",
}  # fmt: skip
"""Servers: what they change is a service's work, and tested there; and what makes a site of its own."""


def leaves(group: click.Group, path: str = "") -> Iterator[str]:
    """Every command by its words."""
    with click.Context(group) as ctx:
        for name in group.list_commands(ctx):
            command = group.get_command(ctx, name)
            words = f"{path} {name}".strip()
            if not isinstance(command, click.Group) or command.invoke_without_command:
                yield words
            if isinstance(command, click.Group):
                yield from leaves(command, words)


def test_every_command_was_thought_of() -> None:
    assert set(leaves(commands)) == {*CHANGES, *READS, *ELSEWHERE}
    assert all((Path(__file__).parents[2] / name).exists() for name in ELSEWHERE.values())


@pytest.fixture
def ready(site: Site, run: Run, monkeypatch: pytest.MonkeyPatch) -> Site:
    """The small site, with whatever the commands name."""
    folder = site.folder
    (folder / "bin").mkdir()
    asterisk = put_asterisk(folder / "bin").command
    answering(folder, monkeypatch, [host("192.0.2.10", "00:11:22:00:00:A0")])
    (folder / "config.toml").write_text(
        f'vendors = "packs"\nkey_file = "secrets.key"\n[resync]\nway = "asterisk"\nasterisk = "{asterisk}"\n'
    )
    (folder / "site.toml").write_text(
        'version = 1\n[[tenant]]\nname = "north"\n'
        '[[extension]]\ntenant = "north"\nnumber = "201"\nsecret = "hush-201"\n'
    )
    (folder / "auth.toml").write_text(
        'version = 1\n[provisioning]\nhttp_auth = true\nfirst_contact_user = "newphone"\n'
        'first_contact_password = "hush-first-contact"\nserver_hostname = "pbx.example.net"\n'
    )
    (folder / "list.csv").write_text("mac\n00:11:22:00:00:a0\n")
    (folder / "pbx.csv").write_text("number,secret,name\n301,hush-301,Zoe\n")
    (folder / f"{MAC}.cfg").write_text("account.1.user = 201\naccount.1.password = Unit-S3cret\n")
    with open_site(folder) as place:
        place.store.provisioning.save(replace(place.store.provisioning.get(), server_hostname="pbx.example.net"))
    return site


def trail(site: Site) -> list[AuditRow]:
    """All rows, oldest first; what a trail says is read without the key of the secrets."""
    with closing(sqlite3.connect(site.db)) as db:
        names = ", ".join(AuditRow._fields)
        return [AuditRow(*row) for row in db.execute(f"SELECT {names} FROM audit ORDER BY id")]


def words(text: str, site: Site) -> list[str]:
    return text.format(*[site.folder] * text.count("{}")).split()


@pytest.mark.parametrize("name", CHANGES)
def test_a_change_leaves_what_fits(ready: Site, run: Run, name: str) -> None:
    case = CHANGES[name]
    for first in case.before.splitlines():
        assert run(*words(first, ready)).status == 0
    if name == "doctor":
        (ready.folder / "state" / "aps.sqlite3.archive").mkdir(mode=0o705)
        (ready.folder / "state" / "aps.sqlite3.archive").chmod(0o705)
    if name.startswith("window"):
        with open_site(ready.folder) as place:
            values = (MAC, 1, 9e9, "x", float(name == "window open"))
            place.store.db.execute_sql("INSERT INTO file_window VALUES (?, ?, ?, ?, ?)", values)
    began, before = time.time(), trail(ready)
    done = run(*words(case.words, ready))
    assert case.status == -1 or done.status == case.status, done.err
    after = trail(ready)
    rows = [row for row in after if row not in before]
    named = [(kind, of.format(ready.folder), action) for kind, of, action in case.rows]
    wanted = [(kind, bounded(of) if kind == "import" else of, action) for kind, of, action in named]
    found = [(row.kind, row.name, row.action) for row in rows]
    assert sorted(found) == sorted(wanted)
    me = pwd.getpwuid(os.getuid()).pw_name
    assert {row.operator for row in rows} == {me} and all(began <= row.at <= time.time() for row in rows)
    clean(after)


def clean(rows: list[AuditRow]) -> None:
    """No row holds a secret."""
    said = repr(rows)
    assert not [secret for secret in SECRETS if secret in said]


@pytest.mark.parametrize("name", READS)
def test_what_only_looks_leaves_nothing(ready: Site, run: Run, name: str) -> None:
    before = trail(ready)
    done = run(*words(READS[name], ready))
    assert done.status in (0, 3) or name in ("doctor", "watch"), done.err
    assert trail(ready) == before

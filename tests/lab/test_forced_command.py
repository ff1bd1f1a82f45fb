"""An operator has the console and no shell: the texts of docs/ssh.md, over a real sshd.

The account is root, which may read and write everything: nothing but the console itself keeps a file or a program from
the operator.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from aps_tui.data.store import Store
from aps_tui.services.demo import make_demo
from aps_tui.vendors.loader import SHIPPED, load_packs
from tests.lab.sshd import Sshd, sshd
from tests.lab.terminal import Terminal, terminal
from tests.lab.until import until

pytestmark = [pytest.mark.root, pytest.mark.programs("sshd", "ssh", "sftp", "scp", "ssh-keygen", "tmux")]

HOUSE = Path(__file__).resolve().parents[2]
DOCS = (HOUSE / "docs/ssh.md").read_text(encoding="utf-8")
START = f"import sys; sys.path.insert(0, '{HOUSE}'); from aps_tui.cli.main import main; sys.exit(main())"
"""What `-m aps_tui` is where the program is not installed."""
EVERYTHING = "AcceptEnv *\n"
"""A server that lets every variable in, but for what the Match block says."""
SECRET = "root-of-all-evil"
HOSTILE = {
    "LANG": "../../../{traps}/x", "LC_ALL": "C.UTF-8", "PAGER": "{trap}", "EDITOR": "{trap}", "VISUAL": "{trap}",
    "SHELL": "{trap}", "BASH_ENV": "{trap}", "ENV": "{trap}", "PATH": "{traps}", "LD_PRELOAD": "{trap}",
    "PYTHONPATH": "{traps}", "PYTHONSTARTUP": "{trap}", "PYTHONHOME": "{traps}", "PYTHONBREAKPOINT": "os.system",
    "PYTHONINSPECT": "1", "BROWSER": "{trap}", "TEXTUAL": "devtools,debug", "TEXTUAL_LOG": "{traps}/written",
    "TEXTUAL_DRIVER": "sitecustomize:Driver", "TEXTUAL_SCREENSHOT": "1", "TEXTUAL_SCREENSHOT_LOCATION": "{traps}",
    "TEXTUAL_PRESS": "q", "APS_TUI_CONFIG": "{traps}/config.toml", "APS_TUI_DB": "{traps}/db",
    "APS_TUI_OPERATOR": "root", "SUDO_USER": "root", "SUDO_UID": "0", "LOGNAME": "root", "HOME": "{traps}",
}  # fmt: skip


def block(after: str) -> str:
    """The text between fences of docs/ssh.md that follows some words."""
    return DOCS.partition(after)[2].split("```")[1].strip("\n")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A demo of twenty devices, roles, a folder for files, and a trap for whatever runs or reads what it should not."""
    folder = tmp_path_factory.mktemp("forced")
    make_demo(folder / "site", 20, 3, load_packs([SHIPPED]))
    for name in ("site/exchange", "traps"):
        (folder / name).mkdir(mode=0o700)
    (folder / "site/config.toml").write_text(
        'db = "aps.sqlite3"\nroot = "tftpboot"\nfiles = "exchange"\n'
        '[operators]\noperator = ["alice"]\nshared = ["root"]\n'
    )
    (folder / "secret.csv").write_text(f"mac,label\n805ec0999999,{SECRET}\n")
    (folder / "site/exchange/new.csv").write_text("mac\n805ec0aaaaaa\n")
    (folder / "site/exchange/link.csv").symlink_to(folder / "secret.csv")
    (folder / "site/exchange/out").symlink_to(folder)
    trap = folder / "traps/trap"
    trap.write_text(f"#!/bin/sh\ntouch {folder}/traps/ran\n")
    trap.chmod(0o755)
    (folder / "traps/sitecustomize.py").write_text(f"open('{folder}/traps/ran', 'w')\n")
    return folder


@pytest.fixture(scope="module")
def server(site: Path) -> Iterator[Sshd]:
    """The server as docs/ssh.md has it, for the account root."""
    match = (
        block("at its end")
        .replace("User aps-tui", "User root")
        .replace("/etc/aps-tui/keys", "{folder}/authorized_keys")
    )
    line = block("is one person:")
    said = line.replace("-m aps_tui", f'-c \\"{START}\\"').replace("/opt/aps-tui/bin/python", sys.executable)
    said = said.replace("/etc/aps-tui/config.toml", f"{site}/site/config.toml").partition(" ssh-ed25519")[0]
    assert "AcceptEnv" in match and said.startswith("restrict,pty,command=") and "--operator alice" in said
    with sshd(site / "sshd", f"{EVERYTHING}{match}\n", said) as running:
        yield running


def below(pid: int) -> set[int]:
    """The descendants of a process."""
    found, parents = set(), {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            parents[int(stat.parent.name)] = int(stat.read_text().rpartition(")")[2].split()[1])
        except OSError:  # it ended meanwhile
            continue
    news = {pid}
    while news := {child for child, parent in parents.items() if parent in news}:
        found |= news
    return found


def programs(server: Sshd) -> list[str]:
    """What runs below the server besides its own processes, and in which state."""
    found = []
    for pid in below(int((server.folder / "sshd.pid").read_text())):
        try:
            words = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
            state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        except OSError:
            continue
        if not words[0].startswith(b"sshd") and state != "Z":
            found.append(f"{os.fsdecode(words[0])} {state}")
    return found


def untouched(site: Path, server: Sshd) -> None:
    """The one program is the console, it runs, and no trap was sprung."""
    (console,) = programs(server)
    assert console.partition(" ")[0] == sys.executable and console[-1] in "SRD"
    assert sorted(path.name for path in (site / "traps").iterdir()) == ["sitecustomize.py", "trap"]


def mac_of(site: Path) -> str:
    with Store.open(site / "site/aps.sqlite3") as store:
        return store.devices.macs()[0]


def opened(window: Terminal, site: Path) -> None:
    """The console is up."""
    window.wait(mac_of(site))
    window.wait("q Quit")


def say(window: Terminal, words: str, answer: str) -> str:
    """Type a command after the colon and wait for an answer."""
    window.press("Escape")
    window.press(":")
    window.wait("Tab" if "Tab" in window.look() else "devices, templates")
    window.type(words)
    window.press("Enter")
    return window.wait(answer)


def test_what_the_client_asks_to_run_is_not_run(server: Sshd, site: Path, tmp_path: Path) -> None:
    with terminal(tmp_path, server.client(f"touch {site}/traps/ran; cat {site}/secret.csv")) as window:
        opened(window, site)
        untouched(site, server)
        assert SECRET not in window.look()
    plain = subprocess.run(
        server.client("cat", f"{site}/secret.csv", more=("-T",)),
        check=False,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert plain.stdout == "" and plain.returncode == 1 and "needs a terminal" in plain.stderr


@pytest.mark.parametrize("how", ["sftp", "scp", "tunnel", "forward", "agent"])
def test_no_other_way_through_the_connection(server: Sshd, site: Path, tmp_path: Path, how: str) -> None:
    got = tmp_path / "got"
    command = {
        "sftp": [*server.options("sftp"), "-P", str(server.port), f"127.0.0.1:{site}/secret.csv", str(got)],
        "scp": [*server.options("scp"), "-P", str(server.port), f"127.0.0.1:{site}/secret.csv", str(got)],
        "tunnel": server.client(more=("-T", "-W", f"127.0.0.1:{server.port}")),
        "forward": server.client(more=("-T", "-N", "-o", "ExitOnForwardFailure=yes", "-R", "0:127.0.0.1:1")),
        "agent": server.client("printenv", "SSH_AUTH_SOCK", more=("-T", "-A")),
    }[how]
    done = subprocess.run(command, check=False, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60)
    assert done.returncode != 0 and not got.exists() and "SSH-2.0" not in done.stdout and SECRET not in done.stdout
    until(lambda: not programs(server), "nothing runs any more")


def test_no_variable_gets_through(server: Sshd, site: Path, tmp_path: Path) -> None:
    sent = {name: value.format(traps=site / "traps", trap=site / "traps/trap") for name, value in HOSTILE.items()}
    every = ["-o", "SetEnv=" + " ".join(f'"{name}={value}"' for name, value in sent.items())]
    with terminal(tmp_path, server.client(more=("-tt", *every)), term="xterm-256color") as window:
        opened(window, site)
        untouched(site, server)
        (pid,) = (pid for pid in below(int((server.folder / "sshd.pid").read_text())) if _is_console(pid))
        inside = dict(one.split("=", 1) for one in Path(f"/proc/{pid}/environ").read_text().split("\0") if "=" in one)
        for name, value in sent.items():
            assert inside.get(name) != value or name in ("SUDO_UID", "LOGNAME"), name
        assert "SUDO_USER" not in inside and inside["TERM"] == "xterm-256color"
    with Store.open(site / "site/aps.sqlite3") as store:
        assert store.devices.count() == 20


def _is_console(pid: int) -> bool:
    return Path(f"/proc/{pid}/cmdline").read_bytes().startswith(sys.executable.encode())


def test_such_variables_come_in_without_that_block(site: Path, tmp_path: Path) -> None:
    """What the test above sends is sent indeed."""
    with sshd(tmp_path / "open", EVERYTHING) as careless:
        sent = ["-o", "SetEnv=PYTHONPATH=/x TEXTUAL_LOG=/y EDITOR=/z"]
        command = careless.client("env", more=("-T", *sent))
        said = subprocess.run(command, check=True, capture_output=True, text=True, timeout=60).stdout.splitlines()
        assert {"PYTHONPATH=/x", "TEXTUAL_LOG=/y", "EDITOR=/z"} <= {*said}


def test_files_are_those_of_one_folder(server: Sshd, site: Path, tmp_path: Path) -> None:
    exchange = site / "site/exchange"
    with terminal(tmp_path, server.client(), columns=120) as window:
        opened(window, site)
        for name in (f"{site}/stolen.csv", "../stolen.csv", "out/stolen.csv", "~/stolen.csv"):
            say(window, f"export {name}", "read and written there alone" if name[0] != "~" else "there is no folder")
        say(window, "export phones.csv", "20 devices written to")
        assert (exchange / "phones.csv").stat().st_mode & 0o777 == 0o600
        window.press("6")
        window.press("A")
        window.wait("File or folder")
        window.press("C-o")
        for name in ("/etc/passwd", "link.csv", "out/secret.csv", "/proc/self/environ"):
            window.type(name)
            window.press("F2")
            window.wait(f"refused: {name} is not below")
            window.press("C-u")
        assert SECRET not in window.look()
        window.type("new.csv")
        window.press("F2")
        window.wait("805ec0aaaaaa")
        untouched(site, server)
    assert sorted(path.name for path in exchange.iterdir()) == ["link.csv", "new.csv", "out", "phones.csv"]
    assert sorted(path.name for path in site.iterdir()) == ["secret.csv", "site", "sshd", "traps"]


def test_who_does_what_is_told_by_the_key(server: Sshd, site: Path, tmp_path: Path) -> None:
    with terminal(tmp_path, server.client()) as window:
        opened(window, site)
        window.press("d")
        window.wait("Delete 1 device?")
        window.press("y")
        window.wait("1 deleted")
        window.press("z")
        window.wait("Taken back")
        window.press("0")
        window.wait("Provisioning")
        assert "R Reveal" not in window.look()
    with Store.open(site / "site/aps.sqlite3") as store:
        assert [(row.operator, row.action) for row in store.audit.recent(2)] == [
            ("alice", "take back"),
            ("alice", "remove"),
        ]


def test_keys_that_stop_or_end_programs_give_no_shell(server: Sshd, site: Path, tmp_path: Path) -> None:
    with terminal(tmp_path, server.client()) as window:
        opened(window, site)
        for name in ("C-z", "C-\\", "C-c", "C-d", "C-l", "C-s", "C-q", "C-x", "C-o", "C-t", "F12"):
            if name == "C-q":  # it asks, as something waits to be committed
                window.press(name)
                window.wait("Leave?")
                window.press("Escape")
                window.wait_gone("Leave?")
            else:
                window.press(name)
            untouched(site, server)
        window.press("~", ".")  # no escape of the client's either: it comes after Enter alone
        for words in ("!sh", "sh -c id", "screenshot", "app.suspend_process"):
            say(window, words, "there is no command")
            untouched(site, server)
        window.press("Escape")
        window.press("C-p")
        window.type("screenshot")
        window.wait("screenshot")
        assert "Save" not in window.look()
        untouched(site, server)

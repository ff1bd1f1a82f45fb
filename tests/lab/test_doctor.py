"""The doctor's probe file through the real servers: nginx or Apache with a password, tftpd-hpa."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.lab.netlab import PBX, Lab, lab
from tests.lab.phonelab import HOUSE, WEBS
from tests.lab.servers.tftp import tftpd
from tests.lab.servers.web import URL
from tests.lab.site import LIMITED_SECRET, LOGIN, PIN, Site, open_site

pytestmark = [pytest.mark.root, pytest.mark.programs("ip", "in.tftpd")]


@contextmanager
def served(web: str, *, another: bool = False) -> Iterator[tuple[Lab, Site]]:
    """A site whose root is served, or another folder in its place."""
    with tempfile.TemporaryDirectory(prefix="aps-lab-") as name, lab() as lan:
        folder = Path(name)
        folder.chmod(0o755)  # the servers have no rights of root
        (folder / "other").mkdir(mode=0o755)
        with open_site(folder / "site") as site:
            root = folder / "other" if another else site.root
            with WEBS[web](lan, folder / "web", root, LOGIN), tftpd(lan, folder / "tftp", root):
                yield lan, site


def doctor(lan: Lab, site: Site) -> dict[tuple[str, str], list[dict[str, Any]]]:
    """What `aps-tui doctor` finds on the PBX, by check and subject."""
    config = site.database.with_name("config.toml")
    config.write_text('group = "www-data"\n')
    place = ["--config", str(config), "--db", str(site.database), "--root", str(site.root)]
    words = ["env", f"PYTHONPATH={HOUSE}", sys.executable, "-m", "aps_tui", *place, "doctor", "--json"]
    done = subprocess.run(lan.within(*words), cwd=HOUSE, capture_output=True, text=True, timeout=120)
    assert done.returncode in (0, 1) and done.stderr == "", done.stderr
    assert not [secret for secret in (LOGIN.password, LIMITED_SECRET, PIN) if secret in done.stdout]
    found: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for one in json.loads(done.stdout)["findings"]:
        found.setdefault((one["check"], one["subject"]), []).append(one)
    return found


def severities(found: list[dict[str, Any]]) -> list[str]:
    return [one["severity"] for one in found]


@pytest.mark.parametrize(
    "web",
    [
        pytest.param("nginx", marks=pytest.mark.programs("nginx")),
        pytest.param("apache", marks=pytest.mark.programs("apache2")),
    ],
)
def test_the_servers_give_the_root(web: str) -> None:
    with served(web) as (lan, site):
        found = doctor(lan, site)
        assert severities(found["servers.http", URL]) == ["ok"], found["servers.http", URL]
        assert severities(found["servers.tftp", str(PBX)]) == ["ok"], found["servers.tftp", str(PBX)]
        assert severities(found["files.root", str(site.root)]) == ["ok"]
        site.root.chmod(0o700)
        found = doctor(lan, site)
        assert (
            severities(found["servers.http", URL]) == ["fault"] and "may not" in found["servers.http", URL][0]["what"]
        )
        assert severities(found["servers.tftp", str(PBX)]) == ["fault"]
        assert severities(found["files.root", str(site.root)]) == ["fault"]
        assert list(site.root.iterdir()) == []


@pytest.mark.programs("nginx")
def test_the_servers_give_another_folder() -> None:
    with served("nginx", another=True) as (lan, site):
        found = doctor(lan, site)
        assert "serves another folder" in found["servers.http", URL][0]["what"]
        assert severities(found["servers.tftp", str(PBX)]) == ["fault"]

"""The printed DHCP configuration, held against the real servers and clients that say what phones say."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from ipaddress import IPv4Address
from pathlib import Path
from typing import NamedTuple

import pytest

from aps_tui.data.store import Store
from aps_tui.domain.mac import with_colons
from aps_tui.domain.site import Provisioning
from aps_tui.services.dhcpconf.layout import HOOKS
from aps_tui.wire.dhcp_hook import SPOOL
from tests.lab.dhcp_client import Ask, leases
from tests.lab.netlab import FIRST_PHONE, LAN, PBX, Lab, lab
from tests.lab.servers.dhcp import SERVERS, addresses, isc, kea
from tests.lab.until import until

pytestmark = [pytest.mark.root, pytest.mark.programs("ip", "sysctl", "dhcpd", "dnsmasq", "kea-dhcp4")]

HOUSE = Path(__file__).resolve().parents[2]
URL = "http://pbx.example.net:5555/tftpboot/"
CISCO = b"Cisco Systems, Inc. IP Phone "
PSN_XML, SPA_CFG = f"{URL}$PSN.xml".encode(), f"{URL}spa$PSN.cfg".encode()
REQUIRED = '"require-client-classes"'
TELLING = {43, 66, 67, 150, 159, 160}
"""Options that tell phones where their files are."""


class Phone(NamedTuple):
    """A phone, and the one option that it must be told; 0 for none."""

    mac: str
    vendor_class: bytes
    option: int
    value: bytes = URL.encode()


PHONES = {
    "yealink": Phone("805ec0000001", b"yealink", 66),
    "yealink that says something else": Phone("249ad8000001", b"T54W", 66),
    "polycom": Phone("0004f2000001", b"Polycom-VVX410", 160),
    "polycom in binary": Phone("02aaaa000001", b"\x00\x00\x36\x3d\x10Polycom-VVX410", 160),
    "snom": Phone("000413000001", b"snom320", 66),
    "aastra": Phone("00085d000001", b"AastraIPPhone6757i", 66),
    "mitel": Phone("02aaaa000002", b"MitelIPPhone6920", 66),
    "grandstream": Phone("000b82000001", b"Grandstream GXP2160", 66),
    "grandstream adapter": Phone("02aaaa000003", b"HT801", 66),
    "cisco": Phone("00562b000001", CISCO + b"CP-7960G\0", 150, PBX.packed),
    "cisco multiplatform": Phone("00562b000002", CISCO + b"CP-8841-3PCC", 66, PSN_XML),
    "cisco ata192": Phone("00562b000003", b"CISCO ATA192-MPP", 66, f"{URL}ata192.cfg".encode()),
    "cisco switch": Phone("00000c000001", b"cisco WS-C2960", 0),
    "sipura": Phone("000e08000001", b"LINKSYS SPA-942", 66, SPA_CFG),
    "sipura of later days": Phone("002699000001", CISCO + b"SPA504G", 66, SPA_CFG),
    "pap2t": Phone("000e08000002", b"dslforum.org", 66, f"{URL}init.cfg".encode()),
    "a router that says what the pap2t says": Phone("02aaaa000004", b"dslforum.org", 0),
    "ata190": Phone("000e08000003", b"Cisco ATA190", 66, str(PBX).encode()),
    "alcatel": Phone("00809f000001", b"aledevice", 43, bytes([66, len(URL)]) + URL.encode()),
    "alcatel touch": Phone("00809f000002", b"alcatel.sip.0", 43, bytes([67, len(URL)]) + URL.encode()),
    "temporis": Phone("7465d1000001", b"", 66),
    "audiocodes": Phone("00908f000001", b"", 160),
    "cyberdata": Phone("0020f7000001", b"", 66),
    "lg-ericsson": Phone("00405a000001", b"", 160),
    "panasonic": Phone("0080f0000001", b"Panasonic", 66, f"{URL}Config{{MAC}}.cfg".encode()),
    "spectralink": Phone("00907a000001", b"", 66),
    "vtech": Phone("00122a000001", b"Vtech Vesa VSP735", 66),
    "laptop": Phone("3c970e000001", b"MSFT 5.0", 0),
    "printer": Phone("001b78000001", b"", 0),
}  # fmt: skip


@pytest.fixture(scope="module")
def lan() -> Iterator[Lab]:
    """A LAN with all of them."""
    with lab() as made:
        made.add_phones([phone.mac for phone in PHONES.values()])
        yield made


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A site that says where it is."""
    folder = tmp_path_factory.mktemp("site")
    with Store.open(folder / "aps.sqlite3") as store:
        store.provisioning.save(Provisioning(tftp_server_address=str(PBX), server_hostname="pbx.example.net"))
    return folder


def printed(site: Path, *words: str) -> str:
    """What the command prints."""
    done = subprocess.run(
        [sys.executable, "-m", "aps_tui", "--db", site / "aps.sqlite3", "dhcp", *words],
        capture_output=True, text=True, env={**os.environ, "PYTHONPATH": str(HOUSE)}, cwd="/", timeout=60,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def interface(who: str) -> str:
    return f"p{int(FIRST_PHONE) + list(PHONES).index(who)}"


def told(options: dict[int, bytes]) -> dict[int, bytes]:
    """What a phone was told of its files; dnsmasq ends texts it knows with a zero, and option 43 with its own end."""
    ends = {66: b"\0", 67: b"\0", 43: b"\xff"}
    return {code: value.rstrip(ends.get(code, b"-")) for code, value in options.items() if code in TELLING}


@pytest.mark.parametrize("name", SERVERS)
def test_each_phone_is_told_what_its_maker_wants_and_nobody_else_is(
    lan: Lab, site: Path, tmp_path: Path, name: str
) -> None:
    asks = [Ask(interface(who), phone.mac, phone.vendor_class, f"h-{phone.mac}") for who, phone in PHONES.items()]
    with SERVERS[name](lan, tmp_path / name, printed(site, name)) as server:
        got = leases(lan, asks)
        known = server.leases.read_text()
    wanted = {who: {phone.option: phone.value} if phone.option else {} for who, phone in PHONES.items()}
    assert {who: told(lease.options) for who, lease in zip(PHONES, got, strict=True)} == wanted
    assert {IPv4Address(one.address) for one in got} <= addresses() and len({one.address for one in got}) == len(got)
    assert known.count("80:5e:c0:00:00:01") >= 1 and "h-805ec0000001" in known
    assert name != "isc" or 'set vendor-class-identifier = "yealink";' in known


@pytest.mark.programs("udhcpc")
def test_a_client_of_other_hands_gets_the_option_too(lan: Lab, site: Path, tmp_path: Path) -> None:
    script = tmp_path / "script"
    script.write_text(f'#!/bin/sh\n[ "$1" = bound ] && printf %s "$opt160" > {tmp_path}/told\nexit 0\n')
    script.chmod(0o755)
    words = [
        "udhcpc",
        "-f",
        "-n",
        "-q",
        "-i",
        interface("polycom"),
        "-V",
        "Polycom-VVX410",
        "-O",
        "160",
        "-s",
        str(script),
    ]
    with isc(lan, tmp_path / "isc", printed(site, "isc")):
        subprocess.run(["ip", "netns", "exec", lan.phones, *words], capture_output=True, timeout=60, check=True)
    assert bytes.fromhex((tmp_path / "told").read_text()) == URL.encode()


@pytest.mark.parametrize("name", ["dnsmasq", "kea"])
def test_the_lines_for_the_live_queue_hold(lan: Lab, site: Path, tmp_path: Path, name: str) -> None:
    """The hook that is printed, where the text says it, hears of a phone, and of its restart within the lease."""
    spool, hook = tmp_path / "spool", tmp_path / "hook"
    hook.write_text(printed(site, name, "--hook").replace(SPOOL, str(spool)))
    hook.chmod(0o755)
    lines = printed(site, name).replace(f"{HOOKS}{name}-hook", str(hook)).splitlines()
    wanted = ("#dhcp-script", "#script-on", '#"hooks-lib', '#  "parameters')
    text = "\n".join(line[1:] if line.startswith(wanted) else line for line in lines)
    ask = Ask(interface("yealink"), PHONES["yealink"].mac, b"yealink", "desk")
    with SERVERS[name](lan, tmp_path / name, text):
        leases(lan, [ask, ask])
        until(lambda: spool.exists() and len(spool.read_text().splitlines()) == 2, "the hook heard of both")
    heard = [line.split("\t") for line in spool.read_text().splitlines()]
    assert {one[2] for one in heard} == {"80:5e:c0:00:00:01"} and {one[4] for one in heard} == {"desk"}
    assert {one[5] for one in heard} == {"yealink" if name == "dnsmasq" else ""}


def test_the_next_steps_hold(lan: Lab, site: Path, tmp_path: Path) -> None:
    """Classes in a pool, in a subnet, and the entry for a phone that has no class."""
    phone, laptop, gateway = "yealink", "laptop", "audiocodes"
    asks = [Ask(interface(who), PHONES[who].mac, PHONES[who].vendor_class) for who in (phone, laptop, gateway)]
    text = printed(site, "isc")
    allowed = "\n".join(line.strip("# ") for line in text.splitlines() if "allow members of" in line)
    others = f"pool {{ range {LAN[800]} {LAN[810]}; {allowed.replace('allow', 'deny')} }}"
    entry = "\n".join(
        line.removeprefix("#") for line in text.splitlines() if line.startswith(("#   host", "#     option"))
    )
    entry = entry.replace("00:90:8f:00:00:00", with_colons(PHONES[gateway].mac))
    with isc(lan, tmp_path / "isc", text + entry, pool=allowed, subnet=others):
        got = leases(lan, asks)
    assert [IPv4Address(lease.address) in addresses() for lease in got] == [True, False, True]
    assert got[2].options[67] == b"00908f000000.ini"
    text = printed(site, "kea").replace('"option-data":', '"only-if-required": true, "option-data":')
    steps = "".join(line.strip("# ") for line in text.splitlines() if line.startswith("#"))
    required = json.loads("{" + steps[steps.index(REQUIRED) : steps.index("3. Commit")] + "}")
    for subnet, option in ((required, {66: URL.encode()}), ({}, {})):
        with kea(lan, tmp_path / f"kea{len(subnet)}", text, subnet=subnet):
            assert [told(lease.options) for lease in leases(lan, asks[:2])] == [option, {}]

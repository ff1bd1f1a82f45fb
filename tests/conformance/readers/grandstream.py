"""Reads Grandstream's files as a device does: XML of P-values (`config version="1"`) or named items (`config
version="2"`), and the binary file of P-values.

Written from the maker's own templates; it shares nothing with the pack's templates.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator, Mapping
from urllib.parse import unquote
from xml.etree import ElementTree

from tests.conformance.readback import ReadBack

_FIRST = {
    "user": 35,
    "auth_user": 36,
    "secret": 34,
    "display_name": 3,
    "label": 270,
    "server": 47,
    "local_sip_port": 40,
}
_SECOND_PORT = {"user": 735, "auth_user": 736, "secret": 734, "display_name": 703, "server": 747, "local_sip_port": 740}
_OTHER = {"user": 4, "auth_user": 5, "secret": 6, "display_name": 7, "label": 17, "server": 2, "local_sip_port": 13}
_PORT = {"user": 4060, "auth_user": 4090, "secret": 4120, "display_name": 4180}
_NAMED = {
    "sip.userid": "user",
    "sip.subscriber.userid": "auth_user",
    "sip.subscriber.userId": "auth_user",
    "sip.subscriber.password": "secret",
    "sip.subscriber.name": "display_name",
    "name": "label",
    "sip.server.1.address": "server",
    "sip.localPort": "local_sip_port",
}
_FIELDS = {"keyMode": "type", "mode": "type", "description": "label", "value": "value"}


def read(files: Mapping[str, bytes]) -> ReadBack:
    """Read a device's files, which must say the same; raises ParseError for XML that is not well formed."""
    back = ReadBack()
    for path, data in files.items():
        found = re.fullmatch(r"cfg([0-9a-f]{12})(\.xml)?", path)
        assert found, path
        parameters, by_name = _xml(data) if found[2] else (_binary(data, found[1]), False)
        assert not back.parameters or back.parameters == parameters, path
        back.parameters = parameters
        if by_name:
            _by_name(back)
        else:
            _accounts(back)
            _keys(back)
    for n, account in back.accounts.items():
        _stand_ins(n, account)
    return back


def _xml(data: bytes) -> tuple[dict[str, str], bool]:
    """The parameters, and whether they are by name."""
    root = ElementTree.fromstring(data)
    config = root.find("config")
    assert root.tag == "gs_provision" and config is not None
    by_name = config.get("version") == "2"
    said: dict[str, str] = {}
    for element in config:
        name = element.attrib["name"] if by_name else element.tag
        assert by_name or name not in said, name
        said[name] = element.text or ""
    return said, by_name


def _binary(data: bytes, mac: str) -> dict[str, str]:
    """The parameters behind a header whose length, checksum and MAC are right."""
    length, _, owner, ends = struct.unpack(">IH6s4s", data[:16])
    words = struct.unpack(f">{len(data) // 2}H", data)
    assert (length, owner.hex(), ends) == (len(words), mac, b"\r\n\r\n")
    assert sum(words) % 65536 == 0
    *said, key = data[16:].rstrip(b"\0").decode("ascii").split("&")
    assert key == "gnkey=0b82"
    pairs = [one.split("=") for one in said]
    assert len({name for name, _ in pairs}) == len(pairs)
    return {name: unquote(value, errors="strict") for name, value in pairs}


def _stand_ins(n: int, account: dict[str, str]) -> None:
    """Cut the port off the server; drop the number as label and the factory's own local port."""
    account["server"], _, port = account.get("server", "").partition(":")
    if port:
        account["port"] = port
    if account.get("label") == account["user"]:
        del account["label"]
    if account.get("local_sip_port") in ("", str(5058 + 2 * n)):
        del account["local_sip_port"]


def _accounts(back: ReadBack) -> None:
    said = {int(name[1:]): value for name, value in back.parameters.items() if re.fullmatch(r"P\d+", name)}
    if 4060 in said:
        for n in range(1, 31):
            if 4059 + n in said:
                account = {field: said[first + n - 1] for field, first in _PORT.items()}
                back.accounts[n] = {**account, "server": said.get(47, "")}
        return
    back.accounts[1] = {field: said[p] for field, p in _FIRST.items() if p in said}
    if 735 in said:
        back.accounts[2] = {field: said[p] for field, p in _SECOND_PORT.items() if p in said}
        return
    for n in range(2, 7):
        block = 100 * (n + 12) if n > 4 and 1704 in said else 100 * (n + 2)  # the oldest, and all others
        if block + 4 in said:
            numbers = {field: block + place for field, place in _OTHER.items()}
            back.accounts[n] = {field: said[p] for field, p in numbers.items() if p in said}


def _places(vpk: int) -> Iterator[tuple[tuple[str, int], tuple[str, str, str]]]:
    """Bank and position to the names of type, label and value."""
    for k in range(1, 49):
        if k <= 6:
            at = 1363 + 2 * (k - 1), 1465 + 2 * (k - 1), 1466 + 2 * (k - 1)
        else:
            at = 23800 + 4 * (k - 7), 23802 + 4 * (k - 7), 23803 + 4 * (k - 7)
        yield ("dss", k), (f"P{at[0]}", f"P{at[1]}", f"P{at[2]}")
    for k in range(1, 25):
        if k <= 7:
            at = 323 + k - 1, 302 + 3 * (k - 1), 303 + 3 * (k - 1)
        else:
            base = 353 + 4 * (k - 8) if k <= 18 else 1440 + 4 * (k - 19)
            at = base, base + 2, base + 3
        yield ("dss", vpk + k), (f"P{at[0]}", f"P{at[1]}", f"P{at[2]}")
    for k in range(1, 4):
        base = 2987 + 4 * (k - 1)
        yield ("programmable", k), (f"P{base}", f"P{base + 2}", f"P{base + 3}")
    for k in range(1, 161):
        base = 23000 + 5 * (k - 1)
        yield (f"expansion-{(k + 39) // 40}", (k - 1) % 40 + 1), (f"P{base}", f"P{base + 2}", f"P{base + 3}")
    for k in range(1, 113):
        yield (f"expansion-{(k + 55) // 56}", (k - 1) % 56 + 1), (f"P60{k:02}", f"P64{k:02}", f"P66{k:02}")


def _keys(back: ReadBack) -> None:
    names = [f"P{1363 + 2 * k}" for k in range(6)] + [f"P{23800 + 4 * k}" for k in range(42)]
    vpk = sum(name in back.parameters for name in names)
    for place, (type_, label, value) in _places(vpk):
        if type_ in back.parameters:
            said = back.parameters
            back.keys[place] = {"type": said[type_], "label": said[label], "value": said[value]}


def _by_name(back: ReadBack) -> None:
    screen = max(
        (int(found[1]) for name in back.parameters if (found := re.match(r"pks\.vpk\.(\d+)\.", name))), default=0
    )
    for name, value in back.parameters.items():
        if (found := re.match(r"account\.(\d+)\.(.+)\Z", name)) and found[2] in _NAMED:
            back.accounts.setdefault(int(found[1]), {})[_NAMED[found[2]]] = value
        key = re.match(r"pks\.(vpk|mpk|softkey|ext)\.(\d+)\.(\w+)\Z", name)
        if key and key[3] in _FIELDS:
            n = int(key[2])
            place = {
                "vpk": ("dss", n),
                "mpk": ("dss", screen + n),
                "softkey": ("programmable", n),
                "ext": (f"expansion-{(n + 39) // 40}", (n - 1) % 40 + 1),
            }[key[1]]
            back.keys.setdefault(place, {})[_FIELDS[key[3]]] = value

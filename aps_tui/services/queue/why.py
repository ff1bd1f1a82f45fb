"""Why a phone does not work: what it asked, what it got, what lies on the disk, how the PBX knows it, what to do."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import chain
from typing import NamedTuple

from aps_tui.data.arrivals import Arrival
from aps_tui.data.queue_list import QueueRow
from aps_tui.data.requests import Request
from aps_tui.services.console import when
from aps_tui.services.queue.listing import told_state
from aps_tui.services.queue.scene import OnDisk, Scene, scene_of
from aps_tui.services.workplace import Workplace

GOOD, NOTE, DOUBT, FAULT = "good", "note", "doubt", "fault"
"""How bad a finding is."""
SERVED = frozenset({200, 206, 304})
_WORLD, _GROUP = 0o004, 0o040
_HEX = re.compile(r"[0-9a-f]{12}", re.IGNORECASE)


class Finding(NamedTuple):
    """One thing that was found out."""

    kind: str
    """good, note, doubt or fault."""
    text: str
    do: str = ""
    """What to do about it; empty for nothing."""


class Report(NamedTuple):
    """All that was found out of one phone, what is wrong first."""

    scene: Scene
    findings: list[Finding]


def why(place: Workplace, mac: str) -> Report:
    """Find out why a phone does not work; nothing is sent to it.

    Raises BadValue for what is no MAC, or one that was never seen and is no device.
    """
    scene = scene_of(place, mac)
    checks: tuple[Callable[[Scene], Iterator[Finding]], ...] = (
        _standing, _disk, _asked, _whose_names, _registered, _told, _contradictions,
    )  # fmt: skip
    found = list(chain.from_iterable(check(scene) for check in checks))
    worst = (FAULT, DOUBT, NOTE, GOOD)
    return Report(scene, sorted(found, key=lambda one: worst.index(one.kind)))


def _standing(scene: Scene) -> Iterator[Finding]:
    """How far it has come."""
    row = scene.evidence.row
    if row.device:
        if row.state == "S":
            yield Finding(
                FAULT, "It is a device, and no file of it is written yet.", "Commit it: P in the queue, then C"
            )
        elif row.state == "B":
            yield Finding(FAULT, "What it is set up to be is not written yet.", "Commit it: P in the queue, then C")
        elif row.state in "UR":
            yield Finding(
                NOTE,
                f"It has no line: {told_state(row)}.",
                "Dial any number on it and the PIN, or give it an extension: x",
            )
        elif row.withdrawn:
            yield Finding(
                NOTE, f"Its files were fetched, and are withdrawn since {when(row.withdrawn)}: it keeps what it has.",
                "If it lost that (a factory reset, another phone), open them again: o",
            )  # fmt: skip
        return
    if not row.vendor:
        yield Finding(
            FAULT,
            f"No vendor pack supports it: its MAC is of {scene.evidence.maker or 'nobody known'}.",
            "See docs/adding-a-vendor.md, or ignore it: i",
        )
    elif row.state == "I":
        yield Finding(
            FAULT, "It is ignored, and is no device: nothing is written for it.", "Heed it again (i), and add it: F"
        )
    elif row.state == "X":
        yield Finding(
            FAULT,
            "The whitelist does not let it in, and it is no device: it gets no file.",
            "Add it to the whitelist (0), or make it a device all the same: F",
        )
    else:
        yield Finding(FAULT, "It is no device yet: nothing is written for it.", "Make it one: F in the queue")


def _disk(scene: Scene) -> Iterator[Finding]:
    """What lies under the root."""
    if scene.problem:
        yield Finding(
            FAULT, f"The root cannot be looked at: {scene.problem}", "Run as a user who may, or mend the root"
        )
    for file in scene.files:
        yield from _file(scene, file)


def _file(scene: Scene, file: OnDisk) -> Iterator[Finding]:
    name = f"{scene.root}/{file.path}"
    if file.state == "gone":
        yield Finding(FAULT, f"{name} was written and is gone.", "A commit writes it again: 9, C")
    elif file.state == "other":
        yield Finding(FAULT, f"{name} is a link or a folder, not our file.", "Take it away, then commit: 9, C")
    elif file.state == "changed":
        yield Finding(DOUBT, f"{name} is not as it was written: someone edited it.", "See the difference: 9, e")
    elif not file.mode & (_WORLD | _GROUP):
        yield Finding(FAULT, f"{name} can be read by its owner alone (mode {file.mode:o}).", f"chmod 640 {name}")
    elif not file.mode & _WORLD and not scene.group:
        yield Finding(
            NOTE,
            f"{name} is there, mode {file.mode:o}: only its owner and its group may read it.",
            "Let the file server's user be of that group, or set `group` in config.toml",
        )
    else:
        yield Finding(GOOD, f"{name} is there as it was written, {file.size:,} bytes, mode {file.mode:o}.")


def _asked(scene: Scene) -> Iterator[Finding]:
    """What it asked for, and what it got."""
    requests = scene.evidence.requests
    if not requests:
        yield from _never_asked(scene)
        return
    for one in requests:
        yield _request(scene, one)
    own = [one for one in requests if one.path in scene.names.own]
    if scene.names.own and not own and all(one.path in scene.names.shared for one in requests):
        yield Finding(
            DOUBT,
            f"It asked for shared files alone, and never for {_any(scene.names.own)}.",
            "It may have stopped at the shared file: look at what it says, and restart the phone",
        )


def _never_asked(scene: Scene) -> Iterator[Finding]:
    row = scene.evidence.row
    if not (scene.evidence.sightings or row.last_seen):
        yield Finding(
            FAULT,
            "It was never seen on the network.",
            "Is it plugged in and on the phones' VLAN? Does a watcher listen?",
        )
    else:
        maker = f" for {row.vendor}" if row.vendor else ""
        yield Finding(
            FAULT,
            "It is on the network, and asked for no file.",
            f"The DHCP option may be missing: `aps-tui dhcp` prints it{maker}. Or nobody reads the file server's log",
        )


def _request(scene: Scene, one: Request) -> Finding:
    """What came of one request."""
    said = f"{_verb(one)} {one.path or '/'} ({one.source} {one.status}, {when(one.at)})"
    here = one.path in scene.under_root
    if one.status in SERVED:
        return _served(scene, one, said)
    if one.status == 401:
        return Finding(
            FAULT,
            f"{said}: its user or password was refused.",
            "Compare general.http_user and general.http_password (0, Site) with the server's and with "
            "the URL that DHCP gives",
        )
    if one.status == 403:
        return Finding(
            FAULT,
            f"{said}: the server may not give it.",
            "Let the file server's user read the root, by its group: mode 750 for folders, 640 for files",
        )
    if one.status == 404 and here and one.at < scene.written and one.path in scene.names.own:
        return Finding(DOUBT, f"{said}: it asked before the file was written.", "Restart it, or tell it to fetch again")
    if one.status == 404 and here:
        also = " Or it may not read it: tftpd needs --permissive for files of mode 640" if one.source == "tftp" else ""
        return Finding(
            FAULT,
            f"{said}: it stands in {scene.root}, so the server serves another root.",
            f"Make the server's root {scene.root}, or write where it serves (--root).{also}",
        )
    if one.status == 404:
        return _not_there(scene, one, said)
    if one.status >= 500:
        return Finding(FAULT, f"{said}: the file server itself failed.", "Look at its error log")
    return Finding(DOUBT, f"{said}: not served.", "Look at the file server's log")


def _verb(one: Request) -> str:
    return "It got" if one.status in SERVED else "It asked for"


def _served(scene: Scene, one: Request, said: str) -> Finding:
    file = next((file for file in scene.files if file.path == one.path), None)
    if file is None:
        if one.path in scene.under_root or one.path not in scene.names.own or scene.evidence.row.withdrawn:
            return Finding(GOOD, f"{said}.")
        return Finding(
            FAULT,
            f"{said}, but no such file stands in {scene.root}: the server serves another root.",
            f"Make the server's root {scene.root}, or write where it serves (--root)",
        )
    if one.at <= scene.written:
        return Finding(
            DOUBT,
            f"{said}, before the last commit: it works with older files.",
            "Restart it, or tell it to fetch again",
        )
    if one.status == 200 and file.state == "written" and 0 <= one.bytes != file.size:
        sizes = f"{one.bytes:,} bytes, and the file has {file.size:,}"
        return Finding(FAULT, f"{said}: {sizes}: the server serves another root.", f"Make its root {scene.root}")
    return Finding(GOOD, f"{said}, as it stands now.")


def _not_there(scene: Scene, one: Request, said: str) -> Finding:
    """It asked for what is not under the root."""
    folder, _, name = one.path.rpartition("/")
    own = {known.rpartition("/")[2].casefold(): known for known in scene.names.own}
    meant = own.get(name.casefold())
    if meant is None or meant == one.path:
        if one.path in scene.names.own and scene.evidence.row.withdrawn:
            return Finding(NOTE, f"{said}: it is withdrawn.")
        kind = FAULT if one.path in scene.names.own else NOTE
        return Finding(
            kind,
            f"{said}: there is no such file.",
            "Commit it: 9, C" if kind == FAULT and scene.evidence.row.device else "",
        )
    if folder and meant == name:
        return Finding(
            FAULT, f"{said}: its files are not in a folder {folder}/.", f"Take {folder}/ off the URL in the DHCP option"
        )
    return Finding(FAULT, f"{said}: its file is called {meant}.", "Compare the model with what the phone is: m")


def _whose_names(scene: Scene) -> Iterator[Finding]:
    """Whether it asks for what another maker's or model's phones ask for."""
    row = scene.evidence.row
    for name, whose in scene.makers.items():
        yield Finding(
            FAULT,
            f"It asked for {name}, which {whose} ask for: {_kind(row)} asks for another one.",
            "Give it the right model: m",
        )


def _registered(scene: Scene) -> Iterator[Finding]:
    """How the PBX knows it."""
    known, row = scene.evidence.registration, scene.evidence.row
    if known is None:
        if row.state in "RUCO":
            yield Finding(
                NOTE,
                "No registration of it is known.",
                "If the PBX is watched: it has no valid account, or does not reach the PBX",
            )
    elif known.account == f"aps-{row.mac}" and row.extensions:
        said = f"It still registers as {known.account} ({when(known.at)})"
        yield Finding(
            FAULT, f"{said}: it has not taken the file with its line.", "Commit, then restart it or tell it to fetch"
        )
    else:
        yield Finding(GOOD, f"It registered as {known.account} from {known.address or 'somewhere'}, {when(known.at)}.")


def _told(scene: Scene) -> Iterator[Finding]:
    """Whether it heeds being told to fetch."""
    told = scene.resync
    if told is None:
        return
    said = f"It was told to fetch {when(told.at)} ({told.event})"
    if told.state == "fetched":
        yield Finding(GOOD, f"{said}, and did.")
    elif told.state == "sent":
        yield Finding(NOTE, f"{said}: it has not fetched yet.")
    else:
        how = told.detail or ("it did not fetch" if told.state == "silent" else "that failed")
        yield Finding(FAULT, f"{said}: {how}.", "Restart it by hand; is its registration the one of this PBX?")


def _contradictions(scene: Scene) -> Iterator[Finding]:
    """What its evidence says against itself, or against what it is set up as."""
    row, seen = scene.evidence.row, scene.arrival
    if row.conflict:
        yield Finding(DOUBT, f"Its sources contradict each other: {row.conflict}.", "Look at the label on the phone")
    if row.device and seen is not None and seen.model and not seen.conflict and _kind(seen) != _kind(row):
        said = f"It is set up as {_kind(row)}, and by its {seen.why} it is {_kind(seen)}."
        yield Finding(DOUBT, said, "Give it the right model: m")


def _kind(one: QueueRow | Arrival) -> str:
    return f"{one.vendor}/{one.model}"


def _any(names: frozenset[str]) -> str:
    return " or ".join(sorted(names)[:2])

"""The root and what lies in it: there, ours, roomy, closed to others, as the last commit left it."""

from __future__ import annotations

import grp
import os
import re
import stat
from collections.abc import Iterator
from pathlib import Path

from aps_tui.services.console import counted
from aps_tui.services.doctor.finding import OTHERS, Check, Fix, Said, fault, have, ok, some, unknown, warning
from aps_tui.services.doctor.scene import Scene

MEGABYTE = 1 << 20
SCARCE, SCANT = 50 * MEGABYTE, 500 * MEGABYTE
"""Free bytes below which a commit will fail, and may."""
FEW_INODES = 2_000
_MAC = re.compile(r"(?<![0-9a-f])[0-9a-f]{2}(?:[-:.]?[0-9a-f]{2}){5}(?![0-9a-f])", re.IGNORECASE)


def root(scene: Scene) -> Iterator[Said]:
    """Whether the root is a folder that we may write and servers may enter."""
    path = scene.config.root
    try:
        found = path.stat()
    except FileNotFoundError:
        yield fault(str(path), "there is no such folder", f"mkdir -m 750 {path}, or name another root in config.toml")
        return
    if not stat.S_ISDIR(found.st_mode):
        yield fault(str(path), "it is not a folder", "name the folder that the phones read from: root in config.toml")
        return
    said = list(_rights(scene, path, found))
    yield from said or [ok(str(path), f"is there, mode {stat.S_IMODE(found.st_mode):o}")]


def _rights(scene: Scene, path: Path, found: os.stat_result) -> Iterator[Said]:
    if found.st_mode & stat.S_IWOTH:
        yield fault(str(path), "everybody may write in it", f"chmod o-w {path}")
    if not os.access(path, os.W_OK | os.X_OK):
        yield warning(str(path), "you may not write in it", "commit as its owner or as one of its group")
    gid = scene.config.gid
    if gid is None and not found.st_mode & stat.S_ISGID and not found.st_mode & stat.S_IWOTH:
        yield warning(
            str(path), "files get the group of whoever commits, as no group is configured",
            'say group = "tftp", or the group of your file server, in config.toml',
        )  # fmt: skip
    elif gid is not None and not _enters(found, gid):
        yield fault(
            str(path), f"the group {_group(gid)} may not enter it", f"chgrp {_group(gid)} {path}; chmod g+rx {path}"
        )


def _enters(found: os.stat_result, gid: int) -> bool:
    return bool(found.st_mode & stat.S_IXOTH or (found.st_gid == gid and found.st_mode & stat.S_IXGRP))


def _group(gid: int) -> str:
    try:
        return grp.getgrgid(gid).gr_name
    except KeyError:
        return str(gid)


def space(scene: Scene) -> Iterator[Said]:
    """Whether there is room for the next commit, beside the files and beside the database."""
    seen: set[int] = set()
    for path in (scene.config.root, scene.config.db.parent):
        device = path.stat().st_dev
        if device not in seen:
            seen.add(device)
            yield _room(path, os.statvfs(path))


def _room(path: Path, found: os.statvfs_result) -> Said:
    free = found.f_bavail * found.f_frsize
    said = f"{free // MEGABYTE:,} MB free"
    if free < SCARCE:
        return fault(str(path), said, "free some, or move to a larger file system")
    if found.f_files and found.f_favail < FEW_INODES:
        return fault(str(path), f"only {found.f_favail:,} more files can be made (inodes)", "remove small files there")
    return warning(str(path), said, "free some") if free < SCANT else ok(str(path), said)


def modes(scene: Scene) -> Iterator[Said]:
    """Whether everybody may read what we wrote."""
    place = scene.place
    with place.tree() as tree, place.store.snapshot():
        rows = [row.path for row in place.store.files.all()]
        wide = [path for path in rows if stat.S_ISREG(mode := tree.mode(path)) and mode & OTHERS]
    if wide:
        what = f"{have(len(wide), 'file', ('is', 'are'))} open to everybody on this machine: {some(wide)}"
        yield fault(str(place.root), what, "chmod o-rwx", Fix("files", place.root))
    else:
        yield ok(str(place.root), f"{counted(len(rows), 'file')}, none open to everybody")


def unfinished(scene: Scene) -> Iterator[Said]:
    """Whether a commit was cut short."""
    from aps_tui.services.lock import said_by_holder

    place = scene.place
    pending = place.store.generations.pending()
    if pending is None:
        yield ok("commits", "none was left unfinished")
    elif (holder := said_by_holder(place.store.path, "commit")) is not None:
        yield ok("commits", f"commit {pending.id} is under way: {holder}")
    else:
        what = f"commit {pending.id} was interrupted: part of its files are new, part of them old"
        yield fault("commits", what, "any plan or commit finishes it", Fix("recover", place.root))


def drift(scene: Scene) -> Iterator[Said]:
    """Whether the files are what the last commit wrote, and what a commit would say now."""
    from aps_tui.services.planning import Survey

    place = scene.place
    if place.store.generations.pending() is not None:
        yield unknown(str(place.root), "a commit is unfinished: see files.unfinished")
        return
    with place.tree() as tree, place.store.snapshot():
        look = Survey(place, tree, thorough=True, notices=False)
        look.everything(lambda judge: judge)
        known = {row.path for row in place.store.files.all()}
    found = look.found
    gone = [one.path for one in found.changes if one.kind == "add" and one.path in known]
    if found.edited:
        paths = list(found.edited)
        what = f"{have(len(paths), 'file')} been edited by hand: {some(paths)}"
        yield warning(str(place.root), what, "aps-tui plan --diff shows the edits; a commit asks before it overwrites")
    if gone:
        yield fault(str(place.root), f"{have(len(gone), 'file', ('is', 'are'))} gone: {some(gone)}", "aps-tui commit")
    if found.problems:
        first = found.problems[0]
        names = some([one.mac or "shared files" for one in found.problems])
        what = f"{counted(len(found.problems), 'problem')} would stop a commit ({names}): {first.problem}"
        yield fault("aps-tui plan", what, "aps-tui plan names each")
    waiting = len(found.changes) - len(gone)
    if not (found.edited or gone):
        yield ok(str(place.root), f"as it was written; {counted(waiting, 'change')} to commit")


def twice(scene: Scene) -> Iterator[Said]:
    """Files that carry a device's MAC in their name and are not ours."""
    place = scene.place
    with place.tree() as tree, place.store.snapshot():
        ours = {row.path for row in place.store.files.all()}
        macs = place.store.health.device_macs()
        there = sorted(tree.signatures().keys() - ours)
    foreign = [path for path in there if any(_digits(one) in macs for one in _MAC.findall(path))]
    if foreign:
        what = f"{have(len(foreign), 'file', ('carries', 'carry'))} a device's MAC and nothing of ours: {some(foreign)}"
        yield warning(str(place.root), what, "take them away once you know what they are: a phone may read them first")
    else:
        yield ok(str(place.root), "every file with a device's MAC in its name is ours")


def _digits(text: str) -> str:
    return re.sub(r"[-:.]", "", text).lower()


def packs(scene: Scene) -> Iterator[Said]:
    """Vendor packs that could not be loaded, and who may change the operator's own."""
    from aps_tui.services.opening import packs_of

    found = scene.site.packs if scene.site else packs_of(scene.config)
    for text in found.faults:
        yield warning("vendor packs", text, f"mend the pack in {scene.config.overlay}, or take it away")
    overlay = scene.config.overlay
    if overlay.is_dir() and overlay.stat().st_mode & stat.S_IWOTH:
        fix = Fix("rights", overlay, stat.S_IWOTH)
        yield fault(str(overlay), "everybody may write in it", fix.words, fix)
    if not found.faults:
        yield ok("vendor packs", f"{counted(len(found.vendors), 'pack')} loaded")


CHECKS = (
    Check("files.root", "the root is a folder that we may write and servers may enter",
          "Phones read their files from there.", root),
    Check("files.space", "room and inodes for the next commit",
          "A commit writes new files before it takes the old ones away; without room it changes nothing.", space),
    Check("files.modes", "nobody else on this machine may read what a commit wrote",
          "A phone's file holds its SIP password.", modes),
    Check("files.unfinished", "no commit was cut short",
          "Phones may get old and new files together.", unfinished),
    Check("files.drift", "the files are those that the last commit wrote (all are read)",
          "What lies there is what phones do, whatever the console says.", drift),
    Check("files.twice", "no other file carries a device's MAC",
          "A phone that finds another file of its name first never reads ours.", twice),
    Check("files.packs", "vendor packs are whole, and nobody else may change them",
          "Devices of a pack that is left out get no file.", packs),
)  # fmt: skip

"""The folder that phones read from, and the archive beside the database; nothing here follows a symlink.

New files are staged in `<root>/.aps-tui/` (0700: the servers that serve the root cannot enter it), made durable
with one sync, and renamed into place. What is replaced was linked into the archive first, once per content.
"""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
import stat
from collections.abc import Collection, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from aps_tui.domain.errors import ApsError
from aps_tui.services.lowlevel import make_durable, whole
from aps_tui.services.permissions import take_rights

STAGING = ".aps-tui"
_PART = 200
"""Files that one thread reads and hashes in a row."""
FILE_MODE = 0o640
_DEEPEST = 32
"""Folders below each other that are looked into; a pack's path has at most eight names."""
_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW
_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC


class TreeError(ApsError):
    """The root or the archive cannot be used; one line that says why and what to do."""


class Signature(NamedTuple):
    """What tells, without reading it, that a file is still the one we wrote."""

    size: int
    inode: int
    mtime_ns: int


def _signature(found: os.stat_result) -> Signature:
    return Signature(found.st_size, found.st_ino, found.st_mtime_ns)


def content_hash(data: bytes) -> str:
    """The name of a content: SHA-256, its first 128 bits in hex. Processors have instructions for it."""
    return hashlib.sha256(data).hexdigest()[:32]


def explained(error: OSError, doing: str) -> TreeError:
    """An OSError as one line that says what to do."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return TreeError(f"{doing}: no space left: free some and try again; nothing was changed")
    if error.errno == errno.EROFS:
        return TreeError(f"{doing}: the file system is read-only: remount it writable; nothing was changed")
    if error.errno in (errno.EACCES, errno.EPERM):
        return TreeError(f"{doing}: permission denied: run as a user who may write there; nothing was changed")
    return TreeError(f"{doing}: {error.strerror}")


class Tree:
    """The root, opened once; every name is looked up below that open folder.

    Raises TreeError when the root is missing, is a file, or cannot be entered.
    """

    def __init__(self, root: Path, archive: Path, gid: int | None = None, archive_mode: int = 0o700) -> None:
        self.root = root
        self.archive = archive
        self.archive_mode = archive_mode
        self.gid = gid
        self._stage_fd: int | None = None
        try:
            # The root itself may be a link (/tftpboot -> /srv/tftp): that is the operator's choice.
            self.fd = os.open(root, os.O_RDONLY | os.O_DIRECTORY)
        except FileNotFoundError:
            raise TreeError(f"{root}: there is no such folder: make it, or name another with --root") from None
        except NotADirectoryError:
            raise TreeError(f"{root} is not a folder: name the folder that the phones read from with --root") from None
        except OSError as error:
            raise explained(error, str(root)) from None

    def __reduce__(self) -> tuple[type[Tree], tuple[Path, Path, int | None, int]]:
        """In another process: the same root, opened anew."""
        return Tree, (self.root, self.archive, self.gid, self.archive_mode)

    def close(self) -> None:
        """Give the open folders back."""
        for fd in (self._stage_fd, self.fd):
            if fd is not None:
                os.close(fd)
        self._stage_fd = None

    def __enter__(self) -> Tree:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # What is on disk

    def signatures(self) -> dict[str, Signature]:
        """Every plain file below the root by its path; our staging folder and links are left out."""
        return {path: signature for path, signature in self._walk(self.fd, "") if signature is not None}

    def names(self) -> dict[str, Signature | None]:
        """Every path below the root but for our staging folder; None for what is no plain file."""
        return dict(self._walk(self.fd, ""))

    def _walk(self, folder: int, prefix: str) -> Iterator[tuple[str, Signature | None]]:
        with os.scandir(folder) as entries:
            for entry in entries:
                if entry.is_file(follow_symlinks=False):
                    yield prefix + entry.name, _signature(entry.stat(follow_symlinks=False))
                    continue
                yield prefix + entry.name, None
                if entry.is_dir(follow_symlinks=False) and (prefix or entry.name != STAGING):
                    yield from self._walk_below(folder, entry.name, prefix)

    def _walk_below(self, folder: int, name: str, prefix: str) -> Iterator[tuple[str, Signature | None]]:
        if prefix.count("/") >= _DEEPEST:
            return
        try:
            below = os.open(name, _FOLDER, dir_fd=folder)
        except OSError:
            return  # a folder that is not ours and cannot be entered holds nothing of ours
        try:
            yield from self._walk(below, f"{prefix}{name}/")
        finally:
            os.close(below)

    def time(self) -> str:
        """The root's own time in nanoseconds: it changes when a name in it comes or goes, not when a file is edited."""
        found = os.fstat(self.fd)
        return f"{found.st_dev}:{found.st_ino}:{found.st_mtime_ns}"

    def look(self, path: str) -> tuple[Signature | None, int]:
        """What has a name: the signature of a plain file (else None), and its type and mode, 0 when nothing has it.

        Of a link it is the link's own.
        """
        try:
            folder, name = self._enter(path)
            try:
                found = os.stat(name, dir_fd=folder, follow_symlinks=False)
            finally:
                self._leave(folder)
        except OSError:
            return None, 0
        return _signature(found) if stat.S_ISREG(found.st_mode) else None, found.st_mode

    def signature(self, path: str) -> Signature | None:
        """One file's signature; None when there is no plain file of that name."""
        return self.look(path)[0]

    def mode(self, path: str) -> int:
        """The type and mode of whatever has the name, a link itself; 0 when nothing has it."""
        return self.look(path)[1]

    def occupied(self, path: str) -> bool:
        """True when anything at all, a link or a folder included, has the name."""
        return self.mode(path) != 0

    def is_folder(self, path: str) -> bool:
        """True when a folder has the name: no file can be renamed over it."""
        return stat.S_ISDIR(self.mode(path))

    def read(self, path: str) -> bytes | None:
        """A file's bytes; None when there is no plain file of that name."""
        try:
            folder, name = self._enter(path)
            try:
                fd = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=folder)
            finally:
                self._leave(folder)
        except (FileNotFoundError, NotADirectoryError):
            return None
        except OSError as error:
            if error.errno == errno.ELOOP:
                return None
            raise explained(error, f"{self.root}/{path}") from None
        try:
            found = os.fstat(fd)
            return whole(fd, found.st_size) if stat.S_ISREG(found.st_mode) else None
        finally:
            os.close(fd)

    def hash_of(self, path: str) -> str | None:
        """The hash of what is on disk; None without a plain file."""
        data = self.read(path)
        return None if data is None else content_hash(data)

    def hashes(self, paths: Collection[str]) -> Iterator[tuple[str, str | None]]:
        """The hashes of many files; reading and hashing leave the interpreter free, so every core is used."""
        every = list(paths)
        parts = [every[start : start + _PART] for start in range(0, len(every), _PART)]
        with ThreadPoolExecutor(min(4, os.cpu_count() or 1)) as pool:
            for part, found in zip(parts, pool.map(lambda part: [self.hash_of(p) for p in part], parts), strict=True):
                yield from zip(part, found, strict=True)

    # Staging

    def open_stage(self) -> None:
        """Make the staging folder, empty, and the archive; once is enough.

        Raises TreeError when either cannot be written.
        """
        if self._stage_fd is not None:
            return
        try:
            if not self.archive.is_dir():
                self.archive.mkdir(parents=True)
                self.archive.chmod(self.archive_mode)
            if self.archive.stat().st_mode & stat.S_IRWXO:
                raise TreeError(f"{self.archive} holds secrets and is open to everybody: chmod o-rwx {self.archive}")
        except OSError as error:
            raise explained(error, str(self.archive)) from None
        try:
            os.mkdir(STAGING, 0o700, dir_fd=self.fd)
            self._stage_fd = os.open(STAGING, _FOLDER, dir_fd=self.fd)
        except OSError as error:
            raise explained(error, str(self.root)) from None
        found = os.fstat(self._stage_fd)
        if found.st_uid != os.geteuid() or found.st_mode & (stat.S_IRWXG | stat.S_IRWXO):
            raise TreeError(f"{self.root}/{STAGING}: someone else put it there: remove it; nothing was changed")

    def enter_stage(self) -> bool:
        """Use the staging folder that an interrupted commit left; False when there is none."""
        with suppress(FileNotFoundError):
            self._stage_fd = os.open(STAGING, _FOLDER, dir_fd=self.fd)
            return True
        return False

    def drop_stage(self) -> None:
        """Remove the staging folder with all that is in it."""
        if self._stage_fd is not None:
            os.close(self._stage_fd)
            self._stage_fd = None
        try:
            if stat.S_ISDIR(os.stat(STAGING, dir_fd=self.fd, follow_symlinks=False).st_mode):
                shutil.rmtree(STAGING, dir_fd=self.fd)
            else:
                os.unlink(STAGING, dir_fd=self.fd)  # a link, or what else was put in its place
        except FileNotFoundError:
            pass
        except OSError as error:
            raise explained(error, f"{self.root}/{STAGING}") from None
        except RecursionError:
            raise TreeError(f"{self.root}/{STAGING} holds folders without end: remove it") from None

    def stage(self, path: str, data: bytes) -> Signature:
        """Write a new file into the staging folder; it is not durable before `sync`."""
        assert self._stage_fd is not None
        fd = os.open(_staged(path), _NEW, FILE_MODE, dir_fd=self._stage_fd)
        try:
            view = memoryview(data)
            while view:
                view = view[os.write(fd, view) :]
            found = os.fstat(fd)
            if stat.S_IMODE(found.st_mode) != FILE_MODE:  # the umask took something away
                os.fchmod(fd, FILE_MODE)
            if self.gid is not None and found.st_gid != self.gid:
                os.fchown(fd, -1, self.gid)
        finally:
            os.close(fd)
        return _signature(found)

    def sync(self) -> None:
        """Make all that was written under the root durable, in one go."""
        make_durable(self.fd)

    # Into place

    def check_staged(self, path: str, content: str) -> None:
        """Raise TreeError when a file lies in the staging folder that is not what was to be placed."""
        assert self._stage_fd is not None
        with suppress(FileNotFoundError):
            fd = os.open(_staged(path), os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=self._stage_fd)
            with os.fdopen(fd, "rb") as file:
                if not stat.S_ISREG(os.fstat(fd).st_mode) or content_hash(file.read()) != content:
                    raise TreeError(f"{self.root}/{STAGING}: {path} was altered since: remove it and commit again")

    def place(self, path: str) -> bool:
        """Rename a staged file over its name; False when it is not staged (it was placed before a crash)."""
        assert self._stage_fd is not None
        folder, name = self._enter(path, make=True)
        try:
            os.rename(_staged(path), name, src_dir_fd=self._stage_fd, dst_dir_fd=folder)
        except FileNotFoundError:
            return False
        finally:
            self._leave(folder)
        return True

    def remove(self, path: str) -> None:
        """Remove a file; none there is fine."""
        with suppress(FileNotFoundError, NotADirectoryError):
            folder, name = self._enter(path)
            try:
                os.unlink(name, dir_fd=folder)
            finally:
                self._leave(folder)

    def restrict(self, path: str, bits: int) -> bool:
        """Take permission bits away from a file; whether it had any of them."""
        folder, name = self._enter(path)
        try:
            return take_rights(name, bits, folder)
        finally:
            self._leave(folder)

    # The archive

    def keep(self, path: str, content: str) -> bool:
        """Keep a file's present bytes in the archive under their hash: a link, or a copy on another file system.

        Returns True when the archive did not have them; a caller that gives up must `forget` those again, because
        a link shares its bytes with the file that still stands.
        """
        kept = self.archive / content
        folder, name = self._enter(path)
        try:
            os.link(name, kept, src_dir_fd=folder, follow_symlinks=False)
        except FileExistsError:
            return self._renew(path, kept, content)
        except FileNotFoundError:
            return False  # nothing stands there any more, so there is nothing to keep
        except OSError as error:
            if error.errno not in (errno.EXDEV, errno.EPERM, errno.EMLINK, errno.EOPNOTSUPP):
                raise
            self._copy(path, kept)
        finally:
            self._leave(folder)
        return True

    def _renew(self, path: str, kept: Path, content: str) -> bool:
        """Replace an archived content that is no longer what its name says."""
        if content_hash(kept.read_bytes()) == content:
            return False
        kept.unlink()
        return self.keep(path, content)

    def _copy(self, path: str, kept: Path) -> None:
        data = self.read(path)
        if data is None:
            return
        part = kept.with_suffix(".part")
        part.unlink(missing_ok=True)
        fd = os.open(part, _NEW, FILE_MODE)
        with os.fdopen(fd, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(fd)
        part.rename(kept)

    def kept(self, content: str) -> bytes:
        """Bytes from the archive. Raises TreeError when they are gone or are no longer what their hash says."""
        try:
            data = (self.archive / content).read_bytes()
        except OSError as error:
            raise TreeError(f"the archive {self.archive} lacks {content}: {error.strerror}") from None
        if content_hash(data) != content:
            raise TreeError(f"the archive's {content} was altered: restore {self.archive} from a backup")
        return data

    def forget(self, content: str) -> None:
        """Remove one content from the archive."""
        (self.archive / content).unlink(missing_ok=True)

    # Names

    def _enter(self, path: str, make: bool = False) -> tuple[int, str]:
        """Open the folder of a path, one component at a time, never through a link."""
        *folders, name = path.split("/")
        folder = self.fd
        for part in folders:
            if make:
                with suppress(FileExistsError):
                    os.mkdir(part, 0o750, dir_fd=folder)
            try:
                below = os.open(part, _FOLDER, dir_fd=folder)
            finally:
                self._leave(folder)
            folder = below
        return folder, name

    def _leave(self, folder: int) -> None:
        if folder != self.fd:
            os.close(folder)


def _staged(path: str) -> str:
    """A path as one name in the staging folder; two paths never share one."""
    return path.replace("%", "%25").replace("/", "%2F") if "/" in path or "%" in path else path

"""A file of a random, harmless name that lies under the root for a moment, and the HTTP client that asks for it."""

from __future__ import annotations

import os
import secrets
import ssl
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.client import HTTPException, HTTPMessage
from typing import IO, NamedTuple
from urllib.parse import SplitResult, urlsplit, urlunsplit

from aps_tui.domain.errors import ApsError, BadValue
from aps_tui.services.tree import FILE_MODE, Tree, explained
from aps_tui.services.workplace import Workplace

SECONDS = 4.0
"""For a connection, and for each answer."""
MOST = 1 << 16
_LETTERS = "ghjkmnpqrstuvwxyz"
"""No name made of them holds a MAC: servers and logs would take it for a phone's."""


class NoServer(ApsError):
    """Nobody answers, or not in HTTP."""


class Probe(NamedTuple):
    """The file."""

    name: str
    content: bytes


class Login(NamedTuple):
    """User and password of the site."""

    user: str
    password: str

    def __repr__(self) -> str:
        """Without the password."""
        return f"Login({self.user!r})"


class Answer(NamedTuple):
    """What a server answered; at most MOST bytes of it."""

    status: int
    body: bytes


@contextmanager
def probe(place: Workplace) -> Iterator[Probe]:
    """Put the file there with the rights of any file that a commit writes, and take it away in any case.

    Raises TreeError where it cannot be put there.
    """
    made = Probe(f"aps-tui-probe-{_word(12)}.txt", f"aps-tui doctor {_word(32)}\n".encode())
    with place.tree() as tree:
        try:
            _put(tree, made)
        except OSError as error:
            raise explained(error, f"a probe file in {tree.root}") from None
        try:
            yield made
        finally:
            with suppress(FileNotFoundError):
                os.unlink(made.name, dir_fd=tree.fd)


def _put(tree: Tree, made: Probe) -> None:
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
    handle = os.open(made.name, flags, FILE_MODE, dir_fd=tree.fd)
    try:
        os.write(handle, made.content)
        os.fchmod(handle, FILE_MODE)
        if tree.gid is not None:
            os.fchown(handle, -1, tree.gid)
    except OSError:
        os.unlink(made.name, dir_fd=tree.fd)
        raise
    finally:
        os.close(handle)


def _word(letters: int) -> str:
    return "".join(secrets.choice(_LETTERS) for _ in range(letters))


def parts_of(url: str) -> tuple[SplitResult, str]:
    """A URL in parts, and as it may be shown: without user and password. Raises BadValue for what is none."""
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        raise BadValue("the provisioning URL is no URL: 0, Site, tab General") from None
    return parts, parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()


def fetch(url: str, address: str, login: Login | None) -> Answer:
    """Get a URL of http or https from `address`, by no proxy, following nothing. Raises NoServer, BadValue."""
    parts, _ = parts_of(url)
    port = parts.port or _PORTS[parts.scheme]
    where = f"[{address}]:{port}" if ":" in address else f"{address}:{port}"
    target = urlunsplit((parts.scheme, where, parts.path, parts.query, ""))
    headers = {"Host": parts.netloc.rpartition("@")[2], "User-Agent": "aps-tui doctor"}
    request = urllib.request.Request(target, headers=headers)  # noqa: S310 - http or https, see above
    try:
        with _opener(target, login).open(request, timeout=SECONDS) as answer:
            return Answer(answer.status, answer.read(MOST))
    except urllib.error.HTTPError as error:
        return Answer(error.code, b"")
    except (OSError, HTTPException, ValueError) as error:
        raise NoServer(f"no web server at {where}: {_why(error)}") from None


_PORTS = {"http": 80, "https": 443}


def _why(error: Exception) -> str:
    cause = error.reason if isinstance(error, urllib.error.URLError) else error
    if isinstance(cause, TimeoutError):
        return "it does not answer in time"
    if isinstance(cause, OSError):
        return cause.strerror or "it does not answer"
    return "what answers does not speak HTTP"


class _Stay(urllib.request.HTTPRedirectHandler):
    """Follows nothing: a redirection could lead off this machine."""

    def redirect_request(
        self, req: urllib.request.Request, fp: IO[bytes], code: int, msg: str, headers: HTTPMessage, newurl: str
    ) -> None:
        """Leave it an error."""


def _opener(target: str, login: Login | None) -> urllib.request.OpenerDirector:
    # Whose certificate it is tells another check; what is asked here is which folder is served.
    trusting = ssl.create_default_context()
    trusting.check_hostname, trusting.verify_mode = False, ssl.CERT_NONE
    handlers: list[urllib.request.BaseHandler] = [
        urllib.request.ProxyHandler({}), _Stay(), urllib.request.HTTPSHandler(context=trusting),
    ]  # fmt: skip
    if login is not None:
        known = urllib.request.HTTPPasswordMgrWithDefaultRealm()
        known.add_password(None, target, login.user, login.password)
        handlers += [urllib.request.HTTPDigestAuthHandler(known), urllib.request.HTTPBasicAuthHandler(known)]
    return urllib.request.build_opener(*handlers)

"""The ways to phones: Asterisk's command line, its manager interface, a packet of our own.

That the PBX says `Success` or `Sending NOTIFY` proves nothing (spec/asterisk-proofs.md, part 4): only a fetch does.
"""

from __future__ import annotations

import shutil
import stat
import subprocess
from pathlib import Path

from aps_tui.domain.errors import ApsError, BadValue
from aps_tui.services.resync.settings import ResyncSettings
from aps_tui.services.resync.words import Target, Way, section_of
from aps_tui.wire.ami import Ami, AmiLost
from aps_tui.wire.sip_notify import Notice, send
from aps_tui.wire.sip_words import bracketed, checked_endpoint, checked_event, checked_uri, parse_uri

SEARCHED = "/usr/sbin:/usr/local/sbin:/usr/bin:/usr/local/bin"
"""Where Asterisk lies when PATH does not lead to it."""
COMMAND_SECONDS = 10
TRIES = 3
"""Requests to one phone: 3.5 s at the most, as others wait meanwhile."""
_MOST_SECRET = 1000
_SHOWN = 120
NO_DEFAULT = (
    "told by its address through the PBX: pjsip.conf needs default_outbound_endpoint in [global], without it nothing "
    "is sent and the PBX does not say so"
)
"""What to look at when nothing came of it."""


def open_way(settings: ResyncSettings, wanted: str = "") -> Way:
    """The way that is configured, or the `wanted` one, ready to use. Raises ApsError saying what it lacks."""
    name = wanted or settings.way
    if name == "auto":
        name = "ami" if settings.ami_user else "asterisk" if _found(settings.asterisk) else "direct"
    if name == "ami":
        return AmiWay(settings)
    return CommandWay(settings) if name == "asterisk" else DirectWay()


def open_ami(settings: ResyncSettings) -> Ami:
    """The manager interface, logged in. Raises ApsError."""
    return Ami(settings.ami_host, settings.ami_port, settings.ami_user, _secret(Path(settings.ami_secret_file)))


class AmiWay:
    """Through the manager interface."""

    name = "ami"
    needs_uri = False

    def __init__(self, settings: ResyncSettings) -> None:
        if not settings.ami_user or not settings.ami_secret_file:
            raise ApsError("the way ami needs ami_user and ami_secret_file in [resync] of the configuration file")
        self._settings = settings
        self._ami = open_ami(settings)

    def tell(self, notice: Notice, target: Target) -> str:
        """Tell one phone; a connection that was lost meanwhile is made again."""
        try:
            return self._tell(notice, target)
        except AmiLost:
            self.close()
            self._ami = open_ami(self._settings)
            return self._tell(notice, target)

    def _tell(self, notice: Notice, target: Target) -> str:
        if self._settings.channel == "sip":
            return self._ami.sip_notify(notice, _peer(target))
        return self._ami.notify(notice, endpoint=target.endpoint, uri=target.uri)

    def close(self) -> None:
        """Leave the manager interface."""
        self._ami.close()


class CommandWay:
    """Through `asterisk -rx`. The events are sections of pjsip_notify.conf (sip_notify.conf for chan_sip)."""

    name = "asterisk"
    needs_uri = False

    def __init__(self, settings: ResyncSettings) -> None:
        command = _found(settings.asterisk)
        if command is None:
            raise ApsError(f"there is no command {settings.asterisk!r}: say in [resync] which way phones are told")
        self._command, self._channel = command, settings.channel
        self._file = f"{settings.channel}_notify.conf"
        self._run("core show version")

    def tell(self, notice: Notice, target: Target) -> str:
        """Tell one phone."""
        section = section_of(notice._replace(event=checked_event(notice.event)))
        if self._channel == "sip":
            said = self._run(f"sip notify {section} {_peer(target)}")
        elif target.endpoint:
            said = self._run(f"pjsip send notify {section} endpoint {checked_endpoint(target.endpoint)}")
        else:
            said = self._run(f"pjsip send notify {section} uri {checked_uri(target.uri)}")
        if "find notify type" in said:
            raise ApsError(f"{self._file} lacks [{section}]: aps-tui asterisk prints it; then reload that module")
        if "No such command" in said:
            raise ApsError(
                f"this Asterisk has no such command: is channel = {self._channel!r} right, its module loaded?"
            )
        if "Sending NOTIFY" not in said or "Unable" in said or "Could not" in said:
            raise ApsError(f"the PBX refuses: {_plain(said) or 'it does not say why'}")
        return "the PBX says that it sends"

    def _run(self, words: str) -> str:
        """What Asterisk says to a command of its own."""
        try:
            done = subprocess.run(  # noqa: S603 - no shell; the words are checked to be plain ones
                [self._command, "-rx", words], stdin=subprocess.DEVNULL, capture_output=True, timeout=COMMAND_SECONDS,
                start_new_session=True,  # a Ctrl-C stops the run, not what is under way
            )  # fmt: skip
        except subprocess.TimeoutExpired:
            raise ApsError(f"asterisk -rx does not come to an end in {COMMAND_SECONDS} s") from None
        except OSError as error:
            raise ApsError(f"{self._command} cannot be run: {error.strerror}") from None
        said = (done.stdout + done.stderr)[: 1 << 16].decode("utf-8", "replace")
        if done.returncode or "Unable to connect" in said:
            raise ApsError(f"Asterisk does not answer; may this user speak to it? {_plain(said)}".strip())
        return said

    def close(self) -> None:
        """Nothing is held."""


class DirectWay:
    """By a NOTIFY of our own over UDP. A phone may refuse what does not come from its registrar."""

    name = "direct"
    needs_uri = True

    def tell(self, notice: Notice, target: Target) -> str:
        """Tell one phone, and wait for its answer."""
        answer = send(target.uri, notice, tries=TRIES)
        if answer.status < 300:
            return f"the phone answers {answer.status}"
        if answer.status in (401, 403, 407):
            raise ApsError(f"the phone refuses ({answer.status}): it listens to its registrar only; use the PBX's way")
        if answer.status == 489:
            raise ApsError(f"the phone does not know the event {notice.event} (489)")
        raise ApsError(f"the phone refuses: {answer.status} {answer.reason}".rstrip())

    def close(self) -> None:
        """Nothing is held."""


def _found(command: str) -> str | None:
    return shutil.which(command) or shutil.which(command, path=SEARCHED)


def _peer(target: Target) -> str:
    """What chan_sip is told: a peer, or the address of one."""
    if target.endpoint:
        return target.endpoint
    uri = parse_uri(target.uri)
    if not uri.address:
        raise BadValue(f"{target.uri}: chan_sip takes an IP address only")
    return f"{bracketed(uri.address)}:{uri.port}"


def _secret(file: Path) -> str:
    """The one line of a secret's file. Raises ApsError, with its name and never with what it holds."""
    try:
        with file.open(encoding="utf-8") as opened:
            if stat.S_IMODE(file.stat().st_mode) & 0o007:
                raise ApsError(f"{file}: everybody may read the secret in it: chmod o= {file}")
            secret = opened.read(_MOST_SECRET).strip()
    except OSError as error:
        raise ApsError(f"the secret's file {file} cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise ApsError(f"{file} holds no text") from None
    if not secret or not secret.isprintable():
        raise ApsError(f"{file} must hold the secret alone, in one line")
    return secret


def _plain(text: str) -> str:
    """What the PBX said, in one short line."""
    return "".join(char for char in " ".join(text.split()) if char.isprintable())[:_SHOWN]

"""What goes between the parts of a resync: whom to tell, by what, and how it went."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple, Protocol

from aps_tui.wire.sip_notify import Notice

SENT, FAILED, FETCHED, SILENT = "sent", "failed", "fetched", "silent"
BY_HAND = "by-hand"
"""No NOTIFY is known for the model: someone has to restart the phone."""
NOT_TOLD = "not-told"
"""The run was stopped before."""


class Target(NamedTuple):
    """How one phone is reached. One of the two is there; for a way that reaches addresses only, `uri`."""

    endpoint: str = ""
    uri: str = ""

    def __str__(self) -> str:
        return f"endpoint {self.endpoint}" if self.endpoint else f"uri {self.uri}"


class Order(NamedTuple):
    """One device that is to be told."""

    mac: str
    tenant: str
    vendor: str
    model: str
    notice: Notice
    target: Target


class Result(NamedTuple):
    """How it stands with one device. `detail` may hold what a phone sent."""

    mac: str
    state: str
    detail: str = ""
    event: str = ""
    target: str = ""


class Way(Protocol):
    """A way to phones. It is used by one thread."""

    name: str
    """As config.toml has it."""
    needs_uri: bool
    """Whether it reaches addresses only, no names of endpoints."""

    def tell(self, notice: Notice, target: Target) -> str:
        """Tell one phone, and say what is known of it now. Raises ApsError where it was not told."""

    def close(self) -> None:
        """Let go of what it holds."""


def section_of(notice: Notice) -> str:
    """The section of pjsip_notify.conf (or sip_notify.conf) that says a notice: `aps-check-sync-reboot-true`."""
    words = re.sub(r"[^a-z0-9]+", "-", f"{notice.event} {notice.body}".lower()).strip("-")
    return f"aps-{words}"


def sections(notices: Iterable[Notice]) -> str:
    """Those sections, ready for the file: there a semicolon begins a comment unless it is escaped."""
    said = {}
    for notice in notices:
        lines = [f"[{section_of(notice)}]", f"Event=>{_escaped(notice.event)}"]
        if notice.body:
            lines.append(f"Content-type=>{notice.content_type}")
            lines += [f"Content=>{_escaped(line)}" for line in notice.body.splitlines()]
        said[section_of(notice)] = "\n".join(lines) + "\n"
    return "\n".join(said[name] for name in sorted(said))


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace(";", "\\;")

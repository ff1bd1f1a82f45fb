"""What a simulated phone knows about itself: how it asks for its files, and what it makes of them.

The facts are those of vendors' documents, not of the packs: names, order and formats are written here a second time,
and files are read by the readers of tests/conformance, so that a pack cannot prove itself.
"""

from __future__ import annotations

from collections.abc import Generator, Mapping
from importlib import import_module
from typing import ClassVar, NamedTuple

Asking = Generator[str, bytes | None, None]
"""Yields file names in order and is sent what each held; None where there is no such file."""


class Account(NamedTuple):
    """What a phone registers."""

    user: str
    auth_user: str
    secret: str
    server: str
    port: int
    display_name: str


class Profile(NamedTuple):
    """What SIP plug and play says of a phone."""

    vendor: str
    model: str
    version: str


class Maker:
    """One kind of phone. A subclass says the facts and the order of the files."""

    name: ClassVar[str]
    """How tests call it."""
    vendor: ClassVar[str]
    model: ClassVar[str]
    prefix: ClassVar[str]
    """How its MACs begin, six digits."""
    vendor_class: ClassVar[str] = ""
    """Option 60; empty where it sends none."""
    options: ClassVar[tuple[int | tuple[int, int], ...]] = (66,)
    """The DHCP options, or (option, suboption), that say where its files are; the first that came counts."""
    events: ClassVar[tuple[str, ...]] = ("check-sync",)
    """The events of a NOTIFY on which it fetches again, without parameters."""

    profile: ClassVar[Profile | None] = None
    """What it says by SIP plug and play; None where it does not."""

    def agent(self, mac: str) -> str:
        """Its User-Agent."""
        raise NotImplementedError

    def asks(self, mac: str, given: str) -> Asking:
        """The files it asks for in its folder, in order. `given`: the file that DHCP named, if any."""
        raise NotImplementedError

    def obeys(self, event: str, body: str) -> bool:
        """Whether it fetches again on such a NOTIFY."""
        return event.partition(";")[0] in self.events

    def account(self, mac: str, files: Mapping[str, bytes]) -> Account | None:
        """The first account of its own files; None where they name none. A broken file raises whatever it does."""
        own = {name: data for name, data in files.items() if mac in name.lower()}
        if not own:
            return None
        back = import_module(f"tests.conformance.readers.{self.vendor}").read(own)
        said: Mapping[str, str] = back.accounts.get(1, {})
        if not said.get("user"):
            return None
        user, server, port = said["user"], said["server"], int(said.get("port") or 5060)
        return Account(user, said.get("auth_user") or user, said["secret"], server, port, said.get("display_name", ""))


def colons(mac: str) -> str:
    """A MAC as `80:5e:c0:12:34:56`."""
    return ":".join(mac[at : at + 2] for at in range(0, 12, 2))

"""The PBX's registrar: which phones it knows, asked of its manager interface every few seconds."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress

from aps_tui.data.store import Store
from aps_tui.domain.errors import ApsError
from aps_tui.domain.observation import ACCOUNT, AGENT, CONTACT, SIP, Observation, heard
from aps_tui.services.resync.settings import ResyncSettings
from aps_tui.services.resync.ways import open_ami
from aps_tui.wire.ami import Ami, Contact

EVERY = 5.0
"""Seconds between two questions."""
_UNPROV = re.compile(r"sips?:(aps-([0-9a-f]{12}))@", re.IGNORECASE)


class RegistrarSource:
    """Asks in a thread of its own, so that a PBX that is slow to answer keeps nobody waiting."""

    more = False

    def __init__(self, store: Store, settings: ResyncSettings, clock: Callable[[], float]) -> None:
        self.name = f"registrations at {settings.ami_host}"
        self.state = ""
        self._store, self._settings, self._clock = store, settings, clock
        self._known: set[Contact] = set()
        self._came: list[Contact] | None = None
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._ask, name="registrar", daemon=True)
        self._thread.start()

    def read(self) -> list[Observation]:
        """The registrations that are new, or were renewed, since the last call."""
        came, self._came = self._came, None
        if came is None:
            return []
        new = [contact for contact in came if contact not in self._known]
        self._known = set(came)
        return observed(self._store, new, self._clock())

    def close(self) -> None:
        """Ask no more."""
        self._end.set()
        self._thread.join(1)

    def _ask(self) -> None:
        ami: Ami | None = None
        while not self._end.is_set():
            try:
                ami = ami or open_ami(self._settings)
                self._came, self.state = ami.contacts(), ""
            except ApsError as error:
                self.state = str(error)
                if ami is not None:
                    ami.close()
                    ami = None
            self._end.wait(EVERY)
        if ami is not None:
            with suppress(ApsError):
                ami.close()


def observed(store: Store, contacts: Sequence[Contact], now: float) -> list[Observation]:
    """Contacts as observations: of phones that show UNPROV by their user, of others by whose line the account is on."""
    owners = store.extensions.devices_of([contact.endpoint for contact in contacts])
    found = []
    for contact in contacts:
        unprov = _UNPROV.match(contact.uri)
        mac = unprov[2].lower() if unprov else owners.get(contact.endpoint, "")
        if mac:
            account = unprov[1].lower() if unprov else contact.endpoint
            said = {ACCOUNT: account, CONTACT: contact.uri, AGENT: contact.agent}
            kept = {word: text for word, value in said.items() if (text := heard(value))}
            found.append(Observation(SIP, mac, contact.address, now, kept))
    return found

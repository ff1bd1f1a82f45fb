"""Network auto-discovery: asks a LAN for its phones, and lists the new ones to be given models and added."""

from __future__ import annotations

from functools import partial
from typing import ClassVar

from textual import work
from textual.binding import BindingType
from textual.content import Content
from textual.widgets import Static
from textual.worker import get_current_worker

from aps_tui.domain.errors import ApsError, BadValue
from aps_tui.screens.desk import Wrote
from aps_tui.screens.draft_rows import SCAN_COLUMNS
from aps_tui.screens.draft_screen import DraftScreen
from aps_tui.screens.form import YES_NO, Field, Form, Values
from aps_tui.screens.pick import Pick
from aps_tui.services.discovery import (
    MOST,
    Interface,
    Progress,
    Range,
    Stopped,
    Wanted,
    add_ready,
    checked,
    interfaces,
    keep,
    registrar_of,
    scan,
    wanted_of,
)
from aps_tui.services.importing import Done, Draft
from aps_tui.widgets.keys import key
from aps_tui.widgets.plain import plain

NOTHING = """No list of found devices.

  A   ask every address of a network for its MAC, by nmap. It needs the
      right to send raw packets: root, or an nmap that has it.

Devices that are known already are never added again. A scan sees the
network that its interface is on; behind a router no MAC can be seen:
import a list there (6). From the shell: aps-tui scan --help"""
RUNNING = "scan"
"""What the desk says while one is under way: the console is not left then."""


class ScanScreen(DraftScreen):
    """What the last scans found."""

    TITLE = "Scan"
    KIND = "scan"
    COLUMNS = SCAN_COLUMNS
    SORT = "state"
    STRICT = False
    WRITES = DraftScreen.WRITES | {"scan"}
    BINDINGS: ClassVar[list[BindingType]] = [
        key("A", "scan", "Scan", "Ask the addresses of a network for their MACs; Esc stops it", footer=True),
    ]

    def nothing(self) -> str:
        """How to begin, or how far the first scan is."""
        return self.progress.strip() or NOTHING

    def show_progress(self, text: str) -> None:
        """Say how far it is, where there is no list yet too."""
        super().show_progress(text)
        self.query_one("#nothing", Static).update(Content(plain(self.nothing())))

    def store(self, draft: Draft) -> Done:
        """Add what is ready; what waits for a model stays."""
        return add_ready(self.desk.place, draft)

    def action_scan(self) -> None:
        """Ask which network, where there are several, then for the rest."""
        if self.desk.running:
            self.complain(ApsError(f"Wait: a {self.desk.running} is under way"))
            return
        with self.complaints():
            have = {one.title: one for one in interfaces()}
            if not have:
                raise BadValue("no interface is up with an IPv4 network whose hosts answer to ARP")
            if len(have) == 1:
                self._ask(next(iter(have.values())))
                return

            def take(title: str | None) -> None:
                if title is not None:
                    self._ask(have[title])

            options = [(title, title) for title in have]
            self.app.push_screen(Pick("Network interface that serves the phones", options), take)

    def _ask(self, interface: Interface) -> None:
        """Ask for the addresses, the tenant and the SIP server."""
        place = self.desk.place
        tenants = [(name, name) for name in place.store.tenants.names()]
        if not tenants:
            self.complain(BadValue("there is no tenant yet: add one in the settings (0)"))
            return
        tenant = self.draft.tenant if self.draft and self.draft.tenant in dict(tenants) else tenants[0][0]
        first, last = interface.ends
        fields = [
            Field("first", "First address", str(first), "The first address of the phones, as of their DHCP pool"),
            Field("last", "Last address", str(last), "The last one, included"),
            Field("tenant", "Tenant", tenant, "Whose devices the new ones become", tenants),
            Field("server", "SIP server", "" if registrar_of(place, tenant)[0] else str(interface.own),
                  "Where new devices register unless their template says it; empty: as the tenant or the site says"),
        ]  # fmt: skip
        if interface.network.num_addresses > MOST:
            fields.append(Field("force", "Over 4,096", "no", "Whether more addresses than that may be asked", YES_NO))
        form = Form(
            f"Scan on {interface.title}", fields, partial(self._wanted, interface), does="scan",
            preview=partial(self._foretold, interface), start="first",
        )  # fmt: skip
        self.app.push_screen(form, partial(self._asked, interface))

    def _wanted(self, interface: Interface, said: Values) -> tuple[Range, Wanted]:
        """What the form asks for. Raises BadValue."""
        force = said.get("force") == "yes"
        wanted = wanted_of(self.desk.place, said["tenant"], said["server"])
        return checked(said["first"], said["last"], interface.name, force=force), wanted

    def _foretold(self, interface: Interface, said: Values) -> str:
        addresses, _ = self._wanted(interface, said)
        address, who = registrar_of(self.desk.place, said["tenant"])
        register = f"at {said['server']}" if said["server"] else f"at {address}, by {who}" if address else "nowhere yet"
        return f"Asks {len(addresses):,} addresses. New devices register {register}."

    def _asked(self, interface: Interface, said: dict[str, str] | None) -> None:
        if said is not None and not self.desk.running:
            with self.complaints():
                addresses, wanted = self._wanted(interface, said)
                self.desk.running = RUNNING
                self._scan(addresses, wanted)

    @work(thread=True, group="scan", exit_on_error=False)
    def _scan(self, addresses: Range, wanted: Wanted) -> None:
        """Scan, and put what is found into the list; it goes on while other screens are up."""
        worker, place = get_current_worker(), self.desk.place
        said = f"Scanning {addresses}"

        def say(progress: Progress) -> None:
            self.call_later(self.show_progress, f"{said}: {progress}; Esc stops it")

        try:
            self.call_later(self.show_progress, f"{said}; Esc stops it")
            with place.store.connection():
                result = scan(place, addresses, say, lambda: worker.is_cancelled)
                draft = keep(place, result, wanted)
            self.call_later(self.take_draft, draft)
            self.call_later(self._tell, result.words)
        except Stopped as stopped:
            self.call_later(self._tell, str(stopped))
        finally:
            self.desk.running = ""
            self.call_later(self.show_progress, "")

    def _tell(self, words: str) -> None:
        self.app.notify(plain(words), markup=False, timeout=10)
        self.post_message(Wrote())

    def action_clear_filter(self) -> None:
        """Stop a running scan; without one, clear the filter."""
        if not self.app.workers.cancel_group(self, "scan"):
            super().action_clear_filter()

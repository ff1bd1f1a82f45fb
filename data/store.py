"""The one way in: a database with a door for each kind of object."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import NoReturn

from aps_tui.data import roles
from aps_tui.data.addresses import Addresses
from aps_tui.data.alarms import Alarms
from aps_tui.data.arrivals import Arrivals
from aps_tui.data.audit import Audit
from aps_tui.data.backup import backup, restore
from aps_tui.data.database import Database
from aps_tui.data.devices import Devices
from aps_tui.data.disk import DiskFiles
from aps_tui.data.drafts import Drafts
from aps_tui.data.edits import Edits
from aps_tui.data.errors import translated
from aps_tui.data.extensions import Extensions
from aps_tui.data.files import prepare
from aps_tui.data.generations import Generations
from aps_tui.data.health import Health
from aps_tui.data.http_logins import HttpLogins
from aps_tui.data.mappings import Mappings
from aps_tui.data.migrate import check_current, migrate
from aps_tui.data.packs import Install, Packs
from aps_tui.data.pin_failures import PinFailures
from aps_tui.data.prefix_rules import PrefixRules
from aps_tui.data.provisioning import ProvisioningSettings
from aps_tui.data.queue import Sightings, Sources
from aps_tui.data.queue_list import QueueList
from aps_tui.data.render import Render
from aps_tui.data.requests import Requests
from aps_tui.data.reseal import counts, has_remains, reseal, unlock
from aps_tui.data.resyncs import Resyncs
from aps_tui.data.seal import KeyOf, no_key
from aps_tui.data.settings import LevelSettings
from aps_tui.data.templates import Templates
from aps_tui.data.tenants import Tenants
from aps_tui.data.unclaimed import Unclaimed
from aps_tui.data.windows import Windows
from aps_tui.domain.roles import EVERYTHING, Rights, Role


class Store:
    """An open database. Close it, or use it as a context manager.

    The thread that opened it is connected; another one works inside `with store.connection():`.
    Every save is one transaction and writes its own audit rows; wrap several in
    `store.transaction()`. Errors are StoreError, BadValue or Faults: clear lines.
    """

    def __init__(self, db: Database) -> None:
        self.db = db
        self.path = db.path
        self.tenants = Tenants(db)
        self.extensions = Extensions(db)
        self.mappings = Mappings(db)
        self.addresses = Addresses(db)
        self.templates = Templates(db)
        self.devices = Devices(db)
        self.settings = LevelSettings(db)
        self.provisioning = ProvisioningSettings(db)
        self.sources = Sources(db)
        self.sightings = Sightings(db)
        self.arrivals = Arrivals(db)
        self.queue = QueueList(db)
        self.requests = Requests(db)
        self.http_logins = HttpLogins(db)
        self.windows = Windows(db)
        self.unclaimed = Unclaimed(db)
        self.resyncs = Resyncs(db)
        self.alarms = Alarms(db)
        self.pin_failures = PinFailures(db)
        self.rules = PrefixRules(db)
        self.drafts = Drafts(db)
        self.generations = Generations(db)
        self.files = DiskFiles(db)
        self.packs = Packs(db)
        self.audit = Audit(db)
        self.install = Install(db)
        self.render = Render(db)
        self.edits = Edits(db)
        self.health = Health(db)

    @classmethod
    def open(
        cls,
        path: Path,
        *,
        create: bool = True,
        group_writable: bool = False,
        read_only: bool = False,
        operator: str = "",
        rights: Rights = EVERYTHING,
        key_of: KeyOf = no_key,
        now: Callable[[], float] = time.time,
    ) -> Store:
        """Open the database at `path`, made and migrated as needed.

        `operator`: who is working, for audit rows and generations, and `rights` what they may do: a viewer's database
        is open for reading alone. `now`: the time in Unix seconds. `key_of` is asked where secrets are encrypted.
        Raises StoreError, with what to do, when the file or its folder will not do; what `key_of` raises ends it
        before anything is written.
        """
        read_only = read_only or rights.role < Role.OPERATOR
        prepare(path, create=create and not read_only, group_writable=group_writable)
        db = Database(path, read_only=read_only, operator=operator, now=now)
        db.connect()
        try:
            unlock(db, key_of)
            if read_only:
                check_current(db)
            else:
                migrate(db)
            db.keep_to(rights)
        except BaseException:
            db.close()
            raise
        return cls(db)

    def close(self) -> None:
        """Close this thread's connection."""
        self.db.close()

    def __enter__(self) -> Store:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def connection(self) -> AbstractContextManager[None]:
        """This thread's own connection, closed at the end; nothing happens where one is open."""
        return self.db.connected()

    def transaction(self) -> AbstractContextManager[None]:
        """One write transaction, all or nothing (BEGIN IMMEDIATE); nested ones are savepoints."""
        return self.db.writing()

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """One consistent view for many reads, whatever others write; nothing may be written in it.

        Inside a transaction, the transaction's own view.
        """
        if self.db.in_transaction():
            yield
            return
        before = self.db.pragma("query_only")
        with translated(str(self.path)), self.db.atomic("DEFERRED"):
            self.db.value("SELECT epoch FROM clock")  # the view starts with the first read
            self.db.pragma("query_only", 1)
            try:
                yield
            finally:
                self.db.pragma("query_only", before)

    @property
    def rights(self) -> Rights:
        """What the operator may do."""
        return self.db.rights

    def need(self, role: Role, what: str) -> None:
        """Raise Refused unless the operator has a role, and leave an audit row; `what`: `a commit`."""
        self.db.need(role, what)

    def refuse_beyond(self, what: str) -> NoReturn:
        """Raise Refused for what is not of the operator's tenants, and leave an audit row; `what`: `a device`."""
        self.db.refuse(self.rights.beyond(what))

    def own_macs(self) -> list[str] | None:
        """The devices of the only tenants that the operator works on; None where that is all of them."""
        return roles.own_macs(self.db)

    def data_version(self) -> int:
        """A number that changes when another connection commits something."""
        return int(self.db.pragma("data_version"))

    def state(self) -> object:
        """What this thread's connection shows: equal while nobody, here or elsewhere, changed anything."""
        return self.db.state()

    def sealed_with(self) -> str:
        """The fingerprint of the key that the secrets are encrypted with; empty where they are not."""
        return self.db.seal.fingerprint

    def reseal(self, key: bytes | None) -> int:
        """Encrypt every secret with a key (64 bytes), or with None decrypt them all; how many there are.

        All of them or, with StoreError, none; nobody else may have the database open.
        """
        return reseal(self.db, key)

    def secrets(self) -> tuple[int, int]:
        """How many secrets are encrypted, and how many are not."""
        return counts(self.db)

    def secrets_remain(self) -> bool:
        """Whether free pages of the file may still hold secrets as they were before they were encrypted."""
        return has_remains(self.db)

    def backup(self, path: Path) -> None:
        """Copy the database, while in use, to a file of mode 0600, replacing `path`. For admins: secrets are in it.

        An audit row tells when the last one was made, and where.
        """
        self.need(Role.ADMIN, "a backup")
        backup(self.db, path)
        self.audit.add("database", "", "backup", str(path.absolute()))

    def restore(self, path: Path) -> None:
        """Put a backup in place of everything here; refused when damaged, foreign or newer. For admins."""
        self.need(Role.ADMIN, "a restore")
        restore(self.db, path)
        self.audit.add("database", "", "restore", str(path.absolute()))

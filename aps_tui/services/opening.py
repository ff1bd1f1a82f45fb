"""Opens what a command or the console works on, as the configuration says."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from aps_tui.data.store import Store
from aps_tui.domain.errors import ApsError
from aps_tui.domain.roles import Role
from aps_tui.services.config import Config
from aps_tui.services.exchange import Exchange
from aps_tui.services.keyfile import key_of
from aps_tui.services.workplace import Workplace, cache_beside

if TYPE_CHECKING:
    from aps_tui.vendors.loader import Packs

__all__ = ["Store", "open_place", "open_store", "packs_of"]


def packs_of(config: Config) -> Packs:
    """The vendor packs: the operator's own first, then the shipped ones."""
    from aps_tui.vendors.loader import SHIPPED, load_packs

    cache = None if _missing(config.db) else cache_beside(config.db)
    return load_packs((config.overlay, SHIPPED), cache)


@contextmanager
def open_store(config: Config, *, create: bool = False, read_only: bool = False, by: str = "") -> Iterator[Store]:
    """The database alone, opened by `by` or whoever runs this. Raises StoreError with what to do."""
    me = config.who()
    if not create and _missing(config.db):
        raise ApsError(
            f"there is no database {config.db}: make it with aps-tui load FILE or extensions sync --create-tenant, "
            "or name another with --db"
        )
    fresh = [path for path in (config.db.parent, config.db) if create and _missing(path)]
    shared = config.group_writable
    with Store.open(
        config.db, create=create, group_writable=shared, read_only=read_only, operator=by or me.name, rights=me.rights,
        key_of=key_of(config.key_file),
    ) as store:  # fmt: skip
        if shared and config.gid is not None:
            for path in fresh:
                os.chown(path, -1, config.gid)
        yield store


def _missing(path: Path) -> bool:
    """Whether nothing is there; what may not be looked at is not missing."""
    try:
        path.stat()
    except (FileNotFoundError, NotADirectoryError):
        return True
    except OSError:
        return False
    return False


@contextmanager
def open_place(
    config: Config, *, create: bool = False, read_only: bool = False, by: str = "", confined: bool = False
) -> Iterator[Workplace]:
    """Database, root and packs; `by` works on it, or whoever runs this. `confined`: admins' files as well.

    Raises StoreError; a root or packs that will not do are found when they are used.
    """
    if config.own_root and not read_only:
        with suppress(FileExistsError):
            try:
                config.root.mkdir(mode=0o750, parents=True)
            except PermissionError:
                raise ApsError(f"the root {config.root} cannot be made: name another --root") from None
    with open_store(config, create=create, read_only=read_only, by=by) as store:
        packs, keep = partial(packs_of, config), config.retention
        files = Exchange(config.files if confined or store.rights.role < Role.ADMIN else None)
        given = (store, config.root, packs, config.gid, keep, config.resync, config.unprov, config.htpasswd)
        yield Workplace(*given, files=files)

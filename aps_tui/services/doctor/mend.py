"""Applies what is safe: rights are taken away, begun work is finished. Nothing is ever opened or given."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import AbstractContextManager, nullcontext, suppress

from aps_tui.domain.errors import ApsError
from aps_tui.domain.roles import Role
from aps_tui.services.config import Config
from aps_tui.services.console import counted
from aps_tui.services.doctor.finding import OTHERS, Finding, Fix
from aps_tui.services.opening import open_place
from aps_tui.services.permissions import take_rights
from aps_tui.services.tree import explained
from aps_tui.services.workplace import Workplace


def mend(fix: Fix, config: Config, site: Workplace | None = None) -> str:
    """Apply a fix, and say what was done. `site`: where it is open to be written. Raises ApsError."""
    try:
        if fix.kind == "rights":
            return fix.words if take_rights(fix.path, fix.take) else f"{fix.path} was mended already"
        opened: AbstractContextManager[Workplace] = nullcontext(site) if site else open_place(config)
        with opened as place:
            return _files(place, fix) if fix.kind == "files" else _recover(place)
    except OSError as error:
        raise explained(error, str(error.filename or fix.path)) from None


def fixes_of(findings: Iterable[Finding]) -> list[Fix]:
    """What may safely be done about findings, each once."""
    return list(dict.fromkeys(one.fix for one in findings if one.fix))


def mend_all(fixes: list[Fix], config: Config, site: Workplace | None = None) -> list[tuple[bool, str]]:
    """Apply fixes one after the other, for admins; for each whether it was done, and what is to be said."""
    if site is None:
        config.need(Role.ADMIN, "mending")
    else:
        site.store.need(Role.ADMIN, "mending")
    found, done = [], []
    for fix in fixes:
        try:
            words = mend(fix, config, site)
            found.append((True, words))
            done += [words] if fix.kind != "recover" else []  # a commit that is finished leaves its own row
        except ApsError as error:
            found.append((False, str(error)))
    with suppress(ApsError):  # a database that cannot be opened keeps no trail
        _note(done, config, site)
    return found


def _note(done: list[str], config: Config, site: Workplace | None) -> None:
    """Leave an audit row for each thing that was done."""
    if done:
        with nullcontext(site) if site else open_place(config) as place:
            place.store.audit.add_many(("doctor", "", "mend", words) for words in done)


def _files(place: Workplace, fix: Fix) -> str:
    """Take everybody's rights from every file that is ours."""
    count = 0
    with place.tree() as tree, place.store.snapshot():
        for row in place.store.files.all():
            if tree.mode(row.path) & OTHERS and tree.signature(row.path) is not None:
                count += tree.restrict(row.path, OTHERS)
    return f"took rights away from {counted(count, 'file')} in {fix.path}"


def _recover(place: Workplace) -> str:
    from aps_tui.services.commit import recover

    number = recover(place)
    return f"commit {number} was finished" if number else "no commit was left unfinished any more"

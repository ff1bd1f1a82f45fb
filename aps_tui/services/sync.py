"""Brings the PBX's extensions into the site: what a source says now is compared with what it said last."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from aps_tui.data.extensions import User
from aps_tui.data.foreign import opened
from aps_tui.data.queue import Source
from aps_tui.data.store import Store
from aps_tui.domain import sqlplace
from aps_tui.domain.errors import BadValue
from aps_tui.domain.roles import Role
from aps_tui.domain.site import Extension, Key, Tenant
from aps_tui.pbx import KINDS, Account, Reading, read_source, sql

MOST_GONE = 0.2
"""A source that lost more than this share of its extensions is taken for broken (spec/pbx.md B.4)."""

SYNCED = "sync"
"""What the audit trail calls a sync of a source."""

_FIELDS = {
    "account": "SIP account", "auth_user": "auth user", "secret": "secret", "name": "name", "mailbox": "mailbox",
    "context": "context", "transport": "transport", "srtp": "SRTP", "usable": "usable", "source": "source",
}  # fmt: skip
"""Field of an extension to what the operator calls it."""
_KEYS = frozenset({"blf", "speed-dial", "intercom"})
"""Key types whose value is a number."""


class Claimed(NamedTuple):
    """A number that two sources claim; it stays with the one that has it."""

    number: str
    by: str


class Orphan(NamedTuple):
    """A line whose extension its source no longer has."""

    number: str
    mac: str
    line: int


@dataclass(slots=True)
class SyncPreview:
    """What a sync does, or would do. Everything is named by number; secrets are nowhere in it."""

    source: Source
    added: list[str] = field(default_factory=list)
    changed: dict[str, list[str]] = field(default_factory=dict)
    """Number to what changed: `name`, `secret rotated`."""
    removed: list[str] = field(default_factory=list)
    came_back: list[str] = field(default_factory=list)
    unusable: dict[str, str] = field(default_factory=dict)
    """Number to why no phone can use it."""
    conflicts: list[Claimed] = field(default_factory=list)
    orphaned: list[Orphan] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    unchanged: int = 0
    refused: str = ""
    """Why nothing is stored; empty when all is well."""
    wanted: list[Extension] = field(default_factory=list, repr=False)
    """What is stored."""

    @property
    def counts(self) -> str:
        """`3 new, 1 changed, 0 gone`."""
        return f"{len(self.added):,} new, {len(self.changed):,} changed, {len(self.removed):,} gone"


def one_off(place: str, tenant: str) -> Source:
    """A source that is named once, as `KIND:PATH` or `sql:URL`. Raises BadValue, which repeats no password of a URL."""
    kind, colon, location = (part.strip() for part in place.partition(":"))
    if location.startswith("//"):
        raise BadValue("a database is named with sql: before its URL, such as sql:postgresql://user@host/database")
    if not colon or not location:
        raise BadValue(f"{place}: write KIND:PATH, such as csv:/root/extensions.csv")
    if kind not in KINDS:
        raise BadValue(f"unknown kind of source {kind!r} (known: {', '.join(KINDS)})")
    if kind == "sql":
        return Source(f"{kind}:{sqlplace.parse(location).name}", kind, location, tenant)
    if "://" in location:
        raise BadValue(f"{kind} names a file, and this is a URL: databases are of the kind sql")
    location = str(Path(location).expanduser().absolute())
    return Source(f"{kind}:{location}", kind, location, tenant)


def read(source: Source) -> Reading:
    """Read a source now. Raises BadValue when it cannot be read."""
    if source.kind != "sql":
        return read_source(source.kind, source.location, source.tenant)
    place = sqlplace.parse(source.location)
    with opened(place) as tables:
        return sql.read(tables, place, source.tenant)


def preview(
    store: Store,
    source: Source,
    *,
    allow_removals: bool = False,
    create_tenant: bool = False,
    take_over: bool = False,
    reading: Reading | None = None,
) -> SyncPreview:
    """What a sync would do; nothing is stored. Raises BadValue for an unreadable source or an unknown tenant.

    `allow_removals`: take an empty source, or one that lost more than a fifth, at its word. `take_over`: numbers that
    another source has come over to this one.
    """
    _check_tenant(store, source.tenant, create_tenant)
    _check_kept(store, source)
    reading = reading or read(source)
    stored = {one.number: one for one in store.extensions.all(source.tenant)}
    found = SyncPreview(source, warnings=list(reading.warnings))
    theirs = [] if take_over else [one for one in stored.values() if _owned_elsewhere(one, source)]
    owners = {name: one for one in theirs for name in (f"number {one.number}", f"account {one.account}")}
    for account in reading.accounts:
        owner = owners.get(f"number {account.number}") or owners.get(f"account {account.account}")
        if owner is not None:
            found.conflicts.append(Claimed(account.number, owner.source))
        else:
            _compare(found, account, stored.get(account.number))
    present = {account.number for account in reading.accounts}
    ours = [one for one in stored.values() if one.source == source.name and not one.gone]
    found.removed = [one.number for one in ours if one.number not in present]
    users = store.extensions.users(source.tenant) if stored else {}
    found.orphaned = [Orphan(number, *users[number]) for number in found.removed if number in users]
    found.warnings += _lines_on(found.unusable, users)
    found.warnings += _keys_to(store, source.tenant, set(found.removed))
    if not allow_removals:
        found.refused = _refusal(source, len(present), len(found.removed), len(ours))
    return found


def apply(
    store: Store,
    source: Source,
    *,
    allow_removals: bool = False,
    create_tenant: bool = False,
    take_over: bool = False,
    reading: Reading | None = None,
) -> SyncPreview:
    """Read a source (or take its `reading`) and store what it says, in one transaction.

    Raises BadValue like `preview`. When `refused` is said in the answer, nothing was stored.
    """
    _check_tenant(store, source.tenant, create_tenant)
    _check_kept(store, source)
    reading = reading or read(source)
    with store.transaction():
        found = preview(
            store,
            source,
            allow_removals=allow_removals,
            create_tenant=create_tenant,
            take_over=take_over,
            reading=reading,
        )
        if found.refused:
            return found
        if create_tenant and store.tenants.get(source.tenant) is None:
            store.tenants.save(Tenant(source.tenant))
        store.extensions.save_many(found.wanted)
        store.extensions.mark_gone(source.name, source.tenant, (one.number for one in reading.accounts))
        store.audit.add("source", source.name, SYNCED, found.counts)
    return found


def sources_named(store: Store, name: str | None) -> list[Source]:
    """The kept source of a name, or all of them. Raises BadValue when there is none."""
    if name is None:
        found = store.sources.all()
        if not found:
            raise BadValue("no source is kept: name one with --from KIND:PATH --tenant T, or keep one with sources add")
        return found
    source = store.sources.get(name)
    if source is None:
        known = ", ".join(one.name for one in store.sources.all()) or "none"
        raise BadValue(f"there is no source {name!r} (kept: {known})")
    return [source]


def keep_source(store: Store, name: str, place: str, tenant: str) -> Source:
    """Keep a source given as `KIND:PATH` or `sql:URL` under a name. Raises BadValue."""
    source = one_off(place, tenant)._replace(name=name)
    store.sources.save(source)
    return source


def listed(store: Store, tenant: str | None = None) -> list[dict[str, Any]]:
    """Every extension of a tenant, or of all, as plain data without secrets. Raises BadValue."""
    if tenant is not None and store.tenants.get(tenant) is None:
        raise BadValue(f"there is no tenant {tenant!r} (known: {', '.join(store.tenants.names()) or 'none'})")
    extensions = store.extensions.all(tenant)
    users = {name: store.extensions.users(name) for name in {one.tenant for one in extensions}}
    return [
        {
            "tenant": one.tenant,
            "number": one.number,
            "name": one.name,
            "usable": not why_unusable(one),
            "why": why_unusable(one),
            "used_by": user._asdict() if (user := users[one.tenant].get(one.number)) else None,
        }
        for one in extensions
    ]


def why_unusable(extension: Extension) -> str:
    """Why no phone can use an extension; empty when it can."""
    if extension.gone:
        return f"gone from {extension.source or 'its source'}"
    if extension.usable:
        return ""
    return "not usable by a phone" if extension.secret else "no secret is known"


def _check_tenant(store: Store, tenant: str, create: bool) -> None:
    if not create and store.tenants.get(tenant) is None:
        known = ", ".join(store.tenants.names()) or "none"
        raise BadValue(f"there is no tenant {tenant!r} (known: {known}): add --create-tenant to make it")


def _check_kept(store: Store, source: Source) -> None:
    """Raise Refused for a source that nobody keeps, but for admins: it may be any file."""
    if source not in store.sources.all():
        store.need(Role.ADMIN, "a source that is not kept")


def _owned_elsewhere(one: Extension, source: Source) -> bool:
    """Whether another source has it; what came with a site file goes to the first source that lists it."""
    return one.source not in ("", source.name) and not one.gone


def _compare(found: SyncPreview, account: Account, old: Extension | None) -> None:
    """Enter one account into what is found."""
    number = account.number
    new = _extension(account, found.source)
    if not account.usable:
        found.unusable[number] = account.why_unusable or "not usable by a phone"
    if old is None:
        found.added.append(number)
    else:
        what = list(_what_changed(old, new))
        if old.gone:
            found.came_back.append(number)
        if what:
            found.changed[number] = what
        if not what and not old.gone:
            found.unchanged += 1
            return
    found.wanted.append(new)


def _what_changed(old: Extension, new: Extension) -> Iterator[str]:
    for name, label in _FIELDS.items():
        before, now = getattr(old, name), getattr(new, name)
        if before == now:
            continue
        if name == "secret":
            yield "secret rotated" if before and now else "secret added" if now else "secret lost"
        else:
            yield label


def _extension(account: Account, source: Source) -> Extension:
    return Extension(
        tenant=source.tenant,
        number=account.number,
        account=account.account,
        auth_user=account.auth_user,
        secret=account.secret,
        name=account.name,
        mailbox=account.mailbox,
        context=account.context,
        transport=account.transport,
        srtp=account.srtp,
        usable=account.usable,
        source=source.name,
    )


def _refusal(source: Source, read: int, gone: int, before: int) -> str:
    if read == 0:
        return f"{source.name} lists no extension: nothing was changed (--allow-removals takes it at its word)"
    if before and gone / before > MOST_GONE:
        return (
            f"{source.name} lacks {gone} of its {before} extensions, more than a fifth: nothing was changed "
            "(--allow-removals takes it at its word)"
        )
    return ""


def _lines_on(unusable: Mapping[str, str], users: Mapping[str, User]) -> Iterator[str]:
    for number, why in unusable.items():
        if number in users:
            yield f"extension {number} is on {users[number].mac}, line {users[number].line}: {why}"


def _keys_to(store: Store, tenant: str, removed: set[str]) -> Iterator[str]:
    """Keys that dial or watch an extension that goes."""
    if not removed:
        return
    for template in store.templates.all():
        if template.tenant in (None, tenant):
            yield from _said(f"template {template.name}", template.keys, removed)
    with store.snapshot():
        for device in store.devices.all():
            if device.tenant == tenant:
                yield from _said(device.mac, device.keys, removed)


def _said(owner: str, keys: Iterable[Key], removed: set[str]) -> Iterator[str]:
    for key in keys:
        if key.type in _KEYS and key.value in removed:
            yield f"{owner}: {key.bank} key {key.position} ({key.type}) points to {key.value}, which is gone"

"""What a commit would change: candidates are rendered, compared with the disk and with what was written last."""

from __future__ import annotations

import hashlib
import json
from array import array
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from aps_tui.domain.errors import ApsError
from aps_tui.services.fleet import Fleet
from aps_tui.services.guard import SharedGuard
from aps_tui.services.judge import Findings, Judge, Sink
from aps_tui.services.notices import Notices
from aps_tui.services.reasons import Cause
from aps_tui.services.rendering import Progress, Rendering
from aps_tui.services.shares import Orders
from aps_tui.services.tree import Tree, content_hash
from aps_tui.services.upkeep import Upkeep
from aps_tui.services.workplace import Workplace
from aps_tui.vendors.engine import Rendered, render_shared


@dataclass
class Survey:
    """One look at the site; make and use it inside `place.store.snapshot()`.

    `quiet`: nothing was added to the root or taken out of it since our last commit (its own time says so), so only
    the files of dirty devices need to be looked at.
    """

    place: Workplace
    tree: Tree
    quiet: bool = False
    thorough: bool = False
    restore: bool = False
    """Render the devices of files that were edited by hand as well, so that they can be written again."""
    notices: bool = True
    """Also warn of what the devices' files do not carry; a commit leaves that to the plan before it."""
    upkeep_alone: bool = False
    """Withdraw files and let devices expire, and nothing else: what was changed is left to its operator's commit."""
    progress: Progress | None = None
    found: Findings = field(default_factory=Findings)

    @cached_property
    def fleet(self) -> Fleet:
        """The devices as phones."""
        return Fleet(self.place.store.render, self.place.packs, self.place.cache)

    @cached_property
    def fingerprints(self) -> dict[str, str]:
        """Each loaded vendor's pack as it is now."""
        return {vendor.slug: vendor.fingerprint for vendor in self.place.packs.vendors.values()}

    @cached_property
    def stale(self) -> frozenset[str]:
        """Vendors whose pack changed since the last commit."""
        return frozenset(self.place.store.packs.changed(self.fingerprints))

    @cached_property
    def shared_key(self) -> str:
        """Changes whenever shared files might: the site level, the models in use, their packs."""
        site = self.fleet.site
        used = self.fleet.models_in_use()
        said = [site.settings, site.mappings, used, [self.fingerprints.get(vendor) for vendor, _ in used]]
        return hashlib.blake2b(json.dumps(said).encode(), digest_size=16).hexdigest()

    @cached_property
    def upkeep(self) -> Upkeep:
        """What goes by itself."""
        return Upkeep(self.place, self.found)

    @cached_property
    def judge(self) -> Judge:
        """What compares with the disk; call `everything` or `some` first."""
        raise AssertionError("the survey has not begun")

    def everything(self, sink_for: Callable[[Judge], Sink]) -> None:
        """Render what may have changed, then shared files, then note what is left over."""
        store = self.place.store
        expired = frozenset(self.upkeep.expire())
        ids = self._to_do(expired)
        orphans = [*store.files.orphans(), *store.files.of(list(expired))]
        if self.quiet:
            rows = [*store.files.of(store.render.macs_of(ids)), *store.files.shared(), *orphans]
            self.judge = Judge(self.tree, rows, self.found, everything=False)
        else:
            self.judge = Judge(self.tree, store.files.all(), self.found, thorough=self.thorough)
            again = self.judge.disturbed()
            if self.restore:
                again += [self.judge.known[path].mac or "" for path in self.found.edited]
            if again:
                dirty = frozenset(ids)
                wanted = [mac for mac in again if mac and mac not in expired]
                ids.extend(id for id in store.render.ids_of(wanted) if id not in dirty)
        sink = sink_for(self.judge)
        self._devices(ids, sink)
        if self.quiet and store.install.note("shared_key") == self.shared_key:
            self.judge.claim(lambda row: row.mac is None)
        else:
            self._shared(sink)
        rendered = {*self.found.done} if self.judge.known else frozenset()
        gone = {row.path for row in orphans}
        self.judge.leftovers(lambda row: row.mac is None or row.mac in rendered or row.path in gone, self.upkeep.cause)
        self.judge.count()
        if self.quiet:
            self.found.unchanged += store.files.count() - len(self.judge.known)

    def some(self, macs: Sequence[str], sink_for: Callable[[Judge], Sink] = lambda judge: judge) -> None:
        """Render exactly these devices, dirty or not. Raises BadValue for a MAC that no device has."""
        wanted = self.place.known(macs)
        store = self.place.store
        ids = store.render.ids_of(wanted)
        expired = frozenset(self.upkeep.expire(wanted) if self.upkeep_alone else ())
        if expired:
            ids = store.render.ids_of([mac for mac in wanted if mac not in expired])
        self.judge = Judge(self.tree, store.files.of(wanted), self.found, everything=False, thorough=self.thorough)
        sink = sink_for(self.judge)
        self._devices(ids, sink)
        rendered = {*self.found.done}
        self.judge.leftovers(lambda row: row.mac in rendered or row.mac in expired, self.upkeep.cause)
        self.judge.count()

    def _to_do(self, expired: frozenset[str]) -> array[int]:
        """Ids of the devices to look at: what changed, and what goes or comes back by itself."""
        render = self.place.store.render
        ids, stirred = render.dirty_ids(tuple(self.stale)), self.upkeep.stirred()
        if stirred:
            dirty = frozenset(ids)
            ids.extend(id for id in stirred if id not in dirty)
        if expired:
            gone = frozenset(render.ids_of(list(expired)))
            ids = array("q", (id for id in ids if id not in gone))
        return ids

    def _devices(self, ids: array[int], sink: Sink) -> None:
        notices = Notices(self.fleet, self.found, self.notices)
        orders = Orders(self.fleet, self.tree, self.stale, self.thorough, upkeep=self.upkeep_alone)
        if ids:
            orders = orders._replace(withheld=self.upkeep.withheld)
        Rendering(orders, self.place.store.files, sink, self.found, notices, self.progress).run(ids)
        notices.close()

    def _shared(self, sink: Sink) -> None:
        guard = SharedGuard(self.fleet)
        mapped = self.fleet.mapped(None)
        made: dict[str, tuple[str, str, Rendered]] = {}
        for slug, name in self.fleet.models_in_use():
            try:
                vendor = self.fleet.packs.vendor(slug)
                result = render_shared(vendor, vendor.model(name), guard.settings, mapped, self.fleet.cache)
                for file in result.files:
                    made.setdefault(file.path, (slug, name, file))
            except ApsError as error:
                self.found.problem("", slug, f"{slug} {name}: {error}")
        refused = guard.refused([file for _, _, file in made.values() if self._is_new(file)])
        for path, (slug, name, file) in made.items():
            if path in refused:
                why = "several phones read it, and it would hold a secret or a MAC: refused"
                self.found.problem("", slug, f"{slug} {name}: {path}: {why}")
            else:
                sink.put(None, slug, (file,), (Cause("shared", slug),))

    def _is_new(self, file: Rendered) -> bool:
        """Whether a shared file has to be checked; one that stands unchanged was checked when it was written."""
        row = self.judge.known.get(file.path)
        return row is None or row.hash != content_hash(file.data)


def plan(
    place: Workplace, macs: Sequence[str] = (), progress: Progress | None = None, *, thorough: bool = False
) -> Findings:
    """What a commit would change now; nothing is written anywhere.

    With `macs`, exactly those devices are rendered and compared; `thorough` reads every file instead of trusting
    its size, inode and time. An operator of some tenants plans their devices. Raises TreeError, BadValue.
    """
    from aps_tui.services.commit import recover

    recover(place)
    wanted = place.within(macs or None)
    with place.tree() as tree, place.store.snapshot():
        look = Survey(place, tree, thorough=thorough, progress=progress)
        if wanted is not None:
            look.some(wanted)
        else:
            look.everything(lambda judge: judge)
    look.found.changes.sort(key=lambda change: change.path)
    return look.found

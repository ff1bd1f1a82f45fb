"""Why a line of a device's file is as it is: what of all that is said changes the line when it is left out.

Each setting, key, line field, raw parameter and mapping is left out (or said otherwise) in turn and the files are
rendered again; the lines that are not there then are its lines. So nothing is assumed of a template, whatever it
computes. It takes some ten milliseconds for each thing that is said: for a thread, not for a key stroke.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from aps_tui.data.rows import Candidate
from aps_tui.domain.catalogue import find, show
from aps_tui.domain.errors import ApsError
from aps_tui.domain.mapping import compile_mappings
from aps_tui.domain.site import AddressMapping, Key, Value
from aps_tui.services.explain import Step, device_row, template_name, winner_of
from aps_tui.services.fleet import Fleet, Task
from aps_tui.services.lost_lines import lost
from aps_tui.services.workplace import Workplace
from aps_tui.vendors.engine import GroupRenderer
from aps_tui.vendors.phone import ACCOUNT_TEXTS, Account, Group, Phone
from aps_tui.vendors.support import unsupported

Lines = Mapping[str, Sequence[str]]
"""Path to the lines of a file."""

_OTHERWISE: Mapping[str, tuple[Any, Any]] = {
    "caller_id_source": ("from", "pai"), "srtp": ("off", "optional"), "transport": ("tcp", "udp"),
    "auto_answer": (False, True),
}  # fmt: skip
"""Two values of each field of a line that is no text: the one that it has not is tried."""


class _Cause(NamedTuple):
    """Something that is said, and the phone as it would be without."""

    words: str
    """`time.zone = Europe/Paris, from template Sales`."""
    group: Group
    phone: Phone


def origins(place: Workplace, mac: str, going: Callable[[], bool] = lambda: True) -> dict[str, list[str]]:
    """For each file of a device and each of its lines, what gives the line; secrets are masked.

    A line that nothing said changes is the pack's own. Ends early, with what is known by then, when `going` says no.
    Raises BadValue for an unknown MAC, CannotRender for a device that lacks something.
    """
    with place.store.snapshot():
        fleet = Fleet(place.store.render, place.packs, place.cache)
        row = device_row(fleet, mac)
        task = fleet.task(row)
        causes = list(_causes(fleet, row, task))
    base = _lines(GroupRenderer(task.renderer.group, place.cache), task.phone)
    found: dict[str, list[list[str]]] = {path: [[] for _ in lines] for path, lines in base.items()}
    reach: Counter[str] = Counter()
    for cause in causes:
        if not going():
            break
        try:
            other = _lines(GroupRenderer(cause.group, place.cache), cause.phone)
        except ApsError:  # nothing can be rendered without it, so nothing is learned
            continue
        others = {_bare(path, cause.phone): lines for path, lines in other.items()}
        for path, lines in base.items():
            for index in lost(lines, others.get(_bare(path, task.phone), ())):
                found[path][index].append(cause.words)
                reach[cause.words] += 1
    own = f"written by the {row.vendor} pack"
    return {path: [_joined(words, reach) or own for words in lines] for path, lines in found.items()}


MOST = 3
"""Causes that are named for one line."""


def _joined(words: list[str], reach: Counter[str]) -> str:
    """The causes, what decides on the fewest lines first; a line as a whole is left to its fields."""
    fields = {one.partition(":")[0] for one in words if one.startswith("line ") and ":" in one}
    ranked = sorted((one for one in words if one not in fields), key=lambda one: reach[one])
    more = f"; and {len(ranked) - MOST} more" if len(ranked) > MOST else ""
    return "; ".join(ranked[:MOST]) + more


def _bare(path: str, phone: Phone) -> str:
    """A file's name without the MAC, by which it is the same file of another MAC."""
    return path.lower().replace(phone.mac, "")


def _lines(renderer: GroupRenderer, phone: Phone) -> Lines:
    return {file.path: file.text.replace("\r\n", "\n").split("\n") for file in renderer.plain(phone).files}


def _causes(fleet: Fleet, row: Candidate, task: Task) -> Iterator[_Cause]:
    group, phone = task.renderer.group, task.phone
    yield from _settings(fleet, row, group, phone)
    yield from _accounts(group, phone)
    if phone.bound:
        yield from _keys(fleet, row, group, phone)
        yield from _raw(fleet, row, group, phone)
    yield from _mappings(fleet, row, group, phone)
    other = phone.mac[:-1] + ("1" if phone.mac.endswith("0") else "0")
    yield _Cause("the device's MAC", group, replace(phone, mac=other))


def _settings(fleet: Fleet, row: Candidate, group: Group, phone: Phone) -> Iterator[_Cause]:
    names = [*{**group.settings, **phone.settings}]
    firmware = phone.settings.get("general.firmware", group.settings.get("general.firmware"))
    unread = {*unsupported(names, group.vendor, group.model, str(firmware) if firmware else None)}
    for id in names:
        step = winner_of(fleet, row, id) if id not in unread else None
        if step is not None:
            less = replace(group, settings=_without(group.settings, id), said=group.said - {id})
            yield _Cause(_said(id, step), less, replace(phone, settings=_without(phone.settings, id)))


def _said(id: str, step: Step) -> str:
    value = show(find(id), step.value) or "nothing"
    return f"{id} = {value}, {_from(step.level, step.name)}"


def _from(level: str, name: str) -> str:
    """`from template Sales`, `by default`."""
    words = {"default": "by default", "global": "from the global site", "device": "from this device",
             "provisioning": "from the provisioning settings", "line": f"from {name}"}  # fmt: skip
    return words.get(level, f"from {level} {name}")


def _without(said: Mapping[str, Value], id: str) -> dict[str, Value]:
    return {name: value for name, value in said.items() if name != id}


def _accounts(group: Group, phone: Phone) -> Iterator[_Cause]:
    for index, one in enumerate(phone.accounts):
        others = (*phone.accounts[:index], *phone.accounts[index + 1 :])
        called = f"line {one.n}" if phone.bound else "the limited account of unprovisioned phones"
        for name, other in _changed(one):
            changed = replace(one, **{name: other})
            accounts = (*phone.accounts[:index], changed, *phone.accounts[index + 1 :])
            words = f"{called}: {name.replace('_', ' ')}" + (f" of extension {one.number}" if phone.bound else "")
            yield _Cause(words, group, replace(phone, accounts=accounts))
        yield _Cause(called, group, replace(phone, accounts=others))


def _changed(one: Account) -> Iterator[tuple[str, Any]]:
    """Each field of an account with another value."""
    for name in ACCOUNT_TEXTS:
        value = getattr(one, name)
        if isinstance(value, int):
            yield name, value - 1 if value > 1 else 2
        elif value:
            yield name, f"{value}0"
    for name, (usual, other) in _OTHERWISE.items():
        yield name, other if getattr(one, name) == usual else usual


def _keys(fleet: Fleet, row: Candidate, group: Group, phone: Phone) -> Iterator[_Cause]:
    own = {(key.bank, key.position) for key in phone.keys}
    for key in phone.keys:
        kept = tuple(one for one in phone.keys if one is not key)
        theirs = tuple(one for one in group.keys if (one.bank, one.position) != (key.bank, key.position))
        words = f"{_called(key)}, from this device"
        yield _Cause(words, replace(group, keys=theirs), replace(phone, keys=kept))
    for key in group.keys:
        if (key.bank, key.position) not in own:
            left = tuple(one for one in group.keys if one is not key)
            yield _Cause(f"{_called(key)}, from template {template_name(fleet, row)}", replace(group, keys=left), phone)


def _called(key: Key) -> str:
    return f"{key.bank} key {key.position} = " + " ".join(filter(None, (key.type, key.value, key.label)))


def _raw(fleet: Fleet, row: Candidate, group: Group, phone: Phone) -> Iterator[_Cause]:
    tenant = fleet.tenants[row.tenant_id]
    template = fleet.templates[row.template_id].raw if row.template_id is not None else {}
    levels = (("from this device", phone.raw), (f"from template {template_name(fleet, row)}", template),
              (f"from tenant {tenant.name}", tenant.raw.get(row.vendor, {})))  # fmt: skip
    for name in {**group.raw, **phone.raw}:
        where = next((words for words, said in levels if name in said), "from the global site")
        less, own = ({key: value for key, value in said.items() if key != name} for said in (group.raw, phone.raw))
        yield _Cause(f"raw parameter {name}, {where}", replace(group, raw=less), replace(phone, raw=own))


def _mappings(fleet: Fleet, row: Candidate, group: Group, phone: Phone) -> Iterator[_Cause]:
    tenant = fleet.tenants[row.tenant_id]
    every = {**fleet.site.mappings, **tenant.mappings}
    for source, hostname in every.items():
        others = [AddressMapping(*pair) for pair in every.items() if pair[0] != source]
        owner = f"the mapping of tenant {tenant.name}" if source in tenant.mappings else "the global mapping"
        mapped = compile_mappings(others, [])
        yield _Cause(f"{source} -> {hostname} by {owner}", replace(group, mapped=mapped), phone)

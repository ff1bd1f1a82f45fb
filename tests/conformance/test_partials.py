"""Phones share what their partials wrote, across groups too: each has its own in its files, and no other's."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

import pytest

from aps_tui.domain.catalogue import find
from aps_tui.domain.mapping import compile_mappings
from aps_tui.domain.setting import Level
from aps_tui.domain.site import AddressMapping, Value
from aps_tui.vendors import partials
from aps_tui.vendors.engine import GroupRenderer
from aps_tui.vendors.pack import file_name
from aps_tui.vendors.partials import Memory
from aps_tui.vendors.phone import Group, Phone
from tests.conformance.judge import Built
from tests.conformance.phones import PACKS, RAW, dialects
from tests.conformance.values import DUMMY, every_setting

_MISSING = {"label": "", "display_name": "", "mailbox": "", "auth_user": "", "local_sip_port": None}
_OTHER = {"caller_id_source": "pai-from", "srtp": "required", "transport": "tls", "local_sip_port": 10999}


def _built() -> Iterator[Built]:
    """A model for each set of templates that a vendor's models have."""
    for vendor in PACKS.vendors.values():
        seen: set[tuple[str, ...]] = set()
        for model, generation in dialects(vendor):
            facts = model.facts(generation)
            own = [spec.template for spec in vendor.files if not spec.shared and file_name(spec, facts, "0" * 12)]
            if tuple(own) not in seen:
                seen.add(tuple(own))
                yield Built(vendor, model, generation)


@pytest.fixture(params=_built(), ids=lambda one: f"{one.vendor.slug}/{one.model.name}")
def one(request: pytest.FixtureRequest) -> Built:
    """Each of them."""
    found: Built = request.param
    return found


def test_phones_with_other_lines_keys_and_raw_parameters(one: Built) -> None:
    full = one.samples["full"]
    _judge(full.group, [*_phones(full.phone), one.samples["unprovisioned"].phone])


def test_phones_with_settings_of_their_own(one: Built) -> None:
    minimal = one.samples["minimal"]
    own = [replace(minimal.phone, settings=settings) for settings in _own_settings(one)]
    _judge(minimal.group, [minimal.phone, *own])


def test_groups_of_other_tenants_on_one_memory(one: Built) -> None:
    for kind in ("full", "minimal"):
        sample = one.samples[kind]
        unprovisioned = one.samples["unprovisioned"].phone
        both = [(group, phone) for group in _groups(sample.group) for phone in (sample.phone, unprovisioned)]
        _judge_each(both)


def test_a_memory_that_is_full_begins_anew(one: Built, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(partials, "_MOST", 10_000)
    full = one.samples["full"]
    _judge_each([(group, full.phone) for group in _groups(full.group)])


def test_a_group_that_differs_in_nothing_has_nothing_to_add(one: Built) -> None:
    memory, full = _Counting(), one.samples["full"]
    GroupRenderer(full.group, memory=memory).render(full.phone)
    kept = memory.kept
    GroupRenderer(replace(full.group, mapped=lambda text: full.group.mapped(text)), memory=memory).render(full.phone)
    assert memory.kept == kept


class _Counting(Memory):
    """A memory that counts what it is to keep."""

    kept = 0

    def keep(self, *args: Any) -> None:
        self.kept += 1
        super().keep(*args)


def _judge(group: Group, phones: list[Phone]) -> None:
    """See `_judge_each`: phones of one group."""
    _judge_each([(group, phone) for phone in phones])


def _judge_each(phones: list[tuple[Group, Phone]]) -> None:
    """Each gets the files and warnings of the plain path, before the others on one memory and after them."""
    alone = [GroupRenderer(group).plain(phone) for group, phone in phones]
    for order in (1, -1):
        memory = Memory()
        renderers = {group: GroupRenderer(group, memory=memory) for group, _ in phones}
        for (group, phone), expected in [*zip(phones, alone, strict=True)][::order]:
            found = renderers[group].render(phone)
            assert found == expected, f"{group.settings} {phone.settings} {phone.raw} {phone.keys}"


def _groups(full: Group) -> Iterator[Group]:
    """Groups of one model that differ in one thing each, then one that differs in all."""
    yield full
    other = replace(full, tenant="other", mapped=_mapped("pbx.other.example.com"))
    yield other
    yield replace(full, mapped=_mapped("192.0.2.77"))
    yield replace(full, mapped=str)
    yield replace(full, keys=tuple(replace(key, label=f"{key.label}!") for key in full.keys))
    yield replace(full, raw={**full.raw, RAW[0]: "the tenant's"})
    said: dict[str, dict[str, Value]] = {}
    for id, value in full.settings.items():
        if _is_free(id):
            said.setdefault(id.partition(".")[0], {})[id] = _another(value)
    yield from (replace(full, settings={**full.settings, **space}) for space in said.values())
    yield replace(other, settings={**full.settings, **dict(pair for space in said.values() for pair in space.items())})


def _mapped(hostname: str) -> Callable[[str], str]:
    return compile_mappings([AddressMapping(DUMMY, hostname)], [])


def _is_free(id: str) -> bool:
    """Whether any text, or either of two words, will do for a setting."""
    return not find(id).by_model and find(id).kind in ("bool", "text", "secret", "host")


def _another(value: Value) -> Value:
    return not value if isinstance(value, bool) else f"x{value}"


def _phones(full: Phone) -> Iterator[Phone]:
    """Phones that differ in one thing each."""
    line, *more = full.accounts
    yield full
    yield replace(full, accounts=(line,))
    for name, missing in _MISSING.items():
        yield replace(full, accounts=(replace(line, **{name: missing}), *more))  # type: ignore[arg-type]
    yield replace(full, accounts=(replace(line, **_OTHER), *more))  # type: ignore[arg-type]
    yield replace(full, settings={})
    yield replace(full, keys=full.keys[:1])
    yield replace(full, keys=tuple(replace(key, label="", pickup="") for key in full.keys))
    yield replace(full, raw=dict([RAW]))
    yield replace(full, raw={RAW[0]: "another"})


def _own_settings(one: Built) -> Iterator[Mapping[str, Value]]:
    """The settings of each kind, switches the other way round; then each firmware."""
    spaces: dict[str, dict[str, Value]] = {}
    for id, value in every_setting(Level.DEVICE).items():
        spaces.setdefault(id.partition(".")[0], {})[id] = not value if isinstance(value, bool) else value
    yield from spaces.values()
    yield from ({"general.firmware": generation} for generation in one.model.generations)

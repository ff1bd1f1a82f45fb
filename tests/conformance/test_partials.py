"""Phones of one group share what their partials wrote: each has its own in its files all the same, and no other's."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from aps_tui.domain.setting import Level
from aps_tui.domain.site import Value
from aps_tui.vendors.engine import GroupRenderer
from aps_tui.vendors.pack import file_name
from aps_tui.vendors.phone import Group, Phone
from tests.conformance.judge import Built
from tests.conformance.phones import PACKS, RAW, dialects
from tests.conformance.values import every_setting

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


def _judge(group: Group, phones: list[Phone]) -> None:
    """One renderer gives files and warnings of the plain path, each phone before the others and after them."""
    alone = [GroupRenderer(group).plain(phone) for phone in phones]
    for order in (1, -1):
        renderer = GroupRenderer(group)
        for phone, expected in [*zip(phones, alone, strict=True)][::order]:
            assert renderer.render(phone) == expected, f"{phone.settings} {phone.raw} {phone.keys}"


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


def _own_settings(one: Built) -> Iterator[dict[str, Value]]:
    """The settings of each kind, switches the other way round; then each firmware."""
    spaces: dict[str, dict[str, Value]] = {}
    for id, value in every_setting(Level.DEVICE).items():
        spaces.setdefault(id.partition(".")[0], {})[id] = not value if isinstance(value, bool) else value
    yield from spaces.values()
    yield from ({"general.firmware": generation} for generation in one.model.generations)

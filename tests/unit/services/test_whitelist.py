"""The whitelist as it is edited, and the queue behind it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from aps_tui.data.errors import ChangedMeanwhile
from aps_tui.data.queue import Sighting
from aps_tui.domain.autocreate import OPEN_DOOR
from aps_tui.domain.errors import BadValue
from aps_tui.services.whitelist import add_entry, change_entry, remove_entry, whitelist
from aps_tui.services.workplace import Workplace
from tests.unit.services.small_site import MACS


def entries(place: Workplace) -> tuple[str, ...]:
    return place.store.provisioning.get().whitelist


def test_entries_are_added_changed_and_removed_in_their_place(place: Workplace) -> None:
    for text in ("192.0.2.0/24", " 80:5E:C0 ", "198.51.100.7"):
        add_entry(place, text)
    assert entries(place) == ("192.0.2.0/24", "80:5E:C0", "198.51.100.7")
    change_entry(place, "80:5E:C0", "80:5e:c0:1")
    assert remove_entry(place, "192.0.2.0/24") == []
    assert entries(place) == ("80:5e:c0:1", "198.51.100.7")


def test_the_same_twice_and_nonsense_are_refused(place: Workplace) -> None:
    add_entry(place, "80:5e:c0")
    with pytest.raises(BadValue, match="805EC0 is in the whitelist already, as 80:5e:c0"):
        add_entry(place, "805EC0")
    with pytest.raises(BadValue, match=r"did you mean 10\.77\.0\.0/22"):
        add_entry(place, "10.77.0.1/22")
    change_entry(place, "80:5e:c0", "805EC0")  # the same, written otherwise
    assert entries(place) == ("805EC0",)


def test_an_entry_that_is_gone_is_not_changed(place: Workplace) -> None:
    for act in (lambda: remove_entry(place, "192.0.2.1"), lambda: change_entry(place, "192.0.2.1", "192.0.2.2")):
        with pytest.raises(ChangedMeanwhile, match="no longer: it was changed by tester"):
            act()


def test_the_queue_is_counted_for_each_entry(place: Workplace) -> None:
    place.store.sightings.record(
        [
            Sighting("805ec0000001", "dhcp", "192.0.2.10", 1.0, {}),
            Sighting("805ec0000001", "http", "198.51.100.10", 2.0, {}),
            Sighting("001565000001", "dhcp", "192.0.2.11", 1.0, {}),
            Sighting("000b82000001", "dhcp", "", 1.0, {}),
            Sighting(MACS[0], "dhcp", "192.0.2.12", 1.0, {}),  # a device already: not in the queue
        ]
    )
    for text in ("192.0.2.0/24", "80:5e:c0", "001122", "0.0.0.0/0"):
        add_entry(place, text)
    found = whitelist(place)
    assert [(row.entry.text, row.waiting) for row in found.rows] == [
        ("192.0.2.0/24", 2), ("80:5e:c0", 1), ("001122", 0), ("0.0.0.0/0", 2),
    ]  # fmt: skip
    assert (found.waiting, found.admitted) == (3, 2)
    assert [row.note for row in found.rows][1:] == [
        "of no vendor that is known here", "Testphone", "lets every address in: no protection"]  # fmt: skip


def test_taking_the_last_one_out_warns_while_auto_create_is_on(place: Workplace) -> None:
    add_entry(place, "192.0.2.0/24")
    settings = replace(place.store.provisioning.get(), auto_create=True, auto_create_tenant="acme")
    place.store.provisioning.save(settings)
    assert whitelist(place).warnings == []
    assert remove_entry(place, "192.0.2.0/24") == [OPEN_DOOR]
    assert whitelist(place).warnings == [OPEN_DOOR]

"""What an operator takes away must also go away on the phone: the parameters that said it are written otherwise."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest

from aps_tui.domain.site import Key
from aps_tui.vendors.support import supported
from tests.conformance.judge import Built, carriers, content, keys_of, read_back, spec_of
from tests.conformance.phones import Sample


def test_a_removed_line_is_written_off(dialect: Built) -> None:
    sample = dialect.samples["full"]
    if len(sample.phone.accounts) < 2:
        pytest.skip("the model has one line")
    *rest, last = sample.phone.accounts
    said = carriers(dialect.back["full"], last.user) | carriers(dialect.back["full"], last.secret)
    after = read_back(dialect.vendor, sample.with_phone(accounts=tuple(rest)).plain())
    assert said
    assert not carriers(after, last.secret)
    assert said.keys() & after.parameters.keys(), f"none of {sorted(said)} is written once the line is gone"


def test_removed_keys_are_written_off(dialect: Built) -> None:
    gone = _one_of_each_bank(dialect.samples["full"])
    after = read_back(dialect.vendor, _without(dialect.samples["full"], gone).plain()).keys
    for key in gone:
        place = key.bank, key.position
        assert after.get(place, {}) != dialect.back["full"].keys[place], place
        assert key.label not in after.get(place, {}).values(), place


def _one_of_each_bank(sample: Sample) -> list[Key]:
    """The first key of each bank that has a label; DSS key 1 becomes a line key again, so not that."""
    found: dict[str, Key] = {}
    for place, key in keys_of(sample).items():
        if key.label and place != ("dss", 1):
            found.setdefault(key.bank, key)
    return list(found.values())


def _without(sample: Sample, gone: list[Key]) -> Sample:
    keys = tuple(one for one in sample.group.keys if one not in gone)
    own = tuple(one for one in sample.phone.keys if one not in gone)
    return Sample(replace(sample.group, keys=keys), replace(sample.phone, keys=own))


def test_a_raw_parameter_replaces_the_packs_own_line(dialect: Built) -> None:
    """Whatever parameter the pack writes once, its name as a raw parameter stands once, with the raw value."""
    sample = dialect.samples["minimal"]
    file = next(file for file in dialect.results["minimal"].files if "raw" in _template(dialect, file.path))
    form = spec_of(sample, file.path).form
    keys = [parameter.key for line in content(sample, file).split("\n") if (parameter := form.parameter(line))]
    written = [name for name, times in Counter(keys).items() if times == 1]
    for name in (written[0], written[len(written) // 2], written[-1]):
        own = sample.with_phone(raw={name: "raw-wins"})
        assert carriers(read_back(dialect.vendor, own.plain()), "raw-wins"), name
        assert own.quick() == own.plain()


def _template(dialect: Built, path: str) -> str:
    """The template that a file of the minimal phone comes from."""
    name = spec_of(dialect.samples["minimal"], path).template
    folders = (folder / name for folder in dialect.vendor.folders)
    return next(path.read_text(encoding="utf-8") for path in folders if path.is_file())


def test_the_support_matrix_tells_the_truth(dialect: Built) -> None:
    """A text that reaches the file is one that `supported` names."""
    reads = supported(dialect.vendor, dialect.model, dialect.generation)
    assert {"line.label", "raw"} <= reads
    settings = dialect.samples["full"].group.settings
    said = set(dialect.back["full"].parameters.values())
    assert [id for id in _TELLING if str(settings[id]) in said and id not in reads] == []


_TELLING = ("general.http_user", "server.dial_plan", "ldap.base", "ldap.name_filter", "ldap.number_filter",
            "ldap.number_attributes", "security.admin_password", "phone.ring_tone")  # fmt: skip
"""Settings whose sample value occurs nowhere else."""

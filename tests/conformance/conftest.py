"""The packs under judgement, one fixture for every model in every dialect and one for a model of each dialect."""

from __future__ import annotations

from functools import cached_property

import pytest

from aps_tui.vendors.engine import Result
from aps_tui.vendors.pack import Model, Vendor
from tests.conformance import phones
from tests.conformance.judge import read_back
from tests.conformance.phones import PACKS, Sample
from tests.conformance.readback import ReadBack

VENDORS = list(PACKS.vendors.values())


class Built:
    """One model in one dialect with its three phones, each rendered once."""

    def __init__(self, vendor: Vendor, model: Model, generation: str | None) -> None:
        self.vendor, self.model, self.generation = vendor, model, generation

    @cached_property
    def samples(self) -> dict[str, Sample]:
        """Kind of phone to the phone."""
        return {kind: build(self.vendor, self.model, self.generation) for kind, build in phones.KINDS.items()}

    @cached_property
    def results(self) -> dict[str, Result]:
        """Kind of phone to its files, rendered plainly."""
        return {kind: sample.plain() for kind, sample in self.samples.items()}

    @cached_property
    def back(self) -> dict[str, ReadBack]:
        """Kind of phone to what the vendor's reader understands of its files."""
        return {kind: read_back(self.vendor, result) for kind, result in self.results.items()}


def _named(vendor: Vendor, model: Model, generation: str | None) -> str:
    return f"{vendor.slug}/{model.name}" + (f"@{generation}" if generation else "")


_DIALECTS = [(v, m, g) for v in VENDORS for m, g in phones.dialects(v)]
_NEWEST = [(v, m, phones.generations(m)[0]) for v in VENDORS for m in phones.distinct(v)]
_DISTINCT = _NEWEST + [one for one in _DIALECTS if one not in _NEWEST]


@pytest.fixture(scope="session", params=VENDORS, ids=lambda vendor: vendor.slug)
def vendor(request: pytest.FixtureRequest) -> Vendor:
    """Each vendor that loads."""
    found: Vendor = request.param
    return found


@pytest.fixture(scope="module", params=_DISTINCT, ids=lambda one: _named(*one))
def built(request: pytest.FixtureRequest) -> Built:
    """Each model that differs from the others in more than its name, and each dialect."""
    return Built(*request.param)


@pytest.fixture(scope="module", params=_DIALECTS, ids=lambda one: _named(*one))
def dialect(request: pytest.FixtureRequest) -> Built:
    """One model of each family in each of its dialects."""
    return Built(*request.param)

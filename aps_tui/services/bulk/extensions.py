"""Extensions for many devices as a series: the next free ones, those taken are skipped."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from aps_tui.domain.errors import BadValue
from aps_tui.domain.site import Device, Line
from aps_tui.services.bulk.work import Change, Models, Outcome, compared, refuse
from aps_tui.services.console import counted
from aps_tui.services.workplace import Workplace

_PART = re.compile(r"(?P<first>[0-9]+)\s*\.\.\s*(?P<last>[0-9]*)\Z")


@dataclass(frozen=True, slots=True)
class Series:
    """Extension numbers in the order in which they are given out."""

    text: str
    parts: tuple[tuple[str, str | None], ...]
    """First and last number of each part; None: as far as there are any."""

    def among(self, numbers: Iterable[str]) -> Iterator[str]:
        """Those of these numbers that the series names, in its order, once each."""
        counted_up = sorted((number for number in numbers if number.isdigit()), key=lambda one: (int(one), one))
        others = set(numbers)
        given: set[str] = set()
        for first, last in self.parts:
            found = [first] if first == last else (one for one in counted_up if _between(one, first, last))
            for number in found:
                if number in others and number not in given:
                    given.add(number)
                    yield number


def _between(number: str, first: str, last: str | None) -> bool:
    """Whether a number is in a part; where its ends begin with a nought it is as long as they are."""
    if first.startswith("0") or number.startswith("0"):
        return len(number) == len(first) and first <= number and (last is None or number <= last)
    return int(first) <= int(number) and (last is None or int(number) <= int(last))


def parse_series(text: str) -> Series:
    """Read `101..148`, `101,103,110..120` or `101..`. Raises BadValue saying what is accepted."""
    parts: list[tuple[str, str | None]] = []
    for part in (one.strip() for one in text.split(",")):
        found = _PART.match(part)
        if found is None:
            if not part or ".." in part or any(char.isspace() for char in part):
                raise BadValue(f"{part!r} is no series: write 101..148, 101,103,110..120 or 101..")
            parts.append((part, part))
            continue
        first, last = found["first"], found["last"] or None
        if last is not None and int(last) < int(first):
            raise BadValue(f"{part}: the last number is below the first")
        if last is not None and first.startswith("0") and len(last) != len(first):
            raise BadValue(f"{part}: numbers that begin with 0 are equally long")
        parts.append((first, last))
    return Series(text, tuple(parts))


def give_extensions(
    series: Series, line: int = 1, *, renew: bool = False, claimed: Collection[tuple[str, str]] = ()
) -> Change:
    """Put the next free extensions of their tenants on a line of devices, in the list's order.

    Devices that have the line keep it; with `renew` its extension is given anew, and those that they hold on it are
    free for it. `claimed`: (tenant, number) of those that are spoken for elsewhere. Devices that have no model yet are
    taken to have the line. Raises Faults naming the devices for which there is none, or whose model lacks the line.
    """

    def change(place: Workplace, devices: Sequence[Device]) -> Outcome:
        wanting = [device for device in devices if renew or not _has(device, line)]
        deal = _Deal(place, series, line, wanting, claimed)
        given = {device.mac: deal.to(device) for device in wanting}
        refuse(deal.faults())
        after = [given.get(device.mac, device) for device in devices]
        said = [f"{new.mac}  {_number(new, line)}" for old, new in zip(devices, after, strict=True) if old != new]
        kept = len(devices) - len(wanting)
        notes = [f"{counted(kept, 'device')} with a line {line} already: kept"] if kept else []
        return compared(devices, after, [*notes, *deal.notes()], said)

    return change


def _has(device: Device, line: int) -> bool:
    return any(one.number == line for one in device.lines)


def _number(device: Device, line: int) -> str:
    return next((one.extension for one in device.lines if one.number == line), "")


class _Deal:
    """Gives extensions out, tenant by tenant."""

    def __init__(
        self,
        place: Workplace,
        series: Series,
        line: int,
        wanting: Sequence[Device],
        claimed: Collection[tuple[str, str]],
    ) -> None:
        self.series, self.line = series, line
        self.models = Models(place)
        self.wanted = Counter(device.tenant for device in wanting)
        self.free: dict[str, list[str]] = {}
        for tenant in self.wanted:
            held = [_number(device, line) for device in wanting if device.tenant == tenant and _has(device, line)]
            free = place.store.extensions.free_numbers(tenant)
            numbers = [one for one in (*free, *held) if (tenant, one) not in claimed]
            self.free[tenant] = list(series.among(numbers))
        self._next = {tenant: iter(free) for tenant, free in self.free.items()}
        self._lacking: list[str] = []
        self._short: list[str] = []

    def to(self, device: Device) -> Device:
        """The device with its extension; as it was when there is none for it, which is noted."""
        try:
            count = self.models.lines(device) if device.model else self.line
            if not 1 <= self.line <= count:
                self._lacking.append(f"{device.mac}: {device.model} has {counted(count, 'line')}, no line {self.line}")
        except BadValue as error:
            self._lacking.append(f"{device.mac}: {error}")
        number = next(self._next[device.tenant], None)
        if number is None:
            self._short.append(f"{device.mac}: no extension of tenant {device.tenant} is left in {self.series.text}")
            return device
        if _has(device, self.line):
            lines = [replace(one, extension=number) if one.number == self.line else one for one in device.lines]
        else:
            lines = sorted([*device.lines, Line(self.line, number)], key=lambda one: one.number)
        return replace(device, lines=tuple(lines))

    def faults(self) -> list[str]:
        """Why it cannot be done: what is short in each tenant first, then device by device."""
        short = [
            f"tenant {tenant}: {wanted - len(self.free[tenant]):,} short: {wanted:,} wanted, "
            f"{len(self.free[tenant]):,} of {self.series.text} are free"
            for tenant, wanted in self.wanted.items()
            if wanted > len(self.free[tenant])
        ]
        return [*short, *self._lacking, *self._short]

    def notes(self) -> Iterator[str]:
        """How far the series goes in each tenant."""
        for tenant, wanted in self.wanted.items():
            given = self.free[tenant][:wanted]
            left = len(self.free[tenant]) - wanted
            yield f"tenant {tenant}: {given[0]} to {given[-1]}, {wanted:,} of them; {left:,} of the series stay free"

"""Writes what was seen: sightings, requests, what each MAC comes to, and alarms, in one transaction."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from aps_tui.data.arrivals import Arrival
from aps_tui.data.queue import Sighting
from aps_tui.data.store import Store
from aps_tui.domain.observation import AGENT, HOST, OPTION_60
from aps_tui.domain.whitelist import Entry, parse_entry
from aps_tui.services.watch.caps import WINDOW, Caps
from aps_tui.services.watch.collect import Batch
from aps_tui.services.watch.verdict import Judge
from aps_tui.services.workplace import Workplace


def judge_of(place: Workplace) -> Judge:
    """What judges evidence by the packs and the prefix rules as they are now."""
    return Judge(place.packs, place.store.rules.all())


def write(place: Workplace, batch: Batch, judge: Judge, caps: Caps | None = None) -> list[Arrival]:
    """Store a batch and say what the MACs in it come to; `caps` leave out what is too much.

    Raises StoreError; then nothing was stored.
    """
    store = place.store
    with store.transaction():
        if caps is not None:
            _cap(place, batch, caps)
        store.sightings.record(batch.sightings.values())
        store.requests.record(batch.requests.values())
        store.requests.registered(batch.registrations.values())
        return note_arrivals(store, batch.macs, judge)


def note_arrivals(store: Store, macs: Iterable[str], judge: Judge) -> list[Arrival]:
    """Judge MACs by all that was ever seen of them, and keep the result."""
    seen = store.sightings.of_many(sorted(macs))
    arrivals = [_arrival(mac, sightings, judge) for mac, sightings in seen.items()]
    store.arrivals.save(arrivals)
    return arrivals


def _cap(place: Workplace, batch: Batch, caps: Caps) -> None:
    now = place.store.db.now()
    macs = sorted(batch.macs)
    unknown = set(macs) - place.store.devices.existing(macs).keys()
    # Not older ones: what a log holds at the start is read again.
    requests = [one for one in batch.requests.values() if now - one.at < WINDOW]
    out, raised = caps.harvested(requests, unknown, now)
    raised += caps.outside((one for one in requests if one.mac not in unknown), _whitelist(place), now)
    never_seen = unknown - out - place.store.arrivals.of(macs).keys()
    kept, flood = caps.admitted(sorted(never_seen), now)
    batch.drop(out | (never_seen - kept))
    for alarm in (*raised, *flood):
        place.store.alarms.raise_(*alarm)


def _whitelist(place: Workplace) -> list[Entry]:
    return [parse_entry(text) for text in place.store.provisioning.get().whitelist]


def _arrival(mac: str, sightings: Sequence[Sighting], judge: Judge) -> Arrival:
    """`sightings`: all of the MAC, the latest first."""
    verdict = judge.judge(mac, sightings)
    return Arrival(
        mac, verdict.vendor, verdict.model, verdict.firmware, verdict.why, verdict.score, verdict.conflict,
        address=next((one.address for one in sightings if one.address), ""),
        agent=_said(sightings, AGENT) or _said(sightings, OPTION_60),
        host=_said(sightings, HOST),
        sources=" ".join(sorted(one.source for one in sightings)),
        first_seen=min(one.first_seen for one in sightings),
        last_seen=max(one.seen_at for one in sightings),
    )  # fmt: skip


def _said(sightings: Sequence[Sighting], word: str) -> str:
    return next((one.evidence[word] for one in sightings if one.evidence.get(word)), "")

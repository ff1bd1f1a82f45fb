"""Judges what all that was seen of a phone comes to: its vendor, its model where that is certain, and how sure it is.

The claims (`claims.py`) are weighed; those that contradict one another stay visible, as they may be a phone that was
replaced, a rule that is wrong, or somebody who invents phones.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from aps_tui.data.prefix_rules import Rule
from aps_tui.data.queue import Sighting
from aps_tui.domain.mac import with_colons
from aps_tui.domain.observation import AGENT, OPTION_60, heard
from aps_tui.services.importing.matching import Matcher
from aps_tui.services.watch.claims import NAME, PNP_WORDS, PREFIX, RULE, WEIGHT, Claim, Claims
from aps_tui.vendors.loader import Packs

_BY_MODEL = {AGENT: 80, PNP_WORDS: 80, OPTION_60: 75, RULE: 70, NAME: 55}
"""The score of a model by what names it."""
_BY_VENDOR = {AGENT: 45, PNP_WORDS: 45, OPTION_60: 40, RULE: 40, PREFIX: 30, NAME: 15}
_PREFIX_AGREES, _ANOTHER_AGREES, _CONFLICT, _LEAST = 10, 5, 30, 5
_MOST_CONFLICTS = 3


class Verdict(NamedTuple):
    """What a phone is, as far as can be told."""

    vendor: str = ""
    """Slug; empty where no pack supports it."""
    model: str = ""
    """As the pack writes it; empty where it is not certain."""
    firmware: str = ""
    why: str = ""
    """What gave the model, or else the vendor: `user agent`, `option 60`, `prefix rule` …"""
    score: int = 0
    """0 to 100."""
    conflict: str = ""
    """What contradicts it; empty for nothing."""


class Judge:
    """Judges many phones. It knows the packs and rules as they were when it was made."""

    def __init__(self, packs: Packs, rules: Sequence[Rule] = ()) -> None:
        self._matcher = Matcher(packs, rules)
        self._related = self._matcher.names.related
        self._claims = Claims(packs, self._matcher.names)
        self._titles = {slug: vendor.name for slug, vendor in packs.vendors.items()}

    def judge(self, mac: str, sightings: Sequence[Sighting]) -> Verdict:
        """What the sightings of a MAC come to, the latest first counting more. No text makes it fail."""
        claims = self._gathered(mac, sightings)
        if not claims:
            return Verdict()
        vendor = self._vendor(claims)
        ours = [one for one in claims if one.vendor == vendor]
        model, why = _model(ours)
        conflicts = [*self._against(vendor, claims), *_disputed(model, ours), *_other_macs(mac, claims)]
        firmware = next((one.firmware for one in ours if one.firmware), "")
        why = why or max(ours, key=lambda one: WEIGHT[one.by]).by
        score = self._score(model, why, vendor, claims) - (_CONFLICT if conflicts else 0)
        told = "; ".join(dict.fromkeys(conflicts[:_MOST_CONFLICTS]))
        return Verdict(vendor, model, heard(firmware), why, max(_LEAST, min(100, score)), told)

    def _gathered(self, mac: str, sightings: Iterable[Sighting]) -> list[Claim]:
        """All claims, the weightiest first, then the latest; each of them once."""
        prefix = self._matcher.by_prefix(mac)
        latest = sorted(sightings, key=lambda one: -one.seen_at)
        claims = [claim for seen in latest for claim in self._claims.of(seen.evidence, prefix)]
        if rule := self._matcher.rule_of(mac):
            claims.append(Claim(RULE, rule.vendor, frozenset((rule.model,))))
        if prefix:
            claims.append(Claim(PREFIX, prefix))
        return sorted(dict.fromkeys(claims), key=lambda one: -WEIGHT[one.by])

    def _vendor(self, claims: Iterable[Claim]) -> str:
        """The vendor that most speaks for; each kind of claim counts once. What is unsure only supports others."""
        told: dict[str, set[str]] = {}
        for claim in claims:
            told.setdefault(claim.vendor, set()).add(claim.by)
        sure = {claim.vendor for claim in claims if not claim.unsure} or told.keys()
        return max(told, key=lambda vendor: (vendor in sure, sum(WEIGHT[by] for by in told[vendor])))

    def _against(self, vendor: str, claims: Iterable[Claim]) -> Iterable[str]:
        """Claims that name another maker."""
        for claim in claims:
            if not claim.unsure and not self._related(claim.vendor, vendor):
                yield f"{claim.by} says {self._titles[claim.vendor]}, not {self._titles[vendor]}"

    def _score(self, model: str, why: str, vendor: str, claims: Sequence[Claim]) -> int:
        agree = {one.by for one in claims if self._related(one.vendor, vendor)} - {why}
        if model:
            score = _BY_MODEL[why]
            agree = {one.by for one in claims if one.by in agree and (model in one.models or one.by == PREFIX)}
        else:
            score = _BY_VENDOR[why]
        score += _PREFIX_AGREES if PREFIX in agree else 0
        return score + _ANOTHER_AGREES * len(agree - {PREFIX})


def _model(ours: Iterable[Claim]) -> tuple[str, str]:
    """The model that is certain, and what names it: one claim alone, or several that leave only one."""
    left: frozenset[str] = frozenset()
    for claim in ours:
        if len(claim.models) == 1:
            return next(iter(claim.models)), claim.by
        if claim.models:
            left = (left & claim.models) or claim.models
            if len(left) == 1:
                return next(iter(left)), claim.by
    return "", ""


def _disputed(model: str, ours: Iterable[Claim]) -> Iterable[str]:
    """Claims that name another model of the vendor. A file with its MAC that several models have is none: a phone
    asks for those of older models too, as a Grandstream does for `cfg<mac>`."""
    for claim in ours:
        tried = claim.by == NAME and claim.mac and len(claim.models) > 1
        if model and claim.models and model not in claim.models and not tried:
            yield f"{claim.by} says {' or '.join(sorted(claim.models)[:3])}, not {model}"


def _other_macs(mac: str, claims: Iterable[Claim]) -> Iterable[str]:
    """Claims that name another phone."""
    for claim in claims:
        if claim.mac and claim.mac != mac:
            yield f"{claim.by} is that of {with_colons(claim.mac)}"

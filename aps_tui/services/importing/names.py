"""Finds the model that a text means, however it is written; where several could be meant, it says which."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from difflib import get_close_matches
from functools import lru_cache
from typing import NamedTuple

from aps_tui.vendors.loader import Packs

_SIGNS = re.compile(r"[\W_]+")
_WORDS = ("sip", "ip", "phone", "model", "voip", "cp", "linksys", "deskphone")
"""Words that makers and lists put before or behind a model's name."""
_SPELLED = {"soundpointip": "spip", "soundstationip": "ssip", "soundpoint": "spip", "soundstation": "ssip"}
"""Long names of series to those that model names begin with."""
_ALIASES = {"linksys": "sipura", "poly": "polycom", "plantronics": "polycom", "unify": "", "ale": "alcatel"}
_MOST_NEAR = 8


class Said(NamedTuple):
    """What a text says."""

    models: tuple[str, ...] = ()
    """Each as `vendor/model`: one that is certain, or several that it could be."""
    certain: bool = False
    vendors: frozenset[str] = frozenset()
    """The vendors that it names; empty when it names none."""


def plain_name(text: str) -> str:
    """A name without case, blanks and signs."""
    return _SIGNS.sub("", text.casefold())


class Names:
    """The names of the vendors and models of all packs."""

    def __init__(self, packs: Packs) -> None:
        self.models = {
            slug: {plain_name(name): name for name in vendor.models} for slug, vendor in packs.vendors.items()
        }
        self.aliases: dict[str, set[str]] = {}
        for slug, vendor in packs.vendors.items():
            for alias in _aliases(slug, vendor.name):
                self.aliases.setdefault(alias, set()).add(slug)
        self.find = lru_cache(maxsize=10_000)(self._find)

    def vendors(self, text: str) -> frozenset[str]:
        """The vendors that a text names."""
        name = plain_name(text)
        found = self.aliases.get(name) or self.aliases.get(plain_name(text.split()[0]) if text.split() else "", set())
        return frozenset(found)

    def related(self, one: str, other: str) -> bool:
        """Whether two vendors are packs of one maker."""
        return one == other or any(one in slugs and other in slugs for slugs in self.aliases.values())

    def _find(self, text: str, vendor: str = "") -> Said:
        """What a text means. `vendor`: whose model it is, where the text does not say so."""
        said, spellings = self._exact(text, vendor)
        if said.models:
            return said
        pool = said.vendors or ({vendor} if vendor else set(self.models))
        return said._replace(models=tuple(self._near(spellings, pool)))

    def certain(self, text: str, vendor: str = "") -> str:
        """The one model that a text means, as `vendor/model`; "" where there is none, or several. It takes no time to
        look for what is written alike."""
        said, _ = self._exact(text, vendor)
        return said.models[0] if said.certain else ""

    def _exact(self, text: str, vendor: str) -> tuple[Said, list[str]]:
        """What a text means to the letter, and its spellings."""
        before, slash, behind = text.partition("/")
        named = self.vendors(before) if slash else frozenset()
        spellings, told = self._spellings(plain_name(behind if named else text))
        named = named or told
        pools: Iterable[Collection[str]] = [named] if named else [[vendor], self.models]
        for pool in pools:
            found = [f"{slug}/{self.models[slug][name]}" for name in spellings for slug in pool
                     if name in self.models.get(slug, ())]  # fmt: skip
            exact = [one for one in dict.fromkeys(found) if plain_name(one.partition("/")[2]) == _first(found)]
            if vendor in pool and any(one.startswith(f"{vendor}/") for one in exact):
                exact = [one for one in exact if one.startswith(f"{vendor}/")]
            if exact:
                return Said(tuple(exact), len(exact) == 1, named), spellings
        return Said((), False, named), spellings

    def _spellings(self, name: str) -> tuple[list[str], frozenset[str]]:
        """The name, and without what stands before and behind; and the vendors that it begins with."""
        spellings, told = [name], frozenset[str]()
        for spelling in spellings:  # grows while it is gone through
            for prefix in (*self.aliases, *_WORDS):
                if spelling.startswith(prefix) and len(spelling) > len(prefix):
                    told = told or frozenset(self.aliases.get(prefix, ()))
                    spellings.append(spelling[len(prefix) :])
            spellings += [spelling[: -len(word)] for word in _WORDS if spelling.endswith(word) and spelling != word]
            spellings += [
                short + spelling[len(long) :] for long, short in _SPELLED.items() if spelling.startswith(long)
            ]
            if len(spellings) > 50:
                break
        return list(dict.fromkeys(spellings)), told

    def _near(self, spellings: Collection[str], vendors: Collection[str]) -> Iterator[str]:
        """Models that a text could have meant: those that begin with it, then those that are written alike."""
        known = {name: f"{slug}/{model}" for slug in vendors for name, model in self.models.get(slug, {}).items()}
        found: dict[str, None] = {}
        for spelling in (one for one in spellings if len(one) > 1):
            found |= {known[name]: None for name in known if name.startswith(spelling)}
        for spelling in (one for one in spellings if len(one) > 2):
            found |= {known[name]: None for name in get_close_matches(spelling[:40], known, n=4, cutoff=0.75)}
        return iter(list(found)[:_MOST_NEAR])


def _first(found: list[str]) -> str:
    return plain_name(found[0].partition("/")[2]) if found else ""


def _aliases(slug: str, name: str) -> Iterator[str]:
    yield plain_name(slug)
    for part in name.split("/"):
        yield plain_name(part)
        yield plain_name(part.split()[0]) if part.split() else plain_name(slug)
    yield from (alias for alias, of in _ALIASES.items() if of == slug)

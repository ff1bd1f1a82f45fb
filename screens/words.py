"""The words of the command line, as data: what each takes, what it does, how it is completed."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from difflib import get_close_matches
from typing import NamedTuple, TypeAlias

from aps_tui.domain.errors import BadValue
from aps_tui.screens.areas import AREAS
from aps_tui.screens.bulk_entries import Entry
from aps_tui.services.finding import ids_like, macs_like, numbers_like, templates_like
from aps_tui.services.workplace import Workplace

LISTS = ("devices", "templates", "mappings", "queue", "extensions")
"""Screens with a filter line."""
OPTIONAL = "["
"""What a word takes begins with this where it may be left out."""

ADDED = (
    Entry("device", "d", "Device", "By its MAC, of a tenant"),
    Entry("template", "t", "Template", "What devices of a model have in common"),
    Entry("mapping", "m", "Mapping", "A host name in place of an address, in every file"),
)
"""What `add` makes, wherever one is: the three ways to go on from the one entry of the list of objects."""

Complete: TypeAlias = Callable[[Workplace, str], Sequence[str]]
"""The ways to go on with what is typed."""
Action: TypeAlias = tuple[str, str, tuple[str, ...]]
"""An action as Textual has it taken apart: where (here), its name, what it is given."""


class Word(NamedTuple):
    """One word of the command line."""

    name: str
    takes: str
    """`MAC|EXTENSION`; `[TEXT]` may be left out; empty: nothing."""
    help: str
    action: str
    """The App's action."""
    given: tuple[str, ...] = ()
    """What the action is given; `{}` stands for what the word took."""
    complete: Complete | None = None


_AREA_WORDS = [
    Word(area.name, "[TEXT]", f"{area.help}; a text filters it", "listed", (area.name, "{}"))
    if area.name in LISTS
    else Word(area.name, "", area.help, "area", (area.name,))
    for area in AREAS
    if area.name != "device"
]
WORDS: tuple[Word, ...] = (
    *_AREA_WORDS,
    Word("device", "[MAC|EXT]", "One device; tenant/extension where two tenants have it", "device", ("{}",),
         lambda place, typed: [*numbers_like(place, typed), *macs_like(place, typed)]),
    Word("extension", "NUMBER", "An extension: its state and who uses it", "listed", ("extensions", "number:{}"),
         numbers_like),
    Word("template", "NAME", "One template", "template", ("{}",), templates_like),
    Word("setting", "WORDS", "Go to a setting: here, or among the site's", "setting", ("{}",), ids_like),
    Word("add", "[WHAT]", "Add a device, a template or a mapping", "add", ("{}",),
         lambda _, typed: [one.name for one in ADDED if one.name.startswith(typed)]),
    Word("filter", "[TEXT]", "Filter this list; nothing shows all", "narrow", ("{}",)),
    Word("plan", "", "Plan what is marked, or what the screen is about", "here", ("plan", "commit")),
    Word("resync", "[MAC|EXT]", "Tell phones to fetch: one, what is marked, or what changed", "tell", ("{}",),
         lambda place, typed: [*numbers_like(place, typed), *macs_like(place, typed)]),
    Word("history", "", "The commits so far, and the way back to one", "at", ("commit", "history")),
    Word("undo", "", "Take back the last edit that is not committed", "take_back"),
    Word("sync", "", "Read the PBX's extensions", "at", ("extensions", "sync")),
    Word("sources", "", "Where extensions are read from", "at", ("extensions", "sources")),
    Word("dhcp", "[SERVER]", "The DHCP classes, for isc, dnsmasq or kea", "server_text", ("dhcp {}",),
         lambda _, typed: [name for name in ("isc", "dnsmasq", "kea") if name.startswith(typed)]),
    Word("asterisk", "[DRIVER]", "What Asterisk needs, for pjsip or chan-sip", "server_text", ("asterisk {}",),
         lambda _, typed: [name for name in ("pjsip", "chan-sip") if name.startswith(typed)]),
    Word("web", "[SERVER]", "What nginx or apache needs: each phone its own files", "server_text", ("web {}",),
         lambda _, typed: [name for name in ("nginx", "apache") if name.startswith(typed)]),
    Word("tftp", "[SERVER]", "TFTP by hpa or dnsmasq, who depends on it, the firewall", "server_text", ("tftp {}",),
         lambda _, typed: [name for name in ("hpa", "dnsmasq") if name.startswith(typed)]),
    Word("fail2ban", "[SERVER]", "What bans who guesses, by a server's log", "server_text", ("fail2ban {}",),
         lambda _, typed: [name for name in ("nginx", "apache") if name.startswith(typed)]),
    Word("doctor", "", "Check the whole installation, and how to mend each fault", "doctor"),
    Word("export", "FILE", "Write the marked devices, or the whole list, to a CSV file", "export", ("{}",)),
    Word("help", "", "Show all keys", "help"),
    *(Word(name, "", "Leave", "quit") for name in ("q", "quit", "exit")),
)  # fmt: skip
"""Every word. A beginning that only one has will do; `show`, as in the PBX's own console, may stand before any."""
ALIASES = {"peers": "extensions", "endpoints": "extensions", "peer": "extension", "endpoint": "extension"}
"""What the PBX calls them."""
_SHOW = re.compile(r"\s*:?\s*((core|sip|pjsip)\s+)?(show\s+)?", re.IGNORECASE)


class Typed(NamedTuple):
    """A line taken apart."""

    before: str
    """What may stand before the word, as it was typed."""
    name: str
    more: str
    """What the word is given."""
    ended: bool
    """Whether the word was ended by a blank."""


def taken_apart(line: str) -> Typed:
    """The word of a line, and what it is given."""
    found = _SHOW.match(line)
    end = found.end() if found else 0
    name, blank, more = line[end:].partition(" ")
    return Typed(line[:end], ALIASES.get(name.lower(), name.lower()), more.strip(), bool(blank))


def action_of(line: str) -> Action | None:
    """The App's action that a line asks for; None for an empty line. Raises BadValue with what may be meant."""
    typed = taken_apart(line)
    if not typed.name:
        return None
    word = _word(typed.name)
    if typed.more and not word.takes:
        raise BadValue(f"{word.name} takes nothing")
    if not typed.more and word.takes and not word.takes.startswith(OPTIONAL):
        raise BadValue(f"{word.name} {word.takes}: {word.help}")
    return "", word.action, tuple(text.format(typed.more) for text in word.given)


def _word(name: str) -> Word:
    known = {word.name: word for word in WORDS}
    found = [known[name]] if name in known else [word for word in WORDS if word.name.startswith(name)]
    if len({(word.action, word.given) for word in found}) == 1:
        return found[0]
    if found:
        raise BadValue(f"{name}: which one: {', '.join(word.name for word in found)}?")
    near = get_close_matches(name, known, n=1)
    meant = f": did you mean {near[0]}?" if near else f". There are: {', '.join(known)}"
    raise BadValue(f"there is no command {name!r}{meant}")


def added(what: str) -> str:
    """The screen on which something is added, by its name or as that begins. Raises BadValue."""
    found = [one.name for one in ADDED if one.name.startswith(what.lower())]
    if len(found) != 1:
        raise BadValue(f"add {what}: there are {', '.join(one.name for one in ADDED)}")
    return f"{found[0]}s"


def completed(place: Workplace, line: str) -> tuple[str, Sequence[str]]:
    """The line as far as it can only go on in one way, and the ways when there are several."""
    typed = taken_apart(line)
    if not typed.ended:
        ways = [word.name for word in WORDS if word.name.startswith(typed.name)]
        return _extended(typed.before, typed.name, ways)
    found = next((word.complete for word in WORDS if word.name == typed.name and word.complete), None)
    if found is None:
        return line, ()
    return _extended(f"{typed.before}{typed.name} ", typed.more, found(place, typed.more))


def _extended(before: str, typed: str, ways: Sequence[str]) -> tuple[str, Sequence[str]]:
    if len(ways) == 1:
        return f"{before}{ways[0]} ", ()
    first, last = min(ways, default=typed), max(ways, default=typed)
    same = next((n for n, pair in enumerate(zip(first, last, strict=False)) if pair[0] != pair[1]), len(first))
    return before + (first[:same] if ways else typed), ways


def said() -> Iterator[str]:
    """Every word with what it takes and does, as the help shows it."""
    yield from (f"  {f'{word.name} {word.takes}':<26} {word.help}" for word in WORDS)

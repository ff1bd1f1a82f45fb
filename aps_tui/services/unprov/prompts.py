"""What the dialogue says, as sound files: which of them Asterisk has, and what is said where one is missing."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from aps_tui.services.unprov.options import Use

CANDIDATES: Mapping[Use, tuple[str, ...]] = {
    "pin": ("agent-pass", "vm-password"),
    "wrong-pin": ("auth-incorrect", "vm-incorrect"),
    "extension": ("agent-newlocation", "vm-extension"),
    "invalid": ("pbx-invalid", "privacy-incorrect"),
    "thanks": ("auth-thankyou",),
    "goodbye": ("vm-goodbye",),
}
"""Core sounds for each thing, the best first (spec/pbx.md C.6)."""
LAST = "beep"
"""What is played where nothing else is there."""
DIGITS = tuple(f"digits/{n}" for n in range(10))


@dataclass(frozen=True, slots=True)
class Prompts:
    """The files to try for each thing, in order."""

    files: Mapping[Use, tuple[str, ...]]
    notes: list[str] = field(default_factory=list)
    """What is missing, and what is said instead: one line each."""


def find_prompts(folders: Iterable[str], own: Mapping[Use, str]) -> Prompts:
    """Look which sounds there are. Where no folder can be read, every name is taken to exist."""
    wanted = {use: (*((own[use],) if use in own else ()), *names, LAST) for use, names in CANDIDATES.items()}
    tried = list(folders)
    found = {name for folder in tried for name in _sounds(folder)}
    if not found:
        where = ", ".join(tried) or "nowhere"
        note = (
            f"no sounds found in {where}: say in [unprov] sounds where Asterisk has them, so that they can be checked"
        )
        return Prompts(wanted, [note])
    notes = []
    for use, names in wanted.items():
        there = [name for name in names if name in found]
        if not there:
            notes.append(f"no sound for {use}: none of {', '.join(names)} is there: install Asterisk's core sounds")
        elif there[0] != names[0]:
            notes.append(f"the sound {names[0]} is missing: {there[0]} is played for {use}")
    silent = [name for name in DIGITS if name not in found]
    if silent:
        notes.append(f"the extension cannot be said in full: {', '.join(silent)} missing")
    # What was not found is tried last: a sound may lie where only Asterisk looks.
    order = {use: tuple(sorted(names, key=lambda name: name not in found)) for use, names in wanted.items()}
    return Prompts(order, notes)


def _sounds(folder: str) -> Iterable[str]:
    """The sounds in a folder and one below, without their endings."""
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                if entry.is_dir():
                    yield from (f"{entry.name}/{name}" for name in _files(entry.path))
                else:
                    yield entry.name.rpartition(".")[0]
    except OSError:
        return


def _files(folder: str) -> list[str]:
    try:
        return [name.rpartition(".")[0] for name in os.listdir(folder)]
    except OSError:
        return []

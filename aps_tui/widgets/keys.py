"""Key bindings as data: one line each, and the way to list those of a screen."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from textual.binding import Binding
from textual.dom import DOMNode


class Shown(NamedTuple):
    """A binding as help and the palette show it."""

    keys: str
    """`g home`: every key that does it, as printed on the keyboard."""
    action: str
    title: str
    help: str


def key(keys: str, action: str, title: str, help: str, *, footer: bool = False, first: bool = False) -> Binding:
    """One binding; `keys` are separated by commas, `footer` shows it there, `first` goes before a widget's own keys."""
    return Binding(keys, action, title, show=footer, tooltip=help, id=action, priority=first)


def declared(node: DOMNode) -> Iterator[Binding]:
    """The bindings that this project declares for a widget, screen or app, its own class first."""
    return (binding for _, bindings in declared_by(node) for binding in bindings)


def declared_by(node: DOMNode) -> Iterator[tuple[type, list[Binding]]]:
    """The same, class by class."""
    for base in type(node).__mro__:
        if base.__module__.startswith("aps_tui"):
            yield base, [binding for binding in base.__dict__.get("BINDINGS", ()) if isinstance(binding, Binding)]


_NAMES = {
    "slash": "/", "question_mark": "?", "colon": ":", "less_than_sign": "<", "greater_than_sign": ">",
    "asterisk": "*", "left_square_bracket": "[", "right_square_bracket": "]", "plus": "+", "minus": "-",
    "exclamation_mark": "!", "equals_sign": "=",
    "pageup": "PgUp", "pagedown": "PgDn", "home": "Home", "end": "End", "enter": "Enter", "escape": "Esc",
    "space": "Space", "up": "Up", "down": "Down", "left": "Left", "right": "Right", "tab": "Tab",
    "shift+tab": "S-Tab", "backspace": "Backspace",
}  # fmt: skip


def spelled(keys: str) -> str:
    """Textual's key names as people read them: `slash,ctrl+d` becomes `/ ^d`."""
    return " ".join(_spelled(name.strip()) for name in keys.split(","))


def _spelled(name: str) -> str:
    if name.startswith("ctrl+"):
        return "^" + name[5:]
    if name.startswith("f") and name[1:].isdigit():
        return name.upper()
    return _NAMES.get(name, name)


def shown(node: DOMNode) -> list[Shown]:
    """What can be done at a node now, in the order it was declared; what its check_action hides is left out."""
    return [one for _, keys in shown_by(node) for one in keys]


def shown_by(node: DOMNode) -> Iterator[tuple[type, list[Shown]]]:
    """The same, class by class as they declare it, the node's own first."""
    for base, bindings in declared_by(node):
        yield base, [_shown(binding) for binding in bindings if _offered(node, binding)]


def _shown(binding: Binding) -> Shown:
    return Shown(spelled(binding.key), binding.action, binding.description, binding.tooltip)


def _offered(node: DOMNode, binding: Binding) -> bool:
    action, _, rest = binding.action.rpartition(".")[2].partition("(")
    return node.check_action(action, (rest.rstrip(")"),) if rest else ()) is not False

"""The sandbox in which a pack's templates run: they see data, and neither time nor memory without end.

A template is an operator's own text, and may be wrong or worse. Jinja's sandbox keeps it from Python; what is here
keeps it from the machine: every step of a loop and every call is counted, no text grows beyond a bound, and nothing
but the files of the pack is read.
"""

from __future__ import annotations

import os
import re
import threading
import time
from collections.abc import Callable, Iterable, Iterator, MutableMapping
from functools import lru_cache, partial, wraps
from itertools import islice
from pathlib import Path
from typing import Any, cast

from jinja2 import (
    ChoiceLoader,
    Environment,
    FileSystemBytecodeCache,
    FileSystemLoader,
    StrictUndefined,
    Template,
    nodes,
    pass_environment,
)
from jinja2.filters import do_sum
from jinja2.runtime import Context
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.visitor import NodeTransformer

from aps_tui.vendors.emit import FILTERS, TemplateFault, finalize
from aps_tui.vendors.partials import Asking, Included
from aps_tui.vendors.spaces import VIEWS

MOST_STEPS = 50_000
"""Steps of loops, and calls, of one file; the largest shipped one takes some two thousand."""
MOST_SECONDS = 20.0
MOST_TEXT = 1 << 20
"""Characters of a text, and entries of a list, that a template makes."""
MOST_ADDED = 20_000
"""Entries of lists that are added up."""
MOST_FILE = 8 << 20
"""Characters of one file."""
_MOST_BITS = 256
_LOOK_EVERY = 64
"""Steps between two looks at the clock."""
_CACHED = "aps2_%s.cache"
"""Names of compiled templates; to be changed with what is compiled into them."""

_TOO_MUCH = "makes a text or a list without end"
_WIDE = re.compile(r"%[^a-zA-Z%]*(\d{4}|\*)")
_GLOBALS = frozenset({"range", "namespace"})
_NO_FILTERS = frozenset({
    "center", "indent", "wordwrap", "filesizeformat", "pprint", "tojson", "urlize", "xmlattr", "random", "batch",
    "slice", "truncate", "striptags", "forceescape", "groupby",
})  # fmt: skip
"""Filters of Jinja that take a width, or have no use in a phone's file."""
_NO_METHODS = frozenset({
    "center", "ljust", "rjust", "zfill", "expandtabs", "format", "format_map", "translate", "join", "encode",
})  # fmt: skip
"""Methods of a text that make a longer one out of little, or no text."""


class Budget(threading.local):
    """What the file in hand may still use, for each thread."""

    def __init__(self) -> None:
        self.begin()

    def begin(self) -> None:
        """Start anew, for another file."""
        self.steps = 0
        self._until = time.monotonic() + MOST_SECONDS

    def spend(self, steps: int = 1) -> None:
        """Use some steps. Raises TemplateFault when there are none left, or no time."""
        before = self.steps // _LOOK_EVERY
        self.steps += steps
        if self.steps > MOST_STEPS:
            raise TemplateFault(f"takes more than {MOST_STEPS:,} steps for one file")
        if self.steps // _LOOK_EVERY != before and time.monotonic() > self._until:
            raise TemplateFault(f"takes more than {MOST_SECONDS:.0f} seconds for one file")

    def counted(self, values: Any) -> Any:
        """What a loop goes over, paid for: at once where its length is known, else step by step."""
        try:
            length = len(values)
        except TypeError:
            return self._stepwise(values)
        self.spend(length)
        return values

    def _stepwise(self, values: Iterable[Any]) -> Iterator[Any]:
        for value in values:
            self.spend()
            yield value


BUDGET = Budget()


def whole(pieces: Iterable[str]) -> str:
    """The pieces of a file, or of a part of it, as one text. Raises TemplateFault for too much of it."""
    kept = list(pieces)
    if sum(map(len, kept)) > MOST_FILE:
        raise TemplateFault(f"makes a file of more than {MOST_FILE >> 20} MB")
    return "".join(kept)


def sized(value: Any) -> Any:
    """A value that is not too large. Raises TemplateFault."""
    kind = type(value)
    if kind is int:
        if value.bit_length() > _MOST_BITS:
            raise TemplateFault("makes a number without end")
    elif isinstance(value, str | list | tuple) and len(value) > MOST_TEXT:
        raise TemplateFault(_TOO_MUCH)
    return value


def _multiplied(left: Any, right: Any) -> Any:
    for text, times in ((left, right), (right, left)):
        if isinstance(text, str | list | tuple) and isinstance(times, int) and len(text) * times > MOST_TEXT:
            raise TemplateFault(_TOO_MUCH)
    return sized(left * right)


def _raised(left: Any, right: Any) -> Any:
    if isinstance(left, int) and isinstance(right, int) and abs(left).bit_length() * right > _MOST_BITS:
        raise TemplateFault("makes a number without end")
    return left**right


def _remainder(left: Any, right: Any) -> Any:
    if isinstance(left, str):
        return _format(left, *(right if isinstance(right, tuple) else (right,)))
    return left % right


def single(value: Any) -> Any:
    """A value that is no list: lists within lists would make endless texts. Raises TemplateFault."""
    if isinstance(value, list | tuple | dict):
        raise TemplateFault(f"makes a text of a {type(value).__name__}: join it")
    return value


_OPERATORS: dict[str, Callable[[Any, Any], Any]] = {
    "+": lambda left, right: sized(left + right), "*": _multiplied, "**": _raised, "%": _remainder,
}  # fmt: skip


def _replaced(text: str, old: str, new: str, *count: int) -> str:
    """`str.replace` within bounds."""
    if len(text) + (text.count(old) if old else len(text) + 1) * len(new) > MOST_TEXT:
        raise TemplateFault(_TOO_MUCH)
    return text.replace(old, new, *count)


def _replace(text: Any, old: str, new: str, count: int = -1) -> str:
    """Jinja's filter `replace`."""
    return _replaced(str(text), str(old), str(new), count)


def _join(values: Iterable[Any], between: str = "") -> str:
    """Jinja's filter `join`."""
    parts = [str(single(one)) for one in islice(values, MOST_TEXT)]
    if sum(map(len, parts)) + len(between) * len(parts) > MOST_TEXT:
        raise TemplateFault(_TOO_MUCH)
    return between.join(parts)


def _format(form: str, *values: Any) -> str:
    """Jinja's filter `format`."""
    if _WIDE.search(form):
        raise TemplateFault("writes a value wider than 999 characters")
    return str(sized(form % tuple(map(single, values))))


def _string(value: Any) -> str:
    """Jinja's filter `string`."""
    return str(single(value))


@pass_environment
def _sum(env: Environment, values: Iterable[Any], attribute: str | int | None = None, start: Any = 0) -> Any:
    """Jinja's filter `sum`; lists are copied anew with each that is added."""
    parts = list(islice(values, MOST_ADDED))
    if sum(len(part) for part in parts if isinstance(part, list | tuple | str)) > MOST_ADDED:
        raise TemplateFault(_TOO_MUCH)
    return do_sum(env, parts, attribute, start)


def _bounded(filter_: Callable[..., Any]) -> Callable[..., Any]:
    """A filter that counts as a step, and whose result is looked at."""

    @wraps(filter_)
    def bounded(*given: Any, **named: Any) -> Any:
        BUDGET.spend()
        return sized(filter_(*given, **named))

    return bounded


class _Counting(NodeTransformer):
    """Has every loop paid for and every joined text looked at."""

    def visit_For(self, node: nodes.For) -> nodes.Node:
        """A loop."""
        self.generic_visit(node)
        node.iter = nodes.Filter(node.iter, "_counted", [], [], None, None, lineno=node.lineno)
        return node

    def visit_Concat(self, node: nodes.Concat) -> nodes.Node:
        """Texts joined by `~`."""
        self.generic_visit(node)
        node.nodes = [nodes.Filter(one, "_single", [], [], None, None, lineno=node.lineno) for one in node.nodes]
        return nodes.Filter(node, "_sized", [], [], None, None, lineno=node.lineno)


class Sandbox(ImmutableSandboxedEnvironment):
    """Jinja's sandbox with bounds; our own views, which hold nothing but data, are reached without its detours."""

    context_class = Asking
    intercepted_binops = frozenset(_OPERATORS)
    concat = staticmethod(whole)

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._included: dict[str, Template] = {}
        self.binop_table |= _OPERATORS
        self.globals = {name: value for name, value in self.globals.items() if name in _GLOBALS}
        filters = {
            **self.filters,
            "replace": _replace,
            "join": _join,
            "format": _format,
            "string": _string,
            "sum": _sum,
        }
        self.filters = {name: _bounded(one) for name, one in filters.items() if name not in _NO_FILTERS}
        self.filters |= FILTERS | {"_counted": BUDGET.counted, "_sized": sized, "_single": single}

    def get_template(
        self, name: str | Template, parent: str | None = None, globals: MutableMapping[str, Any] | None = None
    ) -> Template:
        """A template; one that another template asks for may be remembered. Raises TemplateNotFound."""
        if parent is None or isinstance(name, Template):
            return super().get_template(name, parent, globals)
        BUDGET.spend()
        if name not in self._included:
            self._included[name] = cast(Template, Included(super().get_template(name, parent, globals)))
        return self._included[name]

    def getattr(self, obj: Any, attribute: str) -> Any:
        """An attribute of a view, or of anything else as the sandbox allows it."""
        if type(obj) in VIEWS and not attribute.startswith("_"):
            try:
                return getattr(obj, attribute)
            except AttributeError:
                return self.undefined(obj=obj, name=attribute)
        if attribute in _NO_METHODS and isinstance(obj, str):
            return self.unsafe_undefined(obj, attribute)
        return super().getattr(obj, attribute)

    def getitem(self, obj: Any, argument: Any) -> Any:
        """An entry; of a text it may not be one of the methods that are kept from templates."""
        if isinstance(obj, str) and isinstance(argument, str) and argument in _NO_METHODS:
            return self.unsafe_undefined(obj, argument)
        return super().getitem(obj, argument)

    def call(self, context: Context, obj: Any, /, *args: Any, **kwargs: Any) -> Any:
        """Call a method, a macro, or a function, which counts as a step."""
        BUDGET.spend()
        if getattr(obj, "__name__", "") == "replace" and isinstance(getattr(obj, "__self__", None), str):
            obj = partial(_replaced, obj.__self__)
        return super().call(context, obj, *args, **kwargs)

    def _generate(self, source: nodes.Template, *args: Any, **kwargs: Any) -> str:
        counting: nodes.Template = _Counting().visit(source)
        return super()._generate(counting, *args, **kwargs)


class _Inside(FileSystemLoader):
    """Loads what lies in a pack's folder; a link that leads out of it is not followed."""

    def get_source(self, environment: Environment, template: str) -> tuple[str, str, Callable[[], bool]]:
        """A template's text. Raises TemplateNotFound, TemplateFault."""
        found = super().get_source(environment, template)
        folder = os.path.realpath(self.searchpath[0])
        if os.path.commonpath([folder, os.path.realpath(found[1])]) != folder:
            raise TemplateFault(f"{template} is a link that leads out of its pack")
        return found


@lru_cache(maxsize=64)
def environment(folders: tuple[Path, ...], fingerprint: str, cache: Path | None = None) -> Sandbox:
    """The sandbox in which one vendor's templates run; undefined names are errors.

    `cache` is a private folder for compiled templates; `fingerprint` makes a changed pack a new environment.
    """
    return Sandbox(
        loader=ChoiceLoader([_Inside(folder) for folder in folders]),
        undefined=StrictUndefined,
        finalize=finalize,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        auto_reload=False,
        bytecode_cache=FileSystemBytecodeCache(str(cache), _CACHED) if cache else None,
    )

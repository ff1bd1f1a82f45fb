"""What a model supports, derived from what its templates read.

The templates' syntax trees are walked with the model's facts: a branch that the facts close is not entered,
so nothing is said twice. Results are names: setting ids (`server.N.host`), `line.<field>` for line fields,
`bank.<name>` for key banks, `raw` for raw parameters.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any, NamedTuple

from jinja2 import Environment, nodes

from aps_tui.domain.catalogue import CATALOGUE
from aps_tui.vendors.pack import Facts, Model, Vendor, file_name
from aps_tui.vendors.sandbox import environment
from aps_tui.vendors.spaces import HTTP_PASSWORD, PROVISIONING_URL, setting_prefixes, spaces

_UNKNOWN = object()
_TABLE_FILTERS = ("word", "words")
_LINE_FIELDS = frozenset({"caller_id_source", "local_sip_port", "srtp", "transport", "auto_answer", "label"})


def supported(vendor: Vendor, model: Model, firmware: str | None = None, *, site: bool = False) -> frozenset[str]:
    """The names that the model's per-MAC files read, for a firmware generation (the newest when None).

    Files that several phones read carry the global site's values alone: they count with `site`, for these.
    """
    if not site:
        return reads(vendor, model, firmware).names
    return _reads(vendor.folders, vendor.fingerprint, _Key(vendor, model, firmware, site=True)).names


def login_place(vendor: Vendor, model: Model, firmware: str | None = None) -> str:
    """The setting by which a model's own files tell its phones how to fetch: `general.http_password`, else
    `general.provisioning_url`, which can hold user and password; empty where they have no place for it."""
    names = supported(vendor, model, firmware)
    return next((name for name in (HTTP_PASSWORD, PROVISIONING_URL) if name in names), "")


class Reads(NamedTuple):
    """What a model's per-MAC files make of the settings."""

    names: frozenset[str]
    """See `supported`."""
    words: Mapping[str, frozenset[str]]
    """Setting id (with `N`) to the neutral words that the vendor has a word of its own for. A setting that is written
    as it stands is not in it."""
    lines: Mapping[str, frozenset[str]]
    """Setting id (with `N`) to the templates' lines that read it, for what they name: parameters."""


def reads(vendor: Vendor, model: Model, firmware: str | None = None) -> Reads:
    """What the model's per-MAC files read, and how, for a firmware generation (the newest when None)."""
    return _reads(vendor.folders, vendor.fingerprint, _Key(vendor, model, firmware))


class _Key:
    """Makes a vendor and model hashable for the cache by what decides the answer."""

    __slots__ = ("firmware", "model", "site", "vendor")

    def __init__(self, vendor: Vendor, model: Model, firmware: str | None, *, site: bool = False) -> None:
        self.vendor, self.model, self.firmware, self.site = vendor, model, firmware, site

    def _decides(self) -> tuple[object, ...]:
        return (self.vendor.fingerprint, self.model.name, self.firmware, self.site)

    def __hash__(self) -> int:
        return hash(self._decides())

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Key) and self._decides() == other._decides()


@lru_cache(maxsize=2048)
def _reads(folders: tuple[Any, ...], fingerprint: str, key: _Key) -> Reads:
    facts = key.model.facts(key.firmware)
    walker = _Walker(key.vendor, facts)
    for spec in key.vendor.files:
        if (key.site or not spec.shared) and file_name(spec, facts, "0" * 12) is not None:
            walker.template(spec.template)
    words = {id: frozenset(found | walker.compared.get(id, set())) for id, found in walker.words.items()}
    return Reads(frozenset(walker.reads), words, {id: frozenset(found) for id, found in walker.lines.items()})


class _Walker:
    """Walks one model's templates and collects what they read."""

    def __init__(self, vendor: Vendor, facts: Facts) -> None:
        self.env = environment(vendor.folders, vendor.fingerprint)
        self.tables = vendor.words
        self.facts = facts
        self.reads: set[str] = set()
        self.words: dict[str, set[str]] = {}
        self.compared: dict[str, set[str]] = {}
        self.lines: dict[str, set[str]] = {}
        self._text: list[str] = []
        self._made_of: dict[str, set[str]] = {}
        self._seen: set[tuple[str, frozenset[tuple[str, str]]]] = set()

    def template(self, name: str, bound: dict[str, str] | None = None) -> None:
        """Walk a template with all that it includes or imports; `bound`: loop names that it sees, and what they are."""
        bound = bound or {}
        seen = (name, frozenset(bound.items()))
        if seen in self._seen:
            return
        self._seen.add(seen)
        before, self._text = self._text, _source(self.env, name).splitlines()
        self._walk(_parse(self.env, name), dict(bound))
        self._text = before

    def _walk(self, node: nodes.Node, bound: dict[str, str]) -> None:
        if isinstance(node, nodes.If):
            self._walk_if(node, bound)
        elif isinstance(node, nodes.CondExpr):
            self._walk_choice(node.test, [node.expr1], [node.expr2] if node.expr2 else [], bound)
        elif isinstance(node, nodes.For):
            inner = {**bound, **self._loop_names(node, bound)}
            self._walk(node.iter, bound)
            for child in [*([node.test] if node.test else []), *node.body]:
                self._walk(child, inner)
            self._walk_all(node.else_, bound)
        elif isinstance(node, nodes.Assign):
            path = self._path(node.node, bound)
            if isinstance(node.target, nodes.Name):
                self._made_of[node.target.name] = self._settings_in(node.node, bound)
                if path:
                    bound[node.target.name] = path
            self._walk(node.node, bound)
        elif isinstance(node, nodes.Getattr | nodes.Getitem | nodes.Name):
            self._read(node, bound)
        elif isinstance(node, nodes.Filter) and node.name in _TABLE_FILTERS and node.node and node.args:
            self._note_words(node.node, self._known(node.args[0]), bound)
            self._walk_all(node.iter_child_nodes(), bound)
        elif isinstance(node, nodes.Compare):
            self._note_compared(node, bound)
            self._walk_all(node.iter_child_nodes(), bound)
        elif isinstance(node, nodes.Include | nodes.Import | nodes.FromImport):
            if isinstance(node.template, nodes.Const):
                self.template(str(node.template.value), bound if isinstance(node, nodes.Include) else None)
        else:
            self._walk_all(node.iter_child_nodes(), bound)

    def _walk_all(self, children: Iterable[nodes.Node], bound: dict[str, str]) -> None:
        for child in children:
            self._walk(child, bound)

    def _walk_if(self, node: nodes.If, bound: dict[str, str]) -> None:
        otherwise: list[nodes.Node] = [*node.elif_, *node.else_]
        if node.elif_:
            first, *rest = node.elif_
            otherwise = [nodes.If(first.test, first.body, rest, node.else_)]
        self._walk_choice(node.test, node.body, otherwise, bound)

    def _walk_choice(
        self,
        test: nodes.Node,
        then: Iterable[nodes.Node],
        otherwise: Iterable[nodes.Node],
        bound: dict[str, str],
    ) -> None:
        outcome = self._known(test)
        if outcome is _UNKNOWN:
            self._walk(test, bound)
        if outcome is _UNKNOWN or outcome:
            self._walk_all(then, bound)
        if outcome is _UNKNOWN or not outcome:
            self._walk_all(otherwise, bound)

    def _known(self, test: nodes.Node) -> Any:
        """What a test comes to when the model's facts alone decide it; _UNKNOWN otherwise."""
        if isinstance(test, nodes.Const):
            return test.value
        if isinstance(test, nodes.Tuple | nodes.List):
            items = tuple(self._known(item) for item in test.items)
            return _UNKNOWN if _UNKNOWN in items else items
        if isinstance(test, nodes.Getattr) and isinstance(test.node, nodes.Name) and test.node.name == "model":
            return self.facts.get(test.attr, _UNKNOWN)
        if isinstance(test, nodes.Not):
            inner = self._known(test.node)
            return inner if inner is _UNKNOWN else not inner
        if isinstance(test, nodes.And | nodes.Or):
            return self._known_pair(test)
        if isinstance(test, nodes.Compare) and len(test.ops) == 1:
            return self._known_compare(test)
        return _UNKNOWN

    def _known_pair(self, test: nodes.And | nodes.Or) -> Any:
        left, right = self._known(test.left), self._known(test.right)
        decides = isinstance(test, nodes.Or)
        for side in (left, right):
            if side is not _UNKNOWN and bool(side) is decides:
                return decides
        return _UNKNOWN if _UNKNOWN in (left, right) else not decides

    def _known_compare(self, test: nodes.Compare) -> Any:
        left, right = self._known(test.expr), self._known(test.ops[0].expr)
        if left is _UNKNOWN or right is _UNKNOWN:
            return _UNKNOWN
        compare = {"eq": left == right, "ne": left != right}
        if test.ops[0].op in compare:
            return compare[test.ops[0].op]
        if test.ops[0].op == "in":
            return left in right
        ordered = {"gt": lambda: left > right, "gteq": lambda: left >= right, "lt": lambda: left < right,
                   "lteq": lambda: left <= right}  # fmt: skip
        return ordered[test.ops[0].op]() if test.ops[0].op in ordered else _UNKNOWN

    def _loop_names(self, node: nodes.For, bound: dict[str, str]) -> dict[str, str]:
        path = self._path(node.iter, bound)
        if not path or not isinstance(node.target, nodes.Name):
            return {}
        return {node.target.name: "line" if path == "lines" else f"{path}.N"}

    def _read(self, node: nodes.Node, bound: dict[str, str]) -> None:
        path = self._path(node, bound)
        if path is None:
            self._walk_all(node.iter_child_nodes(), bound)
            return
        setting = path.removesuffix(".value")
        if setting in CATALOGUE:
            self.reads.add(setting)
            self.lines.setdefault(setting, set()).update(self._text[node.lineno - 1 : node.lineno])
        elif path == "tz" or path.startswith("tz."):
            self.reads.add("time.zone")
        elif path.startswith("line.") and path[5:] in _LINE_FIELDS:
            self.reads.add(path)
        elif path.startswith("bank."):
            self.reads.add(".".join(path.split(".")[:2]))
        elif path == "modules":
            self.reads.update({"bank.expansion", "keys.expansion_count", "keys.expansion_type"})
        elif path == "raw":
            self.reads.add("raw")

    def _note_words(self, node: nodes.Node, table: Any, bound: dict[str, str]) -> None:
        """Note which words the vendor's table knows for the settings that an expression is made of."""
        for setting in self._settings_in(node, bound):
            self.words.setdefault(setting, set()).update(self.tables.get(str(table), {}))

    def _note_compared(self, node: nodes.Compare, bound: dict[str, str]) -> None:
        """Note the words that a template tells apart by itself: `security.web_access == "off"`, `in ("a", "b")`."""
        given = [self._known(op.expr) for op in node.ops]
        words = [word for one in given for word in (one if isinstance(one, tuple) else (one,)) if isinstance(word, str)]
        for setting in self._settings_in(node.expr, bound):
            self.compared.setdefault(setting, set()).update(words)

    def _settings_in(self, node: nodes.Node, bound: dict[str, str]) -> set[str]:
        """The settings that an expression is made of; a line's transport may be the server's."""
        path = self._path(node, bound) or ""
        path = "server.N.transport" if path == "line.transport" else path.removesuffix(".value")
        if path in CATALOGUE:
            return {path}
        found = set(self._made_of.get(node.name, ())) if isinstance(node, nodes.Name) else set()
        return found.union(*(self._settings_in(child, bound) for child in node.iter_child_nodes()))

    def _path(self, node: nodes.Node, bound: dict[str, str]) -> str | None:
        """The dotted name that an expression reaches, or None: `server[1].host` → `server.N.host`."""
        if isinstance(node, nodes.Name):
            if node.name in bound:
                return bound[node.name]
            return node.name if node.name in {*spaces(), "tz", "lines", "bank", "modules", "raw"} else None
        if isinstance(node, nodes.Getattr):
            inner = self._path(node.node, bound)
            return None if inner is None else f"{inner}.{node.attr}"
        if isinstance(node, nodes.Getitem):
            inner = self._path(node.node, bound)
            if inner == "lines":
                return "line"
            return f"{inner}.N" if inner in setting_prefixes() or f"{inner}.N" in CATALOGUE else None
        if isinstance(node, nodes.Filter) and node.node is not None:
            return self._path(node.node, bound)
        return None


@lru_cache(maxsize=512)
def _parse(env: Environment, name: str) -> nodes.Template:
    """A template's syntax tree; an environment belongs to one state of one pack, so the tree may be kept."""
    return env.parse(_source(env, name))


@lru_cache(maxsize=512)
def _source(env: Environment, name: str) -> str:
    assert env.loader is not None
    return env.loader.get_source(env, name)[0]


def unsupported(
    names: Iterable[str], vendor: Vendor, model: Model, firmware: str | None = None, *, site: bool = False
) -> list[str]:
    """Of concrete setting ids, those that the model's files never read, in the order given; `site`: see `supported`."""
    known = supported(vendor, model, firmware, site=site)
    limits = model.facts(firmware)["limits"]
    return [name for name in names if not _carried(name, known, limits)]


def _carried(name: str, reads: frozenset[str], limits: dict[str, int]) -> bool:
    numbers = re.findall(r"\.(\d+)(?=\.|\Z)", name)
    neutral = re.sub(r"\.\d+(?=\.|\Z)", ".N", name)
    if neutral not in reads and name not in _CORE_READS:
        return False
    return not numbers or int(numbers[0]) <= limits.get(neutral.split(".N")[0], 1_000_000)


_CORE_READS = frozenset({"general.firmware", "keys.expansion_count", "keys.expansion_type", "keys.enhanced"})
"""Settings that the core acts on itself, whatever a template reads."""

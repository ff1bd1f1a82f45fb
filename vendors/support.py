"""What a model supports, derived from what its templates read.

The templates' syntax trees are walked with the model's facts: a branch that the facts close is not entered,
so nothing is said twice. Results are names: setting ids (`server.N.host`), `line.<field>` for line fields,
`bank.<name>` for key banks, `raw` for raw parameters.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from jinja2 import Environment, nodes

from aps_tui.domain.catalogue import CATALOGUE
from aps_tui.vendors.engine import environment
from aps_tui.vendors.pack import Facts, Model, Vendor, file_name
from aps_tui.vendors.spaces import setting_prefixes, spaces

_UNKNOWN = object()
_LINE_FIELDS = frozenset({"caller_id_source", "local_sip_port", "srtp", "transport", "auto_answer", "label"})


def supported(vendor: Vendor, model: Model, firmware: str | None = None) -> frozenset[str]:
    """The names that the model's per-MAC files read, for a firmware generation (the newest when None).

    Files that several phones read do not count: they carry the global site's values alone.
    """
    return _supported(vendor.folders, vendor.fingerprint, _Key(vendor, model, firmware))


class _Key:
    """Makes a vendor and model hashable for the cache by what decides the answer."""

    __slots__ = ("firmware", "model", "vendor")

    def __init__(self, vendor: Vendor, model: Model, firmware: str | None) -> None:
        self.vendor, self.model, self.firmware = vendor, model, firmware

    def __hash__(self) -> int:
        return hash((self.vendor.fingerprint, self.model.name, self.firmware))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Key) and (self.vendor.fingerprint, self.model.name, self.firmware) == (
            other.vendor.fingerprint, other.model.name, other.firmware)  # fmt: skip


@lru_cache(maxsize=2048)
def _supported(folders: tuple[Any, ...], fingerprint: str, key: _Key) -> frozenset[str]:
    facts = key.model.facts(key.firmware)
    walker = _Walker(key.vendor, facts)
    for spec in key.vendor.files:
        if not spec.shared and file_name(spec, facts, "0" * 12) is not None:
            walker.template(spec.template)
    return frozenset(walker.reads)


class _Walker:
    """Walks one model's templates and collects what they read."""

    def __init__(self, vendor: Vendor, facts: Facts) -> None:
        self.env = environment(vendor.folders, vendor.fingerprint)
        self.facts = facts
        self.reads: set[str] = set()
        self._seen: set[tuple[str, frozenset[tuple[str, str]]]] = set()

    def template(self, name: str, bound: dict[str, str] | None = None) -> None:
        """Walk a template with all that it includes or imports; `bound`: loop names that it sees, and what they are."""
        bound = bound or {}
        seen = (name, frozenset(bound.items()))
        if seen in self._seen:
            return
        self._seen.add(seen)
        self._walk(_parse(self.env, name), dict(bound))

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
            if path and isinstance(node.target, nodes.Name):
                bound[node.target.name] = path
            self._walk(node.node, bound)
        elif isinstance(node, nodes.Getattr | nodes.Getitem | nodes.Name):
            self._read(node, bound)
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
        if path in CATALOGUE:
            self.reads.add(path)
        elif path.removesuffix(".value") in CATALOGUE:
            self.reads.add(path.removesuffix(".value"))
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
    assert env.loader is not None
    return env.parse(env.loader.get_source(env, name)[0])


def unsupported(names: Iterable[str], vendor: Vendor, model: Model, firmware: str | None = None) -> list[str]:
    """Of concrete setting ids, those that the model's files never read, in the order given."""
    reads = supported(vendor, model, firmware)
    limits = model.facts(firmware)["limits"]
    return [name for name in names if not _carried(name, reads, limits)]


def _carried(name: str, reads: frozenset[str], limits: dict[str, int]) -> bool:
    numbers = re.findall(r"\.(\d+)(?=\.|\Z)", name)
    neutral = re.sub(r"\.\d+(?=\.|\Z)", ".N", name)
    if neutral not in reads and name not in _CORE_READS:
        return False
    return not numbers or int(numbers[0]) <= limits.get(neutral.split(".N")[0], 1_000_000)


_CORE_READS = frozenset({"general.firmware", "keys.expansion_count", "keys.expansion_type", "keys.enhanced"})
"""Settings that the core acts on itself, whatever a template reads."""

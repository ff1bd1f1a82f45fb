"""Whoever writes an overlay reaches neither Python, nor other files, nor all of the machine's time and memory."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from aps_tui.vendors.emit import TemplateFault
from aps_tui.vendors.engine import GroupRenderer
from aps_tui.vendors.loader import load_packs
from aps_tui.vendors.pack import PackFault
from aps_tui.vendors.spaces import CannotRender
from tests.unit.vendors.tiny import SECRET, TOML, folder, group, line, one_pack, packs, phone, written

INCLUDE = "{% include 'mac.j2' %}"
GROWING = (
    "{% set ns = namespace(x={begin}) %}{% for i in range(400) %}{% set ns.x = {step} %}{% endfor %}a = {{ ns.x }}\n"
)


def growing(begin: str, step: str) -> str:
    """A template in which something grows with each step of a loop."""
    return GROWING.replace("{begin}", begin).replace("{step}", step)


@pytest.mark.parametrize(
    ("template", "said"),
    [
        ("{% for a in range(9999) %}{% for b in range(9999) %}{% endfor %}{% endfor %}", "50,000 steps"),
        (f"{{% set n = (n | default(200)) - 1 %}}{{% if n %}}{INCLUDE}{INCLUDE}{{% endif %}}", "without end|steps"),
        ("{% include 'mac.j2' %}", "without end"),
        ("{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}", "without end"),
        ("{% macro m(n) %}{% if n %}{{ m(n-1) }}{{ m(n-1) }}{% endif %}{% endmacro %}{{ m(40) }}", "steps"),
        ("{{ " + "(" * 9000 + "1" + ")" * 9000 + " }}", "without end"),
        ("a = {{ 'x' * 500000000 }}\n", "without end"),
        ("a = {{ 500000000 * 'x' }}\n", "without end"),
        ("a = {{ 9 ** 9 ** 9 }}\n", "number without end"),
        ("a = {{ '%500000000d' % 1 }}\n", "wider than"),
        ("a = {{ '%.*f' | format(500000000, 1) }}\n", "wider than"),
        ("a = {{ ['%500000000d'] | map('format', 1) | first }}\n", "wider than"),
        ("a = {{ range(9999) | join('x' * 9999) }}\n", "without end"),
        ("a = {{ ([range(9999) | list] * 9000) | sum(start=[]) | length }}\n", "without end"),
        ("a = {{ ('x' * 9999).replace('', 'x' * 9999) }}\n", "without end"),
        ("a = {{ ('x' * 9999) | replace('', 'x' * 9999) }}\n", "without end"),
        (growing("'aa'", "ns.x ~ ns.x"), "without end"),
        (growing("'aa'", "ns.x + ns.x"), "without end"),
        (growing("[1]", "ns.x + ns.x"), "without end"),
        (growing("3", "ns.x * ns.x"), "number without end"),
        (growing("[1]", "[ns.x, ns.x]").replace("ns.x }}", "ns.x | string }}"), "join it"),
        ("{% for a in range(9999) %}{{ 'y' * 999 }}\n{% endfor %}", "more than 8 MB"),
        ("a = {{ 'x' | center(500000000) }}\n", "No filter named 'center'"),
        ("a = {{ 'x'.center(500000000) }}\n", "unsafe"),
        ("a = {{ ('x' | attr('zfill'))(500000000) }}\n", "unsafe"),
        ("a = {{ 'x'['ljust'](500000000) }}\n", "unsafe"),
        ("a = {{ (['x'] | map(attribute='rjust') | first)(500000000) }}\n", "unsafe"),
        ("a = {{ '{:>500000000}'.format(1) }}\n", "unsafe"),
        ("a = {{ lipsum(n=100000) }}\n", "'lipsum' is undefined"),
    ],
)  # fmt: skip
def test_no_template_takes_time_or_memory_without_end(tmp_path: Path, template: str, said: str) -> None:
    renderer = GroupRenderer(group(one_pack(tmp_path, template)))
    for render in (renderer.plain, renderer.render):
        with pytest.raises(TemplateFault, match=said) as fault:
            render(phone())
        assert str(fault.value).startswith("template mac.j2: ")


@pytest.mark.parametrize(
    "attack",
    [
        "{{ '{0.__class__}'.format(1) }}", "{{ '%s' | attr('__class__') }}", "{{ ''['__class__'] }}",
        "{{ ['x'] | map(attribute='__class__') | first }}", "{{ namespace.__init__.__globals__ }}",
        "{{ range.__self__ }}", "{{ _emit.mapped.__globals__ }}", "{{ _emit.warnings.clear() }}",
        "{{ _emit.words.update(x=1) }}", "{{ _recall._memory }}", "{{ self._TemplateReference__context.environment }}",
        "{{ cycler.__init__ }}", "{{ joiner }}", "{{ dict }}", "{% import 'mac.j2' as m %}{{ m.__class__ }}",
        "{{ lines[0].__class__.__subclasses__() }}", "{{ (lines | first).__reduce__() }}",
    ],
)  # fmt: skip
def test_no_way_out_of_the_sandbox(tmp_path: Path, attack: str) -> None:
    renderer = GroupRenderer(group(one_pack(tmp_path, f"x = {attack}\n")))
    for render in (renderer.plain, renderer.render):
        with pytest.raises(TemplateFault):
            render(phone())


def test_a_value_that_looks_like_a_template_is_written_as_it_is(tmp_path: Path) -> None:
    vendor = one_pack(tmp_path, "{% set twice = lines[0].label ~ '' %}a = {{ lines[0].label }}\nb = {{ twice }}\n")
    label = "{{ lines[0].secret }}{% include 'mac.j2' %}"
    assert written(group(vendor), phone(line(label=label))) == f"a = {label}\nb = {label}\n"
    assert SECRET not in written(group(vendor), phone(line(label=label)))


@pytest.mark.parametrize("mark", ["\x00", "\x01", "\x000.0\x00"])
def test_the_renderers_own_marks_cannot_be_forged(tmp_path: Path, mark: str) -> None:
    vendor = one_pack(tmp_path, "a = {{ lines[0].label }}\n")
    with pytest.raises(CannotRender, match="line 1 label: holds a control character"):
        GroupRenderer(group(vendor)).render(phone(line(label=f"x{mark}")))


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("{mac:>999999999}.cfg", "how 'mac' is written"), ("{mac!r}.cfg", "how 'mac' is written"),
        ("{mac:{model}}.cfg", "how 'mac' is written"), ("{mac.cfg", "its path is no pattern"),
        ("{mac.__class__}{mac}", "unknown fact 'mac.__class__'"), ("{mac[0]}{mac}", "unknown fact"),
        ("{0}{mac}", "unknown fact"), ("{}{mac}", "unknown fact"),
    ],
)  # fmt: skip
def test_a_files_pattern_is_names_alone(tmp_path: Path, path: str, said: str) -> None:
    loaded = packs(tmp_path, toml=TOML.replace("{mac}.cfg", path))
    assert not loaded.vendors and said in loaded.faults[0]


@pytest.mark.parametrize(
    "path",
    ["{mac}\\n.cfg", "{mac}\\u001b[2J", "{mac}\\u202e", "{mac}" + "x" * 300, "a/" * 20 + "{mac}", "{mac}/.."],
)  # fmt: skip
def test_a_files_name_is_plain_short_and_below_the_root(tmp_path: Path, path: str) -> None:
    vendor = one_pack(tmp_path, "a = 1\n", TOML.replace("{mac}.cfg", path))
    with pytest.raises(PackFault, match="is not a plain name under the root"):
        GroupRenderer(group(vendor)).plain(phone())


@pytest.mark.parametrize("template", ["/etc/passwd", "../../etc/passwd", "../tiny/mac.j2", "./mac.j2", ""])
def test_a_templates_name_stays_in_its_pack(tmp_path: Path, template: str) -> None:
    loaded = packs(tmp_path, "a = 1\n", TOML.replace('"mac.j2"', f'"{template}"'))
    assert not loaded.vendors and "is not a plain name in the pack" in loaded.faults[0]


def test_a_link_in_a_pack_shows_no_other_file(tmp_path: Path) -> None:
    outside = tmp_path / "secret.txt"
    outside.write_text("root:x:0:0\n")
    vendor = one_pack(tmp_path / "packs", "{% include 'more.j2' %}", more="a = 1\n")
    (tmp_path / "packs" / "tiny" / "more.j2").unlink()
    (tmp_path / "packs" / "tiny" / "more.j2").symlink_to(outside)
    with pytest.raises(TemplateFault, match="leads out of its pack"):
        GroupRenderer(group(vendor)).plain(phone())


def test_no_folder_spoils_the_others(tmp_path: Path) -> None:
    """A FIFO, endless nesting, a date that is none, a name that plays tricks: each a fault, and the rest is loaded."""
    folder(tmp_path, {"vendor.toml": "a = " + "[" * 5000 + "]" * 5000}, slug="deep")
    folder(tmp_path, {"vendor.toml": f"source = 2020-13-45\n{TOML}"}, slug="date")
    folder(tmp_path, {"vendor.toml": TOML.replace('"Tiny"', '"Ti\\u001b[2Jny"'), "mac.j2": ""}, slug="named")
    folder(tmp_path, {"vendor.toml": TOML, "mac.j2": ""}, slug="x\x1b[2J")
    (tmp_path / "fifo").mkdir()
    os.mkfifo(tmp_path / "fifo" / "vendor.toml")
    folder(tmp_path, {"vendor.toml": TOML, "mac.j2": "a = 1\n"})
    loaded = load_packs([tmp_path])
    assert list(loaded.vendors) == ["tiny"] and len(loaded.faults) == 5

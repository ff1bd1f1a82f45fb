"""The formats: what they escape, what they refuse, how they cut a line and judge a file."""

from __future__ import annotations

import pytest

from aps_tui.vendors.formats import FORMATS, Format, FormatFault, Refused
from aps_tui.vendors.formats.plain import BLANK, CNF, COLON, FLAT, INI, INI_TABLE, QUOTED
from aps_tui.vendors.formats.xml import XML_ATTRIBUTES, XML_ELEMENTS


@pytest.mark.parametrize(
    ("form", "value", "said"),
    [
        (FLAT, "a = b # c; \"d\" 'e' \\n é", "a = b # c; \"d\" 'e' \\n é"),
        (FLAT, "", ""),
        (COLON, "plain: text", "plain: text"),
        (COLON, " blanks ", '" blanks "'),
        (COLON, "a #b", '"a #b"'),
        (COLON, "#b", '"#b"'),
        (COLON, "a#b", "a#b"),
        (COLON, "", ""),
        (BLANK, "Joe User", '"Joe User"'),
        (BLANK, "", ""),
        (CNF, "a; b #c: 'd'", "a; b #c: 'd'"),
        (XML_ATTRIBUTES, "a & b < c > \"d\" 'e'", "a &amp; b &lt; c &gt; &quot;d&quot; &apos;e&apos;"),
        (XML_ELEMENTS, "&amp;", "&amp;amp;"),
        (XML_ELEMENTS, " é ", " é "),
    ],
)
def test_escapes(form: Format, value: str, said: str) -> None:
    assert form.escape(value) == said


@pytest.mark.parametrize("form", FORMATS.values(), ids=FORMATS)
@pytest.mark.parametrize(
    "mark", ["\n", "\r", "\x00", "\x01", "\t", "\x1b", "\x7f", "\x85", "\u2028", "\ufffe", "\ud800"]
)
def test_no_format_carries_control_characters(form: Format, mark: str) -> None:
    with pytest.raises(Refused, match=r"line break|control character") as refused:
        form.escape(f"hidden{mark}value")
    assert "hidden" not in str(refused.value)
    assert refused.value.value == f"hidden{mark}value"


@pytest.mark.parametrize("value", ['say "yes"', "x" * 501, "é" * 251])
def test_quoted_refuses_what_ends_a_value_or_is_longer_than_500_bytes(value: str) -> None:
    with pytest.raises(Refused, match=r"double quote|500 bytes"):
        QUOTED.escape(value)


def test_a_quoted_file_has_its_header_its_limits_and_an_empty_line_at_its_end() -> None:
    head = "# PCC Standard Format File # DO NOT CHANGE THIS LINE!\n"
    longest = f'{"N" * 32}="{QUOTED.escape("é" * 250)}"\n'
    QUOTED.check(head + longest)
    for text in ("# none\n", head + "A=1", head + "#" * 536 + "\n", head + f"# {'x' * 500}\n" * 250):
        with pytest.raises(FormatFault, match=r"header|empty line|537 bytes|120 KB"):
            QUOTED.check(text)


@pytest.mark.parametrize("value", [" x", "x ", "%NULL%", "%EMPTY%"])
def test_flat_refuses_what_the_phone_would_change(value: str) -> None:
    with pytest.raises(Refused):
        FLAT.escape(value)


@pytest.mark.parametrize(
    ("value", "apart"), [("user-1", False), ("a;b=c/d", False), ("", True), ("a b", True), ("a]", True), ("$A", True)]
)
def test_an_argument_inside_a_rule_may_need_quotes(value: str, apart: bool) -> None:
    assert XML_ELEMENTS.quotes(value) is apart


@pytest.mark.parametrize("value", ["a,b", "a;b", 'say "yes"', "#x"])
def test_a_row_of_a_table_is_not_broken(value: str) -> None:
    with pytest.raises(Refused):
        INI_TABLE.escape(value)


def test_a_semicolon_that_may_begin_a_comment_is_doubted() -> None:
    assert BLANK.escape("a ;b") == '"a ;b"'
    assert "not verified" in BLANK.doubt("a ;b")
    assert BLANK.doubt("ab") == ""


def test_a_quote_would_end_a_quoted_value() -> None:
    with pytest.raises(Refused, match="double quote"):
        CNF.escape('say "yes"')


@pytest.mark.parametrize(
    ("form", "line", "key", "value"),
    [
        (FLAT, "account.1.label = a = b", "account.1.label", "a = b"),
        (FLAT, "empty =", "empty", ""),
        (COLON, "sip line1 user: 101", "sip line1 user", "101"),
        (COLON, "!locked: a: b", "locked", "a: b"),
        (CNF, 'line1_name: "a; b"', "line1_name", "a; b"),
        (BLANK, "line1_name 101", "line1_name", "101"),
        (BLANK, "line1_name", "line1_name", ""),
        (INI, "path_2 = x", "path_2", "x"),
        (INI_TABLE, "DHCPEnable = 1", "DHCPEnable", "1"),
        (CNF, "proxy_register: 1", "proxy_register", "1"),
        (XML_ATTRIBUTES, '  reg.1.label="a &amp; b"', "reg.1.label", "a &amp; b"),
        (XML_ATTRIBUTES, '  reg.1.label="x" />', "reg.1.label", "x"),
        (XML_ELEMENTS, "  <user_name>x</user_name>", "user_name", "x"),
        (XML_ELEMENTS, '<user_name idx="2" perm="RW">x</user_name>', "user_name[2]", "x"),
    ],
)
def test_a_line_is_cut(form: Format, line: str, key: str, value: str) -> None:
    parameter = form.parameter(line)
    assert parameter is not None
    assert (parameter.key, parameter.value) == (key, value)
    assert parameter.before + parameter.value + parameter.after == line


@pytest.mark.parametrize(
    ("form", "line"),
    [
        (FLAT, "# a = b"),
        (FLAT, ""),
        (COLON, "# a: b"),
        (INI, "path = /config/voip/sipAccount0.cfg"),
        (INI_TABLE, "Table 0 = a, b;"),
        (XML_ATTRIBUTES, "<PHONE_CONFIG>"),
        (XML_ELEMENTS, "</a>"),
    ],
)
def test_other_lines_are_no_parameters(form: Format, line: str) -> None:
    assert form.parameter(line) is None


def test_a_parameter_stands_once_unless_it_may_repeat() -> None:
    with pytest.raises(FormatFault, match="'a' is written twice"):
        FLAT.check("a = 1\nb = 1\na = 2\n")
    FLAT.check("a = 1\nb = 1\na = 2\n", ["a"])
    XML_ELEMENTS.check('<r>\n<a idx="1">x</a>\n<a idx="2">x</a>\n</r>')


@pytest.mark.parametrize("form", [XML_ATTRIBUTES, XML_ELEMENTS])
def test_xml_must_be_well_formed(form: Format) -> None:
    form.check("<r>\n</r>\n")
    for broken in ("<r>", "<r>&</r>", "", "<r/><r/>"):
        with pytest.raises(FormatFault, match="not well-formed XML"):
            form.check(broken)


@pytest.mark.parametrize("name", ["a\nb = 1", "a = 1", "", "x" * 200, "<a>", 'a" b="'])
@pytest.mark.parametrize("form", FORMATS.values(), ids=FORMATS)
def test_raw_names_are_plain(form: Format, name: str) -> None:
    assert not form.raw_name.match(name)

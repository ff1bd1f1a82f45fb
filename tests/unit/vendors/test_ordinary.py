"""Texts that are written without a look at each: only those that every format would write as they are."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aps_tui.domain.mapping import addresses_in
from aps_tui.vendors.formats import FORMATS, Format, Refused

TEXTS = ["100001", "Ann Example 5", "Zoë Đorđević", "s3cret-01_x", "80:5e:c0:00:00:01", "", "a@b"]
FORMS = pytest.mark.parametrize("form", FORMATS.values(), ids=FORMATS)


@FORMS
def test_everyday_texts_are_ordinary(form: Format) -> None:
    texts = [text for text in TEXTS if form.blanks or " " not in text]
    assert form.ordinary(texts) == [text.encode() for text in texts]


@FORMS
@pytest.mark.parametrize(
    "text", ["1.1.1.1", " a", "a ", "a\n", "a\x00b", 'a"', "a;b", "a #b", "<a>", "a&b", "%NULL%", "é" * 251]
)
def test_all_others_are_looked_at(form: Format, text: str) -> None:
    assert form.ordinary(["100001", text]) is None


@given(
    st.lists(st.text(st.sampled_from("aZ09éя_-:@+ .;#\"'&<%\t\n\x00\x85\u2028،٣"), max_size=8), min_size=1, max_size=4)
)
def test_what_is_ordinary_is_written_as_it_is(texts: list[str]) -> None:
    for form in FORMATS.values():
        said = form.ordinary(texts)
        if said is not None:
            assert said == [text.encode() for text in texts]
            assert [form.escape(text) for text in texts] == texts
            assert not any(form.doubt(text) or addresses_in(text) for text in texts)


@FORMS
def test_blanks_are_ordinary_where_they_need_no_quotes(form: Format) -> None:
    try:
        assert (form.escape("a b") == "a b") == form.blanks
    except Refused:
        pytest.fail("no format refuses a blank")

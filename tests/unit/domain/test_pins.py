"""PINs that are guessed first are refused, each with its reason."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from aps_tui.domain.errors import BadValue
from aps_tui.domain.pins import check_pin


@pytest.mark.parametrize("pin", ["739164", "8206413", "905172836401"])
def test_complex_pins_are_taken(pin: str) -> None:
    assert check_pin(pin) == pin


@pytest.mark.parametrize(
    ("pin", "reason"),
    [
        ("", "digits only"),
        ("73a164", "digits only"),
        ("٧٣٩١٦٤", "digits only"),
        (" 739164", "digits only"),
        ("73916", "has 5 digits; 6 to 12 are needed"),
        ("7391647391643", "has 13 digits"),
        ("000000", "repeats a single digit"),
        ("123456", "counts up"),
        ("789012", "counts up"),
        ("987654", "counts down"),
        ("739739", "repeats 3 digits over and over"),
        ("121212", "repeats 2 digits over and over"),
        ("112212", "uses only two digits"),
        ("246810", "well known"),
        ("147258", "well known"),
    ],
)
def test_trivial_pins_are_refused_with_the_reason(pin: str, reason: str) -> None:
    with pytest.raises(BadValue, match=reason) as caught:
        check_pin(pin)
    assert not pin or pin not in str(caught.value)


@given(st.text(alphabet="0123456789", min_size=6, max_size=12))
def test_a_taken_pin_holds_at_least_three_digits_and_no_period(pin: str) -> None:
    try:
        check_pin(pin)
    except BadValue:
        assume(False)
    assert len(set(pin)) >= 3
    assert pin not in (pin + pin)[1:-1]

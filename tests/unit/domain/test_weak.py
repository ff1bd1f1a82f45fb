"""Which passwords are called weak, and why."""

from __future__ import annotations

import secrets
import string

import pytest

from aps_tui.domain.weak import Weakness, weakness


@pytest.mark.parametrize(
    ("password", "why"),
    [
        ("", None),
        ("kX3-v9-pQ7-r2T-m4", None),
        ("correct horse battery", None),
        ("101", Weakness.NAMED),
        ("101101", Weakness.NAMED),
        ("Alice", Weakness.NAMED),
        ("ecila", Weakness.NAMED),
        ("password", Weakness.KNOWN),
        ("Password2024!", Weakness.KNOWN),
        ("Asterisk", Weakness.KNOWN),
        ("000000000000", Weakness.PATTERN),
        ("x7x7x7x7x7x7x7", Weakness.PATTERN),
        ("abcdefghijklmnop", Weakness.PATTERN),
        ("8901234567890", Weakness.PATTERN),
        ("987654321098", Weakness.PATTERN),
        ("739182640517", Weakness.DIGITS),
        ("kX3-v9", Weakness.SHORT),
        ("a", Weakness.SHORT),
    ],
)
def test_why_a_password_is_guessed_first(password: str, why: Weakness | None) -> None:
    assert weakness(password, ("101", "alice", "")) is why


def test_a_password_made_by_chance_is_good() -> None:
    letters = string.ascii_letters + string.digits
    made = ("".join(secrets.choice(letters) for _ in range(24)) for _ in range(200))
    assert [weakness(one, ("101", "alice")) for one in made] == [None] * 200

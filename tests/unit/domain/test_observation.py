"""What devices send is kept short, printable and on one line."""

from __future__ import annotations

import pytest

from aps_tui.domain.observation import LONGEST, heard


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("Yealink SIP-T46U", "Yealink SIP-T46U"),
        ("\x1b[2Jevil\r\nHANGUP\x00", "[2Jevil HANGUP"),
        ("[red]x[/]", "[red]x[/]"),
        ("a" * 5000, "a" * LONGEST),
        ("\u202egpj.exe", "gpj.exe"),
        ("  two \t words ", "two words"),
    ],
)
def test_heard(sent: str, kept: str) -> None:
    assert heard(sent) == kept

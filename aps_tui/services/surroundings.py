"""What a console keeps of its environment, where people are not to be trusted with more than the console."""

from __future__ import annotations

import re
from collections.abc import MutableMapping

PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
"""Where nmap, asterisk and other programs are looked for."""

_KEPT = frozenset(
    {
        "TERM", "COLORTERM", "NO_COLOR", "COLUMNS", "LINES", "LANG", "HOME", "USER", "LOGNAME", "ESCDELAY",
        "SSH_CONNECTION", "SUDO_USER", "SUDO_UID", "TEXTUAL_ANIMATIONS", "TEXTUAL_COLOR_SYSTEM", "SSH_TTY",
    }
)  # fmt: skip
"""Variables that lead to no file and no program."""
_PLAIN = re.compile(r"[\w.@:,=+ /-]*\Z", re.ASCII)


def keep_known(env: MutableMapping[str, str]) -> None:
    """Take everything out of an environment that could name a program, a module or a file.

    Textual's own variables could load a class, write a log or take a picture; those of Python, of shells and of pagers
    reach programs that are started. What Python obeys before this runs is kept off by `python -I` (docs/ssh.md).
    """
    for name in [*env]:
        if not (name in _KEPT or name.startswith("LC_")) or not _PLAIN.match(env[name]):
            del env[name]
    for name in ("LANG", *(name for name in env if name.startswith("LC_"))):
        if "/" in env.get(name, ""):
            del env[name]
    env["PATH"] = PATH

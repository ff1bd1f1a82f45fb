"""An `asterisk` command that answers as the real one was seen to, and notes what it was given."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from pathlib import Path

_SCRIPT = """#!{python}
import json, sys
noted = open({noted!r}, "a")
print(json.dumps(sys.argv[1:]), file=noted)
words = sys.argv[2].split()
says = open({says!r}).read()
if says:
    print(says)
    sys.exit(int(says.startswith("Unable to connect")))
print("Sending NOTIFY of type '%s' to '%s'" % (words[-3], words[-1]) if "notify" in words else "Asterisk 20.5.0")
"""


@dataclass
class FakeAsterisk:
    """Where it lies and what it was given."""

    folder: Path

    @property
    def command(self) -> str:
        return str(self.folder / "asterisk")

    @property
    def given(self) -> list[list[str]]:
        """The arguments of each call but the first question, whether it is there."""
        calls = [json.loads(line) for line in (self.folder / "noted").read_text().splitlines()]
        return [call for call in calls if call != ["-rx", "core show version"]]

    def says(self, text: str) -> None:
        """From now on it says this, whatever it is asked."""
        (self.folder / "says").write_text(text)


def put_asterisk(folder: Path) -> FakeAsterisk:
    """Make one in a folder."""
    fake = FakeAsterisk(folder)
    (folder / "noted").touch()
    fake.says("")
    script = _SCRIPT.format(python=sys.executable, noted=str(folder / "noted"), says=str(folder / "says"))
    Path(fake.command).write_text(script)
    Path(fake.command).chmod(0o755)
    return fake

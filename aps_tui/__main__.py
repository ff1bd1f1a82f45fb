"""`python -m aps_tui` and the `aps-tui` command."""

from __future__ import annotations

import sys

from aps_tui.cli.main import main

if __name__ == "__main__":
    sys.exit(main())

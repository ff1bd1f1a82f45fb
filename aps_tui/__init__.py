"""APS TUI: provisions desk phones and other SIP devices from a terminal console on the PBX."""

__version__ = "0.1.0"

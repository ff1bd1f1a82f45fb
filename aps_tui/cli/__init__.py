"""The command line: thin faces of services. Start-up counts, so commands import what they need when they run."""

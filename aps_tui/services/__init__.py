"""What a screen or a command does. The console and the command line are two thin faces of these."""

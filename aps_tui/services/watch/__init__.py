"""The watcher: what it follows, what it listens to, and what it makes of it."""

"""Makes a vendor pack out of a configuration that a real unit exported, and says how the two differ."""

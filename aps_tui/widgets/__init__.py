"""Reusable widgets: they know the domain at most, and nothing of the database."""

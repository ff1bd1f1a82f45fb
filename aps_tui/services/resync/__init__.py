"""Telling phones to fetch: by which way each is reached, how fast, one first, and whether it did fetch."""

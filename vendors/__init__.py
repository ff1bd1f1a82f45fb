"""Vendor packs (one folder each), and what loads, renders and judges them."""

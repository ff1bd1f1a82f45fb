"""Learns of phones by themselves: what leases, logs and the wire say of them becomes the live queue."""

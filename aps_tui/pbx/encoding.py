"""Bytes of a list that people made, as text: UTF-8, UTF-16 or what Windows writes."""

from __future__ import annotations


def decoded(raw: bytes) -> str:
    """UTF-8, UTF-16 with or without its mark, else cp1252 or Latin-1; marks are left out. Any bytes give a text."""
    for encoding in (_encoding(raw), "cp1252"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return raw.decode("latin-1")


def _encoding(raw: bytes) -> str:
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    head = raw[:200]
    if head[1::2].count(0) > len(head) // 4:
        return "utf-16-le"
    if head[::2].count(0) > len(head) // 4:
        return "utf-16-be"
    return "utf-8-sig"

"""The files as they are to stand on disk, kept for people to read and for tests to compare.

`python -m tests.conformance.golden` writes `tests/golden/<slug>/<model>/<kind>/<file>`: one model of each family;
an older dialect of it is beside, as `minimal@V73`; `full` only in the newest. Shared files are among full and minimal.
A packed file is kept as the text in it and, on its last line, what tells its bytes.
"""

from __future__ import annotations

import hashlib
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

from aps_tui.vendors.engine import Rendered
from aps_tui.vendors.pack import Vendor
from tests.conformance.judge import shared_files
from tests.conformance.phones import KINDS, PACKS, dialects, generations

GOLDEN = Path(__file__).parents[1] / "golden"


def golden_files(vendor: Vendor) -> Iterator[tuple[str, bytes]]:
    """Every golden file of a vendor: its path under `tests/golden/<slug>/`, and its bytes."""
    for model, generation in dialects(vendor):
        newest = generation == generations(model)[0]
        for kind, build in KINDS.items():
            if kind == "full" and not newest:
                continue
            sample = build(vendor, model, generation)
            files: list[Rendered] = [*sample.plain().files]
            if kind != "unprovisioned" and newest:
                files += shared_files(sample).files
            folder = f"{model.name}/{kind}" if newest else f"{model.name}/{kind}@{generation}"
            yield from ((f"{folder}/{file.path}", kept(file)) for file in files)


def kept(file: Rendered) -> bytes:
    """What is kept of a file: its bytes, or of a packed one its text, how its bytes begin, and their hash."""
    if file.form is None or file.form.pack is None:
        return file.data
    told = f"{len(file.data)} bytes: {file.data[:16].hex(' ')} …, SHA-256 {hashlib.sha256(file.data).hexdigest()}"
    return f"{file.text}\n{told}\n".encode()


def stored(slug: str) -> dict[str, bytes]:
    """What is kept of a vendor, by the same paths."""
    root = GOLDEN / slug
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*") if path.is_file()}


def write(slugs: list[str]) -> None:
    """Write the golden files of the vendors named, or of all, anew."""
    for slug in slugs or list(PACKS.vendors):
        files = dict(golden_files(PACKS.vendor(slug)))
        shutil.rmtree(GOLDEN / slug, ignore_errors=True)
        for name, data in files.items():
            path = GOLDEN / slug / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        sys.stdout.write(f"{slug}: {len(files)} files\n")


if __name__ == "__main__":
    write(sys.argv[1:])

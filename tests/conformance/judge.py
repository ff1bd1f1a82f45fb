"""What the conformance tests ask of a rendered phone."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from importlib import import_module

from aps_tui.domain.site import Key
from aps_tui.vendors.engine import Rendered, Result, render_shared
from aps_tui.vendors.pack import FileSpec, Model, Vendor, file_name
from tests.conformance import phones
from tests.conformance.phones import Sample
from tests.conformance.readback import ReadBack


def text_of(result: Result) -> str:
    """All files of a device, names included, as one text."""
    return "\n".join(f"{file.path}\n{file.text}" for file in result.files)


def read_back(vendor: Vendor, result: Result) -> ReadBack:
    """The device's files as the vendor's own reader understands them."""
    read = import_module(f"tests.conformance.readers.{vendor.slug}").read
    back: ReadBack = read({file.path: file.data for file in result.files})
    return back


def shared_files(sample: Sample) -> Result:
    """The files that the sample's model shares, rendered with all that the sample's group says."""
    group = sample.group
    return render_shared(group.vendor, group.model, group.settings, group.mapped)


def spec_of(sample: Sample, path: str) -> FileSpec:
    """The file of the pack that a rendered path comes from."""
    group, phone = sample.group, sample.phone
    facts = group.model.facts(str({**group.settings, **phone.settings}.get("general.firmware") or "") or None)
    return next(spec for spec in group.vendor.files if file_name(spec, facts, phone.mac) == path)


def content(sample: Sample, file: Rendered) -> str:
    """A file's text with the line ends of its template, whatever those of its format are."""
    return file.text.replace(spec_of(sample, file.path).form.line_end, "\n")


def is_specialised(sample: Sample) -> bool:
    """Whether the phones that the sample's renderer has met all took the quick path."""
    return bool(sample.renderer.quick) and all(sample.renderer.quick)


def carriers(back: ReadBack, mark: str) -> dict[str, str]:
    """The parameters whose value holds a text, with their values."""
    return {name: value for name, value in back.parameters.items() if mark in value}


def keys_of(sample: Sample) -> dict[tuple[str, int], Key]:
    """The keys in force: the group's, and the phone's own over them."""
    keys: Iterable[Key] = (*sample.group.keys, *sample.phone.keys)
    return {(key.bank, key.position): key for key in keys}


def words_for(vendor: Vendor, type_: str) -> set[str]:
    """The vendor's words for a key type, whichever bank they are for."""
    return {words[type_] for table, words in vendor.words.items() if "key" in table and type_ in words}


class Built:
    """One model in one dialect with its three phones, each rendered once."""

    def __init__(self, vendor: Vendor, model: Model, generation: str | None) -> None:
        self.vendor, self.model, self.generation = vendor, model, generation

    @cached_property
    def samples(self) -> dict[str, Sample]:
        """Kind of phone to the phone."""
        return {kind: build(self.vendor, self.model, self.generation) for kind, build in phones.KINDS.items()}

    @cached_property
    def results(self) -> dict[str, Result]:
        """Kind of phone to its files, rendered plainly."""
        return {kind: sample.plain() for kind, sample in self.samples.items()}

    @cached_property
    def back(self) -> dict[str, ReadBack]:
        """Kind of phone to what the vendor's reader understands of its files."""
        return {kind: read_back(self.vendor, result) for kind, result in self.results.items()}

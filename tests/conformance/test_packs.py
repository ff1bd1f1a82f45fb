"""Judges the vendor folders themselves, and each model in each dialect as it is rendered and read back."""

from __future__ import annotations

from collections import Counter
from fnmatch import fnmatch
from pathlib import Path

from aps_tui.domain.catalogue import CATALOGUE
from aps_tui.domain.keytypes import KEY_TYPES, VALUE_TYPES
from aps_tui.vendors.engine import GroupRenderer
from aps_tui.vendors.loader import SHIPPED
from aps_tui.vendors.pack import Vendor
from tests.conformance import phones
from tests.conformance.judge import (
    Built,
    content,
    is_specialised,
    keys_of,
    shared_files,
    spec_of,
    text_of,
    words_for,
)
from tests.conformance.phones import LIMITED_SECRET, PACKS, PBX, RAW, Sample, mac_of
from tests.conformance.values import DUMMY

_CARRIED = ("user", "auth_user", "secret", "display_name", "label", "number", "mailbox", "local_sip_port")


# ------------------------------------------------------------------------------------------------ the folder


def test_every_folder_loads() -> None:
    folders = {path.parent.name for path in SHIPPED.glob("*/vendor.toml")}
    assert PACKS.faults == ()
    assert set(PACKS.vendors) == folders, "slug = folder"


def test_no_two_vendors_claim_a_mac_prefix() -> None:
    claims = [prefix for vendor in PACKS.vendors.values() for prefix in vendor.mac_prefixes]
    assert [prefix for prefix, times in Counter(claims).items() if times > 1] == []


def test_words_translate_neutral_words(vendor: Vendor) -> None:
    """A table that is named as a setting, or is for keys, may only translate what the catalogue knows."""
    assert set(vendor.words.get("key", {})) <= set(KEY_TYPES)
    for table, words in vendor.words.items():
        allowed = {word for id, s in CATALOGUE.items() if id.endswith(f".{table}") for word in s.allowed}
        if allowed:
            assert set(words) <= {*allowed, "true", "false"}, f"[words.{table}]"


def test_user_agents_name_what_they_find(vendor: Vendor) -> None:
    for pattern in vendor.user_agents:
        assert set(pattern.groupindex) <= {"model", "firmware", "mac"}, pattern.pattern


def test_facts_have_a_source(vendor: Vendor) -> None:
    assert vendor.source.strip()
    assert all(":" in line for line in vendor.unverified), "name: why"


# ------------------------------------------------------------------------------------------ rendering at all


def test_every_model_renders_in_every_generation(vendor: Vendor) -> None:
    for model in vendor.models.values():
        for generation in phones.generations(model):
            assert phones.minimal(vendor, model, generation).plain().files, f"{model.name} {generation}"


def test_every_phone_renders(built: Built) -> None:
    for kind, result in built.results.items():
        assert result.files, kind
        for file in result.files:
            spec = spec_of(built.samples[kind], file.path)
            text = content(built.samples[kind], file)
            spec.form.check(text, spec.repeatable)
            assert not {"\x00", "\x01", "\r"} & set(text), f"{kind} {file.path}"


def test_file_names_are_plain_and_each_phones_own(dialect: Built) -> None:
    names = [file.path for file in dialect.results["full"].files]
    shared = [file.path for file in shared_files(dialect.samples["full"]).files]
    other = dialect.samples["full"].with_phone(mac=mac_of(dialect.vendor, "2"))
    assert len(set(names + shared)) == len(names + shared)
    assert not set(names) & {file.path for file in other.plain().files}
    root = Path("/srv/tftpboot")
    for name in names + shared:
        assert (root / name).resolve() == root / name
        assert name.isascii() and not any(part.startswith(".") for part in name.split("/"))
    reserved = dialect.vendor.reserved_names
    assert not [name for name in names if any(fnmatch(name, pattern) for pattern in reserved)]


def test_a_phone_without_lines_renders(dialect: Built) -> None:
    sample = dialect.samples["minimal"].with_phone(accounts=())
    assert sample.plain().files == GroupRenderer(sample.group).render(sample.phone).files != ()


def test_the_quick_path_gives_the_same_bytes(built: Built) -> None:
    for kind, sample in built.samples.items():
        assert sample.quick() == built.results[kind], kind
        assert is_specialised(sample), f"{kind} takes the slow path"


def test_a_shape_serves_other_phones(dialect: Built) -> None:
    for kind, sample in dialect.samples.items():
        renderer = GroupRenderer(sample.group)
        renderer.render(sample.phone)
        twin = sample.with_phone(mac=mac_of(dialect.vendor, "2")).with_account(secret="Other-9z", user="other")
        assert renderer.render(twin.phone) == twin.plain(), kind
        assert renderer.quick == [True]


# ---------------------------------------------------------------------------------------------- reading back


def test_accounts_read_back(built: Built) -> None:
    for kind, sample in built.samples.items():
        read = built.back[kind].accounts
        for account in sample.phone.accounts:
            found = read[account.n]
            assert {"user", "secret", "server"} <= found.keys()
            expected = {name: _said(getattr(account, name)) for name in _CARRIED if name in found}
            assert {name: found[name] for name in expected} == expected, f"{kind} line {account.n}"
            assert found["server"] == PBX
            assert found.get("port", "5060") == "5060"
        used = {account.n for account in sample.phone.accounts}
        left = [n for n, found in read.items() if n not in used and (found.get("user") or found.get("secret"))]
        assert left == [], f"{kind}: unused lines are written off"


def _said(value: object) -> str:
    return "" if value is None else str(value)


def test_keys_read_back(built: Built) -> None:
    read = built.back["full"].keys
    for place, key in keys_of(built.samples["full"]).items():
        assert place in read, f"{place} {key.type}"
        found = read[place]
        assert found["type"] in words_for(built.vendor, key.type), place
        if key.type in VALUE_TYPES:
            assert found.get("value", key.value) == built.samples["full"].group.mapped(key.value), place
        assert found.get("label", key.label) == key.label, place


def test_raw_parameters_are_written(built: Built) -> None:
    name, value = RAW
    assert built.back["full"].parameters[name] == value


# --------------------------------------------------------------------------------------- mapping and secrets


def test_the_dummy_address_is_mapped_whole(dialect: Built) -> None:
    near = "11.1.1.1 1.1.1.10 1.1.1.1.2"
    sample = dialect.samples["full"].with_account(label=near, display_name=near)
    texts = text_of(sample.plain()), text_of(shared_files(sample))
    assert near in texts[0]
    assert not [line for text in texts for line in text.splitlines() if DUMMY in line.replace(near, "").split()]
    assert DUMMY not in "".join(texts).replace(near, "")
    assert PBX in texts[0]


def test_an_unprovisioned_phone_gets_no_secret(built: Built) -> None:
    sample, text = built.samples["unprovisioned"], text_of(built.results["unprovisioned"])
    assert "UNPROV" in text and LIMITED_SECRET in text and "apunprov" in text
    assert f"aps-{sample.phone.mac}" in text
    assert _leaks(sample, text, but=LIMITED_SECRET) == []
    assert RAW[1] not in text
    assert "Key 1" not in text


def test_masked_files_show_no_secret(dialect: Built) -> None:
    for kind, sample in dialect.samples.items():
        assert _leaks(sample, text_of(sample.plain(mask=lambda _: "••••••"))) == [], kind


def test_shared_files_hold_no_secret_and_no_mac(dialect: Built) -> None:
    sample = dialect.samples["full"]
    text = text_of(shared_files(sample))
    assert _leaks(sample, text) == []
    assert sample.phone.mac not in text.lower()


def _leaks(sample: Sample, text: str, but: str = "") -> list[str]:
    return sorted(secret for secret in sample.secrets if secret and secret != but and secret in text)

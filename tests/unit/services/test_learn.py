"""Learning a pack from a unit's file: what is proposed, what is kept, and that no secret ever is."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path

import pytest

from aps_tui.domain.errors import ApsError, BadValue
from aps_tui.services.learning.export import read_export
from aps_tui.services.learning.learn import Lesson, lesson
from aps_tui.services.learning.names import line_place, neutral, words
from aps_tui.services.learning.places import checked_place
from aps_tui.services.learning.probe import full_phone
from aps_tui.services.learning.propose import accepted
from aps_tui.vendors.engine import GroupRenderer
from aps_tui.vendors.loader import SHIPPED, load_packs
from aps_tui.vendors.pack import Model, Vendor
from aps_tui.vendors.phone import Group, Phone
from aps_tui.vendors.support import supported

YEALINK = """\
#!version:1.0.0.1
## exported from 80:5E:C0:12:34:56
# account.1.password = Old-S3cret
account.1.enable = 1
account.1.display_name = Alice {{ x }}
account.1.user_name = 201
account.1.password = Top-S3cret!
account.1.sip_server.1.address = 10.9.8.7
account.1.sip_server.2.address = 10.9.8.6
account.1.odd = {% endraw %}{# {%
account.2.enable = 0
account.2.user_name =
account.2.password = Second-S3cret
local_time.ntp_server1 = ntp.unit.example
static.security.user_password = admin:Adm1n-S3cret
static.auto_provision.server.url = http://10.9.8.7/805ec0123456/
phone_setting.contrast = 6
copied.text = x Top-S3cret! y
wifi.1.password = Wlan-S3cret
own.mac = 805ec0123456
"""
INTERCOM = """\
<?xml version="1.0" encoding="ISO-8859-1"?>
<!-- <AuthenticatePassword>Old-S3cret</AuthenticatePassword> -->
<specific><MiscSettings><DeviceName>Gate</DeviceName><Beep/></MiscSettings>
  <SIPSettings>
    <SIPServer>10.0.0.1</SIPServer>
    <SIPUserID>199</SIPUserID>
    <AuthenticatePassword><![CDATA[Gate&S3cret]]></AuthenticatePassword>
    <Verbatim>{{ 7 * 7 }}</Verbatim>
  </SIPSettings>
  <Login password="Web-S3cret" name="x"><A>1</A></Login>
</specific>
"""


def learn(folder: Path, name: str, text: str, target: str, **said: str) -> tuple[Lesson, Vendor, str]:
    """Learn a file into `folder/overlay`; the lesson, the loaded vendor, and all that was written as one text."""
    (folder / name).write_text(text, encoding="utf-8")
    overlay = folder / "overlay"
    learning = lesson(folder / name, target, overlay)
    said = {key.replace("__", "."): place for key, place in said.items()}
    learning.write(accepted(learning.proposals, learning.export, said), overlay)
    packs = load_packs((overlay, SHIPPED))
    assert not packs.faults
    written = "\n".join(path.read_text() for path in sorted((overlay / learning.slug).iterdir()))
    return learning, packs.vendor(learning.slug), written


def rendered(vendor: Vendor, model: Model) -> str:
    """The learned file of a phone that says everything."""
    group, phone, _ = full_phone(vendor, model)
    return "\n".join(file.data.decode() for file in GroupRenderer(group).render(phone).files)


def test_a_learned_model_renders_its_own_file_and_the_others_the_packs(tmp_path: Path) -> None:
    _, vendor, _ = learn(tmp_path, "805ec0123456.cfg", YEALINK, "yealink/T46U")
    text = rendered(vendor, vendor.model("T46U"))
    assert "account.16.user_name = u16probe" in text and "account.16.password = Probe-16-s3cret" in text
    assert "account.2.odd = {% endraw %}{# {%" in text and "phone_setting.contrast = 6" in text
    assert "10.9.8.7" not in text and "own.mac = 0002b3c4d5e6" in text
    shipped = load_packs((SHIPPED,)).vendor("yealink")
    assert rendered(vendor, vendor.model("T48U")) == rendered(shipped, shipped.model("T48U"))
    assert "T46U: learned from 805ec0123456.cfg on a real unit" in vendor.unverified
    assert "server.N.host" in supported(vendor, vendor.model("T46U"))
    assert "ldap.host" not in supported(vendor, vendor.model("T46U"))


def test_a_phone_without_accounts_forgets_the_units(tmp_path: Path) -> None:
    _, vendor, _ = learn(tmp_path, "805ec0123456.cfg", YEALINK, "yealink/T46U")
    group, phone, _ = full_phone(vendor, vendor.model("T46U"))
    one = type(phone)(phone.mac, phone.accounts[:1])
    text = GroupRenderer(group).plain(one).files[0].data.decode()
    assert "account.1.enable = 1" in text and "account.2.enable = 0" in text
    assert "account.2.user_name = %NULL%" in text and "account.2.password = %NULL%" in text


@pytest.mark.parametrize(
    ("name", "text", "target"),
    [("805ec0123456.cfg", YEALINK, "yealink/T46U"), ("0020f7aabbcc.xml", INTERCOM, "cyberdata/011307"),
     ("805ec0123456.cfg", YEALINK, "acme/X1"), ("0020f7aabbcc.xml", INTERCOM, "acme/X1")],
)  # fmt: skip
def test_no_secret_of_the_unit_is_copied(tmp_path: Path, name: str, text: str, target: str) -> None:
    learning, _, written = learn(tmp_path, name, text, target)
    assert not re.search("S3cret|805ec0123456", re.sub(r"learned from \S+", "", written), re.IGNORECASE)
    assert "S3cret" not in json.dumps([one.value for one in learning.proposals]) + repr(learning.answers.unclear)


@pytest.mark.parametrize("slug", sorted(set(load_packs((SHIPPED,)).vendors) - {"alcatel", "audiocodes"}))
def test_every_vendors_own_file_is_learned_without_its_secrets(tmp_path: Path, slug: str) -> None:
    """A file that the pack itself writes for one phone gives back, learned, another phone's accounts."""
    vendor = load_packs((SHIPPED,)).vendor(slug)
    model = next(iter(vendor.models.values()))
    group, phone, _ = full_phone(vendor, model)
    own = phone.accounts[:1]
    files = GroupRenderer(Group(vendor, model, "probe", group.settings)).plain(Phone(phone.mac, own)).files
    file = max(files, key=lambda one: one.data.count(own[0].secret.encode()))
    unit = file.data.decode().replace("Probe-", "Unit-").replace("u1probe", "olduser")
    (tmp_path / "unit").write_text(unit, encoding="utf-8")
    learning = lesson(tmp_path / "unit", f"{slug}/{model.name}", tmp_path / "overlay")
    learning.write(accepted(learning.proposals, learning.export, {}), tmp_path / "overlay")
    templates = "".join(path.read_text() for path in (tmp_path / "overlay" / slug).glob("*.j2"))
    assert "Unit-" in unit and "Unit-" not in templates
    learned = load_packs((tmp_path / "overlay", SHIPPED)).vendor(slug)
    text = "".join(one.data.decode() for one in GroupRenderer(Group(learned, learned.model(model.name), "probe",
                   group.settings)).render(Phone(phone.mac, own)).files)  # fmt: skip
    assert own[0].secret in text and own[0].user in text


@pytest.mark.parametrize(
    "line",
    ["url = http://bob:hunter2@h/x", "rule = [--uid x --pwd hunter2]http://h",
     "[T]\nFORMAT Index = User, Password\nA 0 = x, hunter2;\nA = x, hunter2;",
     "# old password hunter2", "; password=hunter2"],
)  # fmt: skip
def test_secrets_within_longer_texts_are_left_out(tmp_path: Path, line: str) -> None:
    text = f"line1_user_name = 3\nline1_password = xyz\nother = 5\nmore = 6\nyet = 7\n{line}\n"
    _, _, written = learn(tmp_path, "unit.cfg", text, "acme/X1")
    assert "hunter2" not in written and "other = 5" in written


def test_a_new_vendor_is_a_whole_pack(tmp_path: Path) -> None:
    text = "[sip]\nline1_user = 300\nline1_user_name = 300\nline1_password = abc-12345\nsip_server = pbx.old.example\n"
    _, vendor, _ = learn(tmp_path, "acme-001A2BFFEE01.ini", text, "acme/X1")
    assert (vendor.mac_prefixes, vendor.files[0].path) == (("001a2b",), "acme-{MAC}.ini")
    made = rendered(vendor, vendor.model("X1"))
    assert "line1_user_name = u1probe" in made and "line1_password = Probe-1-s3cret" in made and "abc" not in made
    _, vendor, _ = learn(tmp_path, "acme-001A2BFFEE02.ini", text.replace("line1", "line2"), "acme/X2")
    assert {"X1", "X2"} == {*vendor.models} and "line1_user_name" in rendered(vendor, vendor.model("X1"))
    assert "line2_user_name" not in rendered(vendor, vendor.model("X1"))


def test_a_file_without_a_place_for_the_secret_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadValue, match="add its line, empty"):
        learn(tmp_path, "u.cfg", "account.1.user_name = 201\nx = 1\n", "acme/X1")
    _, _, written = learn(tmp_path, "u.cfg", "P1 = 201\nP2 = sunshine\n", "acme/X1", P1="line.user", P2="line.2.secret")
    assert "sunshine" not in written and "l.n == 2" in written


def test_a_new_model_joins_its_nearest_family(tmp_path: Path) -> None:
    learning, vendor, _ = learn(tmp_path, "805ec0123456.cfg", YEALINK, "yealink/T46X")
    assert (
        learning.is_new
        and vendor.model("T46X").family == vendor.model(learning.like.name if learning.like else "").family
    )
    assert vendor.model("T46X").facts()["lines"] == 2 and not vendor.model("T46X").facts()["verified"]
    assert "account.2.user_name = u2probe" in rendered(vendor, vendor.model("T46X"))


def test_the_pack_tells_what_names_do_not(tmp_path: Path) -> None:
    text = "".join(
        f"    <P{n}>{v}</P{n}>\n" for n, v in {35: "201", 34: "aaa111bbb", 47: "1.2.3.4", 9999: "zz99yy88xx"}.items()
    )
    text = (
        f'<?xml version="1.0"?>\n<gs_provision version="1">\n<config version="1">\n{text}</config>\n</gs_provision>\n'
    )
    learning, _, written = learn(tmp_path, "cfg000b82aabbcc.xml", text, "grandstream/GXP1625")
    places = {one.name: one.place for one in learning.proposals}
    assert places["P35"] == "line.user" and places["P34"] == "line.secret" and places["P47"] == "server.1.host"
    assert places["P9999"] == "leave-out" and "zz99yy88xx" not in written
    assert "the learned file carries 1 line" in written


def test_an_operator_overrules(tmp_path: Path) -> None:
    said = {
        "phone_setting__contrast": "server.voicemail_number",
        "account__1__odd": "leave-out",
        "wifi__1__password": "security.user_password",
        "local_time__ntp_server1": "keep",
    }
    _, vendor, _ = learn(tmp_path, "805ec0123456.cfg", YEALINK, "yealink/T46U", **said)
    text = rendered(vendor, vendor.model("T46U"))
    assert "phone_setting.contrast = 77" in text and ".odd" not in text and "ntp.unit.example" in text
    assert re.search(r"wifi.1.password = Probe-\d+-word", text)


@pytest.mark.parametrize(
    ("key", "place", "said"),
    [("nowhere", "keep", "no such parameter"), ("own.mac", "line.colour", "a line has"),
     ("own.mac", "tine.zone", "unknown"), ("own.mac", "server.codecs", "by hand"),
     ("wifi.1.password", "keep", "a secret of one unit")],
)  # fmt: skip
def test_wrong_places_are_refused(tmp_path: Path, key: str, place: str, said: str) -> None:
    (tmp_path / "u.cfg").write_text(YEALINK)
    learning = lesson(tmp_path / "u.cfg", "yealink/T46U", tmp_path / "overlay")
    with pytest.raises(BadValue, match=said):
        accepted(learning.proposals, learning.export, {key: place})
    assert not (tmp_path / "overlay").exists()


def test_a_file_that_cannot_be_rendered_leaves_everything_as_it_was(tmp_path: Path) -> None:
    learn(tmp_path, "805ec0123456.cfg", YEALINK, "yealink/T46U")
    before = {path: path.read_bytes() for path in (tmp_path / "overlay").rglob("*") if path.is_file()}
    learning = lesson(tmp_path / "805ec0123456.cfg", "yealink/T46U", tmp_path / "overlay")
    taken = accepted(learning.proposals, learning.export, {"phone_setting.contrast": "network.lldp"})
    with pytest.raises(ApsError, match="switch"):
        learning.write(taken, tmp_path / "overlay")
    (tmp_path / "p.xml").write_text('<a><item name="b.c">1</item></a>')
    with pytest.raises(ApsError, match="reads no per-MAC file of that format"):
        lesson(tmp_path / "p.xml", "yealink/T46U", tmp_path / "overlay").write((), tmp_path / "overlay")
    assert before == {path: path.read_bytes() for path in (tmp_path / "overlay").rglob("*") if path.is_file()}
    assert [path.name for path in (tmp_path / "overlay").iterdir()] == ["yealink"]


@pytest.mark.parametrize(
    ("data", "said"),
    [(b"", "no format"), (b"\x00\x01\x02", "binary"), (b"just some words\nof prose, nothing else\n", "no format"),
     (b"a = \x1b[2J\n", "binary"), (b"<html><body>", "not well-formed"), (b"x" * 5_000_000, "larger than"),
     (b'<!DOCTYPE a [<!ENTITY b "c">]><a><b>1</b></a>', "document type"), (b"# only = comments\n", "no format")],
)  # fmt: skip
def test_hostile_files_are_one_clear_error(tmp_path: Path, data: bytes, said: str) -> None:
    (tmp_path / "unit.cfg").write_bytes(data)
    with pytest.raises(BadValue, match=said) as error:
        read_export(tmp_path / "unit.cfg")
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    ("text", "form", "keys"),
    [("a.b = 1\nc = 2\n", "flat", ["a.b", "c"]), ("voip/line/0/id=1\nvoip/line/0/name=2\n", "path", None),
     ("[a]\nx=1\n[b]\nx=2\n", "ini", ["x", "x"]), ('A_1="x"\r\nB="y"\r\n', "quoted", ["A_1", "B"]),
     ("sip line1 user name: 201\ntftp server: x\n", "colon", None),
     ('<r>\n<a\n b.c="1" d.e="2"/></r>', "xml-attributes", ["b.c", "d.e"]),
     ('<s><u idx="1" perm="">x</u><u idx="2" perm="">y</u></s>', "xml-elements", ["u[1]", "u[2]"]),
     ("<s><l><n>1</n></l><l><n>2</n></l></s>", "xml-nested", ["n", "n"]),
     ('<c><item name="a.b">1</item></c>', "xml-items", ["a.b"]),
     ('<c><setting id="a" value="1"/></c>', "xml-settings", ["a"])],
)  # fmt: skip
def test_the_format_is_found(tmp_path: Path, text: str, form: str, keys: list[str] | None) -> None:
    (tmp_path / "unit").write_bytes(text.encode())
    export = read_export(tmp_path / "unit")
    assert export.form.name == form
    assert keys is None or [parameter.key for parameter in export.parameters] == keys


def test_latin_1_is_read(tmp_path: Path) -> None:
    (tmp_path / "unit").write_bytes("name = Zoë\n".encode("latin-1"))
    assert read_export(tmp_path / "unit").parameters[0].value == "Zoë"


def test_names() -> None:
    assert words("reg.1.auth.userId") == "reg 1 auth user id" and words("SIPUserID") == "sip user id"
    assert neutral("account.3.codec.1") == "account.N.codec.N" and neutral("P35") == "P35"
    found = [
        line_place(name)
        for name in ("account.3.sip_server.2.address", "sip line4 password", "User_ID_5_", "user_pass[6]")
    ]
    assert [place.number for place in found if place] == [3, 4, 5, 6]
    assert line_place("linekey.3.value") is None and line_place("P35") is None
    assert checked_place("line.2.user") == "line.2.user"


def test_an_overlay_says_only_what_it_changes(tmp_path: Path) -> None:
    learn(tmp_path, "805ec0123456.cfg", YEALINK, "yealink/T46U")
    _, vendor, _ = learn(tmp_path, "805ec0123456.cfg", YEALINK, "yealink/T48U")
    said = tomllib.loads((tmp_path / "overlay" / "yealink" / "vendor.toml").read_text())
    assert said.keys() == {"file", "defaults", "model", "unverified"}
    assert [(file["path"], file["template"]) for file in said["file"]] == [("{mac}.cfg", "learned.mac.cfg.j2")]
    assert said["model"] == {"T46U": {"learned": "T46U"}, "T48U": {"learned": "T48U"}} and len(said["unverified"]) == 2
    shipped = load_packs((SHIPPED,)).vendor("yealink")
    assert [spec.path for spec in vendor.files] == [spec.path for spec in shipped.files]
    assert vendor.unverified[: len(shipped.unverified)] == shipped.unverified

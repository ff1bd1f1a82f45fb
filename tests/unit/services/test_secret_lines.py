"""No template hides a secret from the masks: not in a file, nor in a difference, nor in what is said of a render."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from aps_tui.data.store import Store
from aps_tui.domain.errors import ApsError
from aps_tui.domain.site import Tenant
from aps_tui.services.commit import commit
from aps_tui.services.device_history import events, past_diff
from aps_tui.services.diffs import masker, open_diffs
from aps_tui.services.fleet import Fleet
from aps_tui.services.planning import plan
from aps_tui.services.render import render_device
from aps_tui.services.secret_lines import masked_files
from aps_tui.services.sitefile import load
from aps_tui.services.workplace import Workplace
from aps_tui.vendors.loader import SHIPPED, load_packs
from tests.unit.services.small_site import MAC_CFG, MACS, make_pack, open_site
from tests.unit.services.test_every_family import document, families

MAC = MACS[0]
SECRET, SHORT = "Kw7-Xq2.Rv", "Q9"
NEXT, NEXT_SHORT = "Zb4_Yt9-Lm", "R8"
L = "lines[0].secret"
DISGUISES = [
    f"{{{{ {L} ~ '' }}}}",
    f"{{{{ 'x' ~ {L} ~ 'y' }}}}",
    f"{{{{ {L} + '' }}}}",
    f"{{{{ {L} | upper }}}}",
    f"{{{{ {L}.lower() }}}}",
    f"{{{{ {L}[1:] }}}}",
    f"{{{{ {L}[0] }}}}",
    f"{{{{ {L} | reverse }}}}",
    f"{{{{ {L} | replace('K', 'Q') }}}}",
    f"{{{{ ('<' ~ {L}) | escape }}}}",
    f"{{{{ ('/' ~ {L}) | urlencode }}}}",
    f"{{{{ 'low' if {L}[2] < '5' else 'high' }}}}",
    f"{{% set s %}}{{{{ {L} ~ '' }}}}{{% endset %}}{{{{ s }}}}",
    f"{{% macro m(x) %}}{{{{ x ~ '' }}}}{{% endmacro %}}{{{{ m({L}) }}}}",
    "{% for p in raw %}{{ p.value ~ '' }}{% endfor %}{{ '' }}",
    "{{ security.admin_password ~ '' }}",
]
"""What an overlay may write of a secret as the value of a parameter whose name tells nothing."""
LINES = [
    f"{{% for c in {L} %}}\n{{{{ c }}}}.tone = {{{{ loop.index }}}}\n{{% endfor %}}",
    f"{{{{ {L} ~ '' }}}} = 1",
    f"# {{{{ {L} | upper }}}}",
]
"""And as lines."""
VALUES = "\n".join(f"ring.v{n} = {value}" for n, value in enumerate(DISGUISES))


def write_pack(folder: Path, more: str) -> None:
    """The small pack, with more in its template."""
    make_pack(folder / "packs")
    (folder / "packs" / "testphone" / "mac.cfg.j2").write_text(f"{MAC_CFG}{more}\nlast = 1\n")


def give(place: Workplace, secret: str, short: str) -> None:
    """Give the first device's line, its tenant and itself secrets."""
    one = place.store.extensions.find("acme", "101")
    assert one is not None
    place.store.extensions.save(replace(one, secret=secret))
    place.store.tenants.save(Tenant("acme", {"server.1.host": "1.1.1.1", "security.admin_password": short}))
    device = place.store.devices.get(MAC)
    assert device is not None
    place.store.devices.save(replace(device, raw={"x.password": secret + "r"}))


def told(text: str) -> list[str]:
    """The lines that are not masked, without the marks of a difference."""
    return [line.lstrip("+- ") for line in text.splitlines() if "••••" not in line and line[:3] not in ("+++", "---")]


def check(lines: list[str]) -> None:
    """None of the lines came from a secret."""
    for line in lines:
        assert not line.startswith(("ring.", "#")) and ".tone" not in line, line
        for secret in (SECRET, NEXT):
            assert secret.lower() not in line.lower() and secret[::-1] not in line


@pytest.mark.parametrize("more", [VALUES, *LINES, "\n".join([VALUES, *LINES])], ids=["values", *"abc", "all"])
def test_nothing_shows_what_came_from_a_secret(tmp_path: Path, more: str) -> None:
    write_pack(tmp_path, more)
    with open_site(tmp_path) as place:
        give(place, SECRET, SHORT)
        plain = render_device(place, MAC).files[0].text
        shown = render_device(place, MAC, masked=True).files[0].text
        commit(place, [MAC])
        give(place, NEXT, NEXT_SHORT)
        with open_diffs(place) as made:
            changes = [made.of(change, 99) for change in plan(place).changes if change.mac == MAC]
        commit(place, [MAC])
        files = [event.file for event in events(place, MAC) if event.file is not None]
        past = ["\n".join(past_diff(place, *file)) for file in files]
    assert len(changes) == 1 and len(past) == 2 and plain.count("\n") == shown.count("\n")
    for text in (shown, *changes, *past):
        assert {"last = 1", "account.1.user = 101"} <= set(told(text)) or text in past
        check(told(text))


@pytest.mark.parametrize(
    "template",
    [
        f"{{{{ {L} | warning }}}}",
        f"{{{{ ('x' ~ {L} | upper) | warning }}}}",
        f"ring = {{{{ {L} | word('dtmf') }}}}",
        f"ring = {{{{ {L} | known('key') }}}}",
        f"ring = {{{{ lines[{L}] }}}}",
        f"ring = {{{{ model[{L}] }}}}",
        f"{{% include {L} %}}",
        f"ring = {{{{ {L} | int + {L} }}}}",
        f"last = {{{{ {L} ~ '' }}}}",
    ],
)
def test_no_warning_and_no_error_tells_a_secret(tmp_path: Path, template: str) -> None:
    write_pack(tmp_path, template)
    toml = tmp_path / "packs" / "testphone" / "vendor.toml"
    toml.write_text(toml.read_text() + "[words.dtmf]\na = 1\n")
    with open_site(tmp_path) as place:
        give(place, SECRET, SHORT)
        said = [str(one) for one in plan(place).problems]
        try:
            said += render_device(place, MAC, masked=True).warnings
        except ApsError as error:
            said.append(str(error))
    assert said and SECRET.lower() not in "\n".join(said).lower()


def test_what_cannot_be_rendered_with_other_secrets_is_masked_as_a_whole(tmp_path: Path) -> None:
    write_pack(tmp_path, f"{{% if {L} != '{SECRET}' %}}{{{{ lines[9].user }}}}{{% endif %}}")
    with open_site(tmp_path) as place:
        give(place, SECRET, SHORT)
        shown = render_device(place, MAC, masked=True).files[0].text
    assert "101" not in shown and told(shown) in ([], [""])


def test_shipped_templates_only_write_their_secrets(tmp_path: Path) -> None:
    """So nothing is masked that came from no secret, for any family."""
    packs = load_packs([SHIPPED])
    (tmp_path / "root").mkdir()
    said = document(families(packs))
    url, password = "http://1.1.1.1:5555/tftpboot/", "security.admin_password"
    said["site"]["settings"] = {**said["site"]["settings"], "general.provisioning_url": url, password: "Adm1n-Pw.x"}
    said["provisioning"] = {"http_auth": True, "unprovisioned_secret": "limited-Account-5x"}
    with Store.open(tmp_path / "state" / "aps.sqlite3", operator="tester") as store:
        load(store, packs, said)
        masks, fleet = masker(Workplace(store, tmp_path / "root", packs)), Fleet(store.render, packs)
        for row in fleet.render.candidates():
            task = fleet.task(row)
            written = [masks.text(file.text, file.form) for file in task.renderer.plain(task.phone, masks.mask).files]
            assert [text for _, _, text in masked_files(task, masks)] == written, row.model

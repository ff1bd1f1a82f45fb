"""Kamailio on the PBX: a registrar that knows the site's accounts and asks for their digest."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.lab.netlab import PBX, Lab
from tests.lab.servers.process import program, running

PORT = 5060
_MODULES = ("kex", "pv", "sl", "tm", "xlog", "textops", "htable", "usrloc", "registrar", "auth")
_CONFIG = r"""#!KAMAILIO
debug=0
log_stderror=yes
children=2
disable_tcp=yes
auto_aliases=no
listen=udp:{address}:{port}
mpath="/usr/lib/x86_64-linux-gnu/kamailio/modules/"
{modules}
modparam("usrloc", "db_mode", 0)
modparam("htable", "htable", "pw=>size=10;")
event_route[htable:mod-init] {{
{passwords}
}}
request_route {{
  if ($rm != "REGISTER") {{ sl_send_reply("404", "not here"); exit; }}
  $var(key) = $fU + " " + $au;
  if ($fU =~ "^aps-[0-9a-f]{{12}}$") $var(key) = $au;
  if ($sht(pw=>$var(key)) == $null || !pv_www_authenticate("$fd", "$sht(pw=>$var(key))", "0")) {{
    www_challenge("$fd", "0");
    exit;
  }}
  xlog("L_ALERT", "registered $fU as $au from $si\n");
  save("location");
}}
"""


@dataclass(frozen=True)
class Registrar:
    """A running registrar."""

    log: Path

    def registered(self) -> set[tuple[str, str, str]]:
        """(account, digest user, address) of every registration that it took."""
        lines = [line.split() for line in self.log.read_text().splitlines() if " registered " in line]
        return {(words[-5], words[-3], words[-1]) for words in lines}


@contextmanager
def registrar(lab: Lab, folder: Path, accounts: Mapping[tuple[str, str], str], limited: str) -> Iterator[Registrar]:
    """Run it with the passwords of (account, digest user); `limited` is that of the account of UNPROV phones."""
    folder.mkdir()
    known = {**{f"{user} {digest}": secret for (user, digest), secret in accounts.items()}, "apunprov": limited}
    config = _CONFIG.format(
        address=PBX,
        port=PORT,
        modules="\n".join(f'loadmodule "{name}.so"' for name in _MODULES),
        passwords="\n".join(f'  $sht(pw=>{key}) = "{secret}";' for key, secret in known.items()),
    )
    (folder / "kamailio.cfg").write_text(config)
    words = ["-DD", "-E", "-f", f"{folder}/kamailio.cfg", "-P", f"{folder}/pid", "-Y", str(folder), "-m", "64"]
    with running(lab.within(program("kamailio"), *words), folder, "udp", PORT):
        yield Registrar(folder / "output")

"""A simulated phone: it boots as its maker's phones do, registers, and boots again when it is told to."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from urllib.parse import SplitResult, urlsplit

from tests.lab.dhcp_client import Lease, options_in
from tests.lab.phones.maker import Account, Maker
from tests.lab.servers.web import Login
from tests.lab.simulated import http, tftp
from tests.lab.simulated.addresses import Addresses
from tests.lab.simulated.dhcp import lease
from tests.lab.simulated.pnp import subscribe
from tests.lab.simulated.sip import Message, SipSide

_OPTIONS_AT = 240
"""Where options begin in a DHCP message; those within option 43 are written alike."""
Tell = Callable[..., None]
"""Reports an event by its name, with what belongs to it."""


class Phone:
    """One phone; `run` is its life until its power goes."""

    def __init__(self, mac: str, maker: Maker, interface: str, login: Login | None, addresses: Addresses) -> None:
        self.mac, self.maker, self.interface, self.login = mac, maker, interface, login
        self.addresses = addresses
        self.agent = maker.agent(mac)
        self.configured = False
        """Whether it has ever read an account."""
        self._answers: dict[tuple[str, str], str] = {}
        """By Call-ID and CSeq, what was answered to a NOTIFY."""

    async def run(self, tell: Tell) -> None:
        """Power on."""
        given = await lease(self.interface, self.mac, self.maker.vendor_class, f"{self.maker.name}-{self.mac[-4:]}")
        if given is None:
            tell("no_lease")
            return
        await self.addresses.give(self.interface, given.address)
        url = _place(given, self.maker)
        tell("dhcp_ack", ip=given.address, url=url)
        if self.maker.profile:
            subscribe(given.address, self.mac, self.maker.profile)
        while url and (account := await self._read(given.address, urlsplit(url), tell)):
            with closing(SipSide(given.address, self.agent)) as sip:
                status = await sip.register(account)
                if status != 200:
                    tell("refused", status=status, user=account.user)
                    return
                tell("registered", user=account.user, auth_user=account.auth_user)
                await self._serve(sip, tell)

    async def _read(self, address: str, url: SplitResult, tell: Tell) -> Account | None:
        """Fetch its files and understand them."""
        folder, _, given = url.path.rpartition("/")
        files: dict[str, bytes] = {}
        asking = self.maker.asks(self.mac, given)
        content: bytes | None = None
        try:
            name = next(asking)
            while True:
                content = await self._fetch(address, url, f"{folder}/{name}", tell)
                if content is not None:
                    files[name] = content
                name = asking.send(content)
        except StopIteration:
            pass
        account = self.maker.account(self.mac, files)
        if account is None:
            tell("unconfigured")
            return None
        said = account._asdict()
        del said["secret"]
        tell("refetched" if self.configured else "parsed", files=sorted(files), **said)
        self.configured = True
        return account

    async def _fetch(self, address: str, url: SplitResult, path: str, tell: Tell) -> bytes | None:
        """One file, with its password once that is asked for."""
        host = url.hostname or ""
        if url.scheme == "tftp":
            status, data = await tftp.read(address, host, path.lstrip("/"))
        else:
            status, data = await http.get(address, host, url.port or 80, path, self.agent, None)
            if status == 401 and self.login:
                tell("fetch", path=path, status=status)
                status, data = await http.get(address, host, url.port or 80, path, self.agent, self.login)
        tell("fetch", path=path, status=status)
        return data if status == 200 else None

    async def _serve(self, sip: SipSide, tell: Tell) -> None:
        """Answer requests until one makes it fetch again."""
        while True:
            request = await sip.told()
            method = request.first.partition(" ")[0]
            if method != "NOTIFY":
                await sip.answer(request, "200 OK" if method == "OPTIONS" else "405 Method Not Allowed")
            elif await self._notified(sip, request, tell):
                return

    async def _notified(self, sip: SipSide, request: Message, tell: Tell) -> bool:
        """Answer a NOTIFY; whether it is to be obeyed. One that is sent again gets its answer again, and no more."""
        which = (request.headers["call-id"], request.headers["cseq"])
        if which in self._answers:
            await sip.answer(request, self._answers[which])
            return False
        event = request.headers.get("event", "")
        obeyed = self.maker.obeys(event, request.body)
        self._answers[which] = "200 OK" if obeyed else "489 Bad Event"
        await sip.answer(request, self._answers[which])
        tell("notify", event=event, obeyed=obeyed)
        return obeyed


def _place(given: Lease, maker: Maker) -> str:
    """The URL of the first option that the maker's phones take; empty where none came."""
    for wanted in maker.options:
        number, inner = wanted if isinstance(wanted, tuple) else (wanted, None)
        value = given.options.get(number, b"")
        if inner is not None:
            value = options_in(bytes(_OPTIONS_AT) + value).get(inner, b"")
        if number == 150 and len(value) >= 4:
            return f"tftp://{'.'.join(map(str, value[:4]))}/"
        if text := value.rstrip(b"\0").decode("utf-8", "replace"):
            return text if "://" in text else f"tftp://{text}/"
    return ""

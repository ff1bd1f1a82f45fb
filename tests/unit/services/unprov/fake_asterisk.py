"""Plays Asterisk's side of AGI as a real one did (spec/asterisk-proofs.md, part 3), and hangs up where it is told."""

from __future__ import annotations

import asyncio
import shlex
from collections.abc import Sequence
from dataclasses import dataclass, field

ENVIRONMENT = """agi_network: yes
agi_network_script: unprov
agi_request: agi://127.0.0.1:4573/unprov
agi_channel: PJSIP/apunprov-00000005
agi_language: en
agi_type: {type}
agi_uniqueid: 1795383757.5
agi_callerid: {caller}
agi_calleridname: unknown
agi_dnid: 5551234
agi_context: aps-unprov
agi_extension: 5551234
agi_priority: 2
agi_accountcode:

"""
HOW = ("result -1, then HANGUP", "HANGUP before the reply", "511", "dropped", "reset")
"""Ways in which a call ends from the other side."""


@dataclass
class Asterisk:
    """One call: who calls from where, what is typed at each GET DATA, and where it ends."""

    caller: str
    address: str = "10.77.0.5:5060"
    typed: Sequence[str] = ()
    """What GET DATA gives, one by one; `None` stands for no key."""
    missing: frozenset[str] = frozenset()
    """Sound files that are not there."""
    type: str = "PJSIP"
    contact: str = "sip:{caller}@10.77.0.5:5060"
    agent: str = "Testphone T1 1.0"
    end_at: int = 0
    """The command, from 1, at which the call ends; 0: it does not."""
    how: str = ""
    commands: list[str] = field(default_factory=list)
    """What was asked, as it came."""
    dead: bool = False

    async def play(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Hold the call until the other side closes it."""
        writer.write(ENVIRONMENT.format(type=self.type, caller=self.caller).encode())
        typed = list(self.typed)
        try:
            while line := await reader.readline():
                command = line.decode().rstrip("\n")
                self.commands.append(command)
                if len(self.commands) == self.end_at and self.how in ("dropped", "reset"):
                    if self.how == "reset":
                        writer.transport.abort()
                    return
                writer.write(self.answer(command, typed).encode())
                await writer.drain()
        except ConnectionError:
            return
        finally:
            writer.close()

    @property
    def said(self) -> list[str]:
        """What the caller heard, in order: `GET DATA agent-pass`, `STREAM FILE vm-goodbye`."""
        return [
            " ".join(one.split()[:3])
            for one in self.commands
            if one.startswith(("GET DATA", "STREAM", "SAY", "HANGUP"))
        ]

    def answer(self, command: str, typed: list[str]) -> str:
        """The lines that come back for a command."""
        ends = len(self.commands) == self.end_at
        word = shlex.split(command)
        media = not command.startswith(("GET VARIABLE", "HANGUP"))
        if self.dead:
            return "HANGUP\n" + (
                "511 Command Not Permitted on a dead channel or intercept routine\n" if media else "200 result=0\n"
            )
        if ends and self.how == "511":
            return "511 Command Not Permitted on a dead channel or intercept routine\n"
        if ends and self.how.startswith("HANGUP"):
            return f"HANGUP\n{self._reply(word, typed)}"
        if ends and media:
            self.dead = True
            return "200 result=-1\n" if command.startswith("GET DATA") else "200 result=-1 endpos=4242\n"
        self.dead = ends
        return self._reply(word, typed)

    def _reply(self, word: list[str], typed: list[str]) -> str:
        match word[:2]:
            case ["GET", "VARIABLE"]:
                value = {
                    "CHANNEL(pjsip,remote_addr)": self.address,
                    "CHANNEL(pjsip,target_uri)": self.contact.format(caller=self.caller),
                    "PJSIP_HEADER(read,User-Agent)": self.agent,
                    "CHANNEL(recvip)": self.address,
                }.get(word[2], "")
                return f"200 result=1 ({value})\n" if value else "200 result=0\n"
            case ["GET", "DATA"]:
                if word[2] in self.missing:
                    return "200 result=-1\n"
                keys = typed.pop(0) if typed else ""
                return f"200 result={keys}\n" if keys else "200 result= (timeout)\n"
            case ["STREAM", "FILE"]:
                return "200 result=-1 endpos=0\n" if word[2] in self.missing else "200 result=0 endpos=7679\n"
            case ["SAY", "DIGITS"]:
                return "200 result=0\n"
            case ["HANGUP"]:
                return "200 result=1\n"
        return "510 Invalid or unknown command\n"

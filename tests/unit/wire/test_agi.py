"""AGI as bytes: what is sent is one command whatever it holds, what comes is bounded."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

import pytest

from aps_tui.domain.errors import ApsError, BadValue
from aps_tui.wire.agi import LONGEST_ANSWER, LONGEST_LINE, Agi, HungUp, NoAgi, Reply, written

_T = TypeVar("_T")


class Sent:
    """Keeps what is sent; an error can be had instead."""

    def __init__(self) -> None:
        self.data = b""
        self.error: Exception | None = None

    def write(self, data: bytes) -> None:
        self.data += data

    async def drain(self) -> None:
        if self.error is not None:
            raise self.error


def held(answers: bytes, talk: Callable[[Agi], Awaitable[_T]], sent: Sent | None = None) -> _T:
    """Talk to something that has said all it has to say, and closed."""

    async def run() -> _T:
        reader = asyncio.StreamReader(limit=LONGEST_ANSWER)
        reader.feed_data(answers)
        reader.feed_eof()
        return await talk(Agi(reader, sent or Sent()))

    return asyncio.run(run())


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (("GET DATA", "agent-pass", "8000", "12"), "GET DATA agent-pass 8000 12"),
        (("STREAM FILE", "vm-goodbye", ""), 'STREAM FILE vm-goodbye ""'),
        (("GET VARIABLE", "CHANNEL(pjsip,remote_addr)"), "GET VARIABLE CHANNEL(pjsip,remote_addr)"),
        (("VERBOSE", "a\nHANGUP\r\n", "1"), "VERBOSE aHANGUP 1"),
        (("VERBOSE", 'say "a\\b"', "1"), 'VERBOSE "say \\"a\\\\b\\"" 1'),
        (("VERBOSE", "a\x00\x85\u2028b c"), 'VERBOSE "ab c"'),
        (("HANGUP",), "HANGUP"),
    ],
)
def test_a_command_is_one_line(words: tuple[str, ...], line: str) -> None:
    assert written(*words) == line.encode() + b"\n"


def test_a_command_has_its_limits() -> None:
    room = LONGEST_LINE - len("VERBOSE \n")
    assert len(written("VERBOSE", "x" * room)) == LONGEST_LINE
    for words in (["x" * (room + 1)], ["é" * 5000], ["1"] * 127):
        with pytest.raises(BadValue, match="too long"):
            written("VERBOSE", *words)


@pytest.mark.parametrize(
    ("answer", "reply"),
    [
        (b"200 result=1 (10.0.0.5:5060)\n", Reply(200, "1", "10.0.0.5:5060")),
        (b"200 result=1 (a (b) c)\n", Reply(200, "1", "a (b) c")),
        (b"200 result=0 endpos=35489\r\n", Reply(200, "0", "", 35489)),
        (b"200 result= (timeout)\n", Reply(200, "", "timeout")),
        (b"200 result=12*3 (timeout)\n", Reply(200, "12*3", "timeout")),
        (b"200 result=\n", Reply(200, "")),
        (b"510 Invalid or unknown command\n", Reply(510)),
        (b"520 Invalid command syntax.  Proper usage not available.\n", Reply(520)),
        (b"520-Invalid command syntax.  Proper usage follows:\n Usage: X\n520 End of proper usage.\n", Reply(520)),
    ],
)  # fmt: skip
def test_replies(answer: bytes, reply: Reply) -> None:
    assert held(answer, lambda agi: agi.command("NOOP")) == reply


@pytest.mark.parametrize(
    "answer",
    [b"HANGUP\n200 result=1\n", b"511 Command Not Permitted on a dead channel\n", b"", b"200 resu", b"HANGUP\n"],
)
def test_endings(answer: bytes) -> None:
    async def talk(agi: Agi) -> None:
        with pytest.raises(HungUp):
            await agi.command("GET DATA", "x")
        with pytest.raises(HungUp):
            await agi.command("HANGUP")

    sent = Sent()
    held(answer + b"200 result=1\n" * (answer.endswith(b"1\n")), talk, sent)
    assert sent.data == b"GET DATA x\n"  # nothing is sent into a call that is over


@pytest.mark.parametrize("error", [ConnectionResetError(), BrokenPipeError(), RuntimeError("closing")])
def test_a_connection_that_breaks_while_writing(error: Exception) -> None:
    sent = Sent()
    sent.error = error
    with pytest.raises(HungUp, match="broke"):
        held(b"200 result=1\n", lambda agi: agi.command("NOOP"), sent)


def test_sighup_ends_a_wait() -> None:
    async def run() -> None:
        agi = Agi(asyncio.StreamReader(), Sent())
        asyncio.get_running_loop().call_soon(agi.caller_left)
        with pytest.raises(HungUp):
            await agi.get_data("agent-pass", 8, 12)

    asyncio.run(run())


@pytest.mark.parametrize(
    "answer",
    [b"200 result\n", b"200 OK\n", b"noise\n" * 200, b"x" * (3 * LONGEST_ANSWER) + b"\n", b"520-usage\n" * 200],
)
def test_what_is_no_reply_is_refused(answer: bytes) -> None:
    with pytest.raises(NoAgi):
        held(answer, lambda agi: agi.command("NOOP"))


def test_the_environment() -> None:
    text = "agi_network: yes\nagi_callerid: aps-805ec0112233\nagi_accountcode: \nagi_arg_1: a: b\x1b[31m\r\n\n"
    found = held(text.encode(), lambda agi: agi.environment())
    assert found == {
        "agi_network": "yes", "agi_callerid": "aps-805ec0112233", "agi_accountcode": "", "agi_arg_1": "a: b [31m",
    }  # fmt: skip
    assert len(held(b"agi_arg_1: " + b"x" * 9000 + b"\n\n", lambda agi: agi.environment())["agi_arg_1"]) == 400


@pytest.mark.parametrize(
    "text",
    [
        "agi_callerid: a\nagi_callerid: b\n\n",
        "GET / HTTP/1.1\n\n",
        "PATH: /bin\n\n",
        "agi_callerid\n\n",
        "".join(f"agi_arg_{n}: x\n" for n in range(300)),
        "agi_callerid: a\n",
        "agi_callerid: " + "x" * (3 * LONGEST_ANSWER),
        "\xff\xfe\n",
    ],
)
def test_an_environment_that_is_none(text: str) -> None:
    with pytest.raises(ApsError):
        held(text.encode("latin-1"), lambda agi: agi.environment())


def test_keys_and_sounds() -> None:
    async def talk(agi: Agi) -> list[object]:
        typed = [await agi.get_data("x", 8, 4) for _ in range(4)]
        return [*typed, await agi.stream("a"), await agi.stream("b"), await agi.variable("v"), await agi.variable("w")]

    answers = [
        "result=1234", "result= (timeout)", "result=-1", "result=123456789", "result=-1 endpos=0", "result=0 endpos=9",
        "result=0", "result=1 (x)",
    ]  # fmt: skip
    data = "".join(f"200 {one}\n" for one in answers).encode()
    assert held(data, talk) == ["1234", "", None, "1234", False, True, "", "x"]

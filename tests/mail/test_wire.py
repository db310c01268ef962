"""The fault matrix: whatever a relay does at whatever step, what becomes of letter and session.

Three letters are offered on one session; the fault meets the second one. So it is also shown that
the first is settled once, whether the third is offered on the same session, and that no letter is
settled twice.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest

from newsletter.mail.failures import EndedAtRecipient, NotOffered, SenderRefused
from newsletter.mail.letter import Letter
from newsletter.mail.offers import Offer, Patience
from newsletter.mail.outcomes import Outcome
from newsletter.mail.relay import Relay, read_relay_url
from newsletter.mail.wire import Wire

STEPS = ("MAIL", "RCPT", "DATA", "DOT")
SILENCE, DROP = "silence", "drop"
FINE = {"MAIL": "250 fine", "RCPT": "250 fine", "DATA": "354 go on", "DOT": "250 kept"}
# short only where silence is meant: a busy machine is silent too
SHORT = Patience(0.5, 0.5, 0.5)
LONG = Patience(20, 20, 20)

# what becomes of the second letter, and whether the third is offered on the same session
NOT_OFFERED, SENDER, RECIPIENT = "not offered", "sender refused", "ended at the recipient"
MATRIX: dict[tuple[str, str], tuple[str, bool]] = {
    ("MAIL", "451 4.3.0 later"): (NOT_OFFERED, False),
    ("MAIL", "550 5.7.1 not you"): (SENDER, False),
    ("MAIL", "421 4.3.2 bye"): (NOT_OFFERED, False),
    ("MAIL", DROP): (NOT_OFFERED, False),
    ("MAIL", SILENCE): (NOT_OFFERED, False),
    ("MAIL", "what?"): (NOT_OFFERED, False),
    ("RCPT", "451 4.7.1 later"): ("deferred", True),
    ("RCPT", "550 5.1.1 unknown"): ("refused", True),
    ("RCPT", "421 4.3.2 bye"): (RECIPIENT, False),
    ("RCPT", DROP): (RECIPIENT, False),
    ("RCPT", SILENCE): (RECIPIENT, False),
    ("RCPT", "what?"): (RECIPIENT, False),
    ("DATA", "451 4.3.0 later"): ("deferred", True),
    ("DATA", "554 5.7.1 no"): ("deferred", True),
    ("DATA", "421 4.3.2 bye"): (RECIPIENT, False),
    ("DATA", "250 fine?"): (RECIPIENT, False),
    ("DATA", DROP): (RECIPIENT, False),
    ("DATA", SILENCE): (RECIPIENT, False),
    ("DATA", "what?"): (RECIPIENT, False),
    ("DOT", "451 4.3.0 later"): ("deferred", True),
    ("DOT", "554 5.6.0 spam"): ("deferred", True),
    ("DOT", "550 5.1.1 unknown"): ("refused", True),
    ("DOT", "421 4.3.2 bye"): ("deferred", False),
    ("DOT", DROP): ("uncertain", False),
    ("DOT", SILENCE): ("uncertain", False),
    ("DOT", "what?"): ("uncertain", False),
    ("DOT", "354 go on?"): ("uncertain", False),
}


@dataclass
class Faulty:
    """A relay that is well except at one step of its second letter.

    It keeps no letter but those that it answered with 250.
    """

    step: str
    fault: str
    pipelining: bool
    slow: bool = False
    data_after_refusal: bool = False
    kept: list[str] = field(default_factory=list)

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            writer.write(b"220 ready\r\n")
            await reader.readline()
            writer.write(
                b"250-here\r\n250-PIPELINING\r\n250 8BITMIME\r\n"
                if self.pipelining
                else b"250 here\r\n"
            )
            letters, recipient = 0, ""
            while True:
                line = (await reader.readline()).decode()
                verb = line[:4]
                if verb == "MAIL":
                    letters, recipient = letters + 1, ""
                if verb in ("RSET", "QUIT", ""):
                    writer.write(b"250 fine\r\n")
                    if verb != "RSET":
                        return
                    continue
                reply = self.fault if letters == 2 and verb == self.step else FINE[verb]
                if verb == "RCPT" and reply.startswith("250"):
                    recipient = line[9:-3]
                if (
                    verb == "DATA"
                    and not recipient
                    and not self.data_after_refusal
                    and reply.startswith("354")
                ):
                    reply = "503 5.5.1 no recipient"
                if not await self._answer(writer, reply):
                    return
                if reply.startswith("354") and not await self._content(
                    reader, writer, letters, recipient
                ):
                    return
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    async def _content(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        letters: int,
        recipient: str,
    ) -> bool:
        lines = 0
        while (line := await reader.readline()) != b".\r\n":
            if not line:
                return False
            lines += 1
            if self.slow:
                await asyncio.sleep(0.02)  # a letter has 27 lines
        if not recipient:
            return await self._answer(writer, "554 5.5.1 no recipient")
        reply = self.fault if letters == 2 and self.step == "DOT" else FINE["DOT"]
        if reply.startswith("250"):
            self.kept.append(recipient)
        return await self._answer(writer, reply)

    async def _answer(self, writer: asyncio.StreamWriter, reply: str) -> bool:
        if reply == SILENCE:
            await asyncio.sleep(2 * SHORT.dot_s)
            return False
        if reply == DROP:
            return False
        writer.write(f"{reply}\r\n".encode())
        return not reply.startswith("421")


@dataclass
class Three:
    """A session's owner: three letters, and what became of them."""

    waiting: list[Offer] = field(
        default_factory=lambda: [
            Offer(n, Letter("e@x.example", f"r{n}@x.example", [b"Subject: x\r\n\r\nHi\r\n" * 9]))
            for n in (1, 2, 3)
        ]
    )
    results: dict[int, list[str]] = field(default_factory=dict)
    intended: list[int] = field(default_factory=list)
    over: asyncio.Event = field(default_factory=asyncio.Event)
    wire: Wire | None = None

    def take(self) -> Offer | None:
        if not self.waiting and self.wire is not None:
            asyncio.get_running_loop().call_soon(self.wire.finish)
        return self.waiting.pop(0) if self.waiting else None

    def intend(self, offer: Offer, go: Callable[[], None]) -> None:
        self.intended.append(offer.key)
        asyncio.get_running_loop().call_soon(go)

    def settle(self, offer: Offer, result: Outcome | NotOffered) -> None:
        self.results.setdefault(offer.key, []).append(name_of(result))

    def ended(self, wire: Wire, failure: NotOffered | None) -> None:
        self.over.set()


def name_of(result: Outcome | NotOffered) -> str:
    if isinstance(result, Outcome):
        return result.kind
    names = {SenderRefused: SENDER, EndedAtRecipient: RECIPIENT}
    return names.get(type(result), NOT_OFFERED)


async def play(relay: Faulty, work: Three, patience: Patience = LONG) -> None:
    server = await asyncio.start_server(relay.talk, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    work.wire = await Relay(
        read_relay_url(f"smtp+plain://127.0.0.1:{port}"), patience=patience
    ).open(work)
    work.wire.begin()
    await asyncio.wait_for(work.over.wait(), 20)
    await asyncio.sleep(0)
    server.close()


@pytest.mark.parametrize("pipelining", [True, False], ids=["pipelining", "one at a time"])
@pytest.mark.parametrize(("step", "fault"), MATRIX, ids="-".join)
def test_the_fault_matrix(step: str, fault: str, pipelining: bool) -> None:
    expected, goes_on = MATRIX[step, fault]
    relay, work = Faulty(step, fault, pipelining), Three()
    asyncio.run(play(relay, work, SHORT if fault == SILENCE else LONG))
    assert work.results[1] == ["accepted"]
    assert work.results[2] == [expected]
    third = work.results.get(3, [])
    assert third == ["accepted"] if goes_on else third in ([], [NOT_OFFERED])
    assert sorted(relay.kept) == sorted(
        f"r{n}@x.example" for n, (first, *_) in work.results.items() if first == "accepted"
    )
    assert (2 in work.intended) == (step == "DOT")


def test_data_that_is_accepted_without_a_recipient_is_voided_by_a_lone_dot() -> None:
    relay, work = (
        Faulty("RCPT", "550 5.1.1 unknown", pipelining=True, data_after_refusal=True),
        Three(),
    )
    asyncio.run(play(relay, work))
    assert work.results == {1: ["accepted"], 2: ["refused"], 3: ["accepted"]}
    assert relay.kept == ["r1@x.example", "r3@x.example"]


def test_a_relay_that_reads_a_letter_slowly_is_waited_for_longer_than_a_silent_one() -> None:
    relay, work = Faulty("none", "", pipelining=True, slow=True), Three()
    asyncio.run(play(relay, work, Patience(0.5, 0.5, 20)))
    assert work.results == {n: ["accepted"] for n in (1, 2, 3)}


def test_a_relay_that_lies_about_pipelining_is_sent_one_command_at_a_time_from_then_on() -> None:
    async def lying(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Says PIPELINING, and reads one command of each packet only."""
        writer.write(b"220 ready\r\n")
        in_content = False
        while packet := await reader.read(65536):
            if in_content:
                in_content = not packet.endswith(b"\r\n.\r\n")
                writer.write(b"" if in_content else b"250 kept\r\n")
                continue
            verb = packet[:4].decode()
            in_content = verb == "DATA"
            writer.write(
                b"250-here\r\n250 PIPELINING\r\n"
                if verb == "EHLO"
                else f"{FINE.get(verb, '250 fine')}\r\n".encode()
            )
        writer.close()

    async def twice() -> Three:
        server = await asyncio.start_server(lying, "127.0.0.1", 0)
        relay = Relay(
            read_relay_url(f"smtp+plain://127.0.0.1:{server.sockets[0].getsockname()[1]}"),
            patience=SHORT,
        )
        work = Three()
        for _ in range(2):
            work.over.clear()
            work.wire = await relay.open(work)
            work.wire.begin()
            await asyncio.wait_for(work.over.wait(), 20)
            relay.learn(work.wire)
        server.close()
        return work

    results = asyncio.run(twice()).results
    assert results == {1: [RECIPIENT], 2: ["accepted"], 3: ["accepted"]}

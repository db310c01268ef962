"""One SMTP session (RFC 5321), pipelined where the relay can (RFC 2920): a letter's end and the next envelope are one write.

The final dot of a letter leaves only after the work's `intend` said go. At most one letter per session is in doubt at any
time: the one whose dot left and whose reply was not seen. At most one letter's bytes wait to be written, so a slow relay
slows us down instead of filling memory.
"""

import asyncio
import re
from collections import deque
from collections.abc import Callable
from typing import Protocol

from newsletter.mail.commands import QUIT, RSET, VOID, Command, envelope
from newsletter.mail.letter import Letter
from newsletter.mail.offers import Ability, NotOffered, Offer, Patience, SenderRefused
from newsletter.mail.outcomes import Outcome, read_reply

REPLY = re.compile(rb"([2-5]\d\d)(?:([ -])(.*))?")
NO_ADDRESS = re.compile(r"[\x00-\x20\x7f<>]")
QUOTED = re.compile(
    r'"(?:[ !#-\[\]-~\x80-\U0010ffff]|\\[ -~])+"@[^\x00-\x20\x7f<>"]+'
)  # RFC 5321, 4.1.2; RFC 6531, 3.3
LONGEST_LINE = 65536
SHUTTING_DOWN, START_INPUT = 421, 354
UNREMARKABLE = ("MAIL", "RCPT", "RSET")  # what is said yes to in a group


class SessionOwner(Protocol):
    """What a session works for. All calls come from the event loop, and none may block it."""

    def take(self) -> Offer | None:
        """The next letter, or None if there is none now: then call the session's `wake` when there is."""

    def intend(self, offer: Offer, go: Callable[[], None]) -> None:
        """The letter's dot may leave once `go` is called: after the intent is durable."""

    def settle(self, offer: Offer, result: Outcome | NotOffered) -> None:
        """What became of a letter that was taken; NotOffered if its dot did not leave."""

    def ended(self, wire: "Wire", failure: NotOffered | None) -> None:
        """The session is over; `failure` says why if that was not asked for."""


class Wire(asyncio.Protocol):
    """A session from its first envelope to its QUIT. `count` is how many letters were settled by replies."""

    def __init__(
        self,
        work: SessionOwner,
        transport: asyncio.Transport,
        ability: Ability,
        *,
        patience: Patience,
        letters: int,
    ) -> None:
        self._transport = transport
        self._work, self._ability, self._patience, self._left = work, ability, patience, letters
        self._want: deque[str] = deque()  # the replies still to come, in order
        self._queue: deque[Command] = (
            deque()
        )  # what a relay without pipelining has not been told yet
        self._current: Offer | None = None  # its DATA was answered 354
        self._next: Offer | None = None  # its envelope is on its way
        self._refusal: Outcome | None = None  # of the next letter's recipient
        self._dotted = False
        self._buffer = b""
        self._lines: list[bytes] = []
        self._finishing = False
        self._over = False
        self._deadline = float("inf")
        self.count = 0
        self.silent_in_group = False  # it says PIPELINING, but does not answer a group

    def begin(self) -> None:
        """Take over the transport, on which the relay waits for a MAIL command."""
        self._loop = asyncio.get_running_loop()
        self._transport.set_protocol(self)
        self._look()
        self._advance()

    def wake(self) -> None:
        """There may be letters to take again."""
        if not self._over and self._is_idle:
            self._advance()

    def give_up(self, why: NotOffered) -> None:
        """End the session now, unless a dot has left: then its reply is waited for."""
        if not self._over and not self._dotted:
            self._fail(why)
        self._finishing = True

    def finish(self) -> None:
        """Take no more letters, and say QUIT after the ones in hand."""
        self._finishing = True
        if not self._over and self._is_idle:
            self._advance()

    @property
    def _is_idle(self) -> bool:
        return self._current is None and self._next is None

    # what we say

    def _advance(self, *first: Command) -> None:
        self._next = self._take()
        if self._next is not None:
            self._say(*first, *envelope(self._next.letter))
        elif self._finishing or self._left <= 0:
            self._say(*first, QUIT)
        elif first:
            self._say(*first)

    def _take(self) -> Offer | None:
        while not self._finishing and self._left > 0:
            offer = self._work.take()
            if offer is None:
                return None
            self._left -= 1
            unable = self._unable(offer.letter)
            if unable is None:
                return offer
            self._work.settle(offer, unable)
        return None

    def _unable(self, letter: Letter) -> Outcome | None:
        if letter.needs_smtputf8 and not self._ability.smtputf8:
            return Outcome(
                "refused",
                553,
                "5.6.7",
                "The relay cannot carry an address outside ASCII (no SMTPUTF8).",
            )
        if NO_ADDRESS.search(letter.rcpt_to) and not QUOTED.fullmatch(letter.rcpt_to):
            return Outcome("refused", 553, "5.1.3", "This is not an address.")
        if 0 < self._ability.size < len(letter.content):
            return Outcome(
                "refused",
                552,
                "5.3.4",
                f"The relay takes letters of up to {self._ability.size} bytes (SIZE).",
            )
        return None

    def _say(self, *commands: Command) -> None:
        """Write at once what may go; a letter is not copied for it."""
        if self._ability.pipelining:
            self._want.extend([kind for kind, _ in commands])
            self._transport.writelines([piece for _, pieces in commands for piece in pieces])
        else:
            self._queue.extend(commands)
            if self._queue and not self._want:
                kind, pieces = self._queue.popleft()
                self._want.append(kind)
                self._transport.writelines(pieces)
        self._wait()

    def _go(self) -> None:
        """The intent is durable: content, dot and the next envelope in one write."""
        if self._over or self._current is None:
            return
        self._dotted = True
        content = self._current.letter.content
        if self._current.letter.has_dots:
            content = content.replace(b"\r\n.", b"\r\n..")
        end = ("DOT", (content, b".\r\n"))
        if self._ability.pipelining:
            self._next = self._take()
        self._say(end, *(envelope(self._next.letter) if self._next else ()))

    # what we hear

    def data_received(self, data: bytes) -> None:
        """asyncio: octets came."""
        *lines, self._buffer = (self._buffer + data).split(b"\n")
        for line in lines:
            if self._over:
                return None
            if (
                line[:4] == b"250 "
                and self._ability.pipelining
                and not self._lines
                and self._want
                and self._want[0] in UNREMARKABLE
            ):
                self._want.popleft()  # half of all replies, and nothing follows from them
                continue
            found = REPLY.fullmatch(line.rstrip(b"\r"))
            if found is None:
                return self._fail(NotOffered(f"The relay gave no clear reply: {line[:80]!r}"))
            self._lines.append(found[3] or b"")
            if found[2] != b"-":
                text = b" ".join(self._lines)[:500].decode("utf-8", "replace")
                self._lines.clear()
                self._hear(int(found[1]), text)
        self._wait()
        if len(self._buffer) > LONGEST_LINE:
            self._fail(NotOffered("The relay's reply has no end."))
        return None

    def _hear(self, code: int, text: str) -> None:
        if not self._want:
            return self._fail(
                NotOffered(f"The relay ended the session: {code} {text}"[:300]), quiet=self._is_idle
            )
        kind = self._want.popleft()
        if code == SHUTTING_DOWN:
            if kind == "DOT":
                self._settle_current(code, text)
            return self._fail(
                NotOffered(f"The relay said to wait before the letter was offered: {text}"[:300]),
                quiet=self._is_idle,
            )
        HEARD[kind](self, code, text)
        if not self._over and self._queue:
            self._say()
        return None

    def _heard_mail(self, code: int, text: str) -> None:
        if code >= 500:
            self._fail(SenderRefused(f"{SenderRefused.__doc__} ({code} {text})"[:300]))
        elif code >= 300:
            self._fail(
                NotOffered(
                    f"The relay said to wait before the letter was offered: {code} {text}"[:300]
                )
            )

    def _heard_rcpt(self, code: int, text: str) -> None:
        if 300 <= code < 400:
            self._fail(
                NotOffered(
                    f"The relay gave no clear reply before the letter was offered: {code} {text}"[
                        :300
                    ]
                )
            )
        elif code >= 400:
            self._refusal = read_reply(code, text)
            if not self._ability.pipelining:
                self._queue.clear()
                self._after_refusal()

    def _heard_data(self, code: int, text: str) -> None:
        if self._refusal is not None and code == START_INPUT:
            self._say(VOID)  # RFC 2920, 3.1: DATA may be accepted without a recipient
        elif self._refusal is not None:
            self._after_refusal()
        elif code == START_INPUT:
            self._current, self._next = self._next, None
            assert self._current is not None
            self._work.intend(self._current, self._go)
        elif code >= 400:
            self._refusal = read_reply(code, text)
            self._after_refusal()
        else:
            self._fail(
                NotOffered(
                    f"The relay gave no clear reply before the letter was offered: {code} {text}"[
                        :300
                    ]
                )
            )

    def _heard_dot(self, code: int, text: str) -> None:
        if 300 <= code < 400:
            return self._fail(NotOffered(f"The relay gave no clear reply: {code} {text}"[:200]))
        self._settle_current(code, text)
        if self._next is None:
            self._advance()
        return None

    def _heard_rset(self, code: int, text: str) -> None:
        if code >= 300:
            self._fail(
                NotOffered(
                    f"The relay does not go on before the letter was offered: {code} {text}"[:300]
                )
            )

    def _after_refusal(self) -> None:
        offer, refusal = self._next, self._refusal
        assert offer is not None
        assert refusal is not None
        self._next = self._refusal = None
        self.count += 1
        self._work.settle(offer, refusal)
        self._advance(RSET)

    def _settle_current(self, code: int, text: str) -> None:
        offer = self._current
        assert offer is not None
        self._current, self._dotted = None, False
        self.count += 1
        self._work.settle(offer, read_reply(code, text))

    # how it ends

    def connection_lost(self, error: Exception | None) -> None:
        """asyncio: the other side is gone."""
        if not self._over:
            why = f" ({error})" if error else ""
            self._fail(
                NotOffered(f"The relay hung up before the letter was offered{why}."),
                quiet=self._is_idle and not self._queue,
            )

    def _fail(self, failure: NotOffered, *, quiet: bool = False) -> None:
        """Settle what is in hand: in doubt if its dot left, else not offered. `quiet`: nothing was in hand."""
        current, following, dotted = self._current, self._next, self._dotted
        self._current = self._next = None
        if current is not None:
            lost = Outcome(
                "uncertain", None, "", f"The reply to the letter was not seen. {failure}"[:200]
            )
            self._work.settle(current, lost if dotted else failure)
        if following is not None:
            self._work.settle(following, self._refusal or failure)
        self._end(None if quiet else failure)

    def _end(self, failure: NotOffered | None) -> None:
        self._over = True
        self._transport.close()
        self._work.ended(self, failure)

    # time

    def _wait(self) -> None:
        if not self._want:
            self._deadline = float("inf")
            return
        patience = self._patience
        seconds = {"DOT": patience.dot_s, "DATA": patience.data_s}.get(
            self._want[0], patience.command_s
        )
        self._deadline = self._loop.time() + seconds

    def _look(self) -> None:
        if self._over:
            return
        if self._loop.time() > self._deadline:
            self.silent_in_group = (
                self._ability.pipelining and self._want[0] != "DOT" and self.count == 0
            )
            self._fail(NotOffered("The relay fell silent before the letter was offered."))
            self._transport.abort()
            return
        shortest = min(self._patience.command_s, self._patience.data_s, self._patience.dot_s)
        self._loop.call_later(min(1.0, shortest / 4), self._look)


HEARD: dict[str, Callable[[Wire, int, str], None]] = {
    "MAIL": Wire._heard_mail,
    "RCPT": Wire._heard_rcpt,
    "DATA": Wire._heard_data,
    "VOID": lambda wire, _code, _text: wire._after_refusal(),
    "DOT": Wire._heard_dot,
    "RSET": Wire._heard_rset,
    "QUIT": lambda wire, _code, _text: wire._end(None),
}

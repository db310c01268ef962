"""One SMTP session (RFC 5321), pipelined where the relay can (RFC 2920).

A letter's end and the next envelope are one write: a group may begin with the end of a letter, and
DATA must be its last command (RFC 2920, 3.1).

The final dot of a letter leaves only after its owner's `intend` called back. At most one letter of
a session is in doubt at any time: the one whose dot left and whose reply was not seen. At most one
letter's bytes wait to be written, so a slow relay slows us down instead of filling memory.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from typing import Protocol

from newsletter.mail import failures
from newsletter.mail.commands import QUIT, RSET, VOID, Command, envelope, envelope_singly
from newsletter.mail.failures import NotOffered, SenderRefused, not_offered, unclear_reply
from newsletter.mail.offers import Ability, Offer, Patience, ReplyWait, refuse_unfit
from newsletter.mail.outcomes import Outcome, ReplyLines, decode_text, read_reply

LONGEST_LINE = 65536  # octets of a reply; RFC 5321, 4.5.3.1.5 allows 512
SHUTTING_DOWN = 421  # RFC 5321, 4.2.3: it may come instead of any other reply
FINE = 250
START_INPUT = 354
UNREMARKABLE = ("MAIL", "RCPT", "RSET")  # a 250 to these in a group changes nothing
USUAL = {b"250 ": 250, b"354 ": 354}  # nearly all replies, in a line each


class SessionOwner(Protocol):
    """Gives a session letters and hears what becomes of them. No call may block the event loop."""

    def take(self) -> Offer | None:
        """The next letter, or None if there is none now: then call `wake` when there is."""

    def intend(self, offer: Offer, go: Callable[[], None]) -> None:
        """Call `go` when the intent is durable; then the letter's dot leaves."""

    def settle(self, offer: Offer, result: Outcome | NotOffered) -> None:
        """What became of a letter that was taken; NotOffered if its dot did not leave."""

    def ended(self, wire: "Wire", failure: NotOffered | None) -> None:
        """The session is over; `failure` says why if that was not asked for."""


class Wire(asyncio.Protocol):
    """A session from its first envelope to its QUIT. Each letter goes this way:

                 owner.take          354 to DATA             intent is durable
        (idle) ────────────► _next ────────────► _current ────────────────────► _current, dotted
           ▲                   │                 owner.intend                         │
           │   RCPT or DATA    │                                     reply to the dot │
           │   refused: RSET   ▼                                                      ▼
           └────────────── owner.settle ◄─────────────────────────────────── owner.settle

    With PIPELINING the next letter becomes `_next` when the dot of the current one leaves. If the
    session fails, `_next` and an undotted `_current` are NotOffered (EndedAtRecipient if the relay
    ended it at their own commands); a dotted one is uncertain.
    """

    def __init__(
        self,
        owner: SessionOwner,
        transport: asyncio.Transport,
        ability: Ability,
        *,
        patience: Patience,
        letters: int,
    ) -> None:
        self._owner = owner
        self._transport = transport
        # each piece would become a record of TLS
        self._joins = transport.get_extra_info("sslcontext") is not None
        self._ability = ability
        self._pipelines = ability.pipelining
        self._left = letters  # that this session may still take
        self._awaited: deque[str] = deque()  # the replies still to come, in order
        self._unsaid: deque[Command] = deque()  # for a relay without pipelining: one at a time
        self._current: Offer | None = None  # its DATA was answered 354
        self._next: Offer | None = None  # its envelope is on its way
        self._refusal: Outcome | None = None  # of the next letter's recipient
        self._dotted = False  # the current letter's dot has left
        self._buffer = b""  # the beginning of a line
        self._reply = ReplyLines()
        self._finishing = False
        self._over = False
        self._wait = ReplyWait(patience)
        self._heard = 0  # how often octets came
        self.count = 0  # letters that were settled: by replies, or in doubt
        self.silent_in_group = False  # it offers PIPELINING, but does not answer a group

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
        """Take no more letters, and write QUIT after the ones in hand."""
        self._finishing = True
        self.wake()

    @property
    def _is_idle(self) -> bool:
        return self._current is None and self._next is None

    # commands

    def _advance(self, *first: Command) -> None:
        """Write `first`, and the next letter's envelope or QUIT."""
        self._next = self._take()
        if self._next is not None and self._pipelines:
            self._say(*first, envelope(self._next.letter))
        elif self._next is not None:
            self._say(*first, *envelope_singly(self._next.letter))
        elif self._finishing or self._left <= 0:
            self._say(*first, QUIT)
        elif first:
            self._say(*first)

    def _take(self) -> Offer | None:
        while not self._finishing and self._left > 0 and (offer := self._owner.take()):
            self._left -= 1
            unfit = refuse_unfit(offer.letter, self._ability)
            if unfit is None:
                return offer
            self._owner.settle(offer, unfit)
        return None

    def _say(self, *commands: Command) -> None:
        """Write what may be written now; a letter is not copied for it."""
        if self._pipelines:
            group: list[bytes] = []
            for kinds, pieces in commands:
                self._awaited += kinds
                group += pieces
            self._write(group)
        else:
            self._unsaid.extend(commands)
            if self._unsaid and not self._awaited:
                kinds, pieces = self._unsaid.popleft()
                self._awaited += kinds
                self._write(pieces)

    def _write(self, pieces: Sequence[bytes]) -> None:
        self._transport.writelines([b"".join(pieces)] if self._joins else pieces)

    def _go(self) -> None:
        """The intent is durable: content, dot and the next envelope in one write."""
        if self._over or self._current is None:
            return  # the session failed meanwhile, and the letter was settled as not offered
        # before the write: what fails from here on may have reached the relay
        self._dotted = True
        group: list[Command] = [(("DOT",), self._current.letter.data)]
        if self._pipelines and (following := self._take()) is not None:
            self._next = following
            group.append(envelope(following.letter))
        self._say(*group)

    # replies

    def data_received(self, data: bytes) -> None:
        """asyncio: octets came."""
        # Four replies a letter come here, so it is one piece: calls would cost.
        lines = (self._buffer + data).split(b"\n")
        self._buffer = lines.pop()
        self._heard += 1
        awaited = self._awaited
        for line in lines:
            if self._over:
                return
            code = USUAL.get(line[:4])
            if code is None or self._reply.texts:
                self._hear_line(line)
            elif code == FINE and self._pipelines and awaited and awaited[0] in UNREMARKABLE:
                awaited.popleft()  # half of all replies, and nothing follows from them
            else:
                self._hear(code, decode_text(line[4:].rstrip(b"\r")))
        if len(self._buffer) > LONGEST_LINE:
            self._fail(NotOffered("The relay's reply has no end."))

    def _hear_line(self, line: bytes) -> None:
        """A line came, of any reply."""
        try:
            reply = self._reply.add(line)
        except ValueError:
            self._fail(failures.unclear_line(line), at=self._stage)
        else:
            if reply:
                self._hear(*reply)

    def _hear(self, code: int, text: str) -> None:
        """A reply came, with all its lines: to the first command that awaits one."""
        if not self._awaited:
            return self._fail(not_offered(f"The relay ended the session: {code} {text}"))
        kind = self._awaited.popleft()
        if code == SHUTTING_DOWN:
            return self._hear_shutting_down(kind, text)
        HEARD[kind](self, code, text)
        if not self._over and self._unsaid:
            self._say()
        return None

    def _hear_shutting_down(self, kind: str, text: str) -> None:
        if kind == "DOT":
            # it is the letter's own reply: deferred, not in doubt
            self._settle_current(SHUTTING_DOWN, text)
        self._fail(failures.must_wait(text), at=kind)

    def _heard_mail(self, code: int, text: str) -> None:
        # A refused sender is refused for all letters: it fails the session, and no letter.
        if code >= 500:
            self._fail(SenderRefused(f"{SenderRefused.__doc__} ({code} {text})"[:300]))
        elif code >= 300:
            self._fail(failures.must_wait(f"{code} {text}"))

    def _heard_rcpt(self, code: int, text: str) -> None:
        if 300 <= code < 400:
            self._fail(unclear_reply(code, text), at="RCPT")
        elif code >= 400:
            self._refusal = read_reply(code, text)
            if not self._pipelines:
                self._unsaid.clear()  # DATA is not said: there is nobody to write to
                self._after_refusal()

    def _heard_data(self, code: int, text: str) -> None:
        if self._refusal is not None and code == START_INPUT:
            self._say(VOID)  # RFC 2920, 3.1: DATA may be accepted without a recipient
        elif self._refusal is not None:
            self._after_refusal()
        elif code == START_INPUT:
            self._current = self._next
            self._next = None
            assert self._current is not None
            self._owner.intend(self._current, self._go)
        elif code >= 400:
            self._refusal = read_reply(code, text)
            self._after_refusal()
        else:
            self._fail(unclear_reply(code, text), at="DATA")

    def _heard_dot(self, code: int, text: str) -> None:
        if 300 <= code < 400:
            # the letter's reply, and no answer: it is in doubt
            return self._fail(not_offered(f"The relay gave no clear reply: {code} {text}"))
        self._settle_current(code, text)
        if self._next is None:
            self._advance()
        return None

    def _heard_rset(self, code: int, text: str) -> None:
        if code >= 300:
            self._fail(failures.goes_not_on(code, text))

    def _after_refusal(self) -> None:
        offer = self._next
        refusal = self._refusal
        assert offer is not None
        assert refusal is not None
        self._next = None
        self._refusal = None
        self.count += 1
        self._owner.settle(offer, refusal)
        # the refused transaction is still open: a second MAIL in it is an error (RFC 5321, 4.1.4)
        self._advance(RSET)

    def _settle_current(self, code: int, text: str) -> None:
        offer = self._current
        assert offer is not None
        self._current = None
        self._dotted = False
        self.count += 1
        self._owner.settle(offer, read_reply(code, text))

    # its end

    def connection_lost(self, error: Exception | None) -> None:
        """asyncio: the other side is gone."""
        if self._over:
            return
        self._fail(failures.hung_up(error, has_dotted=self._dotted), at=self._stage)

    @property
    def _stage(self) -> str:
        """The command that awaits its reply now."""
        answered = "DATA" if self._current else ""  # 354, and its content is not written
        return self._awaited[0] if self._awaited else answered

    def _fail(self, failure: NotOffered, *, at: str = "") -> None:
        """Settle what is in hand: in doubt if its dot left, else not offered.

        `at` is the command at which the relay ended the session. With nothing in hand the owner
        hears of no failure: relays end idle sessions.
        """
        is_idle = self._is_idle
        if at in ("RCPT", "DATA"):
            failure = failures.EndedAtRecipient(str(failure))
        current = self._current
        following = self._next
        self._current = None
        self._next = None
        if current is not None:
            self.count += self._dotted
            self._owner.settle(current, failures.in_doubt(failure) if self._dotted else failure)
        if following is not None:
            self._owner.settle(following, self._refusal or failure)
        self._end(None if is_idle else failure)

    def _end(self, failure: NotOffered | None) -> None:
        self._over = True
        self._transport.close()
        self._owner.ended(self, failure)

    def _look(self) -> None:
        """Look at the deadline now and then: a timer for each reply would cost more."""
        if self._over:
            return
        awaited = self._awaited[0] if self._awaited else ""
        if self._wait.is_over(awaited, self._heard, self._loop.time()):
            is_first_group = self._awaited[0] != "DOT" and self.count == 0
            self.silent_in_group = self._pipelines and is_first_group
            self._fail(failures.fell_silent(has_dotted=self._dotted), at=self._stage)
            self._transport.abort()  # a close would wait for the relay to read what is written
        else:
            self._loop.call_later(self._wait.look_s, self._look)


# A table instead of methods by name: each letter looks three of them up.
HEARD: dict[str, Callable[[Wire, int, str], None]] = {
    "MAIL": Wire._heard_mail,
    "RCPT": Wire._heard_rcpt,
    "DATA": Wire._heard_data,
    # whatever it says to a letter without content, the recipient's refusal is the outcome
    "VOID": lambda wire, _code, _text: wire._after_refusal(),
    "DOT": Wire._heard_dot,
    "RSET": Wire._heard_rset,
    "QUIT": lambda wire, _code, _text: wire._end(None),
}

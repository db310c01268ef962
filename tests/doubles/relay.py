"""A relay with bad manners: real SMTP with PIPELINING on loopback, in a thread of its own.

It keeps its own log of the letters that it took, whatever it said to them: a test counts in it
who got nothing, and who got two.
"""

import argparse
import asyncio
import json
import sys
import threading
from collections import Counter, deque
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

CLOSE = "close"  # instead of a reply: the relay hangs up
HANG = "hang"  # instead of a reply: it says nothing more, and keeps the connection
END = b"\r\n.\r\n"
HELLO = "250-relay.example\r\n250-PIPELINING\r\n250-SMTPUTF8\r\n250 SIZE"


@dataclass(frozen=True, slots=True)
class Manners:
    """What the relay does. A reply is a line, CLOSE or HANG; after a 421 it hangs up."""

    greeting: str = "220 relay.example ready"
    at_mail: str = "250 2.1.0 fine"
    at_rcpt: str = "250 2.1.5 fine"
    at_dot: str = "250 2.0.0 kept"
    well_behaved: int = 0  # so many letters are answered 250 before `at_dot` begins
    silent: int = 0  # and after so many more again; 0: never
    dies_after: int = 0  # letters; then it listens no more until it is told to `rise`
    of_readers: Mapping[str, str] = field(default_factory=dict)  # replies to RCPT, by address
    at_first_rcpt: str = ""  # instead, to the first RCPT of each recipient; "": as to any
    every: int = 0  # each so-manieth RCPT of the relay is answered 450
    letters: int = 0  # that a session takes; 0: as many as come
    end: str = CLOSE  # what a session hears after these: it is closed, or 421 to the next MAIL
    size: int = 0  # the largest letter, by its reply to EHLO
    reply_s: float = 0.0  # seconds before each reply to a letter


@dataclass
class Relay:
    """A relay that listens on 127.0.0.1. `manners` may be changed while it runs."""

    manners: Manners = field(default_factory=Manners)
    port: int = 0
    log: list[str] = field(default_factory=list)  # the recipients of the letters it took, in order
    asked: list[str] = field(default_factory=list)  # the recipients that it was asked for
    sessions: int = 0

    def __post_init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._open: set[_Talk] = set()

    @property
    def url(self) -> str:
        return f"smtp+plain://127.0.0.1:{self.port}"

    @property
    def counts(self) -> Counter[str]:
        """Letters by recipient."""
        return Counter(self.log)

    def start(self) -> None:
        """Listen."""
        self._thread.start()
        asyncio.run_coroutine_threadsafe(self._listen(), self._loop).result(timeout=10)

    def stop(self) -> None:
        """Hang up on everybody."""
        asyncio.run_coroutine_threadsafe(self._end(), self._loop).result(timeout=10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(timeout=10)
        self._loop.close()

    async def _listen(self) -> None:
        server = await self._loop.create_server(lambda: _Talk(self), "127.0.0.1", self.port)
        self._server = server
        self.port = server.sockets[0].getsockname()[1]

    async def _end(self) -> None:
        self._server.close()
        for talk in list(self._open):
            talk.hang_up()

    def rise(self) -> None:
        """Listen again on the same port, after it died."""
        asyncio.run_coroutine_threadsafe(self._listen(), self._loop).result(timeout=10)

    def die(self) -> None:
        """Listen no more, and hang up on everybody; what it took stays in its log."""
        asyncio.run_coroutine_threadsafe(self._end(), self._loop).result(timeout=10)

    def _count_down(self) -> None:
        """Die when it took as many letters as its manners allow."""
        if self.manners.dies_after:
            self.manners = replace(self.manners, dies_after=self.manners.dies_after - 1)
            if not self.manners.dies_after:
                self._server.close()

    def _came(self, talk: "_Talk") -> None:
        self.sessions += 1
        self._open.add(talk)

    def _went(self, talk: "_Talk") -> None:
        self._open.discard(talk)


class _Talk(asyncio.Protocol):
    """One session."""

    def __init__(self, relay: Relay) -> None:
        self._relay = relay
        self._rest = b""
        self._in_letter = False
        self._to = ""
        self._letters = 0  # of this session
        self._later: deque[str] = deque()  # replies that wait for one that comes late
        self._is_late = False
        self._is_over = False

    # asyncio

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._relay._came(self)
        self._say(self._relay.manners.greeting)

    def connection_lost(self, exc: Exception | None) -> None:
        self._is_over = True
        self._relay._went(self)

    def data_received(self, data: bytes) -> None:
        self._rest += data
        while not self._is_over and (self._letter() if self._in_letter else self._command()):
            pass

    # what it hears; each is True if there may be more

    def _command(self) -> bool:
        line, found, rest = self._rest.partition(b"\r\n")
        if not found:
            return False
        self._rest = rest
        verb = line[:4].upper().decode("ascii", "replace")
        reply = HEARD.get(verb, _Talk._at_other)(self, line.decode("utf-8", "replace"))
        self._say(reply)
        if verb == "DATA" and reply.startswith("354"):
            self._in_letter = True
            self._rest = b"\r\n" + self._rest  # a letter may be empty: its dot follows at once
        return True

    def _at_hello(self, _line: str) -> str:
        size = self._relay.manners.size
        return f"{HELLO} {size}" if size else HELLO

    def _at_mail(self, _line: str) -> str:
        manners = self._relay.manners
        self._to = ""
        if manners.letters and self._letters >= manners.letters:
            return manners.end
        return manners.at_mail

    def _at_rcpt(self, line: str) -> str:
        manners = self._relay.manners
        address = line[line.index("<") + 1 : line.rindex(">")]
        self._relay.asked.append(address)
        reply = manners.of_readers.get(address, manners.at_rcpt)
        if manners.at_first_rcpt and self._relay.asked.count(address) == 1:
            reply = manners.at_first_rcpt
        if manners.every and len(self._relay.asked) % manners.every == 0:
            reply = "450 4.2.0 not now"
        if reply.startswith("250"):
            self._to = address
        return reply

    def _at_data(self, _line: str) -> str:
        return "354 go on" if self._to else "503 5.5.1 no recipient"

    def _at_quit(self, _line: str) -> str:
        return "221 2.0.0 bye"

    def _at_other(self, _line: str) -> str:
        return "250 2.0.0 fine"

    def _letter(self) -> bool:
        end = self._rest.find(END)
        if end < 0:
            return False
        self._rest = self._rest[end + len(END) :]
        self._in_letter = False
        self._letters += 1
        self._relay.log.append(self._to)
        manners = self._relay.manners
        self._relay._count_down()
        self._say(self._at_dot(), late_s=manners.reply_s)
        if manners.letters and self._letters >= manners.letters and manners.end == CLOSE:
            self._say(CLOSE)
        return True

    def _at_dot(self) -> str:
        manners = self._relay.manners
        bad = len(self._relay.log) - manners.well_behaved
        is_well = bad <= 0 or 0 < manners.silent < bad
        return "250 2.0.0 kept" if is_well else manners.at_dot

    # what it says

    def _say(self, reply: str, *, late_s: float = 0.0) -> None:
        """Say it in its turn: what comes after a late reply waits for it."""
        if late_s and not self._is_late:
            self._is_late = True
            asyncio.get_running_loop().call_later(late_s, self._say_late, reply)
        elif self._is_late:
            self._later.append(reply)
        else:
            self._say_now(reply)

    def _say_late(self, reply: str) -> None:
        self._is_late = False
        self._say_now(reply)
        while self._later and not self._is_late:
            self._say_now(self._later.popleft())

    def _say_now(self, reply: str) -> None:
        if self._is_over or reply == HANG:
            self._is_over = True  # it reads and says nothing more
        elif reply == CLOSE:
            self.hang_up()
        else:
            self._transport.write(f"{reply}\r\n".encode())
            if reply[:3] in ("421", "221"):
                self.hang_up()

    def hang_up(self) -> None:
        self._is_over = True
        self._transport.close()


HEARD = {
    "EHLO": _Talk._at_hello,
    "MAIL": _Talk._at_mail,
    "RCPT": _Talk._at_rcpt,
    "DATA": _Talk._at_data,
    "QUIT": _Talk._at_quit,
}


@contextmanager
def relaying(manners: Manners | None = None) -> Iterator[Relay]:
    """A relay with these manners until the block ends."""
    relay = Relay(manners or Manners())
    relay.start()
    try:
        yield relay
    finally:
        relay.stop()


def main() -> None:
    """Relay until killed: `python -m tests.doubles.relay --manners '{"letters": 20}'`.

    Its port is the first line that it prints; each line that it reads is answered by its log.
    """
    parser = argparse.ArgumentParser()
    parser.add_argument("--manners", type=json.loads, default={})
    with relaying(Manners(**parser.parse_args().manners)) as relay:
        print(relay.port, flush=True)
        for _ in sys.stdin:
            print(json.dumps(relay.log), flush=True)


if __name__ == "__main__":
    main()

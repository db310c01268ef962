"""A fast SMTP sink that counts, and keeps no letter.

It writes each accepted recipient to a log before its 250.

python -m bench.sink --port 2525 --log sink.log --reply-ms 20
"""

import argparse
import asyncio
import os
import re
import signal
from pathlib import Path
from typing import cast

import uvloop

NO_DIGITS = re.compile(rb"\D+")
END = b"\r\n.\r\n"
HELLO = b"250-sink\r\n250-PIPELINING\r\n250-SIZE 100000000\r\n250-SMTPUTF8\r\n250 8BITMIME\r\n"


class Sink(asyncio.Protocol):
    """One session. A letter's bytes are only searched for their end."""

    log = -1
    reply_s = 0.0
    refuse = 0  # every so-manieth reader's letter, after its dot
    size = 0  # bytes of the last letter

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """asyncio: greet."""
        self._transport = cast(asyncio.Transport, transport)
        self._parts: list[bytes] = []  # of the letter that is coming in
        self._tail = b""  # the last bytes seen, in which an end may begin
        self._rest = b""
        self._in_letter = False
        self._to: list[bytes] = []
        self._transport.write(b"220 sink ESMTP\r\n")

    def data_received(self, data: bytes) -> None:
        """asyncio: octets came."""
        replies: list[bytes] = []
        while data:
            data = self._letter(data, replies) if self._in_letter else self._command(data, replies)
        if not replies:
            return
        if self.reply_s:
            asyncio.get_running_loop().call_later(self.reply_s, self._reply, b"".join(replies))
        else:
            self._reply(b"".join(replies))

    def _letter(self, data: bytes, replies: list[bytes]) -> bytes:
        """Take what belongs to the letter; return what follows it."""
        seen = self._tail + data
        at = seen.find(END)
        if at < 0:
            self._tail = seen[-4:]
            return b""
        self._in_letter = False
        replies.append(self._keep())
        self._to = []
        return seen[at + len(END) :]

    def _keep(self) -> bytes:
        """Note a letter in the log, if it is not refused; return the reply."""
        if not self._to:
            return b"554 5.5.1 no recipient\r\n"
        if (
            type(self).refuse
            and int(b"0" + NO_DIGITS.sub(b"", self._to[0])) % type(self).refuse == 0
        ):
            return b"550 5.1.1 nobody has this address\r\n"
        os.write(type(self).log, b"".join(to + b"\n" for to in self._to))
        return b"250 2.0.0 kept\r\n"

    def _command(self, data: bytes, replies: list[bytes]) -> bytes:
        line, found, rest = (self._rest + data).partition(b"\r\n")
        if not found:
            self._rest = line
            return b""
        self._rest = b""
        verb = line[:4].upper()
        if verb == b"EHLO":
            replies.append(HELLO)
        elif verb == b"RCPT":
            self._to.append(line[line.index(b"<") + 1 : line.index(b">")])
            replies.append(b"250 2.1.5 fine\r\n")
        elif verb == b"DATA":
            self._in_letter = True
            self._tail = b"\r\n"
            replies.append(b"354 go on\r\n")
        elif verb == b"QUIT":
            replies.append(b"221 2.0.0 bye\r\n")
            asyncio.get_running_loop().call_later(self.reply_s + 0.05, self._transport.close)
        else:
            replies.append(b"250 2.0.0 fine\r\n")
        return rest

    def _reply(self, replies: bytes) -> None:
        if not self._transport.is_closing():
            self._transport.write(replies)


async def serve(port: int, session: type[Sink] = Sink) -> None:
    """Serve sessions of this kind until SIGTERM."""
    loop = asyncio.get_running_loop()
    over = asyncio.Event()
    loop.add_signal_handler(signal.SIGTERM, over.set)
    server = await loop.create_server(session, "127.0.0.1", port)
    print("listening", flush=True)
    await over.wait()
    server.close()


def main() -> None:
    """Serve until SIGTERM."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--log", type=Path, required=True)
    parser.add_argument("--reply-ms", type=float, default=0.0)
    parser.add_argument("--refuse", type=int, default=0)
    args = parser.parse_args()
    Sink.log = os.open(args.log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    Sink.refuse = args.refuse
    Sink.reply_s = args.reply_ms / 1000
    uvloop.run(serve(args.port))


if __name__ == "__main__":
    main()

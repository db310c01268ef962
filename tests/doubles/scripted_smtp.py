"""A relay that answers by a script, for what a well-behaved SMTP server never does."""

import asyncio
import itertools
from collections.abc import Sequence
from types import TracebackType
from typing import Self

HANG_UP = "\0"  # in a reply: what stands before it is said, then the connection is closed
GREETING = "220 relay.example ready"
HELLO = "250-relay.example\r\n250 SMTPUTF8"
FINE = "250 2.0.0 fine"
GO_ON = "354 go on"
PATIENCE_S = 3.0


class ScriptedSmtp:
    """Listens on 127.0.0.1 and plays one script for each connection: a greeting, then one reply to
    each command.

    After a 354 the letter's content counts as the next command. When the script is over, the next
    command is answered by hanging up; so is a silence of PATIENCE_S. A connection without a script
    is closed at once. `heard` has the commands of each.
    """

    def __init__(self, *scripts: Sequence[str]) -> None:
        self.heard: list[list[str]] = []
        self.port = 0
        self._scripts = list(scripts)
        self._talks: list[asyncio.Task[None]] = []

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._connected, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.close()
        await asyncio.wait_for(asyncio.gather(*self._talks), timeout=5)

    def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.heard.append([])
        script = self._scripts.pop(0) if self._scripts else [HANG_UP]
        self._talks.append(asyncio.create_task(_talk(reader, writer, script, self.heard[-1])))


async def _talk(
    reader: asyncio.StreamReader,
    writer: asyncio.StreamWriter,
    script: Sequence[str],
    heard: list[str],
) -> None:
    try:
        _say(writer, script[0])
        for before, reply in itertools.pairwise([*script, HANG_UP]):
            if HANG_UP in before:
                break
            end = b"\r\n.\r\n" if before.startswith("354") else b"\r\n"
            command = await asyncio.wait_for(reader.readuntil(end), PATIENCE_S)
            heard.append(command.decode().removesuffix("\r\n"))
            _say(writer, reply)
    except (asyncio.IncompleteReadError, ConnectionError, TimeoutError):
        pass  # the client went away, or is silent
    finally:
        writer.close()


def _say(writer: asyncio.StreamWriter, reply: str) -> None:
    text = reply.partition(HANG_UP)[0]
    if text:
        writer.write(f"{text}\r\n".encode())

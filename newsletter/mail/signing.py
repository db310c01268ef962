"""Signatures made in children, so that all cores of the host sign.

In threads, signing and sending would wait for one another's interpreter (docs/adr/0023).
`signing_child.py` is the children's program, and says how they are spoken to.
"""

import asyncio
import logging
import os
import socket
import subprocess
import sys
from collections import deque
from collections.abc import Callable, Sequence
from typing import Self, cast

from newsletter.mail.dkim import SigningKey
from newsletter.mail.signing_child import COUNT, QUESTION

log = logging.getLogger(__name__)

MOST = 4  # children: they sign more letters than one event loop can make and send
UNDER_WAY = 2  # groups of a child: it signs one, and the next one waits, so it is never idle
AGAIN_S = 5.0  # between a loss and the next start: a host without memory ends that one, too
PATIENCE_S = 60.0  # a child that has not answered by then is ended: a busy host is no reason
END_S = 5.0  # a child that is asked to end gets so long


class ChildLost(Exception):
    """The child ended before it answered."""


class Signers:
    """The children that sign for one sender, with its keys.

        none ──first group──► all ──one is lost──► fewer ──AGAIN_S later──► all
                               │                     │
                               └─────────────────────┴──the loop's run ends──► none

    They need no call to end: their keeper is a task, which the end of the loop's run cancels.
    """

    def __init__(
        self,
        keys: Sequence[SigningKey],
        again_s: float = AGAIN_S,
        patience_s: float = PATIENCE_S,
    ) -> None:
        self._keys = list(keys)
        self._most = min(os.cpu_count() or 1, MOST)
        self._again_s = again_s
        self._patience_s = patience_s
        self._children: list[_Child] = []
        self._gone: list[_Child] = []  # lost, and not waited for yet
        self._keeper: asyncio.Task[None] | None = None

    @property
    def groups(self) -> int:
        """How many groups are best asked for at a time."""
        return UNDER_WAY * self._most

    async def sign(self, key: SigningKey, digests: Sequence[bytes]) -> list[bytes]:
        """Return this key's signature of each SHA-256 digest.

        A child that was lost is done without; without any, the group is signed here.
        """
        await self._begin()
        question = QUESTION.pack(self._keys.index(key), len(digests)) + b"".join(digests)
        size = key.signature_bytes
        while self._children:
            child = min(self._children, key=_Child.load)
            try:
                answer = child.ask(question, len(digests) * size)
                octets = await asyncio.wait_for(answer, self._patience_s)
            except ChildLost:
                continue
            except TimeoutError:
                child.kill()  # and so it is lost
                continue
            return [octets[at : at + size] for at in range(0, len(octets), size)]
        return [key.sign(digest) for digest in digests]

    async def _begin(self) -> None:
        """Wait for the first start of the children, if this is the first group of the loop."""
        if self._keeper is None or self._keeper.done():
            self._lost = asyncio.Event()
            self._started = asyncio.Event()
            self._keeper = asyncio.create_task(self._keep())
        if not self._started.is_set():
            await self._started.wait()

    async def _keep(self) -> None:
        """Keep the children going until the loop's run ends."""
        try:
            while True:
                await self._start_lacking()
                self._started.set()
                await self._lost.wait()
                await asyncio.sleep(self._again_s)
                self._lost.clear()
                await self._bury()
        finally:
            self._started.set()
            await self._end()

    async def _start_lacking(self) -> None:
        try:
            for _ in range(self._most - len(self._children)):
                child = await _Child.start(self._keys, self._lose)
                if not child.is_over:
                    self._children.append(child)
        except OSError as error:  # no process, no file
            log.warning("No child to sign with could be started, it is tried again: %s", error)
            self._lost.set()

    def _lose(self, child: "_Child") -> None:
        """Do without a child whose connection is lost."""
        if child in self._children:
            self._children.remove(child)
        self._gone.append(child)
        log.warning("A child that signs ended; the others sign until the next one is started")
        self._lost.set()

    async def _end(self) -> None:
        # all are asked to end before the first one is waited for
        for child in self._children:
            child.close()
        self._gone += self._children
        self._children = []
        await self._bury()

    async def _bury(self) -> None:
        """Wait for the end of the children that are gone."""
        while self._gone:
            await asyncio.to_thread(self._gone.pop().end)


class _Child(asyncio.Protocol):
    """One child: its process, and the questions that it has not answered."""

    def __init__(
        self,
        process: subprocess.Popen[bytes],
        on_lost: Callable[["_Child"], None],
    ) -> None:
        self._process = process
        self._on_lost = on_lost
        self.is_over = False  # it is to sign no more, or lost
        self._asked: deque[tuple[int, asyncio.Future[bytes]]] = deque()  # octets wanted, for whom
        self._octets = bytearray()  # of answers, not all of one yet

    @classmethod
    async def start(
        cls,
        keys: Sequence[SigningKey],
        on_lost: Callable[["_Child"], None],
    ) -> Self:
        """Start a child with these keys. Raises OSError."""
        ours, theirs = socket.socketpair()
        with theirs:  # the child has its own copy; with ours open too, it would never read an end
            try:
                process = subprocess.Popen(  # noqa: ASYNC220  # our own program, started at once
                    [sys.executable, "-m", "newsletter.mail.signing_child"],
                    stdin=theirs.fileno(),
                    stdout=theirs.fileno(),
                )
            except OSError:
                ours.close()
                raise
        child = cls(process, on_lost)
        await asyncio.get_running_loop().create_connection(lambda: child, sock=ours)
        # the keys go by the pipe: other programs can read a command line and an environment
        child._transport.write(_pack_keys(keys))
        return child

    def load(self) -> int:
        """How many groups it has not answered."""
        return len(self._asked)

    def ask(self, question: bytes, octets: int) -> asyncio.Future[bytes]:
        """Ask a question; the answer has so many octets. It may raise ChildLost."""
        answer = asyncio.get_running_loop().create_future()
        self._asked.append((octets, answer))
        self._transport.write(question)
        return answer

    def close(self) -> None:
        """Ask for no more: the child ends."""
        self.is_over = True
        self._transport.close()

    def kill(self) -> None:
        """End it at once."""
        self._process.kill()

    def end(self) -> None:
        """Wait for its end."""
        try:
            self._process.wait(END_S)
        except subprocess.TimeoutExpired:
            self.kill()
            self._process.wait()

    # asyncio.Protocol

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """asyncio: questions may be written."""
        self._transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        """asyncio: octets came. Answers come in the order of their questions."""
        self._octets += data
        while self._asked and len(self._octets) >= self._asked[0][0]:
            size, answer = self._asked.popleft()
            octets = bytes(self._octets[:size])
            del self._octets[:size]
            if not answer.done():  # who asked may be cancelled
                answer.set_result(octets)

    def connection_lost(self, error: Exception | None) -> None:
        """asyncio: the child is gone."""
        if not self.is_over:
            self.is_over = True
            self.kill()  # it may only have closed its end
            self._on_lost(self)
        while self._asked:
            _, answer = self._asked.popleft()
            if not answer.done():
                answer.set_exception(ChildLost())


def _pack_keys(keys: Sequence[SigningKey]) -> bytes:
    """Return the keys as a child reads them."""
    pems = [key.pem for key in keys]
    return COUNT.pack(len(pems)) + b"".join([COUNT.pack(len(pem)) + pem for pem in pems])

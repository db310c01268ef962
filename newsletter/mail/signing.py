"""Signatures made in children, one for each core: in threads, signing and sending would wait for one another's interpreter.

A child gets the keys, then groups of digests on its input, and writes the signatures to its output. It ends when its input does.
"""

import asyncio
import os
import signal
import socket
import struct
import subprocess
import sys
from collections.abc import Iterator, Sequence
from typing import BinaryIO, Self

from newsletter.mail.dkim import SigningKey, read_key

COUNT = struct.Struct(
    ">I"
)  # of the keys, of the digests in a group; the bytes of a key or a signature
DIGEST_BYTES = 32
END_S = 5.0


class Signers:
    """The children that sign with these keys, as long as the block lasts; none without keys."""

    def __init__(self, keys: Sequence[SigningKey]) -> None:
        self._keys = keys
        self._children: list[_Child] = []

    @property
    def groups(self) -> int:
        """How many groups are best asked for at a time: each child signs one, and the next one waits for it."""
        return 2 * len(self._children) or 1

    async def __aenter__(self) -> Self:
        for _ in range((os.cpu_count() or 1) if self._keys else 0):
            self._children.append(await _start(self._keys))
        return self

    async def __aexit__(self, *_: object) -> None:
        for child in self._children:
            child.close()
        for child in self._children:
            await asyncio.to_thread(child.end)

    async def sign(self, group: Sequence[Sequence[bytes]]) -> list[list[bytes]]:
        """Return the signatures of letters: of each one's SHA-256 digests, one for each key.

        A child that was lost is done without; without any, it is signed here.
        """
        while self._children:
            child = min(self._children, key=lambda one: one.waiting)
            try:
                return await child.sign(group)
            except (OSError, EOFError):
                if child in self._children:
                    self._children.remove(child)
                    child.close()
                    await asyncio.to_thread(child.end)
        return [
            [key.sign(digest) for key, digest in zip(self._keys, digests, strict=True)]
            for digests in group
        ]


class _Child:
    """One child and how many groups wait for it."""

    def __init__(
        self, process: subprocess.Popen[bytes], back: asyncio.StreamReader, to: asyncio.StreamWriter
    ) -> None:
        self.waiting = 0
        self._process, self._back, self._to = process, back, to
        self._turn = asyncio.Lock()

    async def sign(self, group: Sequence[Sequence[bytes]]) -> list[list[bytes]]:
        self.waiting += 1
        try:
            self._to.write(
                COUNT.pack(len(group)) + b"".join(digest for digests in group for digest in digests)
            )
            async with self._turn:  # answers come in the order of the questions
                return [[await self._read() for _ in digests] for digests in group]
        finally:
            self.waiting -= 1

    async def _read(self) -> bytes:
        (size,) = COUNT.unpack(await self._back.readexactly(COUNT.size))
        return await self._back.readexactly(size)

    def close(self) -> None:
        """Ask for no more: the child ends."""
        self._to.close()

    def end(self) -> None:
        """Wait for its end."""
        try:
            self._process.wait(END_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


async def _start(keys: Sequence[SigningKey]) -> _Child:
    ours, theirs = socket.socketpair()
    with theirs:
        command = [sys.executable, "-m", "newsletter.mail.signing"]
        process = subprocess.Popen(command, stdin=theirs.fileno(), stdout=theirs.fileno())  # noqa: ASYNC220, S603  # ours, started at once
    back, to = await asyncio.open_connection(sock=ours)
    pems = [key.pem for key in keys]
    to.write(COUNT.pack(len(pems)) + b"".join(COUNT.pack(len(pem)) + pem for pem in pems))
    return _Child(process, back, to)


def work(asked: BinaryIO, answers: BinaryIO) -> None:
    """Sign group after group until there are no more."""
    keys = [
        read_key("", "", asked.read(*COUNT.unpack(asked.read(COUNT.size))))
        for _ in range(*COUNT.unpack(asked.read(COUNT.size)))
    ]
    while len(count := asked.read(COUNT.size)) == COUNT.size:
        for _ in range(*COUNT.unpack(count)):
            for signature in _signed(keys, asked):
                answers.write(COUNT.pack(len(signature)) + signature)
        answers.flush()


def _signed(keys: Sequence[SigningKey], asked: BinaryIO) -> Iterator[bytes]:
    for key in keys:
        yield key.sign(asked.read(DIGEST_BYTES))


if __name__ == "__main__":
    for kind in (signal.SIGINT, signal.SIGTERM):
        signal.signal(
            kind, signal.SIG_IGN
        )  # sent to the whole group; what its parent has in hand is still to be signed
    work(sys.stdin.buffer, sys.stdout.buffer)

"""Signatures made in children, one for each core.

In threads, signing and sending would wait for one another's interpreter (docs/adr/0023). A child
knows keys and digests, no reader and no letter.

On its input a child gets the keys: their count, then each one's PEM. After these it gets groups of
digests: the count of letters, then for each letter one SHA-256 digest for each key. For each digest
it writes a signature to its output. Counts, and the sizes of PEMs and signatures, are `COUNT`. A
child ends when its input does: so it never outlives its sender, whatever kills that.
"""

import asyncio
import os
import signal
import socket
import struct
import subprocess
import sys
from collections.abc import Sequence
from typing import BinaryIO, Self

from newsletter.mail.dkim import SigningKey, read_key

COUNT = struct.Struct(">I")
DIGEST_BYTES = 32
END_S = 5.0  # a child that is asked to end gets so long

Digests = Sequence[bytes]  # of one letter, one for each key
Signatures = list[bytes]  # of one letter, one by each key


class Signers:
    """The children that sign with these keys, as long as the block lasts; none without keys."""

    def __init__(self, keys: Sequence[SigningKey]) -> None:
        self._keys = keys
        self._children: list[_Child] = []

    @property
    def groups(self) -> int:
        """How many groups are best asked for at a time.

        Each child signs one, and the next one waits for it: so it is never idle.
        """
        return 2 * len(self._children) or 1

    async def __aenter__(self) -> Self:
        cores = os.cpu_count() or 1
        for _ in range(cores if self._keys else 0):
            self._children.append(await _start(self._keys))
        return self

    async def __aexit__(self, *_: object) -> None:
        # all are asked to end before the first one is waited for
        for child in self._children:
            child.close()
        for child in self._children:
            await asyncio.to_thread(child.end)

    async def sign(self, group: Sequence[Digests]) -> list[Signatures]:
        """Return the signatures of a group of letters.

        A child that was lost is done without; without any, the group is signed here.
        """
        while self._children:
            child = min(self._children, key=lambda child: child.waiting)
            try:
                return await child.sign(group)
            except (OSError, EOFError):
                await self._drop(child)
        return [self._signed_here(digests) for digests in group]

    async def _drop(self, child: "_Child") -> None:
        # several groups may have waited for the same child
        if child in self._children:
            self._children.remove(child)
            child.close()
            await asyncio.to_thread(child.end)

    def _signed_here(self, digests: Digests) -> Signatures:
        return [key.sign(digest) for key, digest in zip(self._keys, digests, strict=True)]


class _Child:
    """One child, the pipe to it, and how many groups wait for it."""

    def __init__(
        self,
        process: subprocess.Popen[bytes],
        answers: asyncio.StreamReader,
        questions: asyncio.StreamWriter,
    ) -> None:
        self.waiting = 0
        self._process = process
        self._answers = answers
        self._questions = questions
        self._turn = asyncio.Lock()

    async def sign(self, group: Sequence[Digests]) -> list[Signatures]:
        """Raises OSError or EOFError if the child is lost."""
        self.waiting += 1
        try:
            self._questions.write(COUNT.pack(len(group)) + b"".join(map(b"".join, group)))
            # asyncio's lock is fair: answers are read in the order in which questions were written
            async with self._turn:
                return [await self._read_signatures(len(digests)) for digests in group]
        finally:
            self.waiting -= 1

    async def _read_signatures(self, count: int) -> Signatures:
        signatures = []
        for _ in range(count):
            (size,) = COUNT.unpack(await self._answers.readexactly(COUNT.size))
            signatures.append(await self._answers.readexactly(size))
        return signatures

    def close(self) -> None:
        """Ask for no more: the child ends."""
        self._questions.close()

    def end(self) -> None:
        """Wait for its end."""
        try:
            self._process.wait(END_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


async def _start(keys: Sequence[SigningKey]) -> _Child:
    ours, theirs = socket.socketpair()
    with theirs:  # the child has its own copy; with ours open too, it would never read an end
        process = subprocess.Popen(  # noqa: ASYNC220  # our own program, started at once
            [sys.executable, "-m", "newsletter.mail.signing"],
            stdin=theirs.fileno(),
            stdout=theirs.fileno(),
        )
    answers, questions = await asyncio.open_connection(sock=ours)
    # the keys go by the pipe: other programs can read a command line and an environment
    questions.write(_pack_keys(keys))
    return _Child(process, answers, questions)


def _pack_keys(keys: Sequence[SigningKey]) -> bytes:
    """Return the keys as a child reads them."""
    return COUNT.pack(len(keys)) + b"".join(_sized(key.pem) for key in keys)


def work(questions: BinaryIO, answers: BinaryIO) -> None:
    """Sign group after group until the input ends. This runs in a child."""
    keys = [read_key("", "", _read_pem(questions)) for _ in range(_read_count(questions))]
    while letters := questions.read(COUNT.size):
        if len(letters) < COUNT.size:
            return  # the sender died while it wrote
        for _ in range(*COUNT.unpack(letters)):
            _sign_letter(keys, questions, answers)
        answers.flush()


def _read_count(questions: BinaryIO) -> int:
    (count,) = COUNT.unpack(questions.read(COUNT.size))
    return int(count)


def _read_pem(questions: BinaryIO) -> bytes:
    return questions.read(_read_count(questions))


def _sign_letter(
    keys: Sequence[SigningKey],
    questions: BinaryIO,
    answers: BinaryIO,
) -> None:
    for key in keys:
        answers.write(_sized(key.sign(questions.read(DIGEST_BYTES))))


def _sized(octets: bytes) -> bytes:
    """Return octets behind their count."""
    return COUNT.pack(len(octets)) + octets


if __name__ == "__main__":
    # A terminal and a supervisor send these to the whole process group. The sender ends in order:
    # what it has in hand is still to be signed, and then its end ends us.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    work(sys.stdin.buffer, sys.stdout.buffer)

"""Signing in children: the same signatures as our own, also when children are lost."""

import asyncio
import os
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
from cryptography.hazmat.primitives.hashes import SHA256

from newsletter.mail.dkim import SigningKey, make_key, read_key
from newsletter.mail.signing import MOST, Signers

KEYS = [read_key("inference.example", kind, make_key(kind)) for kind in ("rsa", "ed25519")]
GROUPS = [[os.urandom(32) for _ in range(size)] for size in (25, 1, 40, 0, 25, 25)]
ALL = min(os.cpu_count() or 1, MOST)

Signed = Sequence[Sequence[bytes]]  # of each group by each key, in turn


def verify(key: SigningKey, signature: bytes, digest: bytes) -> None:
    if isinstance(key.private, RSAPrivateKey):
        key.private.public_key().verify(signature, digest, PKCS1v15(), Prehashed(SHA256()))
    elif isinstance(key.private, Ed25519PrivateKey):
        key.private.public_key().verify(signature, digest)


async def sign_all(signers: Signers) -> Signed:
    return await asyncio.gather(*(signers.sign(key, group) for group in GROUPS for key in KEYS))


def check(signed: Signed) -> None:
    asked = [(key, group) for group in GROUPS for key in KEYS]
    for (key, group), signatures in zip(asked, signed, strict=True):
        for digest, signature in zip(group, signatures, strict=True):
            verify(key, signature, digest)


def children(of: str = "self") -> set[int]:
    own = [path.read_text().split() for path in Path(f"/proc/{of}/task").glob("*/children")]
    return {int(pid) for pids in own for pid in pids if is_child(int(pid))}


def is_child(pid: int) -> bool:
    """True if such a process signs now; one that has ended has no command any more."""
    try:
        return b"newsletter.mail.signing_child" in Path(f"/proc/{pid}/cmdline").read_bytes()
    except FileNotFoundError:
        return False


async def until(look: Callable[[], bool]) -> None:
    """Wait for something to be so; ten seconds are too long."""
    end = time.monotonic() + 10
    while not look():
        assert time.monotonic() < end, "waited in vain"
        await asyncio.sleep(0.01)


def test_many_groups_at_a_time_each_get_their_own_signatures_by_each_key() -> None:
    signed = asyncio.run(sign_all(Signers(KEYS)))
    check(signed)
    with pytest.raises(InvalidSignature):
        verify(KEYS[0], signed[0][0], GROUPS[0][1])


def test_children_are_started_once_by_the_first_group_and_end_with_the_loop() -> None:
    """A slice that begins waits for no start; a sender that has nothing to sign has no child."""
    signers = Signers(KEYS)
    assert children() == set()

    async def run() -> set[int]:
        await sign_all(signers)
        first = children()
        check(await sign_all(signers))
        assert children() == first
        assert len(first) == ALL
        return first

    first = asyncio.run(run())
    assert children() == set()
    assert not first & asyncio.run(run()), "the next loop's run has its own"


@pytest.mark.parametrize("lost", [1, 99])
def test_children_that_are_lost_cost_no_letter(lost: int) -> None:
    async def run() -> Signed:
        signers = Signers(KEYS)
        await sign_all(signers)
        asked = asyncio.create_task(sign_all(signers))
        await asyncio.sleep(0)
        for pid in list(children())[:lost]:
            os.kill(pid, signal.SIGKILL)
        return await asked

    check(asyncio.run(run()))


def test_a_lost_child_is_replaced() -> None:
    async def run() -> None:
        signers = Signers(KEYS, again_s=0.01)
        await sign_all(signers)
        before = children()
        lost = min(before)
        os.kill(lost, signal.SIGKILL)
        await until(lambda: len(children()) == ALL and lost not in children())
        assert before - {lost} < children()
        check(await sign_all(signers))

    asyncio.run(run())


def test_a_signal_to_the_whole_group_ends_no_child() -> None:
    """A terminal and a supervisor send them; the sender then ends in order, and has it sign."""

    async def run() -> None:
        signers = Signers(KEYS)
        await sign_all(signers)
        before = children()
        for kind in (signal.SIGINT, signal.SIGTERM):
            for pid in before:
                os.kill(pid, kind)
        check(await sign_all(signers))
        assert children() == before

    asyncio.run(run())


def test_who_stops_waiting_for_a_group_takes_no_signature_of_others() -> None:
    async def run() -> Signed:
        signers = Signers(KEYS)
        await sign_all(signers)
        given_up = [asyncio.create_task(signers.sign(KEYS[0], GROUPS[0])) for _ in range(2 * ALL)]
        await asyncio.sleep(0)
        for task in given_up:
            task.cancel()
        return await sign_all(signers)

    check(asyncio.run(run()))


def test_children_that_stand_still_are_ended_and_the_letters_are_signed_all_the_same() -> None:
    async def run() -> None:
        signers = Signers(KEYS, patience_s=1.0)
        await sign_all(signers)
        stopped = children()
        for pid in stopped:
            os.kill(pid, signal.SIGSTOP)
        check(await sign_all(signers))
        await until(lambda: not any(is_child(pid) for pid in stopped))

    asyncio.run(run())


@contextmanager
def no_file_can_be_opened() -> Iterator[None]:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (3, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def test_a_host_that_starts_no_child_still_signs_and_tries_again() -> None:
    async def run() -> None:
        signers = Signers(KEYS, again_s=0.01)
        with no_file_can_be_opened():
            check(await sign_all(signers))
        await until(lambda: len(children()) == ALL)
        check(await sign_all(signers))

    asyncio.run(run())


# A program that a shell started in the background ignores SIGINT, and so do its children.
SENDER = """
import asyncio
import signal
from newsletter.mail.dkim import make_key, read_key
from newsletter.mail.signing import Signers

signal.signal(signal.SIGINT, signal.default_int_handler)

async def run():
    key = read_key("inference.example", "s1", make_key("rsa"))
    signers = Signers([key])
    await signers.sign(key, [bytes(32)])
    print("signing", flush=True)
    while True:
        await asyncio.gather(*(signers.sign(key, [bytes(32)] * 50) for _ in range(8)))

asyncio.run(run())
"""


@pytest.mark.parametrize("end", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_however_a_sender_dies_its_children_end(end: signal.Signals) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", SENDER], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as sender:
        assert sender.stdout is not None
        assert sender.stderr is not None
        sender.stdout.readline()
        signing = children(str(sender.pid))
        assert len(signing) == ALL
        sender.send_signal(end)
        # they hold its standard error, too: its end is theirs
        errors = sender.stderr.read()
    asyncio.run(until(lambda: not any(is_child(pid) for pid in signing)))
    assert b"signing_child" not in errors, "and they say nothing"

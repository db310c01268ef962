"""Signing in children: the same signatures as our own, also when children are lost."""

import asyncio
import os
import signal
from collections.abc import Sequence
from pathlib import Path

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
from cryptography.hazmat.primitives.hashes import SHA256

from newsletter.mail.dkim import SigningKey, make_key, read_key
from newsletter.mail.signing import Signers

KEYS = [read_key("inference.example", kind, make_key(kind)) for kind in ("rsa", "ed25519")]
GROUPS = [[[os.urandom(32) for _ in KEYS] for _ in range(size)] for size in (25, 1, 40, 0, 25, 25)]


def verify(key: SigningKey, signature: bytes, digest: bytes) -> None:
    if isinstance(key.private, RSAPrivateKey):
        key.private.public_key().verify(signature, digest, PKCS1v15(), Prehashed(SHA256()))
    elif isinstance(key.private, Ed25519PrivateKey):
        key.private.public_key().verify(signature, digest)


def check(signed: Sequence[Sequence[Sequence[bytes]]]) -> None:
    assert [len(group) for group in signed] == [len(group) for group in GROUPS]
    for digests, signatures in (
        (d, s)
        for group, made in zip(GROUPS, signed, strict=True)
        for d, s in zip(group, made, strict=True)
    ):
        for key, digest, signature in zip(KEYS, digests, signatures, strict=True):
            verify(key, signature, digest)


def children() -> list[int]:
    own = [path.read_text().split() for path in Path("/proc/self/task").glob("*/children")]
    return [
        int(pid)
        for pids in own
        for pid in pids
        if b"newsletter.mail.signing" in Path(f"/proc/{pid}/cmdline").read_bytes()
    ]


def test_many_groups_at_a_time_each_get_their_own_signatures_by_every_key() -> None:
    async def run() -> list[list[list[bytes]]]:
        async with Signers(KEYS) as signers:
            return await asyncio.gather(*(signers.sign(group) for group in GROUPS))

    signed = asyncio.run(run())
    check(signed)
    with pytest.raises(InvalidSignature):
        verify(KEYS[0], signed[0][0][0], GROUPS[0][1][0])
    assert children() == [], "none outlives its block"


@pytest.mark.parametrize("lost", [1, 99])
def test_children_that_are_lost_cost_no_letter(lost: int) -> None:
    async def run() -> list[list[list[bytes]]]:
        async with Signers(KEYS) as signers:
            asked = [asyncio.create_task(signers.sign(group)) for group in GROUPS]
            await asyncio.sleep(0)
            for pid in children()[:lost]:
                os.kill(pid, signal.SIGKILL)
            return [await task for task in asked]

    check(asyncio.run(run()))


def test_a_child_ends_when_its_parent_is_gone_and_not_before() -> None:
    async def run() -> None:
        async with Signers(KEYS) as signers:
            for kind in (
                signal.SIGINT,
                signal.SIGTERM,
            ):  # as a terminal or a supervisor sends them to the whole group
                await asyncio.gather(*(signers.sign(GROUPS[0]) for _ in range(signers.groups)))
                for pid in children():
                    os.kill(pid, kind)
            check([await signers.sign(group) for group in GROUPS])
            assert len(children()) == (os.cpu_count() or 1)

    asyncio.run(run())


def test_without_keys_there_is_no_child_and_nothing_to_sign() -> None:
    async def run() -> None:
        async with Signers([]) as signers:
            assert children() == []
            assert await signers.sign([(), ()]) == [[], []]

    asyncio.run(run())

"""The program of a signing child. It knows keys and digests, no reader and no letter.

It imports what it needs and nothing else: each child is memory of the host (docs/adr/0023).

Its input begins with the keys: their count, then each one's PEM behind its size. Then come
questions: a key's number, a count, and so many SHA-256 digests. The answer is so many signatures,
one behind the other: all of a key have the same size. A child ends when its input does, so it never
outlives its sender, whatever kills that.
"""

import os
import signal
import struct
import sys
from collections.abc import Callable
from functools import partial
from typing import BinaryIO, cast

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_private_key

COUNT = struct.Struct(">I")
QUESTION = struct.Struct(">HI")  # a key's number, and how many digests it is to sign
DIGEST_BYTES = 32

PrivateKey = RSAPrivateKey | Ed25519PrivateKey
Sign = Callable[[bytes], bytes]


def signing_by(private: PrivateKey) -> Sign:
    """Return what signs a SHA-256 digest."""
    if isinstance(private, RSAPrivateKey):
        return partial(private.sign, padding=PKCS1v15(), algorithm=Prehashed(SHA256()))
    return private.sign  # RFC 8463, 3: Ed25519 signs the digest itself


def work(questions: BinaryIO, answers: BinaryIO) -> None:
    """Sign until the input ends."""
    signs = [_read_key(questions) for _ in range(_read_count(questions))]
    while len(head := questions.read(QUESTION.size)) == QUESTION.size:
        number, count = QUESTION.unpack(head)
        sign = signs[number]
        digests = questions.read(count * DIGEST_BYTES)
        starts = range(0, len(digests), DIGEST_BYTES)
        answers.write(b"".join([sign(digests[at : at + DIGEST_BYTES]) for at in starts]))
        answers.flush()


def _read_key(questions: BinaryIO) -> Sign:
    private = load_pem_private_key(questions.read(_read_count(questions)), None)
    return signing_by(cast(PrivateKey, private))  # the sender's own key: it was read by dkim.py


def _read_count(questions: BinaryIO) -> int:
    (count,) = COUNT.unpack(questions.read(COUNT.size))
    return int(count)


if __name__ == "__main__":
    # A terminal and a supervisor send these to the whole process group. The sender ends in order:
    # what it has in hand is still to be signed, and then its end ends us.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    try:
        work(sys.stdin.buffer, sys.stdout.buffer)
    except OSError:
        os._exit(1)  # the sender died while it was answered: an answer left has nobody to read it

"""The program of a signing child, spoken to in memory: each key signs, and it ends in order."""

import io
import subprocess
import sys

import pytest

from newsletter.mail.dkim import make_key, read_key
from newsletter.mail.signing_child import COUNT, QUESTION, signing_by, work

KEYS = [read_key("inference.example", kind, make_key(kind)) for kind in ("rsa", "ed25519")]
DIGESTS = [bytes([number]) * 32 for number in range(3)]
# what a sender has and a child must not: each child would pay for it
HEAVY = ("asyncio", "sqlalchemy", "sqlmodel", "pydantic", "jinja2", "newsletter.errors")


def _answers_to(questions: bytes) -> bytes:
    pems = [key.pem for key in KEYS]
    keys = COUNT.pack(len(pems)) + b"".join(COUNT.pack(len(pem)) + pem for pem in pems)
    answers = io.BytesIO()
    work(io.BytesIO(keys + questions), answers)
    return answers.getvalue()


def _question(key: int, digests: list[bytes]) -> bytes:
    return QUESTION.pack(key, len(digests)) + b"".join(digests)


def test_each_question_is_answered_by_its_key_in_order() -> None:
    questions = [(1, DIGESTS), (0, DIGESTS[:1]), (0, []), (1, DIGESTS[:2])]
    answers = _answers_to(b"".join(_question(key, digests) for key, digests in questions))
    # both signatures are deterministic (RFC 8017, 8.2; RFC 8032)
    expected = [
        signing_by(KEYS[key].private)(digest) for key, digests in questions for digest in digests
    ]
    assert answers == b"".join(expected)


@pytest.mark.parametrize("cut", [1, 5])
def test_a_question_that_is_cut_off_ends_it(cut: int) -> None:
    """The sender died while it wrote."""
    whole = _question(1, DIGESTS)
    assert _answers_to(whole + whole[:cut]) == _answers_to(whole)


def test_a_child_loads_nothing_of_what_a_sender_has() -> None:
    command = "import sys, newsletter.mail.signing_child; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", command], capture_output=True, check=True)
    assert not set(HEAVY) & set(loaded.stdout.decode().split())

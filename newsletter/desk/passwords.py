"""Passwords: which are taken, how they are kept, and whether one fits.

A password is judged by zxcvbn: it knows 30,000 common passwords, names, dates and rows of keys.
A rule about digits and signs would take Password1! and refuse a sentence.
"""

from functools import cache

from pwdlib import PasswordHash
from pwdlib.exceptions import UnknownHashError

from newsletter.errors import Refused

SHORTEST = 10  # characters
LONGEST = 256  # so that nobody makes us hash a book
JUDGED = 72  # characters: zxcvbn takes longer by the square, and refuses more
LEAST_SCORE = 3  # of 0 to 4: at least 10^8 guesses


class WeakPassword(Refused):
    """A password needs at least ten characters, and at most 256."""


class CommonPassword(WeakPassword):
    """This password is among the first that others would try. Take a longer one, like four words
    that have nothing to do with each other or with you."""


def check_password(password: str, about: tuple[str, ...] = ()) -> None:
    """Raise WeakPassword or CommonPassword; `about` are words that anybody knows of the editor."""
    if not SHORTEST <= len(password) <= LONGEST:
        raise WeakPassword
    # Loaded here: its word lists take megabytes, and only who sets a password needs them.
    from zxcvbn import zxcvbn

    if zxcvbn(password[:JUDGED], user_inputs=list(about))["score"] < LEAST_SCORE:
        raise CommonPassword


def hash_password(password: str) -> str:
    """Return what is kept of a password (argon2id)."""
    return _hasher().hash(_octets(password))


def fits(
    password: str,
    kept: str | None,
) -> bool:
    """True if the password is the kept one. Takes as long for None: no such editor.

    It takes 64 MiB, and a tenth of a second on every core: see desk/turnstile.py.
    """
    # Cut, not refused: the answer to a book must not come sooner than to a password.
    typed = _octets(password[: LONGEST + 1])
    try:
        return _hasher().verify(typed, kept or _hash_of_nobody()) and kept is not None
    except UnknownHashError:
        return False


def _octets(password: str) -> bytes:
    # A terminal gives half a character where its encoding is wrong.
    return password.encode("utf-8", "replace")


# Argon2 takes its time on purpose, and a program that checks no password needs neither.
@cache
def _hasher() -> PasswordHash:
    return PasswordHash.recommended()


@cache
def _hash_of_nobody() -> str:
    return _hasher().hash("nobody has this password")

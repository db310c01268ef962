"""The first code: by it an installation without an owner gets one. `newsletter serve` prints it.

It is in this process alone, as a digest, and works once: a restart makes another.
"""

import hashlib
import hmac
import secrets
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from newsletter.errors import Refused

# Twelve of 31 signs are 59 bits. None looks like another: a person copies them from a terminal.
SIGNS = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
GROUPS, GROUP_SIGNS = 3, 4


class WrongFirstCode(Refused):
    """That is not the code, or it was used already. Start the service again: it prints another."""


class FirstCode:
    """Lets one person in who can read what the terminal shows."""

    def __init__(self) -> None:
        self._digest = b""  # of no code
        self._lock = threading.Lock()

    def make(self) -> str:
        """Return a new code; a former one ends."""
        groups = ["".join(map(secrets.choice, [SIGNS] * GROUP_SIGNS)) for _ in range(GROUPS)]
        code = "-".join(groups)
        with self._lock:
            self._digest = _digest(code)
        return code

    @contextmanager
    def used(self, typed: str) -> Iterator[None]:
        """Use the code up in this block; if that fails, it works again. Raises WrongFirstCode."""
        # Taken before the work: who sends it meanwhile finds none.
        taken = self._take(typed)
        try:
            yield
        except BaseException:
            with self._lock:
                self._digest = taken
            raise

    def _take(self, typed: str) -> bytes:
        with self._lock:
            kept = self._digest
            if not hmac.compare_digest(kept, _digest(typed)):
                raise WrongFirstCode
            self._digest = b""
        return kept


def _digest(code: str) -> bytes:
    """Return the digest of a code: case, spaces and dashes do not matter."""
    signs = "".join(sign for sign in code.upper() if sign.isalnum())
    return hashlib.sha256(signs.encode()).digest()

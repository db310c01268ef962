"""Pure. What fetching may cost."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """How much fetching may take, and how it behaves.

    Times in seconds, sizes in bytes after unpacking. `contact` is the URL that says who we are.
    """

    allow_private: bool = False
    contact: str = ""
    connect_s: float = 5.0
    silence_s: float = 10.0  # until the first byte, and between two pieces
    timeout_s: float = 30.0  # in all: with redirects, without the pauses before each request
    max_bytes: int = 5_000_000
    max_ratio: int = 100  # unpacked to packed
    redirects: int = 5
    at_once: int = 32  # requests, each to another host
    gap_s: float = 1.0  # between two requests to one host
    # Article pages looked at in one gathering; 0: only the sources themselves are read.
    pages: int = 0
    pages_each: int = 12  # of one source
    pages_s: float = 60.0  # for all of them: what is not reached is looked at the next time

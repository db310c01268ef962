"""What an attack is, and how it ended."""

from collections.abc import Callable
from dataclasses import dataclass

from bench.attacks.ground import Ground


@dataclass(frozen=True, slots=True)
class Ending:
    """How an attack ended: did it succeed, and what was seen, in a few words."""

    succeeded: bool
    seen: str


@dataclass(frozen=True, slots=True)
class Attack:
    """One attack.

    `before` says what it did on commit 625cae9. `strike` plays it against a new service, and raises
    nothing that belongs to the attack itself. One that `is_slow` is not in the suite: it takes half
    a minute, or a quiet machine.
    """

    name: str
    before: str
    strike: Callable[[Ground], Ending]
    is_slow: bool = False

"""What befalls a service in bench.restore, and when in its week."""

import random
from collections.abc import Sequence
from dataclasses import dataclass

KINDS = ("backup", "file", "clone", "copy", "lost", "emptied")
LENGTH = 95  # of the week in letters and acts, about
KILLED = 0.6  # of the strikes; the others stop the service as a person does


@dataclass(frozen=True, slots=True)
class Fate:
    """What befalls a service, and when, in letters and acts of its week."""

    kind: str
    copied_at: int
    struck_at: int
    is_killed: bool
    is_put_back: bool  # a clone: with the database of `copied_at`

    @property
    def has_lost_log(self) -> bool:
        """True if nobody can know what left after the copy."""
        return self.kind in ("lost", "emptied")

    @property
    def is_older(self) -> bool:
        """True if the database that the service starts on is an earlier one."""
        return self.kind in ("backup", "file", "emptied") or (
            self.kind == "clone" and self.is_put_back
        )


def draw(dice: random.Random, kind: str, at: Sequence[int] | None) -> Fate:
    """Draw a fate; `at` says when instead."""
    copied_at, struck_at = at or sorted(dice.randint(0, LENGTH) for _ in range(2))
    return Fate(kind, copied_at, struck_at, dice.random() < KILLED, dice.random() < 0.5)

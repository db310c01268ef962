"""Pure. Status changes: each thing has one table of moves, and nothing else assigns a status."""

from collections.abc import Mapping
from dataclasses import dataclass

from newsletter.errors import Conflict


class WrongMove(Conflict):
    """This has changed meanwhile. Open the page again."""


class BrokenMove(RuntimeError):
    """A row that only the sender moves would leave its table: a defect of ours."""


@dataclass(frozen=True, slots=True)
class Moves:
    """The statuses of one thing, and from each the statuses that it may move to.

    `noun` names the thing in errors. `error` is WrongMove where two people may act at the same
    time, and BrokenMove where only our own sender acts.
    """

    noun: str
    table: Mapping[str, frozenset[str]]
    error: type[WrongMove | BrokenMove] = WrongMove

    def to(self, status: str, target: str) -> str:
        """Return `target` if the table allows it from `status`; raises `error`."""
        if target not in self.table[status]:
            raise self.error(
                f"The {self.noun} is {status} and cannot become {target}. "
                "Look at it again: somebody may have been faster."
            )
        return target

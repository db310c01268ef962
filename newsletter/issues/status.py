"""Pure. Where an issue stands, and the only moves it may make."""

from collections.abc import Mapping

from newsletter.errors import Conflict

MOVES: Mapping[str, frozenset[str]] = {
    "proposed": frozenset({"held", "approved", "skipped"}),
    "held": frozenset({"proposed", "skipped"}),
    "approved": frozenset({"proposed", "held", "sent"}),  # proposed: the approval was withdrawn
    "sent": frozenset(),
    "skipped": frozenset({"proposed"}),  # an editor brings it back
}
EDITABLE = frozenset({"proposed", "held"})


class WrongMove(Conflict):
    """The issue cannot go there from where it stands."""


def moved(status: str, to: str) -> str:
    """Return `to` if an issue may go there from `status`; raises WrongMove."""
    if to not in MOVES[status]:
        raise WrongMove(f"The issue is {status} and cannot become {to}. Look at it again: somebody may have been faster.")
    return to

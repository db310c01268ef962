"""Pure. Where a submission, a tool and a source stand, and the only moves they may make."""

from collections.abc import Mapping

from newsletter.errors import Conflict

SUBMISSION: Mapping[str, frozenset[str]] = {
    "unverified": frozenset({"waiting"}),  # its maker pressed the button; else it is forgotten, not moved
    "waiting": frozenset({"approved", "rejected"}),
    "approved": frozenset(),
    "rejected": frozenset(),
}
TOOL: Mapping[str, frozenset[str]] = {"active": frozenset({"retired"}), "retired": frozenset({"active"})}
SOURCE = TOOL


class WrongMove(Conflict):
    """It cannot go there from where it stands."""


def moved(moves: Mapping[str, frozenset[str]], status: str, to: str) -> str:
    """Return `to` if the table allows it from `status`; raises WrongMove."""
    if to not in moves[status]:
        raise WrongMove(f"It is {status} and cannot become {to}. Look at it again: somebody may have been faster.")
    return to

"""Pure. Where something in quarantine stands, and the only moves it may make."""

from collections.abc import Mapping

from newsletter.errors import Conflict

MOVES: Mapping[str, frozenset[str]] = {
    "waiting": frozenset({"let in", "dropped"}),
    "let in": frozenset(),
    "dropped": frozenset({"let in"}),  # a slip of the editor's
}


class WrongMove(Conflict):
    """Somebody decided this already. Open the page again."""


def moved(status: str, to: str) -> str:
    """Return `to` if what is in quarantine may go there; raises WrongMove."""
    if to not in MOVES[status]:
        raise WrongMove
    return to

"""Pure. Where a subscription stands, and the only moves it may make."""

from collections.abc import Mapping

from newsletter.errors import Conflict

MOVES: Mapping[str, frozenset[str]] = {
    "unconfirmed": frozenset({"active", "unsubscribed"}),
    "active": frozenset({"unsubscribed"}),
    "unsubscribed": frozenset({"unconfirmed", "active"}),  # unconfirmed: signed up again; active: undo of a leave
}


class WrongMove(Conflict):
    """This subscription has changed meanwhile. Open the page again."""


def moved(status: str, to: str) -> str:
    """Return `to` if a subscription may go there; raises WrongMove."""
    if to not in MOVES[status]:
        raise WrongMove
    return to

"""Pure. Where a subscription, a leave and an import stand, and the only moves they may make."""

from collections.abc import Mapping

from newsletter.errors import Conflict

MOVES: Mapping[str, frozenset[str]] = {
    "unconfirmed": frozenset({"active", "unsubscribed"}),
    "active": frozenset({"unsubscribed"}),
    "unsubscribed": frozenset({"unconfirmed", "active"}),  # unconfirmed: signed up again; active: undo of a leave
}
LEAVE_MOVES: Mapping[str, frozenset[str]] = {
    "doubtful": frozenset({"obeyed", "stayed"}),  # a scanner may have pressed the button: the person, or an editor, says
    "obeyed": frozenset({"undone"}),
    "stayed": frozenset({"obeyed"}),
    "undone": frozenset(),
}

IMPORT_MOVES: Mapping[str, frozenset[str]] = {"running": frozenset({"finished"}), "finished": frozenset()}


class WrongMove(Conflict):
    """This subscription has changed meanwhile. Open the page again."""


def moved(status: str, to: str) -> str:
    """Return `to` if a subscription may go there; raises WrongMove."""
    if to not in MOVES[status]:
        raise WrongMove
    return to


def leave_moved(status: str, to: str) -> str:
    """Return `to` if a leave may go there; raises WrongMove."""
    if to not in LEAVE_MOVES[status]:
        raise WrongMove
    return to


def import_moved(status: str, to: str) -> str:
    """Return `to` if an import may go there; raises WrongMove."""
    if to not in IMPORT_MOVES[status]:
        raise WrongMove
    return to

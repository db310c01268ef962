"""Pure. Where messages and deliveries stand, and the only moves they may make."""

from collections.abc import Mapping

from newsletter.errors import Conflict

MESSAGE_MOVES: Mapping[str, frozenset[str]] = {
    "planned": frozenset({"claimed", "cancelled"}),
    "claimed": frozenset({"planned", "accepted", "deferred", "refused", "expired", "uncertain", "cancelled"}),  # planned: not offered
    "deferred": frozenset({"claimed", "expired", "cancelled"}),
    "uncertain": frozenset({"planned", "accepted", "refused"}),  # planned only by a person
    "accepted": frozenset(),
    "refused": frozenset(),
    "expired": frozenset(),
    "cancelled": frozenset(),
}
WAITING = ("planned", "deferred")
OPEN = ("planned", "claimed", "deferred")
UNDER_WAY = ("sending", "paused")
DELIVERY_MOVES: Mapping[str, frozenset[str]] = {
    "sending": frozenset({"paused", "stopped", "finished"}),
    "paused": frozenset({"sending", "stopped"}),
    "stopped": frozenset(),
    "finished": frozenset({"sending"}),  # a person asked to send uncertain ones again
}


class WrongMove(Conflict):
    """The delivery cannot go there from where it stands."""


class WrongMessageMove(RuntimeError):
    """A message would leave its way: a defect of ours."""


def message_moved(status: str, to: str) -> str:
    """Return `to` if a message may go there; raises WrongMessageMove."""
    if to not in MESSAGE_MOVES[status]:
        raise WrongMessageMove(f"from {status} to {to}")
    return to


def moved(status: str, to: str) -> str:
    """Return `to` if a delivery may go there; raises WrongMove."""
    if to not in DELIVERY_MOVES[status]:
        raise WrongMove(f"The delivery is {status} and cannot become {to}.")
    return to

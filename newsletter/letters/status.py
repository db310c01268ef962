"""Pure. Where a small letter stands, and the only moves it may make."""

from collections.abc import Mapping

MOVES: Mapping[str, frozenset[str]] = {
    "planned": frozenset({"claimed"}),
    "claimed": frozenset({"planned", "deferred", "accepted", "refused", "expired", "uncertain"}),
    "deferred": frozenset({"claimed"}),
    "accepted": frozenset(),
    "refused": frozenset(),
    "expired": frozenset(),
    "uncertain": frozenset(),
}
WAITING = ("planned", "deferred")


class WrongMove(RuntimeError):
    """A small letter would leave its way: a defect of ours."""


def moved(status: str, to: str) -> str:
    """Return `to` if a small letter may go there; raises WrongMove."""
    if to not in MOVES[status]:
        raise WrongMove(f"from {status} to {to}")
    return to

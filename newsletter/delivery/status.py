"""Pure. Where messages and deliveries stand, and the only moves they may make."""

from newsletter.moves import BrokenMove, Moves

MESSAGE = Moves(
    "message",
    {
        "planned": frozenset({"claimed", "cancelled"}),
        "claimed": frozenset(
            {"planned", "accepted", "deferred", "refused", "expired", "uncertain", "cancelled"}
        ),  # planned: not offered
        "deferred": frozenset({"claimed", "expired", "cancelled"}),
        "uncertain": frozenset({"planned", "accepted", "refused"}),  # planned only by a person
        "accepted": frozenset(),
        "refused": frozenset(),
        "expired": frozenset(),
        "cancelled": frozenset(),
    },
    error=BrokenMove,
)
WAITING = ("planned", "deferred")
OPEN = ("planned", "claimed", "deferred")
UNDER_WAY = ("sending", "paused")
DELIVERY = Moves(
    "delivery",
    {
        "sending": frozenset({"paused", "stopped", "finished"}),
        "paused": frozenset({"sending", "stopped"}),
        "stopped": frozenset(),
        "finished": frozenset({"sending"}),  # a person asked to send uncertain ones again
    },
)

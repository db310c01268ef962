"""Pure. The statuses of a small letter, and the only moves between them."""

from newsletter.moves import BrokenMove, Moves

LETTER = Moves(
    "letter",
    {
        "planned": frozenset({"claimed"}),
        # Planned again: the relay did not work, or the sender died with its claim.
        "claimed": frozenset(
            {"planned", "deferred", "accepted", "refused", "expired", "uncertain"}
        ),
        "deferred": frozenset({"claimed"}),
        "accepted": frozenset(),
        "refused": frozenset(),
        "expired": frozenset(),
        "uncertain": frozenset(),
    },
    error=BrokenMove,
)
WAITING = ("planned", "deferred")

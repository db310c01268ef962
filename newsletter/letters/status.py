"""Pure. Where a small letter stands, and the only moves it may make."""

from newsletter.moves import BrokenMove, Moves

LETTER = Moves(
    "letter",
    {
        "planned": frozenset({"claimed"}),
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

"""Pure. The statuses of something in quarantine, and the only moves between them."""

from newsletter.moves import Moves

QUARANTINED = Moves(
    "entry",
    {
        "waiting": frozenset({"let in", "dropped"}),
        "let in": frozenset(),
        "dropped": frozenset({"let in"}),  # the editor's slip, mended
    },
)

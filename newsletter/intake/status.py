"""Pure. Where something in quarantine stands, and the only moves it may make."""

from newsletter.moves import Moves

QUARANTINED = Moves(
    "entry",
    {
        "waiting": frozenset({"let in", "dropped"}),
        "let in": frozenset(),
        "dropped": frozenset({"let in"}),  # a slip of the editor's
    },
)

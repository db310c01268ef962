"""Pure. The statuses of a source, and the only moves between them."""

from newsletter.moves import Moves

SOURCE = Moves(
    "source",
    {
        "active": frozenset({"retired"}),
        "retired": frozenset({"active"}),
    },
)

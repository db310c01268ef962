"""Pure. The statuses of an issue, and the only moves between them."""

from newsletter.moves import Moves

ISSUE = Moves(
    "issue",
    {
        "proposed": frozenset({"held", "approved", "skipped"}),
        "held": frozenset({"proposed", "skipped"}),
        "approved": frozenset({"proposed", "held", "sent"}),  # proposed: the approval was withdrawn
        "sent": frozenset(),
        "skipped": frozenset({"proposed"}),  # an editor brings it back
    },
)
EDITABLE = frozenset({"proposed", "held"})

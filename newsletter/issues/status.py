"""Pure. Where an issue stands, and the only moves it may make."""

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

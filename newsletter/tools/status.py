"""Pure. Where a submission and a tool stand, and the only moves they may make."""

from newsletter.moves import Moves

SUBMISSION = Moves(
    "submission",
    {
        "unverified": frozenset(
            {"waiting"}
        ),  # its maker pressed the button; else it is forgotten, not moved
        "waiting": frozenset({"approved", "rejected"}),
        "approved": frozenset(),
        "rejected": frozenset(),
    },
)
TOOL = Moves("tool", {"active": frozenset({"retired"}), "retired": frozenset({"active"})})

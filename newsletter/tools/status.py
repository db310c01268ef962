"""Pure. Where a submission and a tool stand, and the only moves they may make."""

from newsletter.moves import Moves

SUBMISSION = Moves(
    "submission",
    {
        # Its maker pressed the button; without that it is forgotten, not moved.
        "unverified": frozenset({"waiting"}),
        "waiting": frozenset({"approved", "rejected"}),
        "approved": frozenset(),
        "rejected": frozenset(),
    },
)
TOOL = Moves("tool", {"active": frozenset({"retired"}), "retired": frozenset({"active"})})

"""Pure. Where a tool source and a gathered tool stand, and the only moves they may make."""

from newsletter.moves import Moves

TOOL_SOURCE = Moves(
    "tool source",
    {"active": frozenset({"removed"}), "removed": frozenset({"active"})},
)
GATHERED = Moves(
    "gathered tool",
    {
        "waiting": frozenset({"accepted", "refused"}),
        "accepted": frozenset({"waiting"}),  # an editor took the yes back
        "refused": frozenset({"waiting"}),  # or the no
    },
)

"""Pure. Where a subscription, a leave and an import stand, and the only moves they may make."""

from newsletter.moves import Moves

SUBSCRIPTION = Moves(
    "subscription",
    {
        "unconfirmed": frozenset({"active", "unsubscribed"}),
        "active": frozenset({"unsubscribed"}),
        "unsubscribed": frozenset(
            {"unconfirmed", "active"}
        ),  # unconfirmed: signed up again; active: undo of a leave
    },
)
LEAVE = Moves(
    "leave",
    {
        "doubtful": frozenset(
            {"obeyed", "stayed"}
        ),  # a scanner may have pressed the button: the person, or an editor, says
        "obeyed": frozenset({"undone"}),
        "stayed": frozenset({"obeyed"}),
        "undone": frozenset(),
    },
)

IMPORT = Moves(
    "import",
    {"running": frozenset({"finished"}), "finished": frozenset()},
)

"""Pure. The statuses of a subscription, a leave and an import, and the only moves between them."""

from newsletter.moves import Moves

STATUSES = ("active", "unconfirmed", "unsubscribed")  # of a subscription
SUBSCRIPTION = Moves(
    "subscription",
    {
        "unconfirmed": frozenset({"active", "unsubscribed"}),
        "active": frozenset({"unsubscribed"}),
        # unconfirmed: signed up again; active: took the leave back.
        "unsubscribed": frozenset({"unconfirmed", "active"}),
    },
)
LEAVE = Moves(
    "leave",
    {
        # A scanner may have pressed the button: the person, or an editor, decides.
        "doubtful": frozenset({"obeyed", "stayed"}),
        "obeyed": frozenset({"undone"}),
        # An editor thought it a scanner's, and the person pressed once more.
        "stayed": frozenset({"obeyed"}),
        "undone": frozenset(),
    },
)
IMPORT = Moves(
    "import",
    {"running": frozenset({"finished"}), "finished": frozenset()},
)

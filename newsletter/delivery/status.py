"""Pure. The statuses of messages and deliveries, and the only moves that they may make.

A message:

    planned ──claim──► claimed ──┬─ the relay took it ─────────────► accepted
       ▲                  │      ├─ nobody has the address ────────► refused
       │  not offered     │      ├─ any other refusal, too often ──► expired
       ├──────────────────┘      ├─ its dot left, no reply seen ───► uncertain
       │                         └─ any other refusal ──► deferred ──claim──► claimed
       │
       └─ a person has an uncertain one sent again (late evidence: accepted, refused)

    planned, deferred ── the reader left, or the delivery was stopped ──► cancelled

A delivery:

    sending ◄──────► paused       sending ──► finished: no message is open any more
       └───────┬────────┘            ▲            │
               ▼                     └────────────┘ a person has uncertain ones sent again
            stopped
"""

from newsletter.moves import BrokenMove, Moves

MESSAGE = Moves(
    "message",
    {
        "planned": frozenset({"claimed", "cancelled"}),
        "claimed": frozenset(
            {
                "planned",  # released: its dot did not leave
                "accepted",
                "deferred",
                "refused",
                "expired",
                "uncertain",
                "cancelled",
            }
        ),
        "deferred": frozenset({"claimed", "expired", "cancelled"}),
        "uncertain": frozenset(
            {
                "planned",  # only by a person's decision: it may arrive twice
                "accepted",  # these two by late evidence
                "refused",
            }
        ),
        "accepted": frozenset(),
        "refused": frozenset(),
        "expired": frozenset(),
        "cancelled": frozenset(),
    },
    # only the sender moves messages, so a wrong move is our defect and nobody's haste
    error=BrokenMove,
)
WAITING = ("planned", "deferred")  # may be claimed
OPEN = ("planned", "claimed", "deferred")  # a delivery with one of these is not finished
UNDER_WAY = ("sending", "paused")
DELIVERY = Moves(
    "delivery",
    {
        "sending": frozenset({"paused", "stopped", "finished"}),
        "paused": frozenset({"sending", "stopped"}),
        "stopped": frozenset(),
        "finished": frozenset({"sending"}),  # a person asked to send uncertain ones again
    },
)

"""Past issues of the sample publication, in Markdown. All news, firms and people are invented."""

from collections.abc import Mapping
from datetime import datetime, timedelta

ISSUES = (
    (
        "The quiet week of open weights",
        "Small models took the jobs that nobody watches.",
        """Nothing was announced this week, and that is the story: [Tarn
Labs](https://tarn.example/notes/ledger-model) put its ledger
model into forty tax offices without a press release, and the offices noticed only that the queue
was gone.

## Also this week

- [A court in Aalberg](https://courts.example/aalberg/model-weights) holds that weights are a
  document, and may be asked for.
- [Three libraries](https://shelf.example/news/one-index) share one index of what they do not lend.

## One number

Eleven minutes: so long does the average help desk take to say that it is not a person.""",
    ),
    (
        "Who signs when a model gave the advice",
        "Clinics, courts and an insurer answer differently.",
        """The clinic at Marrow Bridge asks its doctors to [sign each suggestion they
follow](https://marrow.example/2026/signed-advice).
The insurer next door pays only for those that nobody signed. Both have read the same rule.

## Also this week

- [A turbine maker](https://turbine.example/orders-2029) is sold out until 2029, and says to whom.
- [Orrery](https://orrery.example/blog/night-shift) moves its training runs to the night, when the
  grid is bored.""",
    ),
    (
        "Chips leave the lab",
        "A packaging plant matters more than a faster core.",
        """The plant at Low Quay packs four dies where one used to be, [and the waiting list is
public](https://quay.example/waiting-list).
It is longer than the plant.

> We do not make chips faster. We make fewer of them wait. (the plant's manager, on its first day)

## Also this week

- [Robots that read the room](https://roomreaders.example/test) were tested with children. The
  children won.
- [An index of benchmarks](https://index.example/retired) now lists those that were retired, and
  why.""",
    ),
)

HEAD = """\
---
title: {title}
dek: {dek}
date: {day} 07:00
number: {number}
url: https://before.example/p/{number}
---
"""


def files(start: datetime) -> Mapping[str, str]:
    """Return the files by name, the oldest first; the last one is a week older than `start`."""
    made = {}
    for number, (title, dek, text) in enumerate(ISSUES, 1):
        day = f"{start - timedelta(weeks=len(ISSUES) + 1 - number):%Y-%m-%d}"
        head = HEAD.format(title=title, dek=dek, day=day, number=number)
        made[f"{day}.md"] = f"{head}\n{text}\n"
    return made

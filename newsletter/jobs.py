"""The seam to the queue. Rows are the truth and a job is a reminder: a lost one is found again by the next sweep.

Embedded, the reminder is the commit itself: SQLite counts the commits of all processes, so a waiting sender notices within
a nap; on PostgreSQL it finds its work by the sweep.
"""

import asyncio
from collections.abc import Callable

SWEEP_S = 1.0  # with nothing to remind it, a sender looks at the rows this often
NAP_S = 0.05


async def wait_for_work(commits: Callable[[], int], *, at_most_s: float, stopping: Callable[[], bool]) -> None:
    """Return when somebody committed, when it is time for the next sweep (seconds), or when the sender should stop."""
    seen = commits()
    for _ in range(round(at_most_s / NAP_S)):
        if stopping() or commits() != seen:
            return
        await asyncio.sleep(NAP_S)

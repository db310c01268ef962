"""The parts of a service: threads that are to live as long as it does.

A part goes on after every error that it foresees. One that ends all the same ends its process, and
what keeps that (a parent, systemd, a container's restart rule) starts it again: a service never
lives on with a part of its work undone.
"""

import logging
import threading
from collections.abc import Callable

from newsletter.errors import Unavailable

log = logging.getLogger(__name__)
LOOK_S = 0.5  # between two looks at the parts


class PartEnded(Unavailable):
    """A part of this service has ended by an error, which the log has. So all of it ends, and
    whoever keeps the service starts it again."""


def begin_part(name: str, work: Callable[[], object]) -> threading.Thread:
    """Begin a part in a thread of its own. What ends it is in the log, with its traceback."""
    part = threading.Thread(target=_work, args=(name, work), name=name, daemon=True)
    part.start()
    return part


def wait(stop: threading.Event, *parts: threading.Thread) -> None:
    """Return when the service is told to stop; raises PartEnded if a part of it ends before."""
    while not stop.wait(LOOK_S):
        require(*parts)


def require(*parts: threading.Thread) -> None:
    """Raise PartEnded if one of these parts has ended."""
    if not all(part.is_alive() for part in parts):
        raise PartEnded


def _work(name: str, work: Callable[[], object]) -> None:
    try:
        work()
    except BaseException:
        # Nobody joins this thread before the service ends: without a line its end is silent.
        log.exception("A part ended by an error of ours, and its process with it: %s", name)

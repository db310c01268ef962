"""Sorting more lines than memory should hold: runs on disk, merged.

An index that is filled in its own order touches each of its pages once; in the order of a file it would touch them all for every slice.
"""

import heapq
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from itertools import islice

RUN = 50_000  # lines


def in_order(lines: Iterable[str]) -> Iterator[str]:
    """Yield the lines sorted by their characters; a line has no line end in it. The files go with the last line."""
    lines = iter(lines)
    with ExitStack() as closing:
        runs = []
        while run := list(islice(lines, RUN)):
            run.sort()
            file = closing.enter_context(tempfile.TemporaryFile("w+", encoding="utf-8", newline="\n"))
            file.write("\n".join(run) + "\n")
            file.seek(0)
            runs.append(file)
        yield from (line[:-1] for line in heapq.merge(*runs))

"""Folding as the program runs it: on ten days of real feeds at a time, and timed."""

import time
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from bench.folding.inventing import recombined
from bench.folding.items import Labelled
from newsletter.choosing.folds.folding import fold
from newsletter.formats.canonical import canonical

TITLES = 10_000


def folded_weeks(items: Sequence[Labelled]) -> list[str]:
    """Return what is folded in each ten days of real feeds, with the hundred days before as past.

    So proposing folds them.
    """
    found: dict[frozenset[str], str] = {}
    begin = min(item.published_at for item in items)
    end = max(item.published_at for item in items)
    while end > begin:
        start = end - timedelta(days=10)
        window = {item.id: item for item in _between(items, start, end)}
        past = _between(items, start - timedelta(days=100), start)
        for group in _folds(window, past):
            found.setdefault(group, f"{end:%Y-%m-%d}  {_titles(group, window)}")
        end -= timedelta(days=7)
    return list(found.values())


def _between(items: Iterable[Labelled], start: datetime, end: datetime) -> list[Labelled]:
    return [item for item in items if start <= item.published_at < end]


def _folds(window: Mapping[str, Labelled], past: Iterable[Labelled]) -> list[frozenset[str]]:
    """Return the groups of more than one item."""
    words = [(item.title, item.dek) for item in past]
    groups = fold(window.values(), past=words, address=canonical)
    return [group for group in groups if len(group) > 1]


def _titles(group: Iterable[str], window: Mapping[str, Labelled]) -> str:
    members = [window[key] for key in sorted(group, key=int)]
    return " | ".join(f"{item.source}: {item.title}" for item in members)


def timed(items: Sequence[Labelled], *, deks: bool) -> tuple[float, float, int]:
    """Return the seconds of the clock and of a core that folding takes, and the count of groups.

    The seconds are the least of three. Each round folds other articles, because those of an earlier
    round are remembered.
    """
    took, worked = [], []
    for seed in (5, 6, 7):
        made = recombined(items, TITLES, seed=seed, deks=deks)
        began, idle = time.perf_counter(), time.process_time()
        groups = fold(made, address=canonical)
        took.append(time.perf_counter() - began)
        worked.append(time.process_time() - idle)
    return min(took), min(worked), len(groups)

"""Pure. Articles that tell one story become one group.

Two reports are compared by `likeness`; groups are joined by average linkage of the log-odds, as long as two groups are likelier one
story than two. So no number is tuned but the weights, and one loose likeness cannot chain two stories together.
"""

import heapq
from collections.abc import Callable, Hashable, Iterable, Mapping
from types import MappingProxyType
from typing import Protocol, TypeVar

from newsletter.choosing import likeness
from newsletter.choosing.likeness import LEAD_CHARS, Likeness

Known = tuple[int, Mapping[int, float]]  # a group, and the sums of its log-odds with others
Id = TypeVar("Id", bound=Hashable)
IdCo = TypeVar("IdCo", bound=Hashable, covariant=True)


class Foldable(likeness.Comparable, Protocol[IdCo]):
    """What is folded; articles with one canonical `url` are one story, "" is no address."""

    @property
    def id(self) -> IdCo: ...
    @property
    def url(self) -> str: ...


def fold(
    items: Iterable[Foldable[Id]],
    texts: Mapping[Id, str] = MappingProxyType({}),
    *,
    past: Iterable[tuple[str, str]] = (),
    address: Callable[[str], str] = str,
) -> list[frozenset[Id]]:
    """Return the ids of `items` in groups that tell one story each; a group stands where its first item stood.

    `texts` has the extracted text of the page by id, where there is one: it stands in for a short dek. `past` are titles and deks of
    earlier articles of the same sources, by which is known what is usual there. `address` makes of a URL the one by which an article
    is known (`formats.canonical`); what is stored has it already. Two items with one id are one item. The order of the items changes the
    order of the groups only.
    """
    known = {item.id: item for item in items}
    leads = {key: _lead(item.dek, texts.get(key, "")) for key, item in known.items()}
    by_url: dict[str, list[Id]] = {}
    for at, (key, item) in enumerate(known.items()):
        by_url.setdefault(address(item.url) or f" {at}", []).append(key)

    told = {
        key: (item.published_at.isoformat(), item.title, leads[key], item.source, item.url)
        for key, item in known.items()
    }
    copies = sorted(
        (sorted(keys, key=told.__getitem__) for keys in by_url.values()),
        key=lambda keys: told[keys[0]],
    )
    first = [keys[0] for keys in copies]
    before = [(title, _lead(dek, "")) for title, dek in past]
    alike = Likeness([known[key] for key in first], [leads[key] for key in first], past=before)
    groups = [[key for at in group for key in copies[at]] for group in link(alike)]
    place = {key: at for at, key in enumerate(known)}
    return [
        frozenset(group)
        for group in sorted(groups, key=lambda group: min(place[key] for key in group))
    ]


def link(alike: Likeness) -> list[list[int]]:
    """Join the indexes of what is compared into groups, the most alike first, while the mean log-odds between two groups are above 0."""
    members = {at: [at] for at in range(len(alike.profiles))}
    sums: dict[int, dict[int, float]] = {
        at: {} for at in members
    }  # of the log-odds between groups of which some two are one story
    waiting: list[tuple[float, int, int]] = []

    def weigh(one: int, other: int, added: float) -> None:
        sums[one][other] = sums[other][one] = added
        mean = added / (len(members[one]) * len(members[other]))
        if mean > 0:
            heapq.heappush(waiting, (-mean, min(one, other), max(one, other)))

    for one, other in alike.promising():
        if (odds := alike.odds(one, other)) > 0:
            weigh(one, other, odds)
    while waiting:
        mean, one, other = heapq.heappop(waiting)
        if other not in sums.get(one, {}) or -mean != sums[one][other] / (
            len(members[one]) * len(members[other])
        ):
            continue  # said of groups that have grown since
        left, right = sums[one], sums.pop(other)
        del left[other], right[one]
        added = {
            third: _total(alike, members, (one, left), (other, right), third)
            for third in sorted(left.keys() | right.keys())
        }
        members[one] += members.pop(other)
        for third, total in added.items():
            sums[third].pop(other, None)
            weigh(one, third, total)
    return list(members.values())


def _total(
    alike: Likeness, members: Mapping[int, list[int]], left: Known, right: Known, third: int
) -> float:
    """Add up the log-odds between a third group and both of two."""
    total = 0.0
    for group, known in (left, right):
        pairs = ((min(a, b), max(a, b)) for a in members[group] for b in members[third])
        total += known[third] if third in known else sum(alike.odds(*pair) for pair in pairs)
    return total


def _lead(dek: str, text: str) -> str:
    """What follows the title: the dek, gone on with by the page where that is short."""
    return (
        dek[:LEAD_CHARS]
        if len(dek) >= LEAD_CHARS or not text
        else f"{dek} {text[:LEAD_CHARS]}"[:LEAD_CHARS]
    )

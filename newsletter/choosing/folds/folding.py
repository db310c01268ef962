"""Pure. Articles that tell one story become one group.

`likeness` compares two articles. Groups are joined by average linkage of the log-odds, as long as
two groups are likelier one story than two. So no number is tuned but the model's coefficients, and
one loose likeness cannot chain two stories together.
"""

import heapq
from collections.abc import Callable, Collection, Hashable, Iterable, Mapping, Sequence
from itertools import chain
from types import MappingProxyType
from typing import Protocol, TypeVar

from newsletter.choosing.folds.likeness import LEAD_CHARS, Likeness, Pair
from newsletter.choosing.folds.profiles import Comparable

Id = TypeVar("Id", bound=Hashable)
IdCo = TypeVar("IdCo", bound=Hashable, covariant=True)


class Foldable(Comparable, Protocol[IdCo]):
    """An article to fold; articles of one canonical `url` are one story, "" is no address."""

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
    """Return the ids of `items` in groups that tell one story each.

    `texts` has the extracted text of pages by id; it continues a short dek. `past` has titles and
    deks of earlier articles of the same sources: they show which words are usual there. `address`
    makes a URL canonical (`formats.canonical`); a stored URL is so already.

    Two items with one id are one item. A group takes the place of its first item. The order of the
    items changes the order of the groups only, never who is in them.
    """
    known = {item.id: item for item in items}
    leads = {key: _lead(item.dek, texts.get(key, "")) for key, item in known.items()}
    copies = _group_copies(known, leads, address)
    # Copies are one story already, so only the first of each address is compared with others.
    firsts = [keys[0] for keys in copies]
    alike = Likeness(
        [known[key] for key in firsts],
        [leads[key] for key in firsts],
        past=[(title, _lead(dek, "")) for title, dek in past],
    )
    groups = [_with_copies(indexes, copies) for indexes in link(alike)]
    return _in_order_of(known, groups)


def link(alike: Likeness) -> list[list[int]]:
    """Join the indexes of what is compared into groups, the most alike first.

    Two groups are joined while the mean log-odds between their members are above 0.
    """
    linkage = _Linkage(alike)
    for left, right in alike.promising():
        odds = alike.odds(left, right)
        if odds > 0:
            linkage.connect(left, right, odds)
    while pair := linkage.take_nearest():
        linkage.join(*pair)
    return linkage.groups


class _Linkage:
    """Groups that are being joined. A group bears the index of its first member.

    Totals are kept between two groups if two of their members are likely one story. All other
    groups are never joined, so their totals are reckoned only when a joined group needs them.
    """

    def __init__(self, alike: Likeness) -> None:
        self._alike = alike
        self._members = {index: [index] for index in range(len(alike.profiles))}
        self._totals: dict[int, dict[int, float]] = {index: {} for index in self._members}
        # A heap of minus the mean log-odds and the two groups: equal means go to the lower index.
        self._waiting: list[tuple[float, int, int]] = []

    @property
    def groups(self) -> list[list[int]]:
        return list(self._members.values())

    def connect(
        self,
        left: int,
        right: int,
        total: float,
    ) -> None:
        """Keep the total log-odds between two groups; if it is above 0, they wait to be joined."""
        self._totals[left][right] = total
        self._totals[right][left] = total
        mean = self._mean(left, right)
        if mean > 0:
            heapq.heappush(self._waiting, (-mean, min(left, right), max(left, right)))

    def take_nearest(self) -> Pair | None:
        """Return the two groups that are most alike; None if none wait."""
        while self._waiting:
            minus_mean, left, right = heapq.heappop(self._waiting)
            # An entry stays in the heap when one of its groups grows; then its mean is outdated.
            is_known = right in self._totals.get(left, {})
            if is_known and -minus_mean == self._mean(left, right):
                return left, right
        return None

    def join(
        self,
        left: int,
        right: int,
    ) -> None:
        """Let `left` have the members of `right`, and connect it with each third group again."""
        of_left = self._totals[left]
        of_right = self._totals.pop(right)
        del of_left[right], of_right[left]
        # Sorted, because the heap must not depend on the order of a set.
        totals = {
            third: self._total(left, third, of_left) + self._total(right, third, of_right)
            for third in sorted(of_left.keys() | of_right.keys())
        }
        self._members[left] += self._members.pop(right)
        for third, total in totals.items():
            self._totals[third].pop(right, None)
            self.connect(left, third, total)

    def _mean(
        self,
        left: int,
        right: int,
    ) -> float:
        return self._totals[left][right] / (len(self._members[left]) * len(self._members[right]))

    def _total(
        self,
        group: int,
        third: int,
        known: Mapping[int, float],
    ) -> float:
        """Return the total log-odds between two groups: the known one, or the sum of all pairs."""
        if third in known:
            return known[third]
        total = 0.0
        for member in self._members[group]:
            for other in self._members[third]:
                total += self._alike.odds(min(member, other), max(member, other))
        return total


def _group_copies(
    known: Mapping[Id, Foldable[Id]],
    leads: Mapping[Id, str],
    address: Callable[[str], str],
) -> list[list[Id]]:
    """Return the ids in lists of one address each.

    The lists and their ids are sorted by what the articles say: another order of the same items
    must lead to the same groups.
    """
    content = {key: _content(item, leads[key]) for key, item in known.items()}
    by_address = _by_address(known, address)
    copies = [sorted(keys, key=content.__getitem__) for keys in by_address.values()]
    return sorted(copies, key=lambda keys: content[keys[0]])


def _by_address(
    known: Mapping[Id, Foldable[Id]],
    address: Callable[[str], str],
) -> Mapping[str, list[Id]]:
    found: dict[str, list[Id]] = {}
    for place, (key, item) in enumerate(known.items()):
        # Without an address an article is nobody's copy; no address begins with a space.
        found.setdefault(address(item.url) or f" {place}", []).append(key)
    return found


def _content(item: Foldable[Id], lead: str) -> tuple[str, ...]:
    """Return all that an article says, as plain text that can be sorted."""
    # Dates may be aware or not, and such two cannot be compared; their texts can.
    return (item.published_at.isoformat(), item.title, lead, item.source, item.url)


def _with_copies(indexes: Iterable[int], copies: Sequence[Sequence[Id]]) -> frozenset[Id]:
    return frozenset(chain.from_iterable([copies[index] for index in indexes]))


def _in_order_of(known: Iterable[Id], groups: Collection[frozenset[Id]]) -> list[frozenset[Id]]:
    place = {key: at for at, key in enumerate(known)}
    return sorted(groups, key=lambda group: min(place[key] for key in group))


def _lead(dek: str, text: str) -> str:
    """Return what follows the title: the dek, continued by the page where the dek is short."""
    if text and len(dek) < LEAD_CHARS:
        dek = f"{dek} {text[:LEAD_CHARS]}"
    return dek[:LEAD_CHARS]

"""Pure. What may bear a fold: which of the things that two articles share make one story of two.

Names, codes and odd amounts do, alone if a title has them. What is weaker needs company: a name in
passing, a number of things that were counted, a firm that is in the news all week.
"""

from collections.abc import Set
from typing import NamedTuple

from newsletter.choosing.folds.profiles import Key, Profile, repeats_title

LEAST_NUMBER = 100  # a smaller round number is in many stories: only an odd one may bear one
DOZEN = 12
ROUND = 5
COMPANY = 2  # so many rare words beside a name in passing, or beside a usual name, make it bear
SOON_DAYS = 2.0  # a kind of news bears a usual name within so many days
SAME_DAY = 1.0  # two parties announce what they do together on one day
OF_TWO_PARTIES = frozenset(["deal", "purchase"])


class Bearing(NamedTuple):
    """What a window shows: `rare` are the keys that few articles have, `strong` those of them that
    are names or odd amounts, `weak` names that are plain words too; `names` are all names."""

    rare: Set[Key]
    strong: Set[Key]
    weak: Set[Key]
    names: Set[Key]

    def of(
        self,
        left: Profile,
        right: Profile,
        keys: frozenset[Key],
    ) -> frozenset[Key]:
        """Return what makes one story of two, of the `keys` that both have."""
        if left.text == right.text:
            return keys
        # A firm names itself in everything that it writes.
        own = left.own | right.own
        strong = (keys & self.strong) - own
        if len(strong) > 1 or not strong.isdisjoint(left.in_title | right.in_title):
            return strong
        # One name in passing, in no title, is no agreement by itself; nor is “the Institute”.
        passing = strong | ((keys & self.weak) - own)
        company = (keys & self.rare) - passing - own
        if passing and len(company) >= COMPANY:
            return passing
        return (
            self._counted(left, right, company)
            or self._by_kind(left, right, company)
            or (keys if repeats_title(left, right) else frozenset())
        )

    def _counted(
        self,
        left: Profile,
        right: Profile,
        company: Set[Key],
    ) -> frozenset[Key]:
        """Return the numbers of what both count: eight pigs, if they share more than pigs."""
        counted = left.counted & right.counted
        # “3,200 jobs” and “1,200 jobs” end alike, and share no number.
        numbers = frozenset([number for number, _ in counted]) & left.keys & right.keys
        return numbers if len(company - numbers) >= COMPANY else frozenset()

    def _by_kind(
        self,
        left: Profile,
        right: Profile,
        company: Set[Key],
    ) -> frozenset[Key]:
        """Return the usual names of two sources that tell one kind of news, or of two parties that
        tell one deal, one of whom names the other in its title."""
        kinds = left.kinds & right.kinds
        if not kinds or not company or left.source == right.source:
            return frozenset()
        days = abs(left.day - right.day)
        if len(company) >= COMPANY and days < SOON_DAYS:
            return frozenset(self.names & left.keys & right.keys)
        if kinds.isdisjoint(OF_TWO_PARTIES) or days >= SAME_DAY:
            return frozenset()
        return frozenset(self.names & ((left.own & right.in_title) | (right.own & left.in_title)))


def is_odd(key: Key) -> bool:
    """True for a number that two stories seldom share by chance: 3,200 or 37 or 4.5, not 90."""
    if isinstance(key, str):
        return False
    return key >= LEAST_NUMBER or bool(key % 1) or (key > DOZEN and bool(key % ROUND))

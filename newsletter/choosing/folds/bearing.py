"""Pure. What may bear a fold: which of the things that two articles share make one story of two.

Names, codes and odd amounts do, alone if a title has them. What is weaker needs company: a name in
passing, a number of things that were counted, a firm that is in the news all week.
"""

from collections.abc import Set
from typing import NamedTuple

from newsletter.choosing.folds.apart import repeats_title
from newsletter.choosing.folds.profiles import Key, Profile

LEAST_NUMBER = 100  # a smaller round number is in many stories: only an odd one may bear one
DOZEN = 12
ROUND = 5
COMPANY = 2  # so many rare words beside a name in passing, or beside a usual name, make it bear
SOON_DAYS = 2.0  # a kind of news bears a usual name within so many days
SAME_DAY = 1.0  # two parties announce what they do together on one day
OF_TWO_PARTIES = frozenset(["deal", "purchase"])


class Bearer(NamedTuple):
    """An article with what it has of the things that may bear a fold, but for its source's name: a
    firm names itself in everything that it writes.

    `strong` are rare names and odd amounts. `passing` are these and names that are plain words too.
    `rare` are all keys that few articles have.
    """

    profile: Profile
    strong: frozenset[Key]
    passing: frozenset[Key]
    rare: frozenset[Key]


class Bearing(NamedTuple):
    """What a window shows: `rare` are the keys that few articles have, `strong` those of them that
    are names or odd amounts, `weak` names that are plain words too; `names` are all names."""

    rare: frozenset[Key]
    strong: frozenset[Key]
    weak: frozenset[Key]
    names: Set[Key]

    def bearer(self, profile: Profile) -> Bearer:
        """Return an article with what it has of these."""
        rare = (profile.keys & self.rare) - profile.own
        strong = rare & self.strong
        return Bearer(profile, strong, strong | (rare & self.weak), rare)

    def of(self, left: Bearer, right: Bearer) -> frozenset[Key]:
        """Return what makes one story of two."""
        if left.profile.text == right.profile.text:
            return left.profile.keys & right.profile.keys
        strong = left.strong & right.strong
        if len(strong) > 1 or (strong and _is_in_title(strong, left.profile, right.profile)):
            return strong
        # One name in passing, in no title, is no agreement by itself; nor is “the Institute”.
        passing = left.passing & right.passing
        company = (left.rare & right.rare) - passing
        if passing and len(company) >= COMPANY:
            return passing
        return self._in_company(left.profile, right.profile, company)

    def _in_company(
        self,
        left: Profile,
        right: Profile,
        company: Set[Key],
    ) -> frozenset[Key]:
        """Return what bears a fold beside the rare words that both have."""
        found = _counted(left, right, company) or self._by_kind(left, right, company)
        if not found and repeats_title(left, right):
            return left.keys & right.keys
        return found

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


def _is_in_title(
    keys: Set[Key],
    left: Profile,
    right: Profile,
) -> bool:
    return not (keys.isdisjoint(left.in_title) and keys.isdisjoint(right.in_title))


def _counted(
    left: Profile,
    right: Profile,
    company: Set[Key],
) -> frozenset[Key]:
    """Return the numbers of what both count: eight pigs, if they share more than pigs."""
    counted = left.counted & right.counted
    if not counted:
        return frozenset()
    # “3,200 jobs” and “1,200 jobs” end alike, and share no number.
    numbers = frozenset([number for number, _ in counted]) & left.keys & right.keys
    return numbers if len(company - numbers) >= COMPANY else frozenset()


def is_odd(key: Key) -> bool:
    """True for a number that two stories seldom share by chance: 3,200 or 37 or 4.5, not 90."""
    if isinstance(key, str):
        return False
    return key >= LEAST_NUMBER or bool(key % 1) or (key > DOZEN and bool(key % ROUND))

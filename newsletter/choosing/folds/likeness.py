"""Pure. How sure we are that two articles tell one story: a small logistic model.

It looks at what any two newsrooms share when they tell one event: names, codes and amounts, rare
words, the kind of news, the days between. Plain words alone never make one story of two, however
rare they are in a small window. `python -m bench.folding` fits the coefficients and prints them;
they know no firm, no source and no subject.
"""

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from itertools import chain, product, starmap
from operator import mul
from typing import NamedTuple, TypeVar

from newsletter.choosing.folds.apart import are_apart
from newsletter.choosing.folds.bearing import Bearing, is_odd
from newsletter.choosing.folds.plain_words import is_plain
from newsletter.choosing.folds.profiles import (
    Comparable,
    Key,
    Profile,
    WindowKeys,
    keys_of,
    names_in,
    parse_article,
    profile_of,
)

K = TypeVar("K")
Pair = tuple[int, int]  # two indexes, the lower one first

LEAD_CHARS = 300  # a story is told in its first lines; a longer dek would drown the title
# The rarity of names and amounts is reckoned among at least so many articles. Among eight, a name
# that two of them share would be rare already.
FEWEST = 400
CLOSE = 0.1  # amounts of money or shares that differ by less may be one amount, rounded
MOST_HOLDERS = 40  # a word that more articles share leads to no pair
FEWEST_HOLDERS = 8
USUAL_SHARE = 0.08  # of the articles: a word that more of them share is usual
MOST_REST = 3.0
MOST_KINDS = 2.0
# What usual words, kinds of news and two languages may add to the log-odds beside what is rare.
MOST_BESIDES = 3.0
MOST_USUAL = 1.0  # of it, usual words
# The log-odds of two that share nothing rare: the model was not fitted to such pairs.
STRANGERS = -6.0
NAMELESS = -0.5  # the most that two reach that share no name, code or amount, but plain words


class Evidence(NamedTuple):
    """What speaks for and against one story; a rarity is 0..1, 1 for what no other article says."""

    cosine: float  # of all words, names and amounts, weighted by rarity
    rarest: float  # the rarity of the rarest name, code or amount that both have, 0 for none
    rest: float  # the sum of the rarities of the others, up to MOST_REST
    kinds: float  # the sum of the rarities of shared kinds of news, up to MOST_KINDS
    amounts_differ: float  # 1 if both name money or shares, and none agree
    kinds_differ: float  # 1 if both bring a kind of news, and share none
    names_differ: float  # 1 if both titles bear names, and neither article has one of the other's
    foreign: float  # 1 if they are in two languages, and so share few words
    days: float  # log(1 + days between)
    one_source: float  # 1 if one source has both in different words


class Model(NamedTuple):
    """The log-odds of one story: bias + Σ coefficient x evidence."""

    bias: float
    coefficients: Evidence


MODEL = Model(
    bias=-2.63,
    coefficients=Evidence(
        cosine=3.18,
        rarest=3.77,
        rest=1.67,
        kinds=1.45,
        amounts_differ=-2.67,
        kinds_differ=-1.12,
        names_differ=-2.42,
        foreign=1.2,
        days=-2.48,
        one_source=-2.88,
    ),
)


class Likeness:
    """The articles of one window, and how alike two of them are.

    Rarity is reckoned within the window and what came before it. `profiles` are in the order of the
    articles, and an index below is one into them.
    """

    def __init__(
        self,
        items: Sequence[Comparable],
        leads: Sequence[str],
        model: Model = MODEL,
        *,
        past: Sequence[tuple[str, str]] = (),
    ) -> None:
        """Profile the articles and reckon what is rare.

        `leads` are what follows each title: the dek, or the beginning of the page. `past` are
        titles and leads of earlier articles. Without them, a word that every week repeats is rare
        in a week of thirty articles.
        """
        self.model = model
        articles = list(map(parse_article, [item.title for item in items], leads))
        earlier = list(starmap(parse_article, past))
        keys = WindowKeys(names_in([*articles, *earlier]))
        self.profiles = [
            profile_of(item, lead, article, keys)
            for item, lead, article in zip(items, leads, articles, strict=True)
        ]
        self._many = len(items) + len(past)
        self._reckon_rarity([keys_of(article, keys) for article in earlier], keys.names)
        self._reckon_kinds([article.kinds for article in earlier])
        self._norms = self._lengths()
        self._days = [profile.day for profile in self.profiles]
        self._bearers = list(map(self._bearing.bearer, self.profiles))

    def promising(self) -> Iterator[Pair]:
        """Yield the pairs that may be likelier one story than two, and not many others.

        They come in any order. Shared rare keys lead from one article to the other. A bound on
        their log-odds leaves out most without comparing the rest.
        """
        for index, near in enumerate(self._near_ones()):
            for other in self._promising_among(near, index):
                yield other, index

    def odds(self, first: int, second: int) -> float:
        """Return the log-odds that the two tell one story: 0 is as likely as not."""
        evidence = self._compare(first, second)
        if not evidence:
            return STRANGERS
        odds = self.model.bias + math.fsum(map(mul, self.model.coefficients, evidence))
        _, rarest, *_ = evidence
        return odds if rarest else min(odds, NAMELESS)

    def evidence(self, first: int, second: int) -> Evidence | None:
        """Return what speaks for and against the two telling one story.

        None if they share nothing rare, or cannot be one story.
        """
        evidence = self._compare(first, second)
        return Evidence(*evidence) if evidence else None

    def _compare(self, first: int, second: int) -> tuple[float, ...]:
        """Return the evidence in its order, () if there is none.

        A plain tuple: every promising pair is asked for, and all members of near groups.
        """
        left = self.profiles[first]
        right = self.profiles[second]
        keys = left.keys & right.keys
        if keys.isdisjoint(self.rare) or are_apart(left, right):
            return ()
        bearing = self._bearing.of(self._bearers[first], self._bearers[second])
        rarities = list(map(self._rarity.__getitem__, keys | bearing))
        rarest = max(map(self._rarity.__getitem__, bearing), default=0.0)
        product = math.fsum(map(mul, rarities, rarities))
        kinds = left.kinds & right.kinds
        return (
            product / (self._norms[first] * self._norms[second]),
            rarest,
            min(math.fsum(rarities) - rarest, MOST_REST),
            min(self._rarity_of_kinds(kinds), MOST_KINDS) if kinds else 0.0,
            *_differences(left, right),
        )

    def _reckon_rarity(self, earlier: Iterable[frozenset[Key]], names: frozenset[str]) -> None:
        """Find how rare each name, stem and amount is, and which are rare enough to lead to a pair.

        `earlier` has the keys of articles from before the window.
        """
        counts = _count([profile.keys for profile in self.profiles], earlier)
        measured = frozenset(chain.from_iterable([each.measured for each in self.profiles]))
        bearing = {key for key in counts if key in names or key in measured or is_odd(key)}
        self._rarity = _rarities(counts, bearing, self._many)
        most = _most_holders(self._many)
        self.rare = frozenset(key for key, count in counts.items() if count <= most)
        weak = frozenset(filter(is_plain, names))
        rare_bearing = self.rare & bearing
        self._bearing = Bearing(
            self.rare,
            strong=rare_bearing - weak,
            weak=rare_bearing & weak,
            names=names - weak,
        )

    def _reckon_kinds(self, earlier: Iterable[frozenset[str]]) -> None:
        counts = _count([profile.kinds for profile in self.profiles], earlier)
        self._kind_rarity = {kind: _rarity(count, self._many) for kind, count in counts.items()}

    def _lengths(self) -> list[float]:
        """Return the length of each profile as a vector of rarities; 1 for one without words."""
        square = {key: rarity**2 for key, rarity in self._rarity.items()}.__getitem__
        return [math.sqrt(math.fsum(map(square, profile.keys))) or 1.0 for profile in self.profiles]

    def _near_ones(self) -> Iterator[Mapping[int, int]]:
        """Yield for each article the earlier ones that share a rare key, each with the rarity
        shared, in millionths."""
        # Whole numbers add up to the same sum in any order; the keys are in sets.
        millionths = {key: round(self._rarity[key] * 1e6) for key in self.rare}
        holders: dict[Key, list[int]] = {}
        for index, profile in enumerate(self.profiles):
            near: dict[int, int] = {}
            for key in profile.keys & self.rare:
                rarity = millionths[key]
                held_by = holders.setdefault(key, [])
                for other in held_by:
                    near[other] = near.get(other, 0) + rarity
                held_by.append(index)
            yield near

    def _promising_among(self, near: Mapping[int, int], index: int) -> Iterator[int]:
        """Yield the articles in `near` that may tell the story of the article at `index`."""
        bias, coefficients = self.model
        rest = coefficients.rest
        rarest = coefficients.rarest - rest
        cosine = coefficients.cosine / self._norms[index]
        per_day = coefficients.days
        day = self._days[index]
        # Ten thousand articles bring 600,000 pairs: no call before most of them are left out.
        for other, millionths in near.items():
            shared = millionths / 1e6
            known = bias + shared * (cosine / self._norms[other] + rest)
            known += rarest * shared if shared < 1 else rarest
            known += per_day * math.log1p(abs(day - self._days[other]))
            if known > -MOST_BESIDES and self._is_promising(index, other, known):
                yield other

    def _is_promising(
        self,
        first: int,
        second: int,
        known: float,
    ) -> bool:
        """True if two may be one story; `known` is what rare keys and days add to the log-odds."""
        known += MOST_USUAL
        if known <= 0 and known + self._besides(self.profiles[first], self.profiles[second]) <= 0:
            return False
        return bool(self._bearing.of(self._bearers[first], self._bearers[second]))

    def _besides(self, left: Profile, right: Profile) -> float:
        """Return what kinds of news and two languages add to the log-odds."""
        is_foreign = left.language != right.language
        besides = self.model.coefficients.foreign * is_foreign
        if left.kinds.isdisjoint(right.kinds):  # as nearly all are
            return besides
        kinds = self._rarity_of_kinds(left.kinds & right.kinds)
        return besides + self.model.coefficients.kinds * kinds

    def _rarity_of_kinds(self, kinds: Iterable[str]) -> float:
        return math.fsum([self._kind_rarity[kind] for kind in kinds])


def _differences(left: Profile, right: Profile) -> tuple[float, ...]:
    """Return the evidence that needs no rarity, in its order from `amounts_differ` on."""
    # Most pairs lack one or the other thing to compare; then a call would be for nothing.
    amounts_differ = left.measured and right.measured and _amounts_differ(left, right)
    names_differ = left.names and right.names and _names_differ(left, right)
    foreign = left.language and right.language and left.language != right.language
    return (
        1.0 if amounts_differ else 0.0,
        1.0 if left.kinds and right.kinds and left.kinds.isdisjoint(right.kinds) else 0.0,
        1.0 if names_differ else 0.0,
        1.0 if foreign else 0.0,
        math.log1p(abs(left.day - right.day)),
        1.0 if left.source and left.source == right.source and left.text != right.text else 0.0,
    )


def _amounts_differ(left: Profile, right: Profile) -> bool:
    return not any(starmap(_are_close, product(left.measured, right.measured)))


def _are_close(amount: float, another: float) -> bool:
    return abs(amount - another) <= CLOSE * max(amount, another)


def _names_differ(left: Profile, right: Profile) -> bool:
    return left.names.isdisjoint(right.keys | right.own) and right.names.isdisjoint(
        left.keys | left.own
    )


def _count(in_window: Iterable[Iterable[K]], earlier: Iterable[Iterable[K]]) -> Counter[K]:
    return Counter(chain.from_iterable(chain(in_window, earlier)))


def _rarities(
    counts: Mapping[Key, int],
    bearing: Set[Key],
    many: int,
) -> dict[Key, float]:
    """Return how rare each key is, 0..1, if so many articles have it.

    What every article says tells nothing, however few articles there are.
    """
    # Names and amounts are reckoned among at least FEWEST articles.
    fewest = max(many, FEWEST)
    return {
        key: _rarity(count, fewest if key in bearing else many) * (1 - count / (many + 1))
        for key, count in counts.items()
    }


def _most_holders(many: int) -> int:
    """Return how many of so many articles may share a word that leads to a pair."""
    return max(FEWEST_HOLDERS, min(MOST_HOLDERS, round(many * USUAL_SHARE)))


def _rarity(count: int, many: int) -> float:
    """Return how rare it is that `count` of `many` say something, 0..1."""
    return math.log((many + 1) / (count + 0.5)) / math.log(many + 1)

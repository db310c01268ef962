"""Pure. How sure we are that two articles tell one story: a small logistic model over what they share.

It looks at what any two newsrooms share when they tell one event: rare words and names, amounts, the kind of news, the days between.
`python -m bench.folding` fits the weights and prints them; they know no firm, no source and no subject.
"""

import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from itertools import chain
from operator import mul
from typing import NamedTuple, Protocol

from newsletter.choosing.filler import lists_stories
from newsletter.choosing.words import CODE, ParsedText, guess_language, parse_text

Key = str | float  # a name or stem, or the value of an amount
Text = tuple[ParsedText, ParsedText, str]  # a title, what follows it, and the language of both

FEWEST = 400  # articles that the rarity of names and amounts is reckoned with at least: of eight, a name that two share is rare already
LEAD_CHARS = 300  # what is told first; a longer dek would drown the title
CLOSE = 0.1  # amounts of money or shares that differ by less may be one, rounded
SERIES = re.compile(
    r"\b(round-?up|recap|digest|weekly (report|links|update|news)|(this|of the|the) week(’s|'s| in)|of the week|week in|\w+day links|"
    r"links:|best of|best .* this week|wochenrückblick|presseschau|revue de presse|la semaine en|resumen semanal|rassegna)\b|#\s?\d+",
    re.IGNORECASE,
)
DATED = re.compile(r"\b(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\b|[\d\W_]+")
EPOCH, DAY = datetime(1970, 1, 1, tzinfo=UTC), timedelta(days=1)
MOST_HOLDERS = 40  # a word that more articles say leads to no pair
MOST_BESIDES = 3.0  # log-odds that usual words, kinds of news and two languages add to what is rare
MOST_USUAL = 1.0  # of them, usual words
STRANGERS = (
    -6.0
)  # the log-odds of two that share nothing rare: they are not what the model was fitted to
SAME_WORDS_DAYS = 3


class Evidence(NamedTuple):
    """What speaks for and against one story; a rarity is 0..1, 1 for what no other article says."""

    cosine: float  # of all words, names and amounts, weighted by rarity
    rarest: float  # the rarity of the rarest thing that both say
    rest: float  # the sum of the rarities of the others, up to 3
    amounts_differ: float  # 1 if both name money or shares, and none agree
    kinds: float  # the sum of the rarities of shared kinds of news, up to 2
    kinds_differ: float  # 1 if both bring a kind of news, and share none
    names_differ: float  # 1 if both titles bear names, and neither article says one of the other's
    foreign: float  # 1 if they are in two languages, and so share few words
    days: float  # log(1 + days between)
    one_source: float  # 1 if one source told both in different words


class Model(NamedTuple):
    """The log-odds of one story: bias + Σ weight x evidence."""

    bias: float
    coefficients: Evidence


MODEL = Model(
    bias=-4.34,
    coefficients=Evidence(
        cosine=2.06,
        rarest=5.04,
        rest=1.55,
        amounts_differ=-2.72,
        kinds=1.55,
        kinds_differ=-1.13,
        names_differ=-2.32,
        foreign=1.57,
        days=-2.37,
        one_source=-2.92,
    ),
)


class Comparable(Protocol):
    """What is compared: an article as one source told it. `source` is that source's name, or ""; `published_at` is best aware."""

    @property
    def title(self) -> str: ...
    @property
    def dek(self) -> str: ...
    @property
    def source(self) -> str: ...
    @property
    def published_at(self) -> datetime: ...


@dataclass(frozen=True, slots=True)
class Profile:
    """One article as it is compared; `names` are those of its title, `codes` of the whole, `measured` its money and shares."""

    source: str
    day: float
    text: tuple[str, str]
    is_series: bool
    language: str
    keys: frozenset[Key]
    names: frozenset[str]
    codes: frozenset[str]
    measured: tuple[float, ...]
    kinds: frozenset[str]


class Likeness:
    """The articles of one window and how alike two of them are. Rarity is reckoned within the window and what was told before it."""

    def __init__(
        self,
        items: Sequence[Comparable],
        leads: Sequence[str],
        model: Model = MODEL,
        *,
        past: Sequence[tuple[str, str]] = (),
    ) -> None:
        """`leads` are what follows each title: the dek, or the beginning of the page; `past` are titles and leads of earlier articles,
        without which a word that every week says is rare in a week of thirty articles."""
        self.model = model
        texts = [_read(item.title, lead) for item, lead in zip(items, leads, strict=True)]
        before = [_read(*told) for told in past]
        names = _names([*texts, *before])
        self.profiles = [
            _profile(item, lead, text, names)
            for item, lead, text in zip(items, leads, texts, strict=True)
        ]
        many = len(items) + len(past)
        counts = Counter(
            chain.from_iterable(
                [profile.keys for profile in self.profiles]
                + [_keys(text, names) for text in before]
            )
        )
        bearing = max(many, FEWEST)
        self.rarity = {
            key: _rarity(count, bearing if key in names or isinstance(key, float) else many)
            * (1 - count / (many + 1))
            for key, count in counts.items()
        }
        usual = max(8, min(MOST_HOLDERS, round(many * 0.08)))
        self.rare = frozenset(key for key, count in counts.items() if count <= usual)
        self.bearing = frozenset(key for key in self.rare if key in names or isinstance(key, float))
        kinds = Counter(
            chain.from_iterable(
                [profile.kinds for profile in self.profiles] + [_kinds(text) for text in before]
            )
        )
        self.kind_rarity = {kind: _rarity(count, many) for kind, count in kinds.items()}
        square = {key: rarity**2 for key, rarity in self.rarity.items()}.__getitem__
        self.norms = [
            math.sqrt(math.fsum(map(square, profile.keys))) or 1.0 for profile in self.profiles
        ]

    def promising(self) -> Iterator[tuple[int, int]]:
        """Yield, in any order, the pairs that may be likelier one story than two, and not many others; the lower index first.

        What is rare leads from one to the other. What can be known of their log-odds without comparing the rest leaves out most.
        """
        bias, weights, norms = self.model.bias, self.model.coefficients, self.norms
        cosine, rest, more, late = (
            weights.cosine,
            weights.rest,
            weights.rarest - weights.rest,
            weights.days,
        )
        millionths_of = {
            key: round(self.rarity[key] * 1e6) for key in self.rare
        }  # whole numbers add up the same in any order
        holders: dict[Key, list[int]] = {}
        for index, (profile, norm) in enumerate(zip(self.profiles, norms, strict=True)):
            near: dict[int, int] = {}  # how much rarity is shared
            for key in profile.keys & self.rare:
                held = holders.setdefault(key, [])
                rarity = millionths_of[key]
                for other in held:
                    near[other] = near.get(other, 0) + rarity
                held.append(index)
            for other, millionths in near.items():
                shared = millionths / 1e6
                known = (
                    bias
                    + cosine * shared / (norm * norms[other])
                    + rest * shared
                    + more * min(shared, 1.0)
                )
                if known + MOST_BESIDES <= 0:
                    continue
                pair = profile, self.profiles[other]
                known += late * math.log1p(abs(profile.day - pair[1].day))
                if (
                    known + MOST_BESIDES > 0
                    and known + MOST_USUAL + self._besides(*pair) > 0
                    and self._is_more_than_a_word(*pair)
                ):
                    yield other, index

    def _besides(self, one: Profile, other: Profile) -> float:
        """What is quickly known of two beside their words: the kinds of news and the languages."""
        kinds = one.kinds & other.kinds
        added = (
            self.model.coefficients.kinds * math.fsum(self.kind_rarity[kind] for kind in kinds)
            if kinds
            else 0.0
        )
        return added + (self.model.coefficients.foreign if one.language != other.language else 0.0)

    def _is_more_than_a_word(self, one: Profile, other: Profile) -> bool:
        """One plain word that two short titles share starts no story, however rare in a small window; a name may, or an amount."""
        rare = one.keys & other.keys & self.rare
        return len(rare) > 1 or not rare.isdisjoint(self.bearing) or one.text == other.text

    def odds(self, one: int, other: int) -> float:
        """Return the log-odds that the two tell one story: 0 is as likely as not."""
        evidence = self.evidence(one, other)
        return (
            STRANGERS
            if evidence is None
            else self.model.bias + math.fsum(map(mul, self.model.coefficients, evidence))
        )

    def evidence(self, one: int, other: int) -> Evidence | None:
        """Return what speaks for and against the two telling one story; None if they share nothing rare, or cannot be one story."""
        a, b = self.profiles[one], self.profiles[other]
        keys, kinds = a.keys & b.keys, a.kinds & b.kinds
        if keys.isdisjoint(self.rare) or are_apart(a, b):
            return None
        shared = [self.rarity[key] for key in keys]
        rarest = max(shared)
        return Evidence(
            math.fsum([rarity * rarity for rarity in shared])
            / (self.norms[one] * self.norms[other]),
            rarest,
            min(math.fsum(shared) - rarest, 3.0),
            1.0 if a.measured and b.measured and not _agree(a.measured, b.measured) else 0.0,
            min(math.fsum([self.kind_rarity[kind] for kind in kinds]), 2.0) if kinds else 0.0,
            1.0 if a.kinds and b.kinds and not kinds else 0.0,
            1.0
            if a.names and b.names and a.names.isdisjoint(b.keys) and b.names.isdisjoint(a.keys)
            else 0.0,
            1.0 if a.language and b.language and a.language != b.language else 0.0,
            math.log1p(abs(a.day - b.day)),
            1.0 if a.source and a.source == b.source and a.text != b.text else 0.0,
        )


def are_apart(one: Profile, other: Profile) -> bool:
    """Say whether two cannot be one story: numbers of a series, a list of many stories, reports of two things that have codes, or
    what one source says of two things that have names.

    A syndicated copy is one story all the same, unless the series repeats its very words on another day.
    """
    if one.text == other.text and abs(one.day - other.day) < SAME_WORDS_DAYS:
        return False
    if one.is_series or other.is_series:
        return True
    if one.codes and other.codes and one.codes.isdisjoint(other.codes):
        return True
    if not one.source or one.source != other.source:
        return False
    each_has_its_own = bool(one.names - other.keys) and bool(other.names - one.keys)
    return each_has_its_own or _skeleton(one.text[0]) == _skeleton(other.text[0])


def _skeleton(title: str) -> str:
    """A title without dates and numbers: the numbers of a series have one skeleton."""
    return DATED.sub(" ", title.casefold()).strip()


@lru_cache(
    maxsize=1 << 14
)  # each look at a window reads again nearly all of what the last one read
def _read(title: str, lead: str) -> Text:
    texts = parse_text(title), parse_text(lead)
    return *texts, guess_language(*texts)


def _profile(item: Comparable, lead: str, text: Text, names: frozenset[str]) -> Profile:
    title, rest, spoken = text
    said = title.words + rest.words
    amounts = title.amounts | rest.amounts
    return Profile(
        source=item.source,
        day=(_aware(item.published_at) - EPOCH) / DAY,
        text=(item.title, lead),
        is_series=bool(SERIES.search(item.title)) or lists_stories(item.title),
        language=spoken,
        keys=_keys(text, names),
        names=names.intersection([word.plain for word in title.words]),
        codes=frozenset([word.plain for word in said if word.digit and CODE.fullmatch(word.plain)]),
        measured=tuple(sorted([amount.value for amount in amounts if amount.measured])),
        kinds=_kinds(text),
    )


def _keys(text: Text, names: frozenset[str]) -> frozenset[Key]:
    title, rest, _ = text
    words: set[Key] = {
        word.plain if word.plain in names else word.stem for word in title.words + rest.words
    }
    return frozenset(words.union([amount.value for amount in title.amounts | rest.amounts]))


def _kinds(text: Text) -> frozenset[str]:
    title, rest, _ = text
    return frozenset([word.kind for word in title.words + rest.words if word.kind])


def _names(texts: Iterable[Text]) -> frozenset[str]:
    """Return the words that are names: never written small, and with a digit, or a capital that neither the beginning of a text,
    nor a headline in capitals, nor German demands; an opening word is taken for one if news is not told with it."""
    small: set[str] = set()
    names: set[str] = set()
    for title, lead, spoken in texts:
        for said in (title.words, lead.words):
            small.update([word.plain for word in said if not word.capital])
            capitals = [(place, word) for place, word in enumerate(said) if word.capital]
            capital_tells = spoken != "de" and (len(said) < 4 or len(capitals) <= 0.6 * len(said))
            names.update([word.plain for word in said if word.digit])
            for place, word in capitals:
                opens = not place and spoken != "de" and len(word.plain) > 3 and not word.kind
                if capital_tells if place else opens:
                    names.add(word.plain)
    return frozenset(names - small)


def _agree(some: Sequence[float], others: Sequence[float]) -> bool:
    return any(abs(one - other) <= CLOSE * max(one, other) for one in some for other in others)


def _rarity(count: int, many: int) -> float:
    return math.log((many + 1) / (count + 0.5)) / math.log(many + 1)


def _aware(at: datetime) -> datetime:
    return at if at.tzinfo else at.replace(tzinfo=UTC)

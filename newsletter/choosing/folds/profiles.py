"""Pure. One article as it is compared with others: its words, names, amounts and kinds of news."""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from itertools import chain, pairwise
from typing import NamedTuple, Protocol

from newsletter.choosing.cues import LONGEST
from newsletter.choosing.folds.plain_words import is_plain
from newsletter.choosing.words import (
    CODE,
    DIGIT,
    NAME_PART,
    SCALES,
    SPELLED,
    Amount,
    Word,
    guess_language,
    parse_text,
    stem,
)

Key = str | float  # a name or stem, or the value of an amount

# “Corvid 4”, “Corvid v4.1”, “Corvid-4”: two versions of one thing are two things.
VERSION = re.compile(r"\b([A-Z]\w{1,30})[ -]v?(\d{1,4}(?:\.\d{1,4}){0,3})(?![\w%]|[.,]\d)")
# “Eight pigs”, “12-lab study”: what was counted, by a number too small to tell a story itself.
MOST_COUNTED_DIGITS = 3
SHORTEST_THING = 3
COUNTED_EVERYWHERE = frozenset(
    [
        *("way", "tip", "step", "reason", "thing", "time", "lesson", "question", "idea", "rule"),
        *("year", "month", "week", "day", "hour", "minute", "second", "people", "new", "more"),
        *("of", "in", "to", "and", "or", "not", "is", "are"),
    ]
)
# “A letter asks Commerce”: a capital in mid-sentence, after a small word, is a name even of a plain
# word. Headlines may have capitals everywhere, so only leads are looked at.
IN_SENTENCE = re.compile(r"(?<=[a-z,] )[A-Z][a-z]{3,30}\b")
MONTHS = frozenset(
    [
        *("january", "february", "march", "april", "may", "june", "july", "august"),
        *("september", "october", "november", "december", "jan", "feb", "mar", "apr"),
        *("jun", "jul", "aug", "sep", "sept", "oct", "nov", "dec"),
    ]
)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
DAY = timedelta(days=1)
SHORT_TEXT_WORDS = 4  # a text of fewer words is no headline in capitals
MOST_CAPITALS = 0.6  # of the words: with more of them, a text is a headline in capitals
SHORTEST_OPENING_NAME = 4


class Comparable(Protocol):
    """An article to compare. `source` is the name of the source or ""; `published_at` is aware,
    or taken for UTC."""

    @property
    def title(self) -> str: ...
    @property
    def dek(self) -> str: ...
    @property
    def source(self) -> str: ...
    @property
    def published_at(self) -> datetime: ...


class ParsedArticle(NamedTuple):
    """A title and the lead that follows it, and what they show whatever else is in their window.

    `in_title` and `in_lead` are their words, the values of `amounts` those of both; those of the
    title come first in `title_amounts`. `language` is "" if nobody knows. `small` are the words
    that are written small, `likely_names` those that look like names; some may be both.
    `sure_names` have a capital in mid-sentence. `codes` are like CVE-2026-31877, `measured` are
    amounts of money and shares, sorted. `kinds` are the kinds of news that they tell, `counted`
    small numbers with what they count.
    """

    in_title: tuple[str, ...]
    in_lead: tuple[str, ...]
    title_amounts: frozenset[float]
    amounts: frozenset[float]
    language: str
    small: tuple[str, ...]
    likely_names: tuple[str, ...]
    sure_names: tuple[str, ...]
    codes: frozenset[str]
    measured: tuple[float, ...]
    kinds: frozenset[str]
    counted: frozenset[tuple[Key, str]]


class Profile(NamedTuple):
    """One article as it is compared.

    `day` counts from 1970. `keys` are all names, stems and amounts, `in_title` those of the title,
    `names` its names. `own` are the words of the source's own name. `versions` has by name in the
    title which of its versions are there. The rest is as in ParsedArticle.
    """

    source: str
    day: float
    text: tuple[str, str]
    plain_title: str
    language: str
    keys: frozenset[Key]
    in_title: frozenset[Key]
    names: frozenset[str]
    own: frozenset[str]
    versions: Mapping[str, frozenset[str]]
    codes: frozenset[str]
    measured: tuple[float, ...]
    kinds: frozenset[str]
    counted: frozenset[tuple[Key, str]]


class WindowKeys(dict[str, Key]):
    """The key of each word of a window: a name itself, the stem of another word."""

    def __init__(self, names: frozenset[str]) -> None:
        super().__init__()
        self.names = names

    def __missing__(self, word: str) -> Key:
        """Reckon the key of a word when it is first met."""
        key = self[word] = word if word in self.names else stem(word)
        return key


# Each look at a window parses nearly all articles of the look before again.
@lru_cache(maxsize=1 << 14)
def parse_article(title: str, lead: str) -> ParsedArticle:
    """Take a title and its lead apart."""
    parsed_title = parse_text(title)
    parsed_lead = parse_text(lead)
    language = guess_language(parsed_title, parsed_lead)
    words = parsed_title.words + parsed_lead.words
    amounts = parsed_title.amounts | parsed_lead.amounts
    # Most titles have no number, so that nothing is looked for.
    has_number = parsed_title.has_number or parsed_lead.has_number
    return ParsedArticle(
        in_title=_plain(parsed_title.words),
        in_lead=_plain(parsed_lead.words),
        title_amounts=_values(parsed_title.amounts),
        amounts=_values(amounts),
        language=language,
        small=_plain([word for word in words if not word.capital]),
        likely_names=(
            *_likely_names(parsed_title.words, language),
            *_likely_names(parsed_lead.words, language),
        ),
        sure_names=_sure_names(lead, language),
        codes=frozenset(_codes(words)) if has_number else frozenset(),
        measured=_measured(amounts),
        kinds=frozenset([word.kind for word in words if word.kind]),
        counted=counted_in(f"{title} {lead}") if has_number else frozenset(),
    )


def _plain(words: Iterable[Word]) -> tuple[str, ...]:
    return tuple([word.plain for word in words])


def _values(amounts: Iterable[Amount]) -> frozenset[float]:
    return frozenset([amount.value for amount in amounts])


def profile_of(
    item: Comparable,
    lead: str,
    parsed: ParsedArticle,
    keys: WindowKeys,
) -> Profile:
    """Return the profile of an article; `keys` are those of the words of its window."""
    in_title = parsed.title_amounts.union(map(keys.__getitem__, parsed.in_title))
    return Profile(
        source=item.source,
        day=(_aware(item.published_at) - EPOCH) / DAY,
        text=(item.title, lead),
        plain_title=item.title[:LONGEST].casefold(),
        language=parsed.language,
        keys=keys_of(parsed, keys),
        in_title=in_title,
        names=keys.names.intersection(parsed.in_title),
        own=_words_of_name(item.source),
        versions=_versions(item.title, keys.names),
        codes=parsed.codes,
        measured=parsed.measured,
        kinds=parsed.kinds,
        counted=parsed.counted,
    )


def keys_of(parsed: ParsedArticle, keys: WindowKeys) -> frozenset[Key]:
    """Return the names, the stems of the other words, and the amounts."""
    return parsed.amounts.union(
        map(keys.__getitem__, parsed.in_title),
        map(keys.__getitem__, parsed.in_lead),
    )


def names_in(articles: Collection[ParsedArticle]) -> frozenset[str]:
    """Return the words that are names: they look so oftener than not, and are no plain words."""
    small = Counter(chain.from_iterable([article.small for article in articles]))
    likely = Counter(chain.from_iterable([article.likely_names for article in articles]))
    sure = Counter(chain.from_iterable([article.sure_names for article in articles]))
    return frozenset(
        [
            name
            for name, count in likely.items()
            if count > small[name] and (sure[name] > small[name] or not is_plain(name))
        ]
    )


def _versions(title: str, names: frozenset[str]) -> Mapping[str, frozenset[str]]:
    """Return by name which versions of it a title has."""
    found: dict[str, frozenset[str]] = {}
    if not DIGIT.search(title):  # as most titles have none
        return found
    for written, version in VERSION.findall(title[:LONGEST]):
        name = written.casefold()
        # The fourth of May is no version of May; the names of a window are no plain words.
        if name not in MONTHS and name in names:
            found[name] = found.get(name, frozenset()) | {version.removesuffix(".0")}
    return found


@lru_cache(maxsize=1 << 12)
def _words_of_name(source: str) -> frozenset[str]:
    return frozenset(NAME_PART.findall(source[:LONGEST].casefold()))


def counted_in(text: str) -> frozenset[tuple[Key, str]]:
    """Return the small numbers of a text, each with the stem of what it counts."""
    words = NAME_PART.findall(text[:LONGEST].lower())
    return frozenset(
        [
            (_small_number(number), stem(thing).rstrip("s"))
            for number, thing in pairwise(words)
            if (number in SPELLED or _is_small(number)) and _is_thing(thing)
        ]
    )


def _is_small(word: str) -> bool:
    return word.isdecimal() and len(word) <= MOST_COUNTED_DIGITS


def _small_number(word: str) -> float:
    return SPELLED[word] if word in SPELLED else float(word)


def _is_thing(word: str) -> bool:
    is_word = word.isalpha() and len(word) >= SHORTEST_THING and word not in SCALES
    return is_word and word.rstrip("s") not in COUNTED_EVERYWHERE


def _measured(amounts: Iterable[Amount]) -> tuple[float, ...]:
    return tuple(sorted([amount.value for amount in amounts if amount.measured]))


def _codes(words: Iterable[Word]) -> Iterator[str]:
    for word in words:
        # Asking for a digit first spares nearly all words the pattern.
        if word.digit and CODE.fullmatch(word.plain):
            yield word.plain


def _likely_names(words: Sequence[Word], language: str) -> list[str]:
    """Return the words with a digit, and those whose capital means that they are names."""
    names = [word.plain for word in words if word.digit]
    if language != "de" and words:  # German writes every noun with a capital
        names += _names_by_capital(words)
    return names


def _sure_names(lead: str, language: str) -> tuple[str, ...]:
    if language == "de" or not lead:
        return ()
    return tuple([name.casefold() for name in IN_SENTENCE.findall(lead[:LONGEST])])


def _names_by_capital(words: Sequence[Word]) -> list[str]:
    """Return the words of a text, at least one, whose capital means that they are names."""
    names = []
    # The first word has a capital anyway. It may be a name if it is not a usual word of news.
    first = words[0]
    if first.capital and len(first.plain) >= SHORTEST_OPENING_NAME and not first.kind:
        names.append(first.plain)
    capitals = [word.plain for word in words if word.capital]
    if len(words) < SHORT_TEXT_WORDS or len(capitals) <= MOST_CAPITALS * len(words):
        names.extend(capitals[1:] if first.capital else capitals)
    return names


def _aware(at: datetime) -> datetime:
    return at if at.tzinfo else at.replace(tzinfo=UTC)

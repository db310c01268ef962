"""Pure. A short text as words, amounts and a guessed language: what folding and similar reading
compare.

Words are casefolded and lose their accents. English, German, French, Spanish, Italian and Dutch are
known by their little words; other languages go through unharmed. Amounts are numbers with their
scale: "$400m", "400 Mio." and "400 millions" are one.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import chain, starmap
from typing import NamedTuple

from newsletter.choosing.cues import LONGEST
from newsletter.choosing.news_kinds import kind_of
from newsletter.text import without_accents

LITTLE: Mapping[str, str] = {
    "en": (
        "the and of to for with by from at is are was its this that how why what after over into "
        "more has will your you we their an as on says it be not but about out up who when than "
        "new in"
    ),
    "de": (
        "der die das den dem des ein eine einer eines einem und oder von zu zum zur im mit auf fur "
        "aus bei nach wie ist sind wird werden soll nicht auch sich als uber ihr haben hat ab vor "
        "ihre in an"
    ),
    "fr": (
        "le la les un une des du de et ou en dans sur pour par avec au aux ce cette ces il elle "
        "est sont qui que se sa son ses pas sans entre leur"
    ),
    "es": "el los las una unos del y con por para su sus es lo al la en de que un",
    "it": "il lo gli uno di che per con non nel della delle dei i la un del",
    "nl": "het een van voor met naar niet zijn wordt de en op te in",
}
MORE = (
    "a or were been these those which where now have had would could may can no your i my our his "
    "her he she they them so if do does did just also some all one two first say said us via per "
    "off still yet back get gets got only most here there then er sie es nun neue neuer neues a "
    "ont plus ne comme sono"
)
SCALE_WORDS: Mapping[float, str] = {
    1e3: "k thousand tausend mille mila duizend",
    1e6: "m mn mio million millions millionen mln millones millon milioni miljoen",
    1e9: "b bn billion billions mrd milliarde milliarden milliard milliards md miliardi miljard",
    1e12: "tn trillion",
}
NUMBER_WORDS: Mapping[float, str] = {
    2: "two zwei deux dos due twee",
    3: "three drei trois tres tre drie",
    4: "four vier quatre cuatro quattro",
    5: "five funf cinq cinco cinque vijf",
    6: "six sechs seis sei zes",
    7: "seven sieben sept siete sette zeven",
    8: "eight acht huit ocho otto",
    9: "nine neun neuf nueve nove negen",
    10: "ten zehn dix diez dieci tien",
    11: "eleven elf onze",
    12: "twelve dozen zwolf dutzend douze doce dodici twaalf",
    13: "thirteen dreizehn treize",
    14: "fourteen vierzehn quatorze",
    15: "fifteen funfzehn quinze",
    16: "sixteen sechzehn seize",
    17: "seventeen siebzehn",
    18: "eighteen achtzehn",
    19: "nineteen neunzehn",
    20: "twenty zwanzig vingt veinte venti",
    30: "thirty dreissig trente",
    40: "forty vierzig quarante",
    50: "fifty funfzig cinquante",
    60: "sixty sechzig soixante",
    70: "seventy siebzig",
    80: "eighty achtzig",
    90: "ninety neunzig",
    100: "hundred hundert cent",
}


def _by_word(table: Mapping[float, str]) -> dict[str, float]:
    found: dict[str, float] = {}
    for value, words in table.items():
        found.update(dict.fromkeys(words.split(), value))
    return found


def _languages_by_word() -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for tongue, words in LITTLE.items():
        for word in words.split():
            found[word] = (*found.get(word, ()), tongue)
    return found


LANGUAGES = _languages_by_word()
STOP = frozenset([*LANGUAGES, *MORE.split()])
SCALES = _by_word(SCALE_WORDS)
SPELLED = _by_word(NUMBER_WORDS)

WORD = re.compile(r"[^\W_]+(?:[-.'][^\W_]+)*")
NAME_PART = re.compile(r"[^\W_]+")
DIGIT = re.compile(r"\d")
# A number like CVE-2026-31877 stays whole: of parts, two holes of one year would look alike.
CODE = re.compile(r"[a-z]{2,}-\d[\d-]{2,}")
# Chinese and Japanese are written without spaces.
UNSPACED = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]{2,}")
NUMBER = re.compile(
    r"(?P<coin>[$€£¥])?\s?"
    r"(?<![\w.,-])(?P<digits>\d+(?:[.,]\d+)*)"
    r"(?:[\s\u202f-]?(?P<scale>" + "|".join(sorted(SCALES, key=len, reverse=True)) + r")\b\.?)?"
    r"\s?(?P<unit>%|(?:d['e]\s?)?(?:dollar|euro|pound|percent|prozent|pour ?cent|per cent)s?\b)?"
    r"(?!\w)",
    re.IGNORECASE,
)
YEARS = frozenset(range(1990, 2041))  # a year tells no story
LEAST_AMOUNT = 2
MOST_DIGITS = 18  # a longer number is no amount
# Cut at six letters, most forms and many cognates meet: "regulator", "Regulierung".
SHORTEST_STEM = 4
LONGEST_STEM = 6
LONGEST_KEPT = 40  # signs between two spaces that are remembered
ENDINGS = ("ings", "ing", "ies", "ed", "es", "s")


class Word(NamedTuple):
    """One word: as it is compared, whether it was written with a capital, whether it has a digit;
    its stem, and the kind of news that it tells ("" for none)."""

    plain: str
    capital: bool
    digit: bool
    stem: str
    kind: str


class Amount(NamedTuple):
    """A number. Money and shares are `measured`: two that tell one story must agree on them."""

    value: float
    measured: bool


class ParsedText(NamedTuple):
    """The words of a text that carry meaning, in order, compounds whole and in their parts; its
    amounts; how many of its little words each language has; and whether it may have a number, in
    figures or spelled."""

    words: list[Word]
    amounts: set[Amount]
    little: Mapping[str, int]
    has_number: bool


class _Piece(NamedTuple):
    """What stands between two spaces: its words, the languages that have them for little words, and
    whether a number is spelled in it."""

    words: tuple[Word, ...]
    languages: tuple[str, ...]
    has_number: bool


NOTHING: tuple[tuple[()], ...] = ((), (), ())  # the words, languages and numbers of an empty text


def parse_text(text: str) -> ParsedText:
    """Take a text apart. A number is an amount, not a word; "one" and years are neither."""
    text = text[:LONGEST]
    amounts: set[Amount] = set()
    has_number = bool(DIGIT.search(text))
    if has_number:
        text = text.replace("’", "'")
        amounts.update(_amounts(text))
        text = NUMBER.sub(" ", text)
    pieces = [
        # A line of Chinese never comes again, and would be much to remember.
        _known_piece(written) if len(written) <= LONGEST_KEPT else _parse_piece(written)
        for written in text.split()
    ]
    words_by_chunk, languages, spell_numbers = zip(*pieces, strict=True) if pieces else NOTHING
    words = list(chain.from_iterable(words_by_chunk))
    if any(spell_numbers):
        has_number = True
        words = _take_numbers(words, amounts)
    return ParsedText(
        words,
        amounts,
        _counts(chain.from_iterable(languages)),
        has_number,
    )


def _counts(tongues: Iterable[str]) -> dict[str, int]:
    """Return how often each of a few is there; a Counter takes longer to be made."""
    counts: dict[str, int] = defaultdict(int)
    for tongue in tongues:
        counts[tongue] += 1
    return counts


def guess_language(*texts: ParsedText) -> str:
    """Return the language that most little words belong to, or "" where two have as many."""
    counts: dict[str, int] = {}
    for text in texts:
        for tongue, count in text.little.items():
            counts[tongue] = counts.get(tongue, 0) + count
    most = max(counts.values(), default=0)
    best = [tongue for tongue, count in counts.items() if count == most]
    return best[0] if len(best) == 1 else ""


def stems(text: str) -> frozenset[str]:
    """Return the stems of the words that carry meaning."""
    return frozenset(word.stem for word in parse_text(text).words)


@lru_cache(maxsize=1 << 16)
def stem(word: str) -> str:
    """Return the beginning of a plain word that its forms share."""
    for ending in ENDINGS if word.endswith(ENDINGS) else ():
        if word.endswith(ending) and len(word) - len(ending) >= SHORTEST_STEM:
            word = word[: -len(ending)]
            break
    return word[:LONGEST_STEM]


def _take_numbers(words: Sequence[Word], amounts: set[Amount]) -> list[Word]:
    """Return the words that are no numbers; add the numbers, each with its scale, to `amounts`."""
    others: list[Word] = []
    spelled = 0.0  # the number just before, 0 if there is none
    for word in words:
        scale = SCALES.get(word.plain, 1.0) if spelled else 1.0
        if spelled:
            amounts.add(Amount(spelled * scale, measured=False))
        spelled = SPELLED.get(word.plain, 0.0)
        if not spelled and scale == 1.0:
            others.append(word)
    if spelled:
        amounts.add(Amount(spelled, measured=False))
    return others


def _parse_piece(written: str) -> _Piece:
    """Take apart what stands between two spaces."""
    written = written.replace("’", "'")
    pieces = [written] if written.isalpha() else WORD.findall(written)
    found = [(piece, without_accents(piece)) for piece in pieces]
    words = list(chain.from_iterable(starmap(_words_in, found)))
    languages = chain.from_iterable([LANGUAGES.get(text, ()) for _, text in found])
    spelled = [word.plain for word in words if word.plain in SPELLED]
    return _Piece(
        tuple([word for word in words if _carries_meaning(word.plain)]),
        tuple(languages),
        bool(spelled) or not SPELLED.keys().isdisjoint(NAME_PART.findall(written.lower())),
    )


_known_piece = lru_cache(maxsize=1 << 16)(_parse_piece)


def _words_in(written: str, text: str) -> list[Word]:
    """Return a word as it is compared, with its parts; `text` is the word without accents.

    Hyphens join words, and CJK has no spaces between them.
    """
    if "-" in text and CODE.fullmatch(text):
        return [_as_word(text, capital=True)]
    # Chinese and Japanese have their pairs of signs only.
    return _pairs_of_signs(text) or _compound(written, text)


def _compound(written: str, text: str) -> list[Word]:
    """Return a word with hyphens whole and in its parts, another one alone."""
    pieces = [_bare(piece) for piece in text.split("-")]
    capitals = [piece[:1].isupper() for piece in written.split("-")]
    # Folding may make hyphens of other signs, so there may be more pieces than capitals.
    parts = [
        _as_word(piece, capital=capital) for piece, capital in zip(pieces, capitals, strict=False)
    ]
    if len(parts) > 1:
        parts.insert(0, _as_word(text, capital=capitals[0]))
    return parts


def _pairs_of_signs(text: str) -> list[Word]:
    runs = () if text.isascii() else UNSPACED.findall(text)
    return list(chain.from_iterable(map(_pairs_of, runs)))


def _pairs_of(run: str) -> list[Word]:
    return [_as_word(run[at : at + 2], capital=False) for at in range(len(run) - 1)]


def _carries_meaning(plain: str) -> bool:
    return len(plain) > 1 and plain not in STOP and not plain.replace(".", "").isdigit()


def _as_word(text: str, *, capital: bool) -> Word:
    return Word(
        text,
        capital,
        bool(DIGIT.search(text)),
        stem(text),
        kind_of(text),
    )


def _bare(piece: str) -> str:
    """Return a word without what English puts behind and French before: "Quillon's", "l'accord"."""
    if piece.endswith("'s"):
        return piece[:-2]
    return piece[2:] if piece[1:2] == "'" else piece


def _amounts(text: str) -> Iterator[Amount]:
    for found in NUMBER.finditer(text):
        value = _value(found["digits"])
        if value is None:
            continue
        value *= SCALES.get((found["scale"] or "").lower(), 1.0)
        is_year = value in YEARS and not found["coin"]
        if value >= LEAST_AMOUNT and not is_year:
            yield Amount(value, measured=bool(found["coin"] or found["unit"]))


def _value(digits: str) -> float | None:
    """Read "3,200", "3.200" and "1,8"; None for a version like "11.0.2" and for a long number."""
    if len(digits) > MOST_DIGITS:
        return None
    parts: Sequence[str] = digits.replace(",", ".").split(".")
    if _are_thousands(parts):
        return float("".join(parts))
    return float(".".join(parts)) if len(parts) <= 2 else None


def _are_thousands(parts: Sequence[str]) -> bool:
    return len(parts) > 1 and all(len(part) == 3 for part in parts[1:])

"""Pure. A short text as words, amounts and a guessed language: what folding and similar reading compare.

Words are casefolded without accents; English, German, French, Spanish, Italian and Dutch are known by their little words, other
languages go through unharmed. Amounts are numbers with their scale: "$400m", "400 Mio." and "400 millions" are one.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from newsletter.choosing.news_kinds import kind_of

LITTLE = {
    "en": "the and of to for with by from at is are was its this that how why what after over into more has will your you we their an as "
    "on says it be not but about out up who when than new in",
    "de": "der die das den dem des ein eine einer eines einem und oder von zu zum zur im mit auf fur aus bei nach wie ist sind wird werden "
    "soll nicht auch sich als uber ihr haben hat ab vor ihre in an",
    "fr": "le la les un une des du de et ou en dans sur pour par avec au aux ce cette ces il elle est sont qui que se sa son ses pas sans "
    "entre leur",
    "es": "el los las una unos del y con por para su sus es lo al la en de que un",
    "it": "il lo gli uno di che per con non nel della delle dei i la un del",
    "nl": "het een van voor met naar niet zijn wordt de en op te in",
}
LANGUAGES: dict[str, tuple[str, ...]] = {}
for _language, _words in LITTLE.items():
    for _word in _words.split():
        LANGUAGES[_word] = (*LANGUAGES.get(_word, ()), _language)
MORE = (
    "a or were been these those which where now have had would could may can no your i my our his her he she they them so if do does did "
    "just also some all one two first say said us via per off still yet back get gets got only most here there then er sie es nun neue "
    "neuer neues a ont plus ne comme sono"
)
STOP = frozenset([*LANGUAGES, *MORE.split()])
SCALES = {
    word: scale
    for scale, words in (
        (1e3, "k thousand tausend mille mila duizend"),
        (1e6, "m mn mio million millions millionen mln millones millon milioni miljoen"),
        (
            1e9,
            "b bn billion billions mrd milliarde milliarden milliard milliards md miliardi miljard",
        ),
        (1e12, "tn trillion"),
    )
    for word in words.split()
}
SPELLED = {
    word: number
    for number, words in (
        (2, "two zwei deux dos due twee"), (3, "three drei trois tres tre drie"), (4, "four vier quatre cuatro quattro"),
        (5, "five funf cinq cinco cinque vijf"), (6, "six sechs seis sei zes"), (7, "seven sieben sept siete sette zeven"),
        (8, "eight acht huit ocho otto"), (9, "nine neun neuf nueve nove negen"), (10, "ten zehn dix diez dieci tien"),
        (11, "eleven elf onze"), (12, "twelve zwolf douze doce dodici twaalf"), (13, "thirteen dreizehn treize"),
        (14, "fourteen vierzehn quatorze"), (15, "fifteen funfzehn quinze"), (16, "sixteen sechzehn seize"), (17, "seventeen siebzehn"),
        (18, "eighteen achtzehn"), (19, "nineteen neunzehn"), (20, "twenty zwanzig vingt veinte venti"), (30, "thirty dreissig trente"),
        (40, "forty vierzig quarante"), (50, "fifty funfzig cinquante"), (60, "sixty sechzig soixante"), (70, "seventy siebzig"),
        (80, "eighty achtzig"), (90, "ninety neunzig"), (100, "hundred hundert cent"),
    )
    for word in words.split()
}  # fmt: skip
WORD = re.compile(r"[^\W_]+(?:[-.'][^\W_]+)*")
DIGIT = re.compile(r"\d")
CODE = re.compile(
    r"[a-z]{2,}-\d[\d-]{2,}"
)  # CVE-2026-31877: whole, or two holes of one year would look alike
UNSPACED = re.compile(
    r"[\u3040-\u30ff\u3400-\u9fff]{2,}"
)  # Chinese and Japanese write without spaces
NUMBER = re.compile(
    r"(?P<coin>[$€£¥])?\s?(?<![\w.,-])(?P<digits>\d+(?:[.,]\d+)*)(?:[\s\u202f-]?(?P<scale>"
    + "|".join(sorted(SCALES, key=len, reverse=True))
    + r")\b\.?)?"
    r"\s?(?P<unit>%|(?:d['e]\s?)?(?:dollar|euro|pound|percent|prozent|pour ?cent|per cent)s?\b)?(?!\w)",
    re.IGNORECASE,
)
YEARS = range(1990, 2041)  # a year tells no story
SHORTEST_STEM, LONGEST_STEM = (
    4,
    6,
)  # cut at six letters, most forms and many cognates meet: "regulator", "Regulierung"


class Word(NamedTuple):
    """One word: `plain` to compare, whether it was written with a capital, and with a digit in it; its stem and the kind of its news."""

    plain: str
    capital: bool
    digit: bool
    stem: str
    kind: str


class Amount(NamedTuple):
    """A number; `measured` if it is money or a share, which must agree when two tell one thing."""

    value: float
    measured: bool


def without_accents(text: str) -> str:
    """Return `text` casefolded, without accents."""
    if text.isascii():
        return text.lower()
    return "".join(
        sign
        for sign in unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
        if not unicodedata.combining(sign)
    )


class ParsedText(NamedTuple):
    """What a text says: its words that carry meaning, in order, compounds whole and in their parts; its amounts; and how many of its
    little words each language has."""

    words: list[Word]
    amounts: set[Amount]
    little: Mapping[str, int]


def parse_text(text: str) -> ParsedText:
    """Take a text apart. Numbers are amounts, not words; one and years are neither."""
    text = text.replace("’", "'")
    digits = DIGIT.search(text)
    amounts = (
        {amount for number in NUMBER.finditer(text) if (amount := _amount(number))}
        if digits
        else set()
    )
    known = [_parts(piece) for piece in WORD.findall(NUMBER.sub(" ", text) if digits else text)]
    little: dict[str, int] = {}
    for _, languages, _ in known:
        for one in languages:
            little[one] = little.get(one, 0) + 1
    words = [word for parts, _, _ in known for word in parts]
    if any(counts for _, _, counts in known):
        words = _without_numbers(words, amounts)
    return ParsedText(words, amounts, little)


def _without_numbers(said: Sequence[Word], amounts: set[Amount]) -> list[Word]:
    """Return the words that are no numbers; what those say, with the scale behind one, is added to `amounts`."""
    words: list[Word] = []
    spelled = 0.0
    for word in said:
        scale = SCALES.get(word.plain, 1.0) if spelled else 1.0
        if spelled:
            amounts.add(Amount(spelled * scale, False))
        spelled = SPELLED.get(word.plain, 0.0)
        if not spelled and scale == 1.0:
            words.append(word)
    if spelled:
        amounts.add(Amount(spelled, False))
    return words


def guess_language(*wordings: ParsedText) -> str:
    """Return the language that most little words belong to, or "" where it cannot be told."""
    counts: dict[str, int] = {}
    for wording in wordings:
        for known, count in wording.little.items():
            counts[known] = counts.get(known, 0) + count
    most = max(counts.values(), default=0)
    best = [known for known, count in counts.items() if count == most]
    return best[0] if len(best) == 1 else ""


def stems(text: str) -> frozenset[str]:
    """Return the stems of the words that carry meaning."""
    return frozenset(word.stem for word in parse_text(text).words)


@lru_cache(maxsize=1 << 16)
def stem(word: str) -> str:
    """Return the beginning of a plain word that its forms share."""
    for end in ("ings", "ing", "ies", "ed", "es", "s"):
        if word.endswith(end) and len(word) - len(end) >= SHORTEST_STEM:
            word = word[: -len(end)]
            break
    return word[:LONGEST_STEM]


@lru_cache(maxsize=1 << 16)
def _parts(found: str) -> tuple[tuple[Word, ...], tuple[str, ...], bool]:
    """Return the words in one word as it is written, the languages that have it for a little one, and whether one of them is a number."""
    text = without_accents(found)
    if CODE.fullmatch(text):
        return (_as_word(text, capital=True),), (), False
    pieces = [_bare(piece) for piece in text.split("-")]
    capitals = [piece[:1].isupper() for piece in found.split("-")]
    parts = [
        _as_word(piece, capital=capital) for piece, capital in zip(pieces, capitals, strict=False)
    ]
    whole = [_as_word(text, capital=capitals[0])] if len(parts) > 1 else []
    runs = [
        _as_word(run[at : at + 2], capital=False)
        for run in UNSPACED.findall(text)
        for at in range(len(run) - 1)
    ]
    kept = (
        word for word in runs or [*whole, *parts] if len(word.plain) > 1 and word.plain not in STOP
    )
    words = tuple(word for word in kept if not word.plain.replace(".", "").isdigit())
    return words, LANGUAGES.get(text, ()), any(word.plain in SPELLED for word in words)


def _as_word(text: str, *, capital: bool) -> Word:
    return Word(text, capital, bool(DIGIT.search(text)), stem(text), kind_of(text))


def _bare(piece: str) -> str:
    """Without what English puts behind and French before: "Quillon's", "l'accord"."""
    if piece.endswith("'s"):
        return piece[:-2]
    return piece[2:] if piece[1:2] == "'" else piece


def _amount(found: re.Match[str]) -> Amount | None:
    value = _value(found["digits"])
    if value is None:
        return None
    value *= SCALES.get((found["scale"] or "").lower(), 1.0)
    if value < 2 or (value in YEARS and not found["coin"]):
        return None
    return Amount(value, bool(found["coin"] or found["unit"]))


def _value(digits: str) -> float | None:
    """Read "3,200", "3.200" and "1,8"; None for a version as "11.0.2" or for what is too long to be an amount."""
    parts: Sequence[str] = re.split(r"[.,]", digits)
    if len(digits) > 18:
        return None
    if len(parts) > 1 and all(len(part) == 3 for part in parts[1:]):
        return float("".join(parts))
    return float(".".join(parts)) if len(parts) <= 2 else None

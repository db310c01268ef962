"""Pure. Which first sentences of a dek only repeat its title, in near the same words."""

import unicodedata
from collections.abc import Iterator, Sequence, Set

from newsletter.formats.prose.sentences import sentence_ends

STEM_CHARS = 5  # forms of one word mostly share so many letters: launch, launches, launched
# Of five words that tell something one may be another than in the title, of four none.
MOST_NEW = 0.2
FEWEST_WORDS = 2  # “Your voice. Your brand.” plays with a word of the title
QUOTES = '“”„«»"'
BRACKETS = (("(", ")"), ("「", "」"), ("（", "）"))
# Words around an announcement, and the smallest ones, tell nothing.
EMPTY_WORDS = (
    "a about am an and announce announced announces announcing are as at be been by for from had "
    "has have here how i in introduce introduced introduces introducing is it its more new now of "
    "on our read that the their there these this to today us was we were will with you your "
    "an auf der das dem den des die ein eine für heute im ist mit neu neue sind und von wir wird "
    "au aujourd aux avec ce cette de du en est et la le les nous pour sont sur un une "
    "con del e el hoy il las los nuestro para por una y"
)
EMPTY = frozenset(EMPTY_WORDS.split())
# These turn a title into its opposite.
NEGATIONS_WORDS = "kein keine keinen ne never nicht nie niet no non not nunca pas"
NEGATIONS = frozenset(NEGATIONS_WORDS.split())
FIRST_DENSE = "\u2e80"  # from here to the last one scripts have no spaces between words
LAST_DENSE = "\u9fff"


def without_repetitions(text: str, heading: str) -> str:
    """Return a text from its first sentence on that says more than its title; "" if none does.

    What a title says may be read twice, but a reader who reads on expects more.
    """
    known = frozenset(_telling_words(heading))
    begin = 0
    for end in (*sentence_ends(text), len(text)):
        if not _repeats(text[begin:end], known):
            break
        begin = end
    return text[begin:].lstrip()


def _repeats(sentence: str, known: Set[str]) -> bool:
    """True if hardly a word of a sentence that tells something is another than the known ones."""
    words = list(dict.fromkeys(_telling_words(sentence)))
    new = [word for word in words if word not in known]
    if len(words) < FEWEST_WORDS or any(map(_is_decisive, new)) or _is_open(sentence):
        return False
    return len(new) <= MOST_NEW * len(words)


def _is_open(sentence: str) -> bool:
    """True if a quotation or a bracket goes on behind a sentence: then it keeps its beginning."""
    quotes = sum(map(sentence.count, QUOTES))
    return bool(quotes % 2) or any(
        sentence.count(opener) > sentence.count(closer) for opener, closer in BRACKETS
    )


def _is_decisive(word: str) -> bool:
    """True for a word that says something else by itself: a number, a “not”."""
    return word in NEGATIONS or any(map(str.isdigit, word))


def _telling_words(text: str) -> Iterator[str]:
    """Yield the beginnings of the words that tell something."""
    parted = "".join(sign if _is_of_word(sign) else " " for sign in text.casefold())
    for word in parted.split():
        if any(map(_is_dense, word)):
            yield from _pairs(word)
        elif any(map(str.isdigit, word)):
            yield word
        elif len(word) > 1 and word not in EMPTY:
            yield word[:STEM_CHARS]


def _is_of_word(sign: str) -> bool:
    # In Indian scripts the marks for vowels are no letters, and part of a word.
    return sign.isalnum() or unicodedata.category(sign).startswith("M")


def _is_dense(sign: str) -> bool:
    return FIRST_DENSE <= sign <= LAST_DENSE


def _pairs(word: str) -> Sequence[str]:
    """Return each two signs that stand together, where nothing shows the words."""
    return [word[at : at + 2] for at in range(max(1, len(word) - 1))]

"""Pure. Companions: the explainer, guide or summary that goes with a story of the same firm.

Each is true by itself, and folding keeps them apart. But in one issue they tell one event twice.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import timedelta
from itertools import chain

from newsletter.choosing.folds.plain_words import is_plain
from newsletter.choosing.ranking import Candidate
from newsletter.choosing.voices.firms import label_of
from newsletter.choosing.words import parse_text, stems

SOON = timedelta(days=3)  # so far apart in time a firm's two posts tell one event
AT_ONCE = timedelta(hours=12)  # and so far, if a name is all that they share
# What more titles of a week say shows no one event: a name, and a plain word.
USUAL_NAME = 4
USUAL_WORD = 2
LEAST_WORDS = 2  # so many shared words tell one event, or one name at once
SHORTEST = 3  # “AI” is in everything
MOST_TITLES = 200  # the best of the week show which words are usual in it


class Companions:
    """Which candidates of one firm go with each other.

    A story that several firms tell stands on its own.
    """

    def __init__(self, ranked: Sequence[Candidate]) -> None:
        """Learn from the candidates of the week, best first, which words are usual in it."""
        counts = Counter(
            chain.from_iterable([_words(candidate) for candidate in ranked[:MOST_TITLES]])
        )
        self._usual = frozenset([word for word, count in counts.items() if _is_usual(word, count)])

    def among(self, candidate: Candidate, shown: Mapping[str, Sequence[Candidate]]) -> str:
        """Return the title that a candidate goes with, "" for none; `shown` is by firm."""
        if len(candidate.firms) != 1:
            return ""
        (firm,) = candidate.firms
        for other in shown.get(firm, ()):
            if self._go_together(candidate, other, firm):
                return other.reports[0].title
        return ""

    def _go_together(
        self,
        first: Candidate,
        second: Candidate,
        firm: str,
    ) -> bool:
        apart = abs(first.reports[0].published_at - second.reports[0].published_at)
        if apart > SOON:
            return False
        telling = (_words(first) & _words(second)) - self._usual - stems(label_of(firm))
        if apart <= AT_ONCE and len(telling) < LEAST_WORDS:
            return any(map(_is_name, telling))
        return len(telling) >= LEAST_WORDS


def _is_usual(word: str | float, count: int) -> bool:
    return count > (USUAL_WORD if isinstance(word, str) and is_plain(word) else USUAL_NAME)


def _is_name(word: str | float) -> bool:
    return isinstance(word, str) and not is_plain(word)


def _words(candidate: Candidate) -> frozenset[str | float]:
    """Return the stems and the numbers of a title: “Kestrel 5” has two."""
    parsed = parse_text(candidate.reports[0].title)
    words: set[str | float] = {word.stem for word in parsed.words if len(word.stem) >= SHORTEST}
    return frozenset(words.union([amount.value for amount in parsed.amounts]))

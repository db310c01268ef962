"""Pure. Retellings: two stories of a week that seem to tell one event, in plain words only.

Folding prints one story's sources behind another's title, so it needs a name that both bear. Here
less is at stake: which of two stories gets a place, and that another firm seems to confirm the
other. So plain words may decide, if their titles share several that hardly any other story has.

Two posts of one firm are companions (companions.py), and need less.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import replace
from datetime import timedelta
from itertools import chain, combinations

from newsletter.choosing.cues import words_of
from newsletter.choosing.folds.plain_words import is_plain
from newsletter.choosing.news_kinds import kind_of
from newsletter.choosing.ranking import MOST_POINTS, Candidate, best_first
from newsletter.choosing.stories import Report
from newsletter.choosing.terms import MISSING, Reason
from newsletter.choosing.weights import Weights
from newsletter.choosing.words import stems

SOON = timedelta(days=3)
MOST_HOLDERS = 3  # a word that more stories of the week have tells of no one event
MOST_STORIES = 200  # the best of the week are compared
SHORTEST = 3  # “AI” is in everything
# What a shared word says: a rare one in both titles, a rare one elsewhere, a plain one in titles.
IN_TITLES = 1.0
ELSEWHERE = 0.5
PLAIN = 0.25
KINDS_DIFFER = 0.75  # taken
ENOUGH = 1.5
# Each may be wrong, so all that seem to tell of one event are half a witness together.
WITNESS = 0.5


class Retellings:
    """Which stories of a week seem to tell one event."""

    def __init__(self, ranked: Sequence[Candidate]) -> None:
        """Compare the candidates of the week; they are best first."""
        stories = [_Words(candidate) for candidate in ranked[:MOST_STORIES]]
        counts = Counter(chain.from_iterable([story.all for story in stories]))
        rare = {word for word, count in counts.items() if _is_telling(word, count)}
        self._of: dict[int, list[Candidate]] = {}
        for first, second in _sharing(stories, rare):
            if _tell_one(stories[first], stories[second], rare):
                self._add(ranked[first], ranked[second])
                self._add(ranked[second], ranked[first])

    def of(self, candidate: Candidate) -> Sequence[Candidate]:
        """Return the stories that seem to tell of the same event, the best first."""
        return self._of.get(candidate.id, ())

    def _add(
        self,
        candidate: Candidate,
        other: Candidate,
    ) -> None:
        self._of.setdefault(candidate.id, []).append(other)


def confirm(
    ranked: Sequence[Candidate],
    weights: Weights,
) -> list[Candidate]:
    """Return candidates, best first, with what others are worth that seem to tell of their event.

    They are best first before and after.
    """
    retellings = Retellings(ranked)
    points = round(weights.coverage * (1 - MISSING**WITNESS), 1)
    confirmed = [
        _confirmed(
            candidate,
            retellings.of(candidate),
            points,
        )
        for candidate in ranked
    ]
    return sorted(
        confirmed,
        key=best_first,
    )


def _confirmed(
    candidate: Candidate,
    others: Sequence[Candidate],
    points: float,
) -> Candidate:
    if not others or not points or candidate.mark:
        return candidate
    because = f"“{others[0].reports[0].title}” seems to tell of it too"
    return replace(
        candidate,
        score=round(min(MOST_POINTS, candidate.score + points), 1),
        reasons=(*candidate.reasons, Reason(points, because)),
    )


class _Words:
    """What a story says: the stems of its title and of its dek, and the kinds of its news."""

    def __init__(self, candidate: Candidate) -> None:
        self.first = candidate.reports[0]
        self.firms = candidate.firms
        self.title = _stems(self.first.title)
        self.all = self.title | _stems(self.first.dek)
        kinds = map(kind_of, words_of(self.first.title))
        self.kinds = frozenset(filter(None, kinds))


def _stems(text: str) -> frozenset[str]:
    """Return the stems of a text that are long enough to tell."""
    found = stems(text)
    return frozenset(stem for stem in found if len(stem) >= SHORTEST)


def _is_telling(
    word: str,
    count: int,
) -> bool:
    """True for a word of few stories that is no plain one."""
    return 1 < count <= MOST_HOLDERS and not is_plain(word)


def _sharing(
    stories: Sequence[_Words],
    rare: Set[str],
) -> Iterable[tuple[int, int]]:
    """Return the pairs whose titles share a rare word, each once, the best first."""
    holders: Mapping[str, list[int]] = {word: [] for word in rare}
    for at, story in enumerate(stories):
        for word in story.title & rare:
            holders[word].append(at)
    pairs = [combinations(held, 2) for held in holders.values()]
    return sorted(set(chain.from_iterable(pairs)))


def _tell_one(
    first: _Words,
    second: _Words,
    rare: Set[str],
) -> bool:
    if not first.firms.isdisjoint(second.firms):
        return False
    if not _are_near(first.first, second.first):
        return False
    titles = first.title & second.title
    telling = titles & rare
    all_rare = first.all & second.all & rare
    plain = sum(map(is_plain, titles))
    points = IN_TITLES * len(telling)
    points += ELSEWHERE * len(all_rare - telling)
    points += PLAIN * plain
    # A round of money and a leak of one firm share its name, and a word of its trade.
    kinds_differ = first.kinds.isdisjoint(second.kinds)
    if first.kinds and second.kinds and kinds_differ:
        points -= KINDS_DIFFER
    return bool(telling) and points >= ENOUGH


def _are_near(
    first: Report,
    second: Report,
) -> bool:
    """True for two that came within a few days."""
    apart = first.published_at - second.published_at
    return abs(apart) <= SOON

"""Pure. Habits: what editors did with stories of a kind, and how far they lean to them.

A story has traits: its sources and firms, what it is about, how its title begins. What an editor
does with it is done to each of its traits. Old choices fade, so an editor may change their mind.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from math import log
from types import MappingProxyType
from typing import Literal, NamedTuple

from newsletter.choosing.cues import words_of
from newsletter.choosing.stories import Report
from newsletter.choosing.voices.witnesses import witness_of

About = Literal["source", "firm", "family", "opening", "topic"]

HALF_LIFE = timedelta(weeks=8)
# What a choice shows, in stories that were kept. A drop is one story that was dropped.
WORTH: Mapping[str, float] = {"lead": 2.0, "raised": 1.5, "kept": 1.0, "edited": 0.5}
DROPPED = "dropped"
# Every habit begins with so many stories that were treated as usual: one choice decides little.
SMOOTHING = 4.0
# And what is usual begins with so many, before anybody chose.
USUALLY_KEPT = 4.0
USUALLY_DROPPED = 1.0
MOST_USUAL = 0.9
MOST_LIKED = 0.1  # of the points: to be liked replaces no news
WHOLE = 2.5  # of the logarithm: who leans so far gets all points
# How much each trait counts beside the others, as the labelled weeks showed it best.
SHARES: Mapping[About, float] = {
    "source": 0.8,
    "firm": 0.3,
    "family": 0.8,
    "opening": 0.5,
    "topic": 0.5,
}
OF: Mapping[About, str] = {
    "source": "of this source",
    "firm": "of {}",
    "family": "of this kind: {}",
    "opening": "whose title begins with “{}”",
    "topic": "on “{}”",
}
SILENT_AFTER = 3  # issues in a row from which all stories of a source were dropped
SILENT_UNTIL = 1.5  # of dropped stories, after fading: then the source gets another chance
UNDECIDED = 0.2  # of a leaning: so little changes nothing to speak of
RECENT = 9  # so many of the last choices are counted for the sentence


class Trait(NamedTuple):
    """Something that stories have in common; `name` is an id for a source."""

    about: About
    name: str


class ChosenStory(NamedTuple):
    """What an editor did with one article of one issue: all choices, and the time of the last."""

    issue: int
    choices: Set[str]
    at: datetime
    traits: Set[Trait]


@dataclass(frozen=True, slots=True)
class Habit:
    """How editors treated stories with one trait.

    `leaning` is the logarithm of how much likelier they are to keep such a story than any other.
    `recent` are the last ones, newest first, True for one that was kept. `is_silent` is set if they
    dropped all of it, issue after issue, not long ago.
    """

    leaning: float
    recent: tuple[bool, ...] = ()
    is_silent: bool = False

    @property
    def sentence(self) -> str:
        """What editors did, as they remember it: "you dropped 3 of the last 4"."""
        total = len(self.recent)
        kept = sum(self.recent)
        verb, count = ("kept", kept) if self.leaning > 0 else ("dropped", total - kept)
        if count < total:
            return f"you {verb} {count} of the last {total}"
        return f"you {verb} the last {total if total > 1 else 'one'}"

    @property
    def outlook(self) -> str:
        """What follows from that for the next stories."""
        if self.is_silent:
            return "Its stories stay out, but for great news, until you keep one."
        if abs(self.leaning) < UNDECIDED:
            return "Its stories weigh as those of any other source."
        return f"Its stories weigh {'more' if self.leaning > 0 else 'less'} for that."


History = Mapping[Trait, Habit]
NO_HISTORY: History = MappingProxyType({})


class _Tally(NamedTuple):
    """How many stories were kept and dropped; older ones count less."""

    kept: float
    dropped: float

    @property
    def share_kept(self) -> float:
        """How many are kept, bounded so that no single choice says very much."""
        total = self.kept + self.dropped + USUALLY_KEPT + USUALLY_DROPPED
        return min(MOST_USUAL, max(1 - MOST_USUAL, (self.kept + USUALLY_KEPT) / total))

    def compare(self, other: "_Tally") -> float:
        """Return the logarithm of how much likelier others are kept than these are.

        Editors keep most of what is proposed to them, so one drop says more than one keep.
        """
        share = self.share_kept
        odds = (other.kept + SMOOTHING * share) / (other.dropped + SMOOTHING * (1 - share))
        return log(odds * (1 - share) / share)


class Lesson(NamedTuple):
    """What the habits say of a story: how far to lean, from -1 to 1, and why."""

    leaning: float
    because: str


def traits_of(reports: Sequence[Report], families: Iterable[str]) -> frozenset[Trait]:
    """Return the traits of a story by its reports and the families of news that they show."""
    return frozenset(_traits(reports, families))


def learn(stories: Iterable[ChosenStory], now: datetime) -> History:
    """Return the habits that choices show, the newest of which count most."""
    in_order = sorted(filter(_shows_taste, stories), key=_newest_first)
    usual = _add_up(in_order, now)
    by_trait: dict[Trait, list[ChosenStory]] = defaultdict(list)
    for story in in_order:
        for trait in story.traits:
            by_trait[trait].append(story)
    return {trait: _habit(rows, usual, now) for trait, rows in by_trait.items()}


def lean(traits: Set[Trait], history: History) -> Lesson | None:
    """Return how far the habits lean to a story with these traits, None if they know none of them.

    Of each kind of trait the strongest habit counts. The strongest of all gives the sentence.
    """
    known = sorted(traits & history.keys())
    if not known:
        return None
    silent = _silent_source(traits, history)
    if silent:
        return Lesson(-1.0, _sentence(silent, history[silent]))
    shares = {trait: SHARES[trait.about] * history[trait].leaning for trait in known}
    strongest = _strongest_of_each(shares)
    total = sum(shares[trait] for trait in strongest)
    # The sentence is of a habit that leans the same way as all together.
    first = max(strongest, key=lambda trait: shares[trait] * total)
    return Lesson(_bounded(total), _sentence(first, history[first]))


def _traits(reports: Sequence[Report], families: Iterable[str]) -> Iterator[Trait]:
    for family in families:
        yield Trait("family", family)
    for report in reports:
        for topic in report.topics:
            yield Trait("topic", topic.casefold())
        for voice in report.voices:
            yield Trait("source", str(voice.id))
            yield Trait("firm", witness_of(report, voice))
    # The other reports of a story are not printed, and their titles are not what editors see.
    for word in words_of(reports[0].title)[:1]:
        yield Trait("opening", word)


def _newest_first(story: ChosenStory) -> float:
    return -story.at.timestamp()


def _habit(
    stories: Sequence[ChosenStory],
    usual: _Tally,
    now: datetime,
) -> Habit:
    """Compare what was done with some stories, newest first, with what is done usually."""
    runs = _runs(stories)
    # Who keeps a story of a silent source wants it back: what was dropped before counts no more.
    forgiven = {issue for run in runs[1:] if run.is_silence for issue in run.issues}
    tally = _add_up((story for story in stories if story.issue not in forgiven), now)
    return Habit(
        usual.compare(tally),
        tuple(_worth(story.choices) > 0 for story in stories[:RECENT]),
        is_silent=runs[0].is_silence and tally.dropped >= SILENT_UNTIL,
    )


def _add_up(stories: Iterable[ChosenStory], now: datetime) -> _Tally:
    kept = 0.0
    dropped = 0.0
    for story in stories:
        worth = _worth(story.choices)
        share = _share_left(now - story.at)
        kept += share * worth
        dropped += share * (worth == 0)
    return _Tally(kept, dropped)


def _shows_taste(story: ChosenStory) -> bool:
    """True unless an editor only moved a story down, or another past it."""
    return DROPPED in story.choices or _worth(story.choices) > 0


def _worth(choices: Set[str]) -> float:
    """Return what the choices on one story show: nought if it was dropped after all."""
    if DROPPED in choices:
        return 0.0
    return max((WORTH.get(choice, 0.0) for choice in choices), default=0.0)


class _Run(NamedTuple):
    """Issues one after the other, from all of which something was kept, or from none of which."""

    issues: Sequence[int]
    is_kept: bool

    @property
    def is_silence(self) -> bool:
        return not self.is_kept and len(self.issues) >= SILENT_AFTER


def _runs(stories: Sequence[ChosenStory]) -> Sequence[_Run]:
    """Return the issues of these stories, newest first, parted where editors changed their mind."""
    kept = {story.issue for story in stories if _worth(story.choices)}
    issues = dict.fromkeys(story.issue for story in stories)  # each once
    return [_Run(list(run), is_kept) for is_kept, run in groupby(issues, kept.__contains__)]


def _share_left(age: timedelta) -> float:
    """Return how much a choice of that age still counts, 0..1."""
    # A demo or a corrected clock may put a choice into the future: it counts as one of now.
    share: float = 0.5 ** (max(timedelta(0), age) / HALF_LIFE)
    return share


def _silent_source(traits: Set[Trait], history: History) -> Trait | None:
    """Return a source of the story if all of them are silent: another may be a welcome one."""
    sources = sorted(trait for trait in traits if trait.about == "source")
    is_silent = [trait in history and history[trait].is_silent for trait in sources]
    return sources[0] if sources and all(is_silent) else None


def _strongest_of_each(shares: Mapping[Trait, float]) -> Iterable[Trait]:
    """Return the trait of each kind that leans farthest."""
    found: dict[About, Trait] = {}
    for trait in sorted(shares, key=lambda trait: abs(shares[trait])):
        found[trait.about] = trait
    return found.values()


def _bounded(total: float) -> float:
    """Return how far to lean: what editors dislike goes out, what they like moves up a little."""
    return max(-1.0, min(MOST_LIKED, total / WHOLE))


def _sentence(trait: Trait, habit: Habit) -> str:
    return f"{habit.sentence} {OF[trait.about].format(trait.name)}"

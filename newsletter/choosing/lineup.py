"""Pure. The line-up: which ranked candidates get a place in the issue.

They are looked at one after the other, so that no source fills the issue and topics spread. What an
editor placed stays there. Each candidate gets a verdict: in, or the reason why it is not.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from newsletter.choosing.companions import Companions
from newsletter.choosing.ranking import Candidate
from newsletter.choosing.retellings import Retellings
from newsletter.choosing.stories import Voice
from newsletter.choosing.weights import Weights

# Times the weight of variety: what the first, second, third and each further story of one source
# costs. Further stories of its firm cost less: two of its feeds may be about different things.
STEPS = (0.0, 1.0, 2.5, 5.0)
LAST_STEP = len(STEPS) - 1
FIRM_COSTS = 0.5
LINK_COSTS = 0.12  # of clarity, for each further link to one source
# What it costs to be the explainer or the retelling of a story in the issue: it gets no place.
GOES_WITH = 100.0
# A lesson loses its weight, and mostly a little more, because it says of nothing that it happened.
LESSON_GETS = 1.3
FILLS = "in: a lesson, because there is no better news"
CROWDED = 2  # so many stories may share a topic before it costs
ORDINALS = (
    "first",
    "second",
    "third",
    "fourth",
    "fifth",
    "sixth",
    "seventh",
    "eighth",
    "ninth",
    "tenth",
)


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a candidate is in. `place` counts from 0 and is None if it is out; `because` is a
    sentence for both."""

    candidate: Candidate
    place: int | None
    because: str


@dataclass(slots=True)
class _Variety:
    """What is in the issue so far: stories by source, by firm, by topic, and links by source.

    Sources are counted by id, because two of them may have one name.
    """

    weights: Weights
    companions: Companions
    retellings: Retellings
    sources: Counter[int] = field(default_factory=Counter)
    firms: Counter[str] = field(default_factory=Counter)
    topics: Counter[str] = field(default_factory=Counter)
    links: Counter[int] = field(default_factory=Counter)
    shown: dict[str, list[Candidate]] = field(default_factory=dict)
    ids: set[int] = field(default_factory=set)

    def add(self, candidate: Candidate) -> None:
        """Count a story; one that several firms cover fills the issue with none of them."""
        self.ids.add(candidate.id)
        if len(candidate.firms) == 1:
            self.sources.update(voice.id for voice in candidate.voices)
            self.firms.update(candidate.firms)
            for firm in candidate.firms:
                self.shown.setdefault(firm, []).append(candidate)
        self.topics.update(candidate.topics)

    def add_placed(self, candidate: Candidate) -> None:
        """Count a story that an editor placed, with its link as it is."""
        self.add(candidate)
        self.links[candidate.reports[0].voices[0].id] += 1

    def cost(self, candidate: Candidate) -> float:
        """Return the points that a further story of its source, firm and topics loses."""
        crowding = self._voice_cost(candidate) + self._topic_cost(candidate)
        return crowding + GOES_WITH * bool(self.why_beside(candidate))

    def why_beside(self, candidate: Candidate) -> str:
        """Return why it has no place beside a story in the issue, or ""."""
        if title := self.companions.among(candidate, self.shown):
            return f"goes with “{title}”, which is in"
        for other in self.retellings.of(candidate):
            if other.id in self.ids:
                return f"seems to tell what “{other.reports[0].title}” tells, which is in"
        return ""

    def crowd(self, candidate: Candidate) -> str:
        """Return in words what makes it cost: how many stories of its source or topic there are."""
        words = []
        if self._source_cost(candidate) >= max(self._firm_cost(candidate), 0.1):
            words.append(self._crowd_of_source(self._least_used_source(candidate)))
        elif self._firm_cost(candidate):
            words.append(self._crowd_of_firm(self._least_used_firm(candidate)))
        if self._topic_cost(candidate):
            words.append(self._crowd_of_topic(self._most_used_topic(candidate)))
        return ", ".join(words)

    def _crowd_of_source(self, voice: Voice) -> str:
        return f"{_ordinal(self.sources[voice.id])} story of {voice.name}"

    def _crowd_of_firm(self, firm: str) -> str:
        return f"{_ordinal(self.firms[firm])} story of {firm}"

    def _crowd_of_topic(self, topic: str) -> str:
        return f"{_ordinal(self.topics[topic])} story on “{topic}”"

    def link(self, candidate: Candidate) -> Candidate:
        """Let another clear report come first if its source is linked less often so far."""
        clearest = max(
            range(len(candidate.clarity)),
            key=lambda at: (self._clarity_after_links(candidate, at), -at),
            default=0,
        )
        first = candidate.reports[clearest]
        self.links[first.voices[0].id] += 1
        others = (report for report in candidate.reports if report is not first)
        return replace(candidate, reports=(first, *others))

    def _clarity_after_links(self, candidate: Candidate, at: int) -> float:
        return candidate.clarity[at] - LINK_COSTS * self.links[candidate.reports[at].voices[0].id]

    def _voice_cost(self, candidate: Candidate) -> float:
        return max(self._source_cost(candidate), self._firm_cost(candidate))

    def _source_cost(self, candidate: Candidate) -> float:
        """Of several sources the least used counts: their common story is hardly ever too much."""
        stories = self.sources[self._least_used_source(candidate).id]
        return self.weights.variety * STEPS[min(stories, LAST_STEP)]

    def _firm_cost(self, candidate: Candidate) -> float:
        stories = self.firms[self._least_used_firm(candidate)]
        return FIRM_COSTS * self.weights.variety * STEPS[min(stories, LAST_STEP)]

    def _topic_cost(self, candidate: Candidate) -> float:
        stories = self.topics[self._most_used_topic(candidate)]
        return self.weights.variety / 2 * max(0, stories - CROWDED + 1)

    def _least_used_source(self, candidate: Candidate) -> Voice:
        if len(candidate.voices) == 1:  # as nearly all have
            return candidate.voices[0]
        return min(candidate.voices, key=lambda voice: (self.sources[voice.id], voice.id))

    def _least_used_firm(self, candidate: Candidate) -> str:
        # Sorted, so that of two equally used ones always the same one counts.
        return min(sorted(candidate.firms), key=self.firms.__getitem__)

    def _most_used_topic(self, candidate: Candidate) -> str:
        topics = sorted(candidate.topics)  # of equally used ones always the same
        return max(topics, key=self.topics.__getitem__, default="")


def line_up(
    ranked: Sequence[Candidate],
    places: int,
    placed: Mapping[int, Candidate | None],
    weights: Weights,
    fewest: int = 0,
) -> list[Verdict]:
    """Give the free ones of `places` to the best of `ranked`.

    `ranked` is best first. `placed` has by place what an editor placed (None for a story that is
    not among this week's candidates); these get no verdict. Lessons fill an issue that has news,
    but fewer than `fewest` stories. Returns a verdict for each of `ranked`, in their order.
    """
    mine = list(filter(None, placed.values()))
    variety = _Variety(
        weights,
        Companions(ranked),
        Retellings([*mine, *ranked]),
    )
    for candidate in mine:
        variety.add_placed(candidate)
    free = sorted(set(range(places)) - placed.keys())
    worthy = [candidate for candidate in ranked if _is_worth(candidate, weights)]
    chosen, cut = _fill(free, worthy, variety)
    if chosen or placed:
        missing = max(0, fewest - len(chosen) - len(placed))
        left = free[len(chosen) :][:missing]
        chosen |= _fill_with_lessons(
            left,
            ranked,
            variety,
        )
    return [
        chosen.get(candidate.id) or Verdict(candidate, None, _why_out(candidate, cut, variety))
        for candidate in ranked
    ]


def _fill(
    places: Sequence[int],
    worthy: Sequence[Candidate],
    variety: _Variety,
) -> tuple[dict[int, Verdict], float]:
    """Give each place to the best that is left.

    Returns the verdicts by id, and the cut: what the last story that got a place was worth.
    """
    left = list(worthy)
    chosen: dict[int, Verdict] = {}
    cut = 0.0
    for place in places[: len(left)]:
        best = _best(left, variety)
        left.remove(best)
        cost = variety.cost(best)
        # Then all that is left goes with what is in.
        if cost >= GOES_WITH:
            break
        cut = best.score - cost
        chosen[best.id] = Verdict(
            variety.link(best),
            place,
            _why_in(best, cost),
        )
        variety.add(best)
    return chosen, cut


def _fill_with_lessons(
    places: Iterable[int],
    ranked: Iterable[Candidate],
    variety: _Variety,
) -> dict[int, Verdict]:
    """Give places that no news fills to lessons, the best first."""
    weights = variety.weights
    lessons = [each for each in ranked if _is_good_lesson(each, weights)]
    lessons.sort(key=_points, reverse=True)  # of their scores nearly all are nought
    chosen: dict[int, Verdict] = {}
    for place, lesson in zip(places, lessons, strict=False):
        chosen[lesson.id] = Verdict(
            variety.link(lesson),
            place,
            FILLS,
        )
    return chosen


def _is_good_lesson(
    candidate: Candidate,
    weights: Weights,
) -> bool:
    """True for a lesson that would be worth a place if lessons lost nothing.

    What is silent, or in another language, loses more than that.
    """
    mark = candidate.mark
    if mark is None or mark.kind != "lesson":
        return False
    gets = LESSON_GETS * weights.lesson
    return _points(candidate) + gets >= weights.floor


def _points(candidate: Candidate) -> float:
    return sum(reason.points for reason in candidate.reasons)


def _why_in(candidate: Candidate, cost: float) -> str:
    because = f"in: {candidate.score - cost:.1f}"
    if cost:
        because += f", {candidate.score:.1f} before what variety costs"
    return because


def _is_worth(candidate: Candidate, weights: Weights) -> bool:
    return candidate.score >= weights.floor and not candidate.is_filler


def _best(left: Sequence[Candidate], variety: _Variety) -> Candidate:
    """Return the first with the highest score after costs."""
    best = left[0]
    most = float("-inf")
    for candidate in left:
        # Costs only take, so no later candidate can win: of thousands, a dozen are looked at.
        if candidate.score <= most:
            break
        score = candidate.score - variety.cost(candidate)
        if score > most:
            best = candidate
            most = score
    return best


def _why_out(
    candidate: Candidate,
    cut: float,
    variety: _Variety,
) -> str:
    """Return the first reason that holds why a candidate got no place."""
    score = candidate.score
    floor = variety.weights.floor
    if candidate.mark and candidate.is_filler:
        return f"filler: {candidate.mark.because}"
    if score < floor:
        return f"too light: {score:.1f} is below the floor of {floor:g}"
    if score > cut and (because := variety.why_beside(candidate)):
        return because
    if score > cut and (cost := variety.cost(candidate)):
        lost = f"{score:.1f} less {cost:.1f} against {cut:.1f}"
        return f"{variety.crowd(candidate)}: {lost}"
    return f"below the cut: {score:.1f} against {cut:.1f}"


def _ordinal(before: int) -> str:
    """Return the place in words after so many: "first" after none."""
    return ORDINALS[before] if before < len(ORDINALS) else f"{before + 1}th"

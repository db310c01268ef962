"""Pure. Who gets a place: the ranked candidates one after the other, so that no source fills the issue and topics spread.

What a hand placed stays where it is. Each candidate gets a verdict: in, or the reason why it is not.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from newsletter.choosing.ranking import Candidate
from newsletter.choosing.weights import Weights

STEPS = (
    0.0,
    1.0,
    2.5,
    5.0,
)  # times the weight of variety: for the first, second, third and each further story of one source
AGAIN = 0.12  # of clarity: what each further link to one source costs it
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
    """What became of one candidate: `place` counts from 0, None if it is out; `because` is a sentence for both."""

    candidate: Candidate
    place: int | None
    because: str


def line_up(
    ranked: Sequence[Candidate],
    places: int,
    placed: Mapping[int, Candidate | None],
    weights: Weights,
) -> list[Verdict]:
    """Give the free ones of `places` to the best of `ranked` (best first; ties as they stand); `placed` has those of a hand
    (None: a story that is not among this week's candidates).

    Returns a verdict for each of `ranked`, in their order; those of a hand have none.
    """
    sources: Counter[str] = Counter()
    topics: Counter[str] = Counter()
    for candidate in filter(None, placed.values()):
        _count(candidate, sources, topics)
    left = [one for one in ranked if _is_worth(one, weights)]
    chosen: dict[int, Verdict] = {}
    cut, links = 0.0, Counter(one.reports[0].source for one in placed.values() if one)
    for place in sorted(set(range(places)) - placed.keys())[: len(left)]:
        best = _best(left, sources, topics, weights)
        left.remove(best)
        cost = _cost(best, sources, topics, weights)[0]
        cut = best.score - cost
        lost = f", {best.score:.1f} before what variety costs" if cost else ""
        chosen[best.id] = Verdict(_linked(best, links), place, f"in: {cut:.1f}{lost}")
        _count(best, sources, topics)
    return [chosen.get(one.id) or _out(one, cut, sources, topics, weights) for one in ranked]


def _is_worth(one: Candidate, weights: Weights) -> bool:
    return one.score >= weights.floor and not (one.mark and one.mark.kind == "filler")


def _best(
    left: Sequence[Candidate], sources: Counter[str], topics: Counter[str], weights: Weights
) -> Candidate:
    """The first with the highest score after costs; as costs only take, a look ends where no later one can win."""
    best, most = left[0], -1000.0
    for one in left:
        if one.score <= most:
            break
        score = one.score - _cost(one, sources, topics, weights)[0]
        if score > most:
            best, most = one, score
    return best


def _cost(
    one: Candidate, sources: Counter[str], topics: Counter[str], weights: Weights
) -> tuple[float, str]:
    """A story costs what its least used source costs, so one that several cover is hardly ever too much."""
    name = min(one.sources, key=lambda source: (sources[source], source))
    nth = sources[name]
    by_source = weights.variety * STEPS[min(nth, len(STEPS) - 1)]
    topic = max(sorted(one.topics), key=lambda name: topics[name], default="")
    by_topic = weights.variety / 2 * max(0, topics[topic] - CROWDED + 1)
    said = []
    if by_source:
        said.append(f"{_ordinal(nth)} story of {name}")
    if by_topic:
        said.append(f"{_ordinal(topics[topic])} story on “{topic}”")
    return by_source + by_topic, ", ".join(said)


def _count(one: Candidate, sources: Counter[str], topics: Counter[str]) -> None:
    """A story that several sources cover fills the issue with none of them."""
    if len(one.sources) == 1:
        sources[one.sources[0]] += 1
    topics.update(one.topics)


def _linked(one: Candidate, links: Counter[str]) -> Candidate:
    """Let another clear report stand first if its source is linked less often in this issue so far."""
    at = max(
        range(len(one.clarity)),
        key=lambda i: (one.clarity[i] - AGAIN * links[one.reports[i].source], -i),
        default=0,
    )
    links[one.reports[at].source] += 1
    first = one.reports[at]
    return replace(one, reports=(first, *(other for other in one.reports if other is not first)))


def _out(
    one: Candidate, cut: float, sources: Counter[str], topics: Counter[str], weights: Weights
) -> Verdict:
    if one.mark and one.mark.kind == "filler":
        return Verdict(one, None, f"filler: {one.mark.because}")
    if one.score < weights.floor:
        return Verdict(
            one, None, f"too light: {one.score:.1f} is below the floor of {weights.floor:g}"
        )
    if one.score > cut:
        cost, said = _cost(one, sources, topics, weights)
        if cost:
            return Verdict(one, None, f"{said}: {one.score:.1f} less {cost:.1f} against {cut:.1f}")
    return Verdict(one, None, f"below the cut: {one.score:.1f} against {cut:.1f}")


def _ordinal(before: int) -> str:
    return ORDINALS[before] if before < len(ORDINALS) else f"{before + 1}th"

"""Pure. The weights of ranking as settings: each has a row of its own, as the columns have."""

from collections.abc import Mapping

from newsletter.choosing.weights import Weights
from newsletter.errors import Refused
from newsletter.publications.fields.checks import number
from newsletter.publications.fields.kinds import DECIMAL, Kind, NoNumber, read_decimal
from newsletter.publications.fields.preference import Preference
from newsletter.text import one_line

PREFIX = "weight."
TOPICS = f"{PREFIX}topics"
MOST_TOPICS = 100
TOPIC_CHARS = 70
MOST_FACTOR = 2.0
# What each weight gives at most; of those that say "taken", what it takes.
LABELS: Mapping[str, tuple[str, str]] = {
    "coverage": ("Covered by several sources", "The more sources tell a story, the more of it."),
    "consequence": ("Strong news", "Of the strongest families of the cue file."),
    "freshness": (
        "New",
        "Half for this issue's time, all for being new at its end.",
    ),
    "source": ("The source's own weight", "Of a source of weight 2."),
    "genre": (
        "The source's genre",
        "Taken for a list of changes; some given for a laboratory.",
    ),
    "topic": ("The topic's own weight", "Of a topic of weight 2; taken for one of weight 0."),
    "length": ("Something to read", "An article with a text of some length."),
    "picture": ("A picture", "An article that has one."),
    "history": ("What editors did", "What you kept, dropped and made the lead before."),
    "clicks": ("What people clicked", "Of the sources whose stories are clicked most."),
    "filler": ("Filler", "Taken: recurring posts, job ads, sponsored posts, round-ups."),
    "lesson": ("Lessons", "Taken: how-tos and case studies."),
    "foreign": ("Another language", "Taken: told only in other languages than yours."),
    "variety": ("Variety", "Taken: for a second story of one source; more for each further one."),
    "floor": ("Least points of a story", "A lighter one is left out even where there is room."),
}


class BadFactors(Refused):
    """A topic's weight is a line with its name and a number from 0 to 2, like `policy 1.5`."""


def _read_factors(text: str) -> dict[str, float]:
    return dict(_read_factor(line) for line in text.splitlines() if line.strip())


def _read_factor(line: str) -> tuple[str, float]:
    topic, _, factor = one_line(line).rpartition(" ")
    return topic.casefold(), _read_number(factor)


def _read_number(text: str) -> float:
    try:
        return read_decimal(text)
    except NoNumber:
        raise BadFactors from None


def _show_factors(factors: Mapping[str, float]) -> str:
    return "\n".join(f"{topic} {factor:g}" for topic, factor in sorted(factors.items()))


def _check_factors(factors: Mapping[str, float]) -> dict[str, float]:
    if len(factors) > MOST_TOPICS or not all(map(_is_factor, factors, factors.values())):
        raise BadFactors
    return dict(factors)


def _is_factor(topic: str, factor: float) -> bool:
    return 1 <= len(topic) <= TOPIC_CHARS and 0 <= factor <= MOST_FACTOR


WEIGHTS: tuple[Preference, ...] = (
    *(
        Preference(
            f"{PREFIX}{name}",
            label,
            f"{meaning} Usual: {getattr(Weights(), name):g}.",
            DECIMAL,
            number(label, 0, 100),
            "proposed",
        )
        for name, (label, meaning) in LABELS.items()
    ),
    Preference(
        TOPICS,
        "Weights of topics",
        "One a line: policy 1.5. 0 is never, 1 is as any other, 2 is the most.",
        Kind("list", _read_factors, _show_factors),
        _check_factors,
        "proposed",
    ),
)


def weight_values(weights: Weights) -> dict[str, object]:
    """Return the weights of a publication by the names of their rows."""
    values: dict[str, object] = {f"{PREFIX}{name}": getattr(weights, name) for name in LABELS}
    return {**values, TOPICS: dict(weights.topics)}

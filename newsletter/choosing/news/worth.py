"""Pure. Worth: what the families of news give a story that several articles may tell.

What any article shows counts for the story. What it is instead of news counts only if all of them
are so: a lesson about an outage does not make the outage a lesson.

What all articles tell counts more than what one of many tells: that may be a by-thought. All that
is given together approaches a bound, so that coverage by several sources still decides among
stories of which each has its consequence.

A story of which no article says that anything happened loses a little. That keeps out the post of a
vendor that has no mark of a lesson either, and hurts nothing that has another reason to be in. It
holds only where the cues are heard at all: in news of another language or trade that they do not
know, their silence says nothing.

The weight `consequence` of a publication makes all of this more or less, and the weight `lesson`
what is taken for lessons.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain

from newsletter.choosing.news.families import NewsCues, Sign, value_of
from newsletter.choosing.stories import Report
from newsletter.choosing.weights import Weights

# With these weights the points of a cue file count as they are written.
USUAL = Weights()
MOST = 36.0  # points that all families together give at most
MOSTLY = 0.5  # of the articles must show what only takes a little
ALONE = 0.5  # of what only one of many articles shows
NOTHING = 0.25  # of the weight of consequence
HEARD = 0.25  # of a week's articles must show something, or silence says nothing
SAYS_NOTHING = "its title does not say that anything happened"


def news_points(
    reports: Sequence[Report],
    cues: NewsCues,
    weights: Weights,
    *,
    are_heard: bool = True,
) -> list[tuple[float, str]]:
    """Return the points of each family that counts, and its sentence, the strongest first.

    `are_heard` says whether the cues know the news of this week (find_heard).
    """
    signs = _signs_of_story([signs_of(report, cues) for report in reports])
    counted = value_of(signs)
    share = weights.consequence / USUAL.consequence * _damping(counted)
    lesson = weights.lesson / USUAL.lesson
    says_nothing = are_heard and not any(map(is_news, signs))
    nothing = [(-weights.consequence * NOTHING, SAYS_NOTHING)] if says_nothing else []
    return nothing + [
        (points * (share if points > 0 else lesson), sign.family.says)
        for sign, points in counted
        if sign.family.mark != "filler"  # the weight of filler is taken for that
    ]


def find_heard(reports: Sequence[Report], cues: NewsCues) -> bool:
    """True if enough of a week's articles show anything that the cues know."""
    shown = sum(bool(signs_of(report, cues)) for report in reports)
    return shown >= HEARD * len(reports)


def _damping(
    counted: Iterable[tuple[Sign, float]],
) -> float:
    """Return what is left of the points that are given: the more there are, the less each adds."""
    given = _given(counted)
    return _bounded(given) / given if given else 1.0


def _given(counted: Iterable[tuple[Sign, float]]) -> float:
    # What takes points does so in full.
    return sum(max(0.0, points) for _, points in counted)


def _bounded(given: float) -> float:
    """Return points that never come to MOST, however many are given."""
    return MOST * (1 - math.exp(-given / MOST))


def is_urgent(
    reports: Iterable[Report],
    cues: NewsCues,
) -> bool:
    """True if one of the articles tells what even a list of changes is read for."""
    return any(map(_is_alarm, chain.from_iterable(signs_of(report, cues) for report in reports)))


def _is_alarm(sign: Sign) -> bool:
    """True for a title that tells of something urgent."""
    return sign.family.urgent and sign.is_plain


def signs_of(
    report: Report,
    cues: NewsCues,
) -> tuple[Sign, ...]:
    """Return what one article shows."""
    return cues.signs(
        report.title,
        report.dek,
        report.topics,
        report.url,
    )


def is_news(sign: Sign) -> bool:
    """True for what makes news by itself, rather than larger."""
    return sign.points > 0 and not sign.family.adds


def _signs_of_story(found: Sequence[Iterable[Sign]]) -> Iterable[Sign]:
    """Return the signs of a story by those of each of its articles."""
    # Nearly all stories have one article.
    return found[0] if len(found) == 1 else _strongest(list(map(_by_name, found))).values()


def _by_name(signs: Iterable[Sign]) -> Mapping[str, Sign]:
    """Return signs by the name of their family."""
    return {sign.family.name: sign for sign in signs}


def _strongest(
    shown: Sequence[Mapping[str, Sign]],
) -> Mapping[str, Sign]:
    """Return by name the strongest sign of each family, if it counts for the story.

    What few of the articles show counts less than what all of them say.
    """
    names = set(chain.from_iterable(shown))
    strongest: dict[str, Sign] = {}
    for name in names:
        signs = [others[name] for others in shown if name in others]
        share = len(signs) / len(shown)
        best = max(
            signs,
            key=lambda sign: sign.share,
        )
        if best.points > 0:
            strongest[name] = Sign(best.family, best.share * (ALONE + (1 - ALONE) * share))
        elif share == 1 or (best.family.adds and share >= MOSTLY):
            strongest[name] = best
    return strongest

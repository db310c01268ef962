"""Pure. Witnesses: who vouches for a story, and how much each counts.

All sources and articles of one firm are one witness. A firm is half a witness of its own claims,
and so is a copy of what another wrote.
"""

from collections.abc import Mapping, Sequence, Set
from itertools import pairwise

from newsletter.choosing.cues import words_of
from newsletter.choosing.stories import Report, Voice
from newsletter.choosing.voices.firms import label_of

COPIES = 0.5  # a copy of another source's text
# Who praises what it sells, links to what it read, or talks about it, proves half as much.
PROVES: Mapping[str, float] = {
    "lab": 0.5,
    "vendor": 0.5,
    "changelog": 0.5,
    "podcast": 0.5,
    "roundup": 0.5,
    "community": 0.5,
}
RESELLS = 0.25  # who sells another firm's product says that it exists, and no more
OFFERED = frozenset({"available", "supported", "live", "comes", "coming", "arrives", "lands"})
WHERE = frozenset({"in", "on", "at", "via", "through", "with", "to"})


def witnesses(reports: Sequence[Report]) -> Mapping[str, float]:
    """Return by witness how much each counts: its weight, and the share that it proves."""
    seen: set[str] = set()
    found: dict[str, float] = {}
    for report in reports:
        text = _plain(report)
        for voice in report.voices:
            name = witness_of(report, voice)
            # A firm that repeats its own words is no copy of another.
            is_copy = text in seen and name not in found
            counts = _proves(report, voice, is_copy=is_copy)
            found[name] = max(found.get(name, 0.0), counts)
            seen.add(text)
    return found


def witness_of(report: Report, voice: Voice) -> str:
    """Return who says what a report says: a firm, or the source itself where nobody knows one.

    A source speaks for its firm even where it links elsewhere; one that speaks for nobody passes on
    what the linked firm says.
    """
    return voice.firm or report.firm or f"source {voice.id}"


def firms_of(reports: Sequence[Report]) -> Set[str]:
    """Return the witnesses of a story by name, in no order."""
    return {witness_of(report, voice) for report in reports for voice in report.voices}


def resells(title: str, firm: str) -> bool:
    """True if a firm says that another's product is to be had there: "Kestrel 3 comes to Orrery".

    It counts for the product's firm only: nothing happened to the firm that sells it.
    """
    label = label_of(firm)
    words = words_of(title)
    if not label or label not in words:
        return False
    at = words.index(label)
    # "Orrery is now available in Iceland" is the firm's own news.
    offered = (pair for pair in pairwise(words[:at]) if pair[0] in OFFERED and pair[1] in WHERE)
    return any(offered) and at > 1


def _proves(
    report: Report,
    voice: Voice,
    *,
    is_copy: bool,
) -> float:
    share = PROVES.get(voice.genre, 1.0)
    if resells(report.title, voice.firm):
        share = RESELLS
    # A copy proves no more for its writer's being half a witness: the lower share counts.
    return voice.weight * min(share, COPIES if is_copy else 1.0)


def _plain(report: Report) -> str:
    """Return what a report says, alike for a copy with other capitals or spaces."""
    return " ".join(f"{report.title} {report.dek}".casefold().split())

"""What an editor may change of a publication, and the rule that each value keeps.

A preference is a column of the publication's row. `change` takes it by that name.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from sqlmodel import Session

from newsletter.errors import Refused
from newsletter.publications.cues import checked_cues
from newsletter.publications.models import Publication
from newsletter.text import one_line

ORIGIN = re.compile(r"https?://[a-z0-9.-]+(:\d{1,5})?")
LABEL_CHARS = 40
TOPIC_CHARS = 40
MOST_TOPICS = 24
LEAST_UNDO_DAYS = 30  # an undo of a leave must have its time
MOST_TRACKING_DAYS = 3650
STANDING_RULES = ("send", "hold", "skip")  # for an issue that nobody approved by its deadline
TRACKING_MODES = ("off", "anonymous", "individual")  # each keeps more than the one before


class BadLabel(Refused):
    """What was paid for needs a label of 1 to 40 characters, like Sponsored."""


class BadTopics(Refused):
    """Readers may tick up to 24 topics, each of 1 to 40 characters, no two the same."""


class BadOrigin(Refused):
    """An origin is a scheme and a host, without a path: https://blog.example."""


class BadStep(Refused):
    """The number of readers is rounded down to a multiple of this:
    1 or more, or 0 for two digits.
    """


class UnknownRule(Refused):
    """The standing rule is one of: send, hold, skip."""


class BadForgettingDays(Refused):
    """So many days cannot be: 30 or more, or 0 for never."""


class UnknownTrackingMode(Refused):
    """Tracking is one of: off, anonymous (counts only), individual (by reader)."""


class BadTrackingDays(Refused):
    """Who opened and clicked may be kept for 1 to 3650 days."""


@dataclass(frozen=True, slots=True)
class Rule:
    """How one preference is checked.

    `tidy` makes the value that is stored; `error` is raised unless that `fits`.
    """

    tidy: Callable[[Any], object] = lambda value: value
    fits: Callable[[Any], bool] = lambda _: True
    error: type[Refused] = Refused


def change(session: Session, publication_id: int, /, **changes: object) -> Publication:
    """Set preferences, each by its column of RULES; what is not named stays.

    Raises the error of the first rule that a value breaks.
    """
    # All values are checked before the first is set: a refusal changes nothing.
    checked = {name: _checked(RULES[name], value) for name, value in changes.items()}
    publication = session.get_one(Publication, publication_id)
    for name, value in checked.items():
        setattr(publication, name, value)
    session.flush()
    return publication


def set_domain_rate(
    session: Session,
    publication_id: int,
    domain: str,
    letters_per_s: float,
) -> None:
    """Let the letters to one recipient domain go at most so fast.

    0 is as fast as the relay takes them.
    """
    publication = session.get_one(Publication, publication_id)
    rates = publication.domain_rates | {domain.lower(): letters_per_s}
    change(session, publication_id, domain_rates=rates)


def _checked(rule: Rule, value: object) -> object:
    tidy = rule.tidy(value)
    if not rule.fits(tidy):
        raise rule.error
    return tidy


def _bare_origins(origins: Sequence[str]) -> list[str]:
    return list(dict.fromkeys(origin.strip().lower().rstrip("/") for origin in origins))


def _are_origins(origins: Sequence[str]) -> bool:
    return all(ORIGIN.fullmatch(origin) for origin in origins)


def _are_topics(topics: Sequence[str]) -> bool:
    different = {topic.casefold() for topic in topics}
    return (
        len(topics) <= MOST_TOPICS
        and len(different) == len(topics)
        and all(1 <= len(topic) <= TOPIC_CHARS for topic in topics)
    )


def _without_zeros(rates: Mapping[str, float]) -> dict[str, float]:
    return {domain: rate for domain, rate in rates.items() if rate}


ANY = Rule()
RULES: Mapping[str, Rule] = MappingProxyType(
    {
        # Issues that are proposed from now on show the label.
        "disclosure": Rule(one_line, lambda label: 1 <= len(label) <= LABEL_CHARS, BadLabel),
        "rule": Rule(fits=lambda rule: rule in STANDING_RULES, error=UnknownRule),
        "topics": Rule(
            lambda topics: [one_line(topic) for topic in topics],
            _are_topics,
            BadTopics,
        ),
        "goodbye": ANY,
        # Issues that are printed from now on ask.
        "poll": ANY,
        "allowed_origins": Rule(_bare_origins, _are_origins, BadOrigin),
        "readers_from": ANY,
        "readers_step": Rule(fits=lambda step: step >= 0, error=BadStep),
        "monthly": ANY,
        "forget_leavers_days": Rule(
            fits=lambda days: days == 0 or days >= LEAST_UNDO_DAYS,
            error=BadForgettingDays,
        ),
        # Letters of issues sent from now on carry it. A mode that keeps less holds for letters
        # sent before, too: tracking/targets.py takes the lesser of the two.
        "tracking": Rule(fits=lambda mode: mode in TRACKING_MODES, error=UnknownTrackingMode),
        # Then the events by reader are forgotten. The counts stay.
        "tracking_days": Rule(
            fits=lambda days: 1 <= days <= MOST_TRACKING_DAYS,
            error=BadTrackingDays,
        ),
        # A running sender sees a new speed at once. Several workers share it.
        "letters_per_s": ANY,
        "domain_rates": Rule(_without_zeros),
        # Raises its own error, which names the family. An open issue sees it at its next refresh.
        "cues": Rule(checked_cues),
    }
)

"""Beside the settings of when: the cadence in words, and the dates that it makes."""

from newsletter.cadence.dates import next_dates
from newsletter.cadence.printing import words_of
from newsletter.publications.dates import cadence_of
from newsletter.web.desk.desk import Desk

SHOWN = 6


def beside(desk: Desk) -> dict[str, object]:
    """Return the next dates at which an issue goes out."""
    cadence = cadence_of(desk.publication)
    return {"words": words_of(cadence), "dates": next_dates(cadence, desk.now(), SHOWN)}

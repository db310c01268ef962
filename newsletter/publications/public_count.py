"""Pure. The number of readers as a publication says it in public: true, and rounded down."""

from newsletter.publications.models import Publication

LEAST = 10  # fewer cannot be rounded to two digits


def public_count(publication: Publication, count: int) -> str:
    """Say how many readers there are, as the publication likes: "80,000+", or "" for too few."""
    return round_count(count, publication.readers_from, publication.readers_step)


def round_count(
    count: int,
    shown_from: int,
    step: int = 0,
) -> str:
    """Say a count, never more than there are: 12,345 are "12,000+", or "10,000+" in steps of 5,000.

    Fewer than `shown_from` are "", and all are "" if that is 0. Without a step two digits stay.
    """
    if not shown_from or count < max(shown_from, step, LEAST):
        return ""
    unit = step or 10 ** (len(str(count)) - 2)
    return f"{count // unit * unit:,}+"

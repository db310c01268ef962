"""Changing what an editor may change of a publication. Each value keeps the rule of its row.

A preference is a column of the publication's row. `change` takes it by that name; the table of all
is fields/table.py.
"""

from collections.abc import Mapping

from sqlmodel import Session

from newsletter.publications.fields.table import PREFERENCES
from newsletter.publications.models import Publication


def change(session: Session, publication_id: int, /, **changes: object) -> Publication:
    """Set preferences, each by its column; what is not named stays.

    Raises the error of the first rule that a value breaks.
    """
    # All values are checked before the first is set: a refusal changes nothing.
    checked = {name: PREFERENCES[name].check(value) for name, value in changes.items()}
    publication = session.get_one(Publication, publication_id)
    for name, value in checked.items():
        setattr(publication, name, value)
    session.flush()
    return publication


def values_of(publication: Publication) -> Mapping[str, object]:
    """Return what a publication has for each preference."""
    return {name: getattr(publication, name) for name in PREFERENCES}


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

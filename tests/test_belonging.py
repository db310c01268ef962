"""Whose row an id is of: another publication's is refused, one that is nowhere is not."""

import pytest
from sqlmodel import Session

from newsletter.belonging import OWNERS, NotHere, require_own
from newsletter.publications.models import Publication
from newsletter.publications.opening import open_publication
from tests.web.filled import fill


@pytest.mark.parametrize("name", OWNERS)
def test_a_row_is_its_publications_and_nobody_elses(name: str, session: Session) -> None:
    one, other = (opened(session, word) for word in ("one", "other"))
    key = fill(session, one.key, number=1, editor_id=1)[name]
    require_own(session, one.key, name, key)
    require_own(session, other.key, name, key + 1)  # its room says that there is none
    with pytest.raises(NotHere):
        require_own(session, other.key, name, key)


def opened(session: Session, word: str) -> Publication:
    return open_publication(
        session,
        name=word,
        sender_address="a@a.example",
        cadence="Monday 09:00 Europe/Berlin",
        word=word,
    )

"""A list that is kept."""

import pytest
from sqlmodel import Session

from newsletter.publications.models import Publication
from subscribers.kept import keeping
from tests.subscribers.kept.lists import fill


@pytest.fixture
def kept(session: Session, publication: Publication) -> int:
    """A publication whose list is kept: two full pages with a reader at the end of each."""
    for _ in range(2):
        fill(session, publication.key)
    while keeping.keep_some(session, publication.key):
        pass
    return publication.key

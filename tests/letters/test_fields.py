"""The values of a small letter: times in words, a subscriber's own links, the latest issue."""

import pytest
from sqlmodel import Session

from newsletter.issues.models import Issue
from newsletter.letters.fields import confirm_fields, own_links, ownership_fields, welcome_fields
from newsletter.letters.publisher import Publisher
from newsletter.publications.models import Publication
from newsletter.tokens import Signer
from newsletter.tools.models import Submission
from newsletter.urls import Urls
from tests.samples.times import NOON
from tests.subscribers.people import ADA, join


@pytest.fixture
def publisher(publication: Publication) -> Publisher:
    return Publisher(publication, Urls("https://n.example"), Signer("a secret of the tests"))


def test_the_end_of_a_link_is_in_words(publisher: Publisher) -> None:
    expires = confirm_fields(publisher, 7, NOON)["confirm_expires"]
    assert expires == f"{NOON.day} {NOON:%B %Y}, 12:00 UTC"


def test_preferences_and_leaving_have_one_token(
    session: Session, publication: Publication, publisher: Publisher
) -> None:
    links = own_links(session, publisher, join(session, publication).key)
    tokens = {url.rpartition("/")[2] for url in links.values()}
    assert len(tokens) == 1


def test_nothing_that_was_typed_is_in_the_letter_to_a_stranger(publisher: Publisher) -> None:
    submission = Submission(id=7, name="Inkwell", url="https://pen.example", contact=ADA)
    assert set(ownership_fields(publisher, submission, NOON)) == {"own_url", "own_expires"}


def test_a_welcome_links_the_latest_issue_or_the_archive(
    session: Session, publication: Publication, publisher: Publisher
) -> None:
    key = join(session, publication).key
    assert welcome_fields(session, publisher, key)["latest_url"] == "https://n.example/archive"
    sent = Issue(
        publication_id=publication.key,
        number=4,
        period="2026-W20",
        status="sent",
        subject="Tides",
        window_from=NOON,
        window_to=NOON,
        due_at=NOON,
        proposed_at=NOON,
        sent_at=NOON,
    )
    session.add(sent)
    session.flush()
    fields = welcome_fields(session, publisher, key)
    assert fields["latest_url"] == "https://n.example/archive/4"
    assert fields["latest_words"] == "The latest issue: Tides"

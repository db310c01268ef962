"""A publication as a row: what holds until an editor changes it."""

from sqlmodel import Session

from newsletter.publications.models import Publication
from newsletter.publications.opening import open_publication


def opened(session: Session, name: str) -> Publication:
    return open_publication(
        session,
        name=name,
        sender_address="news@inference.example",
        cadence="Friday 09:00 UTC",
    )


def test_a_new_publication_sends_nothing_unseen_and_knows_nobody_who_clicked(
    session: Session,
) -> None:
    made = opened(session, "The Weekly")
    assert made.rule == "hold"
    assert made.tracking == "anonymous"
    assert (made.goodbye, made.monthly, made.poll) == (False, False, True)
    assert (made.topics, made.allowed_origins, made.domain_rates) == ([], [], {})
    assert made.letters_per_s == 0, "as fast as the relay takes them"


def test_two_publications_share_no_list(session: Session) -> None:
    first = opened(session, "The First")
    second = opened(session, "The Second")
    first.topics.append("Models")
    assert second.topics == []


def test_a_name_becomes_a_slug_that_fits_its_column(session: Session) -> None:
    assert opened(session, "Über & Unter: the news").slug == "uber-unter-the-news"
    assert len(opened(session, "word " * 20).slug) <= 60

"""Was this issue useful? One vote by reader and issue; the last one counts."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import Session

from newsletter.delivery.letter_links import NoLetter
from newsletter.delivery.voting import NoSuchAnswer, count_votes, read_voter, vote
from newsletter.editions.content import POLL
from newsletter.editions.printing import preview
from newsletter.issues.models import Issue
from newsletter.publications.models import Publication
from newsletter.tokens import pair
from newsletter.urls import Urls
from subscribers.joining import signup

NOW = datetime(2026, 5, 12, 7, 0, tzinfo=UTC)


@pytest.fixture
def issue(session: Session, publication: Publication) -> Issue:
    window = {"window_from": NOW, "window_to": NOW, "due_at": NOW, "proposed_at": NOW}
    made = Issue(
        publication_id=publication.key,
        number=7,
        period="p",
        status="sent",
        subject="Ferries",
        **window,
    )
    session.add(made)
    session.flush()
    return made


def letter(session: Session, issue: Issue, address: str) -> int:
    """What a letter's token says to that reader."""
    asked = signup.sign_up(session, issue.publication_id, address, now=NOW)
    return pair(issue.key, signup.read_subscription(session, asked.subscription_id).subscriber_id)


def test_a_reader_has_one_vote_and_may_change_it(session: Session, issue: Issue) -> None:
    ada, bob = (
        letter(session, issue, "ada@readers.example"),
        letter(session, issue, "bob@readers.example"),
    )
    for answer in ("yes", "yes", "no"):
        vote(session, ada, answer, NOW)
    vote(session, bob, "partly", NOW + timedelta(days=1))
    assert list(count_votes(session, issue.key)) == [("Yes", 0), ("Partly", 1), ("No", 1)]
    assert read_voter(session, ada).answer == "no"


def test_what_is_no_answer_or_no_letter_of_ours_counts_nowhere(
    session: Session, issue: Issue
) -> None:
    with pytest.raises(NoSuchAnswer):
        vote(session, letter(session, issue, "ada@readers.example"), "maybe", NOW)
    for nobody in (pair(issue.key, 999), pair(999, 1)):
        with pytest.raises(NoLetter):
            vote(session, nobody, "yes", NOW)
    assert sum(count for _, count in count_votes(session, issue.key)) == 0


def test_a_letter_asks_only_where_the_publication_does(
    session: Session, publication: Publication, issue: Issue
) -> None:
    publication = session.merge(publication)
    for wanted in (True, False):
        publication.poll = wanted
        session.flush()
        _, printed = preview(session, issue.key, Urls("https://letters.example"))
        for marker in POLL.markers:
            spelled = printed.markers.spell(marker)
            assert (spelled in printed.html) is wanted
            assert (spelled in printed.text) is wanted

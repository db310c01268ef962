"""What the tables of issues keep: one issue of a deadline, and one word of an editor on a story."""

import pytest
from sqlmodel import Session, SQLModel

from newsletter.gathering.models import Article
from newsletter.issues.models import Assessment, Block, Choice, Issue, Linked
from newsletter.publications.models import Publication
from tests.rows import takes
from tests.samples.times import NOON


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """One kind of database: both keep the same keys."""
    return sqlite_url


def made(publication_id: int, number: int, period: str) -> Issue:
    return Issue(
        publication_id=publication_id,
        number=number,
        period=period,
        status="proposed",
        window_from=NOON,
        window_to=NOON,
        due_at=NOON,
        proposed_at=NOON,
    )


@pytest.fixture
def issue(session: Session, publication: Publication) -> Issue:
    first = made(publication.key, 1, "first")
    session.add(first)
    session.flush()
    return first


@pytest.fixture
def article(session: Session) -> Article:
    kept = Article(
        url="https://t.example/1",
        slug="tides",
        title="Tides",
        published_at=NOON,
        first_seen_at=NOON,
    )
    session.add(kept)
    session.flush()
    return kept


def test_a_deadline_has_one_issue_and_a_number_too(session: Session, issue: Issue) -> None:
    key = issue.publication_id
    assert not takes(session, made(key, 2, "first")), "another scheduler proposed it"
    assert not takes(session, made(key, 1, "second"))
    assert takes(session, made(key, 2, "second"))
    other = Publication(slug="b", name="B", sender_name="B", sender_address="b@b.example")
    assert takes(session, other)
    assert takes(session, made(other.key, 1, "first"))


def test_an_issue_begins_for_everybody_in_its_first_version(session: Session, issue: Issue) -> None:
    session.expire(issue)
    assert (issue.version, issue.hand_version, issue.worded_version) == (1, 1, 0)
    assert (issue.frequency, issue.audience, issue.sent_at) == ("every", {}, None)
    assert (issue.subjects, issue.preheaders, issue.worded_by) == ([], [], "")


def test_each_row_about_a_story_is_there_once(
    session: Session, issue: Issue, article: Article
) -> None:
    def rows() -> list[SQLModel]:
        keys = {"issue_id": issue.key, "article_id": article.key}
        publication = {"publication_id": issue.publication_id}
        return [
            Linked(**keys, **publication),
            Assessment(**keys, verdict="in", title="Tides"),
            Choice(**keys, kind="kept", by="mara", at=NOON),
        ]

    assert takes(session, *rows())
    assert [takes(session, row) for row in rows()] == [False] * 3
    edited = Choice(issue_id=issue.key, article_id=article.key, kind="edited", by="mara", at=NOON)
    assert takes(session, edited), "another kind of choice"


def test_the_articles_of_a_block_are_the_linked_one_and_those_folded_into_it() -> None:
    story = Block(issue_id=1, kind="lead", position=0, title="", url="", article_id=7, folded=[8])
    tool = Block(issue_id=1, kind="tools", position=0, title="", url="", tool_id=3)
    assert (story.is_story, story.article_ids) == (True, [7, 8])
    assert (tool.is_story, tool.article_ids) == (False, [])

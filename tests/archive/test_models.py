"""What the tables of the archive keep: an issue or article is indexed once, its words too."""

import pytest
from sqlmodel import Session

from newsletter.archive.models import Indexed, PastIssue, Posting
from newsletter.gathering.models import Article
from newsletter.publications.models import Publication
from tests.archive.stage import keep_issue
from tests.rows import takes
from tests.samples.times import NOON

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


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


def indexed(publication: Publication, **subject: int) -> Indexed:
    return Indexed(publication_id=publication.key, title="Tides", text="", at=NOON, **subject)


def test_an_issue_and_an_article_are_indexed_once(
    session: Session, publication: Publication, article: Article
) -> None:
    issue = keep_issue(session, publication.key, 1)

    def rows() -> list[Indexed]:
        of_issue = indexed(publication, issue_id=issue.key)
        return [of_issue, indexed(publication, article_id=article.key)]

    assert takes(session, *rows())
    assert [takes(session, row) for row in rows()] == [False] * 2


def test_a_word_has_one_weight_in_what_is_indexed(
    session: Session, publication: Publication, article: Article
) -> None:
    found = indexed(publication, article_id=article.key)
    assert takes(session, found)
    assert takes(session, Posting(word="tide", indexed_id=found.key, weight=1.0))
    session.expunge_all()
    assert not takes(session, Posting(word="tide", indexed_id=found.key, weight=2.0))


def test_the_words_of_a_past_issue_are_of_an_issue_that_there_is(
    session: Session, publication: Publication
) -> None:
    issue = keep_issue(session, publication.key, 1)
    assert takes(session, PastIssue(issue_id=issue.key, html="<p>A tide</p>", text="A tide"))
    assert not takes(session, PastIssue(issue_id=issue.key + 1, html="", text=""))

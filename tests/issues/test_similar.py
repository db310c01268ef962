"""Similar reading in an issue: stories without a place that are near to its lead."""

from sqlmodel import Session, col, select

from newsletter.choosing.lineup import Verdict
from newsletter.choosing.ranking import Candidate, score_story
from newsletter.gathering.models import Article
from newsletter.issues.models import Block
from newsletter.issues.reading import read_blocks, read_issue
from newsletter.issues.reports import read_reports
from newsletter.issues.similar import fill_similar, good_reading
from newsletter.publications.models import Publication
from tests.issues.stage import gathered, open_issue
from tests.samples.reports import candidate, week

NEAR = ["A court of ferries", "Harbor court, a robot in court"]


def similar(session: Session, issue_id: int) -> list[Block]:
    return [block for block in read_blocks(session, issue_id) if block.kind == "similar"]


def test_only_news_that_found_no_place_and_is_heavy_enough_is_good_reading() -> None:
    out = candidate("Court bans ferries", score=30.0)
    light = candidate("A bell", score=1.0)
    filler = candidate("Weekly merge report", score=30.0)
    placed = candidate("Bank sues insurer", score=40.0)
    verdicts = [Verdict(story, None, "") for story in (out, light, filler)]
    found = good_reading([*verdicts, Verdict(placed, 0, "in")], 5.0)
    assert list(found) == [out]


def test_the_nearest_to_the_lead_are_filled_in_and_filling_again_changes_nothing(
    session: Session, publication: Publication
) -> None:
    key = open_issue(session, publication, 3)
    issue = read_issue(session, key)
    lead = read_blocks(session, key)[0]
    lead.title = "Court rules on ferries"
    lead.text = ""
    gathered(session, publication, "wire", NEAR)
    left = _candidates(session, publication, NEAR)
    assert fill_similar(session, issue, 1, left=left, touched=set())
    assert [block.title for block in similar(session, key)] == [NEAR[0]]
    assert not fill_similar(session, issue, 1, left=left, touched=set())


def test_what_an_editor_touched_stays_and_is_not_shown_twice(
    session: Session, publication: Publication
) -> None:
    key = open_issue(session, publication, 3)
    issue = read_issue(session, key)
    read_blocks(session, key)[0].title = "Court rules on ferries"
    gathered(session, publication, "wire", NEAR)
    left = _candidates(session, publication, NEAR)
    fill_similar(session, issue, 1, left=left, touched=set())
    kept = similar(session, key)[0]
    touched = {kept.article_id or 0}
    assert fill_similar(session, issue, 2, left=left, touched=touched)
    assert [block.title for block in similar(session, key)] == NEAR
    assert similar(session, key)[0].id == kept.id
    assert fill_similar(session, issue, 1, left=[], touched=touched)
    assert similar(session, key) == [kept]


def _candidates(session: Session, publication: Publication, titles: list[str]) -> list[Candidate]:
    """The stories of the articles with these titles."""
    query = select(Article.id).where(col(Article.title).in_(titles)).order_by(col(Article.id))
    article_ids = [key or 0 for key in session.exec(query)]
    reports = read_reports(session, publication.key, article_ids)
    return [score_story([report], week()) for report in reports]

"""Choosing: near-equal titles fold, filler sinks, reasons add up, and what was sent never comes back."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import Session

from newsletter.gathering import sources
from newsletter.gathering.articles import store
from newsletter.gathering.found import Found
from newsletter.issues import approval, composing
from newsletter.issues.proposing import cut, propose
from newsletter.issues.ranking import Told, weigh
from newsletter.issues.reading import blocks
from newsletter.publications.models import Publication
from tests.samples.times import NOON

WEEK = timedelta(days=7)


def told(title: str = "Firm launches model", weights: tuple[float, ...] = (1.0,), age_days: int = 1) -> Told:
    return Told(title, "A dek of some length that says what happened.", NOON - timedelta(days=age_days), weights, has_image=False)


def score(one: Told) -> float:
    return weigh(one, NOON - WEEK, NOON)[0]


def test_more_sources_and_fresher_news_weigh_more_and_filler_sinks() -> None:
    assert score(told(weights=(1.0, 1.0))) > score(told())
    assert score(told(age_days=1)) > score(told(age_days=6))
    assert score(told(title="This week in AI jobs")) < score(told()) / 2


def test_the_reasons_add_up_to_the_score() -> None:
    points, reasons = weigh(told(weights=(1.0, 2.0)), NOON - WEEK, NOON)
    assert abs(points - sum(reason.points for reason in reasons)) < 0.11


@given(st.text(max_size=200), st.integers(10, 100))
def test_a_cut_text_fits(text: str, limit: int) -> None:
    assert len(cut(text, limit)) <= limit


def _news(session: Session, publication: Publication, count: int) -> None:
    source = sources.add(session, publication.id or 0, "https://news.example/feed")
    words = ["harbor", "court", "robot", "weather", "theorem", "voice", "meter", "dialect", "kitchen", "satellite", "violin", "glacier"]
    found = [
        Found(f"https://news.example/{w}", f"The {w} {i} story", "Dek.", published_at=NOON - timedelta(hours=i + 1))
        for i, w in enumerate(words[:count])
    ]
    store(session, source.id or 0, found, NOON)


def test_proposing_twice_gives_one_issue_and_sent_articles_never_return(session: Session, publication: Publication) -> None:
    _news(session, publication, 8)
    key = publication.id or 0
    issue = propose(session, key, period="p1", due_at=NOON, now=NOON)
    assert propose(session, key, period="p1", due_at=NOON, now=NOON).id == issue.id
    assert [block.kind for block in blocks(session, issue.id or 0)].count("lead") == 1
    approval.approve(session, issue.id or 0, "checksum", by="test", now=NOON)
    approval.mark_sent(session, issue.id or 0, NOON)
    following = propose(session, key, period="p2", due_at=NOON + WEEK, now=NOON + WEEK)
    assert following.status == "skipped"
    assert following.window_from == NOON


def test_a_thin_week_shrinks_or_skips_and_says_so(session: Session, publication: Publication) -> None:
    _news(session, publication, 2)
    issue = propose(session, publication.id or 0, period="p1", due_at=NOON, now=NOON)
    assert issue.status == "proposed"
    assert "Thin week" in issue.note
    publication.thin_rule = "skip"
    session.merge(publication)
    session.flush()
    assert propose(session, publication.id or 0, period="p2", due_at=NOON, now=NOON).status == "skipped"


def test_dropping_the_lead_makes_the_next_story_lead_and_a_stale_version_is_refused(session: Session, publication: Publication) -> None:
    _news(session, publication, 6)
    issue = propose(session, publication.id or 0, period="p1", due_at=NOON, now=NOON)
    before = blocks(session, issue.id or 0)
    changed = composing.drop(session, issue.id or 0, before[0].id or 0, version=1)
    after = blocks(session, issue.id or 0)
    assert (after[0].kind, after[0].title) == ("lead", before[1].title)
    try:
        composing.drop(session, issue.id or 0, after[0].id or 0, version=1)
        raise AssertionError("a stale version was taken")
    except composing.ChangedMeanwhile:
        pass
    composing.move(session, issue.id or 0, after[0].id or 0, 1, changed.version)
    assert [b.title for b in blocks(session, issue.id or 0)][:2] == [after[1].title, after[0].title]

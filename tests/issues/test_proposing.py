"""Proposing: one issue a deadline, filled by the plan; a thin week shrinks or skips it."""

import pytest
from sqlmodel import Session

from newsletter.formats.found import Found
from newsletter.gathering import sources
from newsletter.gathering.articles import store_found
from newsletter.gathering.sources import NewSource
from newsletter.issues import reasons
from newsletter.issues.proposing import propose
from newsletter.issues.reading import read_blocks, read_stories
from newsletter.publications.models import Publication
from newsletter.publications.weights import set_weight
from tests.issues.stage import WEEK, gathered, news, send
from tests.samples.times import NOON


def test_proposing_twice_gives_one_issue_and_sent_articles_never_return(
    session: Session, publication: Publication
) -> None:
    news(session, publication, 8)
    key = publication.key
    issue = propose(session, key, period="p1", due_at=NOON, now=NOON)
    assert propose(session, key, period="p1", due_at=NOON, now=NOON).id == issue.id
    assert [block.kind for block in read_blocks(session, issue.key)].count("lead") == 1
    send(session, issue)
    following = propose(session, key, period="p2", due_at=NOON + WEEK, now=NOON + WEEK)
    assert following.status == "skipped"
    assert following.window_from == NOON


@pytest.mark.parametrize("order", [1, -1])
def test_the_order_in_which_feeds_answered_decides_nothing(
    session: Session, publication: Publication, order: int
) -> None:
    names = ("alder", "birch", "cedar")
    keys = {
        name: sources.add(
            session, publication.key, NewSource(f"https://{name}.example/feed", name)
        ).key
        for name in names
    }
    day = NOON - WEEK / 7
    for name in names[::order]:
        rows = (
            ("planner", "Orrery launches a planner for laboratories"),
            (name, f"The {name} story"),
        )
        found = [
            Found(f"https://{name}.example/{path}", title, "Dek.", published_at=day)
            for path, title in rows[::order]
        ]
        store_found(session, keys[name], found, NOON)
    issue = propose(session, publication.key, period="p1", due_at=NOON, now=NOON)
    assert [(block.url, block.source) for block in read_stories(session, issue.key)] == [
        ("https://alder.example/planner", "alder, also covered by birch and cedar"),
        *((f"https://{name}.example/{name}", name) for name in names),
    ]


def test_the_plan_of_the_publication_is_filled(session: Session, publication: Publication) -> None:
    news(session, publication, 13)
    issue = propose(session, publication.key, period="p1", due_at=NOON, now=NOON)
    kinds = [block.kind for block in read_blocks(session, issue.key)]
    assert [kinds.count(kind) for kind in ("lead", "stories", "brief")] == [1, 4, 6]
    assert issue.subject == issue.subjects[0] == read_blocks(session, issue.key)[0].title
    assert issue.intro == "Further down: The theorem story; The voice story; The meter story."
    assert len(reasons.read_assessments(session, issue.key)) == 13


def test_a_thin_week_shrinks_or_skips_and_says_so(
    session: Session, publication: Publication
) -> None:
    news(session, publication, 2)
    issue = propose(session, publication.key, period="p1", due_at=NOON, now=NOON)
    assert issue.status == "proposed"
    assert "Thin week" in issue.note
    publication.thin_rule = "skip"
    session.merge(publication)
    session.flush()
    skipped = propose(session, publication.key, period="p2", due_at=NOON, now=NOON)
    assert (skipped.status, read_blocks(session, skipped.key)) == ("skipped", [])


def test_the_weights_of_the_publication_decide_who_leads(
    session: Session, publication: Publication
) -> None:
    gathered(session, publication, "wire", ["Court bans ferries", "Tides"], hours=60)
    gathered(session, publication, "late", ["Bells", "Ropes"], hours=1)
    first = propose(session, publication.key, period="p1", due_at=NOON, now=NOON)
    assert read_blocks(session, first.key)[0].title == "Court bans ferries"
    set_weight(session, publication.key, "consequence", 0)
    set_weight(session, publication.key, "freshness", 50)
    again = propose(session, publication.key, period="p2", due_at=NOON, now=NOON)
    assert read_blocks(session, again.key)[0].title == "Bells"

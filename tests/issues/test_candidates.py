"""Candidates: what is new in a window, and what an earlier issue had already."""

from datetime import timedelta

from sqlmodel import Session

from newsletter.formats.found import Found
from newsletter.gathering import sources
from newsletter.gathering.articles import store_found
from newsletter.gathering.models import Source
from newsletter.issues.candidates import consider
from newsletter.issues.proposing import propose
from newsletter.issues.reading import read_blocks, read_issue
from newsletter.publications.models import Publication
from tests.issues.stage import BIG, WEEK, gathered, news, open_issue, send, verdicts
from tests.samples.times import NOON


def test_a_story_of_an_earlier_issue_is_known_again_by_its_title_elsewhere(
    session: Session, publication: Publication
) -> None:
    news(session, publication, 4)
    send(session, propose(session, publication.key, period="p1", due_at=NOON, now=NOON))
    gathered(
        session,
        publication,
        "late",
        ["Story, the Harbor!", "A ferry sinks", "A ferry rises", "A ferry is sold"],
        hours=-30,
    )
    following = propose(session, publication.key, period="p2", due_at=NOON + WEEK, now=NOON + WEEK)
    assert verdicts(session, following)["Story, the Harbor!"] == "already told in issue 1"
    assert "Story, the Harbor!" not in [
        block.title for block in read_blocks(session, following.key)
    ]


def test_a_retelling_in_other_words_by_another_source_is_recognised(
    session: Session, publication: Publication
) -> None:
    gathered(
        session,
        publication,
        "wire",
        [
            "Orrery launches a planner for whole laboratories",
            "Two cities ban scoring by voice",
            "Ferries",
        ],
    )
    send(session, propose(session, publication.key, period="p1", due_at=NOON, now=NOON))
    retelling = "Orrery launches planner for laboratories"
    gathered(
        session,
        publication,
        "late",
        [retelling, "A ferry sinks", "A bank pays twice", "A bell rings"],
        hours=-30,
    )
    following = propose(session, publication.key, period="p2", due_at=NOON + WEEK, now=NOON + WEEK)
    assert verdicts(session, following)[retelling] == "already told in issue 1"


def test_an_article_dated_before_the_window_but_seen_only_since_is_not_lost(
    session: Session, publication: Publication
) -> None:
    news(session, publication, 4)
    send(session, propose(session, publication.key, period="p1", due_at=NOON, now=NOON))
    source = sources.all_sources(session, publication.key)[0]
    store_found(
        session,
        source.key,
        [Found("https://news.example/day", "A day only", published_at=NOON - timedelta(hours=12))],
        NOON + WEEK / 2,
    )
    following = propose(session, publication.key, period="p2", due_at=NOON + WEEK, now=NOON + WEEK)
    assert "A day only" in verdicts(session, following)


def test_a_link_that_an_editor_pasted_this_week_is_considered_whatever_its_date(
    session: Session, publication: Publication
) -> None:
    news(session, publication, 3)
    old = Found(
        "https://old.example/harbor-law",
        "A law of harbors from last spring",
        "Dek.",
        published_at=NOON - timedelta(days=90),
    )
    pasted = Source(
        publication_id=publication.key,
        kind="hand",
        url=sources.PASTED,
        title="By hand",
        weight=2.0,
        added_at=NOON,
    )
    session.add(pasted)
    session.flush()
    store_found(session, pasted.key, [old], NOON - timedelta(hours=1))
    issue = propose(session, publication.key, period="p", due_at=NOON + timedelta(days=1), now=NOON)
    assert old.title in verdicts(session, issue)


def test_the_ranked_come_best_first_and_repeats_apart_with_the_number_of_their_issue(
    session: Session, publication: Publication
) -> None:
    news(session, publication, 4)
    send(session, propose(session, publication.key, period="p1", due_at=NOON, now=NOON))
    gathered(session, publication, "wire", [*BIG, "Story, the Harbor!"], hours=-30)
    later = NOON + WEEK
    issue = propose(session, publication.key, period="p2", due_at=later, now=later)
    considered = consider(session, publication, issue, later)
    scores = [candidate.score for candidate in considered.ranked]
    assert scores == sorted(scores, reverse=True)
    assert {candidate.reports[0].title for candidate in considered.ranked} == set(BIG)
    assert [(story.reports[0].title, number) for story, number in considered.repeats] == [
        ("Story, the Harbor!", 1)
    ]


def test_a_report_that_the_issue_shows_stays_the_first_of_its_story(
    session: Session, publication: Publication
) -> None:
    key = open_issue(session, publication, 3)
    gathered(session, publication, "wire", BIG[:1])
    gathered(session, publication, "post", BIG[:1])
    issue = read_issue(session, key)
    first = consider(session, publication, issue, NOON).ranked[0]
    other = first.reports[1]
    again = consider(session, publication, issue, NOON, shown=frozenset({other.id})).ranked[0]
    assert again.reports[0].id == other.id

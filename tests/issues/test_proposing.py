"""Proposing: one issue a deadline, filled by the plan; what was told is never told again; thin weeks are said."""

from collections.abc import Sequence
from datetime import timedelta

from sqlmodel import Session

from newsletter.formats.found import Found
from newsletter.gathering import sources
from newsletter.gathering.articles import store_found
from newsletter.gathering.models import Source
from newsletter.gathering.sources import NewSource
from newsletter.issues import approval, reasons
from newsletter.issues.blocks import credit
from newsletter.issues.models import Issue
from newsletter.issues.proposing import propose
from newsletter.issues.reading import read_blocks
from newsletter.publications.models import Publication
from newsletter.publications.weights import set_weight
from tests.samples.times import NOON

WEEK = timedelta(days=7)
WORDS = (
    "harbor",
    "court",
    "robot",
    "weather",
    "theorem",
    "voice",
    "meter",
    "dialect",
    "kitchen",
    "satellite",
    "violin",
    "glacier",
    "turbine",
)


def gathered(
    session: Session,
    publication: Publication,
    name: str,
    titles: Sequence[str],
    *,
    hours: int = 1,
    dek: str = "Dek.",
) -> None:
    """Articles of one source, published so many hours before noon and each hour before that."""
    address = f"https://{name}.example/feed"
    source = next(
        (one for one in sources.all_sources(session, publication.key) if one.url == address), None
    )
    source = source or sources.add(session, publication.key, NewSource(address, name.capitalize()))
    found = [
        Found(
            f"https://{name}.example/{'-'.join(title.casefold().split())}",
            title,
            dek,
            published_at=NOON - timedelta(hours=hours + n),
        )
        for n, title in enumerate(titles)
    ]
    store_found(session, source.key, found, NOON)


def news(session: Session, publication: Publication, count: int) -> None:
    gathered(session, publication, "news", [f"The {word} story" for word in WORDS[:count]])


def sent(session: Session, issue: Issue) -> None:
    approval.approve(session, issue.key, "checksum", by="test", now=NOON)
    approval.mark_sent(session, issue.key, NOON)


def verdicts(session: Session, issue: Issue) -> dict[str, str]:
    return {row.title: row.verdict for row in reasons.read_assessments(session, issue.key)}


def test_proposing_twice_gives_one_issue_and_sent_articles_never_return(
    session: Session, publication: Publication
) -> None:
    news(session, publication, 8)
    key = publication.key
    issue = propose(session, key, period="p1", due_at=NOON, now=NOON)
    assert propose(session, key, period="p1", due_at=NOON, now=NOON).id == issue.id
    assert [block.kind for block in read_blocks(session, issue.key)].count("lead") == 1
    sent(session, issue)
    following = propose(session, key, period="p2", due_at=NOON + WEEK, now=NOON + WEEK)
    assert following.status == "skipped"
    assert following.window_from == NOON


def test_the_plan_of_the_publication_is_filled(session: Session, publication: Publication) -> None:
    news(session, publication, 13)
    issue = propose(session, publication.key, period="p1", due_at=NOON, now=NOON)
    kinds = [block.kind for block in read_blocks(session, issue.key)]
    assert [kinds.count(kind) for kind in ("lead", "stories", "brief")] == [1, 4, 6]
    assert issue.subject == issue.subjects[0] == read_blocks(session, issue.key)[0].title
    assert issue.intro == "One story first, then ten more."
    assert len(reasons.read_assessments(session, issue.key)) == 13


def test_a_story_told_in_an_earlier_issue_is_known_again_by_its_title_elsewhere(
    session: Session, publication: Publication
) -> None:
    news(session, publication, 4)
    sent(session, propose(session, publication.key, period="p1", due_at=NOON, now=NOON))
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
    sent(session, propose(session, publication.key, period="p1", due_at=NOON, now=NOON))
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
    sent(session, propose(session, publication.key, period="p1", due_at=NOON, now=NOON))
    source = sources.all_sources(session, publication.key)[0]
    store_found(
        session,
        source.key,
        [Found("https://news.example/day", "A day only", published_at=NOON - timedelta(hours=12))],
        NOON + WEEK / 2,
    )
    following = propose(session, publication.key, period="p2", due_at=NOON + WEEK, now=NOON + WEEK)
    assert "A day only" in verdicts(session, following)


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


def test_who_else_covers_a_story_is_said_in_one_breath() -> None:
    assert credit("Wire", ["Wire"]) == "Wire"
    assert (
        credit("Wire", ["Ledger", "Wire", "Notes", "Fourth"])
        == "Wire, also covered by Ledger and Notes"
    )

"""Past issues: what of them is kept, and what follows from it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import chain

import pytest
from sqlmodel import Session, col, select

from newsletter.archive.importing import NumberTaken, keep_past_issue
from newsletter.archive.past_files import BadPastFile, read_past_file
from newsletter.archive.search import index_batch, search
from newsletter.archive.sent import past_issue, sent_issues
from newsletter.formats.found import Found
from newsletter.gathering import sources
from newsletter.gathering.articles import store_found
from newsletter.gathering.models import Article
from newsletter.gathering.sources import NewSource
from newsletter.issues.candidates import consider
from newsletter.issues.models import Linked
from newsletter.issues.proposing import propose
from newsletter.publications import redirects
from newsletter.publications.models import Publication
from tests.samples.past_files import BERLIN, SAMPLES, sample

NOW = datetime(2026, 5, 12, 7, 0, tzinfo=UTC)


def test_a_past_issue_stands_in_the_archive_and_can_be_searched(
    session: Session, publication: Publication
) -> None:
    key = publication.key
    for name in ("2024-05-21-lamps.md", "2024-05-14-tidal.html"):
        keep_past_issue(session, key, sample(name), NOW)
    assert [
        (issue.number, issue.subject, issue.status) for issue in sent_issues(session, key, most=9)
    ] == [
        (13, "Lamps that listen", "sent"),
        (12, "Issue 12: The tide comes in", "sent"),
    ]
    assert index_batch(session, key, NOW) == 2
    assert [hit.number for hit in search(session, key, "harbors").results] == [12]


def test_the_same_file_again_changes_what_is_kept_and_keeps_it_once(
    session: Session, publication: Publication
) -> None:
    key = publication.key
    first = keep_past_issue(session, key, sample("2024-05-21-lamps.md"), NOW)
    index_batch(session, key, NOW)
    text = (
        (SAMPLES / "2024-05-21-lamps.md")
        .read_text("utf-8")
        .replace("hears a door", "hears a window")
    )
    again = keep_past_issue(session, key, read_past_file("x.md", text.encode(), BERLIN), NOW)
    assert again.id == first.id
    kept = past_issue(session, again.key)
    assert kept is not None
    assert "hears a window" in kept.html
    assert index_batch(session, key, NOW) == 1
    assert search(session, key, "door").count == 0
    assert len(redirects.all_redirects(session, key)) == 1


def test_what_a_past_issue_linked_is_never_proposed_again_whoever_shows_it(
    session: Session, publication: Publication
) -> None:
    key = publication.key
    recent = replace(sample("2024-05-21-lamps.md"), at=NOW - timedelta(days=3))
    keep_past_issue(session, key, recent, NOW)
    wire = sources.add(session, key, NewSource("https://wire.example/feed.xml", "Wire"))
    found = [
        Found(
            "https://brightside.example/news/lamp-that-listens/?utm_source=wire",
            "The lamp that listens",
            published_at=NOW,
        ),
        Found("https://wire.example/a-new-thing", "A new thing", published_at=NOW),
    ]
    store_found(session, wire.key, found, NOW)
    issue = propose(
        session, key, period="p", due_at=NOW + timedelta(hours=3), now=NOW + timedelta(hours=1)
    )
    assert issue.number == 14
    considered = consider(session, publication, issue, NOW + timedelta(hours=1))
    reports = chain.from_iterable(candidate.reports for candidate in considered.ranked)
    assert [report.url for report in reports] == ["https://wire.example/a-new-thing"]
    linked = select(Article.url).join(Linked, col(Linked.article_id) == col(Article.id))
    assert "https://court.example/2024/lamps.html" in session.exec(linked).all()


def test_a_number_that_is_taken_and_a_date_to_come_are_refused(
    session: Session, publication: Publication
) -> None:
    key = publication.key
    keep_past_issue(session, key, sample("2024-05-21-lamps.md"), NOW)
    other = read_past_file("2024-01-01.md", b"---\ntitle: Other\nnumber: 13\n---\nA text", BERLIN)
    with pytest.raises(NumberTaken, match="Issue 13 is there already: “Lamps that listen”"):
        keep_past_issue(session, key, other, NOW)
    with pytest.raises(BadPastFile, match="is to come"):
        keep_past_issue(
            session,
            key,
            read_past_file("2027-01-01.md", b"---\ntitle: Other\n---\nA text", BERLIN),
            NOW,
        )
    assert (
        keep_past_issue(
            session,
            key,
            read_past_file("2024-01-01.md", b"---\ntitle: Other\n---\nA text", BERLIN),
            NOW,
        ).number
        == 14
    )


def test_an_old_address_leads_to_the_issue(session: Session, publication: Publication) -> None:
    key = publication.key
    keep_past_issue(session, key, sample("2024-05-14-tidal.html"), NOW)
    keep_past_issue(session, key, sample("2024-05-21-lamps.md"), NOW)
    assert redirects.target_of(session, key, "/p/the-tide-comes-in/", "") == "/archive/12"
    assert (
        redirects.target_of(session, key, "/p/the-tide-comes-in", "utm_source=x") == "/archive/12"
    )
    assert redirects.target_of(session, key, "/", "p=13") == "/archive/13"
    assert redirects.target_of(session, key, "/", "p=14") is None

"""Past issues: what is read from their files, what of it is kept, and what follows from it."""

import contextlib
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import Session, col, select

from newsletter.archive.importing import NumberTaken, keep_past_issue
from newsletter.archive.past_files import BadPastFile, PastFile, read_past_file
from newsletter.archive.search import index_batch, search
from newsletter.archive.sent import past_issue, sent_issues
from newsletter.formats.found import Found
from newsletter.formats.pages.front_matter import BadFile
from newsletter.gathering import sources
from newsletter.gathering.articles import store_found
from newsletter.gathering.models import Article
from newsletter.gathering.sources import NewSource
from newsletter.issues.candidates import consider
from newsletter.issues.models import Linked
from newsletter.issues.proposing import propose
from newsletter.publications import redirects
from newsletter.publications.models import Publication
from tests.samples.hostile import HOSTILE, harmless

SAMPLES = Path(__file__).parents[1] / "samples" / "past"
BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 5, 12, 7, 0, tzinfo=UTC)


def sample(name: str) -> PastFile:
    return read_past_file(name, (SAMPLES / name).read_bytes(), BERLIN)


def test_a_letter_of_another_program_is_read_without_its_layout_and_without_what_was_personal() -> (
    None
):
    past = sample("2024-05-14-tidal.html")
    assert (past.title, past.number, past.dek) == (
        "Issue 12: The tide comes in",
        12,
        "A harbor sells what the moon brings.",
    )
    assert past.at == datetime(2024, 5, 14, tzinfo=BERLIN)
    assert past.address == "https://old.example/p/the-tide-comes-in"
    harmless(past.html)
    for gone in (
        "FNAME",
        "ARCHIVE",
        "readers.example",
        "Unsubscribe",
        "your browser",
        "Hidden words",
        "open.gif",
        "utm_",
        "window.hit",
        "td{",
    ):
        assert gone not in past.html, gone
    assert "<h2>A harbor with a price list</h2>" in past.html
    assert "<th>Hour</th>" in past.html, "a table of figures stays one"
    assert past.html.count("<table>") == 1
    assert past.html.count("<img") == 1
    assert "</h2><p>The harbor at Sandwyk" in past.html, "words beside a heading are a paragraph"
    assert 'href="https://old.example/p/another-of-ours"' in past.html
    assert dict(past.links) == {
        "https://wire.example/2024/sandwyk-price-list": "Sandwyk's price list",
        "https://lamps.example/a-quiet-lamp/": "A quiet lamp",
    }


def test_markdown_with_a_head_is_read() -> None:
    past = sample("2024-05-21-lamps.md")
    assert (past.title, past.number, past.address) == (
        "Lamps that listen",
        13,
        "https://old.example/?p=13",
    )
    assert "<h2>Lamps that listen to a room</h2>" in past.html
    assert "<script" not in past.html
    assert set(past.links) == {
        "https://brightside.example/news/lamp-that-listens/",
        "https://court.example/2024/lamps.html",
    }


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("a.html", b"<p>A text", "It says no date"),
        ("2024-01-01.html", b"<html><style>x</style>", "There is no text"),
        ("2024-01-01.html", b"", "There is no text"),
        ("2024-01-01.md", b"A text", "line 1: A file in Markdown begins with a line ---"),
        ("2024-01-01.md", b"---\nnumber: twelve\n---\nA text", "'twelve' is no number"),
        (
            "2024-01-01.md",
            b"---\ntitle: x\nurl: p/1\n---\nA text",
            "line 3: an old address is a whole one",
        ),
        (
            "2024-01-01.md",
            b"---\nauthor: x\n---\nA text",
            "line 2: there is no key 'author'. The keys are title, date, url, number, dek.",
        ),
    ],
)
def test_a_file_that_lacks_something_is_told_what(name: str, content: bytes, says: str) -> None:
    with pytest.raises((BadPastFile, BadFile), match=says.replace("(", r"\(")):
        read_past_file(name, content, BERLIN)


@pytest.mark.parametrize("attack", HOSTILE)
def test_nothing_hostile_is_kept(attack: str) -> None:
    html = f"<html><head><title>{attack}</title></head><body><table><tr><td>{attack} words</td></tr></table><div>{attack}</div></body></html>"
    with contextlib.suppress(BadPastFile):  # some leave no word behind
        harmless(read_past_file("2024-01-01.html", html.encode(), BERLIN).html)
    harmless(
        read_past_file(
            "2024-01-01.md", f"---\ntitle: x\n---\nwords\n\n{attack}\n".encode(), BERLIN
        ).html
    )


@given(
    st.binary(max_size=300)
    | st.text(alphabet="<>/=\"' \nabtdrhimgspx-0123456789&;", max_size=300).map(str.encode)
)
def test_whatever_a_file_holds_it_is_kept_harmless_or_refused(content: bytes) -> None:
    for name in ("2024-01-01.html", "2024-01-01.md"):
        with contextlib.suppress(BadPastFile, BadFile):
            harmless(read_past_file(name, content, BERLIN).html)


def test_a_past_issue_stands_in_the_archive_and_can_be_searched(
    session: Session, publication: Publication
) -> None:
    key = publication.key
    for name in ("2024-05-21-lamps.md", "2024-05-14-tidal.html"):
        keep_past_issue(session, key, sample(name), NOW)
    assert [(one.number, one.subject, one.status) for one in sent_issues(session, key, most=9)] == [
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
    recent = sample("2024-05-21-lamps.md")
    keep_past_issue(
        session,
        key,
        PastFile(
            **{
                **{name: getattr(recent, name) for name in PastFile.__slots__},
                "at": NOW - timedelta(days=3),
            }
        ),
        NOW,
    )
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
    assert [one.url for candidate in considered.ranked for one in candidate.reports] == [
        "https://wire.example/a-new-thing"
    ]
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

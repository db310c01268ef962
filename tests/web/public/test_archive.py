"""The archive: what readers find there, in which order, and that nothing of it is personal."""

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from newsletter.archive import search
from newsletter.archive.importing import keep_past_issue
from newsletter.formats.pages.article_form import read_article_file
from newsletter.formats.pages.article_rules import judge_article
from newsletter.gathering import own_writing
from newsletter.issues import approval
from newsletter.issues.models import Block, Issue
from newsletter.publications.preferences import change
from tests.archive.test_importing import sample
from tests.samples.articles import FILE
from tests.web.asking import Site, site
from tests.web.public.article_stage import BERLIN, write

NOW = datetime(2026, 5, 12, 9, 0, tzinfo=UTC)
LISTS = ("/archive", "/feed.xml", "/atom.xml", "/feed.json")


@pytest.fixture
def one(database_url: str) -> Iterator[Site]:
    with site(database_url, NOW) as opened:
        yield opened


def keep(
    one: Site,
    number: int,
    subject: str,
    *stories: str,
    status: str = "sent",
    weeks_ago: int | None = None,
) -> int:
    """Keep an issue whose first story leads."""
    at = NOW - timedelta(weeks=50 - number if weeks_ago is None else weeks_ago)
    with one.runtime.database.writing() as session:
        times = {
            "window_from": at,
            "window_to": at,
            "due_at": at,
            "proposed_at": at,
            "sent_at": at if status == "sent" else None,
        }
        issue = Issue(
            publication_id=one.key,
            number=number,
            period=str(number),
            status=status,
            subject=subject,
            preheader=f"About {number}.",
            **times,
        )
        session.add(issue)
        session.flush()
        for place, title in enumerate(stories):
            kind = "lead" if place == 0 else "stories" if place < 3 else "brief"
            row = {
                "title": title,
                "text": f"What {title} means.",
                "url": f"https://wire.example/{number}/{place}",
                "source": "Circuit Wire",
            }
            session.add(Block(issue_id=issue.key, kind=kind, position=place, **row))
        return issue.key


def index(one: Site) -> int:
    return one.runtime.database.write(search.index_batch, one.key, one.clock.now())


def listed(text: str) -> list[int]:
    return [
        int(number) for number in re.findall(r'<a class="plain-link" href="/archive/(\d+)">', text)
    ]


def test_every_sent_issue_is_listed_by_its_date_newest_first_on_pages_of_twenty(one: Site) -> None:
    for number in range(1, 24):
        keep(one, number, f"Subject {number}")
    keep(one, 24, "Not yet", status="approved")
    keep(one, 25, "Older than all, whatever its number", weeks_ago=90)
    first, second = one.get("/archive").text, one.get("/archive?page=2").text
    assert listed(first) + listed(second) == [*range(23, 0, -1), 25]
    assert 'rel="next" href="/archive?page=2"' in first
    assert 'rel="next"' not in second
    assert "There are no older issues" in one.get("/archive?page=3").text


def test_an_issue_leads_to_the_one_before_and_the_one_after_and_can_be_joined_from(
    one: Site,
) -> None:
    for number in (1, 2, 3):
        keep(one, number, f"Subject {number}", "A lead", "A row", "Another", "In short")
    text = one.get("/archive/2").text
    assert (
        re.findall(r'rel="(prev|next)"\s+href="/archive/(\d)"', text)
        == [("prev", "1"), ("next", "3")] * 2
    ), "in the head, and to press"
    assert 'action="/subscribe"' in text
    text = text[text.index("<main") :]
    assert (
        text.index("A lead")
        < text.index("Also this week")
        < text.index("A row")
        < text.index("In brief")
        < text.index("In short")
    )
    assert 'rel="prev"' not in one.get("/archive/1").text
    assert 'rel="next"' not in one.get("/archive/3").text


def test_what_was_not_sent_is_not_there(one: Site) -> None:
    keep(one, 1, "Not yet", "A lead", status="approved")
    for path in ("/archive/1", "/archive/1/letter", "/archive/99"):
        assert (one.get(path).status, one.get(path).headers["cache-control"]) == (404, "no-store")
    assert index(one) == 0


def test_search_finds_issues_and_own_articles_that_have_all_words_in_any_form(one: Site) -> None:
    keep(
        one, 1, "Regulators look at models", "A tidal price list", "A hand for three hundred euros"
    )
    keep(one, 2, "The quiet week", "Regulation comes to lamps")
    write(one)  # its text tells of tides and answers
    assert index(one) == 3
    assert index(one) == 0, "nothing is indexed twice"

    def found(question: str) -> list[str]:
        return [
            hit.title for hit in one.runtime.database.read(search.search, one.key, question).results
        ]

    assert found("regulator") == ["Regulators look at models", "The quiet week"], (
        "a title counts for more"
    )
    assert found("tides answer") == ["Harbor Compute sells the tide by the answer"]
    assert found("TÎDE, the answers!") == ["Harbor Compute sells the tide by the answer"], (
        "accents, case and little words do not matter"
    )
    assert found("tide lamps") == []
    assert found("the") == found("%") == found("") == found("' OR ''--") == []
    page = one.get("/archive?q=lamp").text
    assert 'href="/archive/2"' in page
    assert "<mark>lamps</mark>" in page
    assert '<meta name="robots" content="noindex, follow">' in page


def test_a_changed_article_is_found_by_its_new_words_and_a_withdrawn_one_by_none(one: Site) -> None:
    key = write(one)
    index(one)
    with one.runtime.database.writing() as session:
        written = judge_article(
            read_article_file(FILE.replace("tide", "ebb")), BERLIN, one.clock.now()
        )
        own_writing.change_article(session, one.key, key, written, 1, one.clock.now())
    assert index(one) == 1
    assert "ebb" in one.get("/archive?q=ebb").text
    assert "Nothing with" not in one.get("/archive?q=ebb").text
    assert "Nothing with" in one.get("/archive?q=tide").text
    one.runtime.database.write(own_writing.withdraw_article, one.key, key, one.clock.now())
    assert "Nothing with" in one.get("/archive?q=ebb").text


def test_a_question_is_shown_as_text(one: Site) -> None:
    keep(one, 1, "Subject")
    text = one.get("/archive?q=%3Cscript%3Ealert(1)%3C/script%3E%00").text
    assert "<script>alert" not in text
    assert "&lt;script&gt;" in text


def test_an_issue_says_what_it_is_to_machines(one: Site) -> None:
    keep(one, 7, "Tides </script> & prices", "A lead")
    text = one.get("/archive/7").text
    script = re.findall(r'<script type="application/ld\+json">(.+?)</script>', text)[0]
    described = json.loads(script)
    assert (described["@type"], described["issueNumber"], described["name"]) == (
        "PublicationIssue",
        "7",
        "Tides </script> & prices",
    )
    assert described["hasPart"] == [
        {"@type": "Article", "headline": "A lead", "url": "https://wire.example/7/0"}
    ]
    for name in (
        "og:title",
        "og:description",
        "og:url",
        "og:type",
        "og:site_name",
        "article:published_time",
    ):
        assert f'property="{name}"' in text
    assert '<link rel="canonical" href="http://news.example/archive/7">' in text


def test_the_archive_letter_is_nobodys(one: Site) -> None:
    from newsletter.delivery.planning import plan
    from newsletter.editions.personalising import Markers
    from newsletter.editions.printing import print_edition
    from tests.delivery.rig import subscribe

    issue_id = keep(one, 1, "Tides", "A lead", status="proposed")
    with one.runtime.database.writing() as session:
        subscribe(session, one.key, "ada@readers.example")
        edition = print_edition(session, issue_id, one.runtime.urls, NOW)
        approval.approve(session, issue_id, edition.checksum, by="editor", now=NOW)
        plan(session, issue_id, NOW)
    letter = one.get("/archive/1/letter")
    assert letter.status == 200
    assert "[[" not in letter.text
    assert "readers.example" not in letter.text
    assert "/leave/" not in letter.text
    assert "sandbox" in letter.headers["content-security-policy"]
    assert letter.headers["cache-control"].startswith("public")
    assert "View in browser" in edition.html
    assert f"View in browser: {Markers(edition.marker_code).spell('view_url')}" in edition.text


def test_an_old_address_leads_to_its_issue_for_ever_and_any_other_says_that_nothing_is_there(
    one: Site,
) -> None:
    from newsletter.publications import redirects

    keep(one, 12, "Tides")
    with one.runtime.database.writing() as session:
        for old in ("/p/tides", "/?p=12", "/archive/tides", "/articles/tides", "/archive/99"):
            redirects.add_redirect(session, one.key, old, "/archive/12")
    for old in (
        "/p/tides",
        "/p/tides/",
        "/p/tides?utm_source=x",
        "/?p=12",
        "/archive/tides",
        "/articles/tides",
        "/archive/99",
    ):
        answer = one.get(old)
        assert (answer.status, answer.headers["location"]) == (301, "/archive/12"), old
        assert one.head(old).status == 301
    assert one.get("/?p=13").status == 200
    assert one.get("/archive/12").status == 200
    for missing in ("/p/lamps", "/archive/lamps", "/archive/13", "/%00", "/p/%ff"):
        answer = one.get(missing)
        assert (answer.status, answer.headers["content-type"]) == (
            404,
            "text/html; charset=utf-8",
        ), missing
        assert "<h1>Not here</h1>" in answer.text
    assert one.post("/p/tides").status == 404


def test_a_past_issue_has_its_page_and_its_place_in_feeds_but_no_letter(one: Site) -> None:
    one.runtime.database.write(keep_past_issue, one.key, sample("2024-05-14-tidal.html"), NOW)
    page = one.get("/archive/12").text
    assert "<h2>A harbor with a price list</h2>" in page
    assert "The letter as it was sent" not in page
    assert one.get("/archive/12/letter").status == 404
    assert "A harbor with a price list" in one.get("/feed.xml").text
    assert one.get("/p/the-tide-comes-in").headers["location"] == "/archive/12"
    assert one.get("/desk").status == one.get("/desk/issues").status == 200


def set_access(one: Site, access: str) -> None:
    with one.runtime.database.writing() as session:
        change(session, one.key, archive=access)


def test_an_unlisted_archive_is_for_whoever_has_an_address(one: Site) -> None:
    keep(one, 41, "Before", "Tides")
    keep(one, 42, "The latest", "Ships")
    set_access(one, "unlisted")
    page = one.get("/archive/42")
    assert page.status == 200
    assert page.headers["x-robots-tag"] == "noindex"
    assert "Before" not in page.text, "no neighbour is named"
    for path in LISTS:
        assert one.get(path).status == 404, path
    for path in ("/", "/tools", "/articles", "/sitemap.xml"):
        text = one.get(path).text
        assert "/archive" not in text, path
        assert "/feed.xml" not in text, path


def test_an_archive_that_is_off_has_no_page_and_says_why(one: Site) -> None:
    keep(one, 42, "The latest", "Ships")
    set_access(one, "off")
    for path in ("/archive/42", "/archive/42/letter"):
        answer = one.get(path)
        assert answer.status == 404
        assert "come by mail" in answer.text
    set_access(one, "public")
    assert one.get("/archive/42").status == 200, "nothing was deleted"


def test_search_engines_are_asked_to_keep_all_pages_out(one: Site) -> None:
    keep(one, 42, "The latest", "Ships")
    with one.runtime.database.writing() as session:
        change(session, one.key, noindex=True)
    for path in ("/", "/archive", "/archive/42", "/tools"):
        assert one.get(path).headers["x-robots-tag"] == "noindex", path
    assert "<loc>" not in one.get("/sitemap.xml").text
    # A crawler that may not come would never see what is asked of it.
    assert "Disallow: /\n" not in one.get("/robots.txt").text

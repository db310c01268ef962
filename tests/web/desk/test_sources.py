"""The sources at the desk: their health, errors beside what was typed, an editor's changes."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from newsletter.formats.opml import Outline, write_opml
from newsletter.gathering import sources
from newsletter.gathering.models import Source
from newsletter.gathering.sources import NewSource
from newsletter.issues import composing
from newsletter.publications.models import Publication
from tests.issues.stage import MARA, open_issue, stories, version
from tests.samples.times import NOON
from tests.web.asking import Site, site

FEED = "https://tide.example/feed.xml"


@pytest.fixture
def desk(database_url: str) -> Iterator[Site]:
    with site(database_url, NOON) as opened:
        yield opened


def added(desk: Site, url: str = FEED, title: str = "Tide Log") -> int:
    with desk.runtime.database.writing() as session:
        return sources.add(session, desk.key, NewSource(url, title), now=NOON).key


def kept(desk: Site, key: int) -> Source:
    with desk.runtime.database.reading() as session:
        return sources.find_source(session, desk.key, str(key))


def test_a_failing_source_is_shown_with_what_it_answers(desk: Site) -> None:
    key = added(desk)
    with desk.runtime.database.writing() as session:
        failing = sources.find_source(session, desk.key, str(key))
        failing.failures, failing.error, failing.succeeded_at = (
            4,
            "HTTP 429",
            NOON - timedelta(days=2),
        )
    page = desk.get("/desk/sources").text
    assert "Failed 4 times in a row: HTTP 429." in page
    assert '<span class="pill" data-tone="bad">Failing</span>' in page


def test_a_source_is_named_weighed_put_in_a_folder_and_marked_as_our_own(desk: Site) -> None:
    key = added(desk)
    assert 'value="Tide Log"' in desk.get(f"/desk/sources/{key}").text
    assert (
        desk.post(
            f"/desk/sources/{key}", title=" The  Tide ", category="Ports", weight="1.7", own="true"
        ).status
        == 303
    )
    changed = kept(desk, key)
    assert (changed.title, changed.category, changed.weight, changed.is_own) == (
        "The Tide",
        "Ports",
        1.7,
        True,
    )
    desk.post(f"/desk/sources/{key}", title="The Tide", category="", weight="9")
    assert (kept(desk, key).weight, kept(desk, key).is_own) == (2.0, False)


def test_what_a_source_is_guessed_to_be_is_shown_and_an_editor_may_say_otherwise(
    desk: Site,
) -> None:
    key = added(desk)
    with desk.runtime.database.writing() as session:
        source = sources.find_source(session, desk.key, str(key))
        source.guessed_genre = "changelog"
        source.guessed_because = "9 of 9 <b>titles</b>"
        source.guessed_firm = "tide.example"
        source.guessed_from = 9
    page = desk.get(f"/desk/sources/{key}").text
    assert "As guessed: a list of changes" in page
    assert "Guessed from 9 items: 9 of 9 &lt;b&gt;titles&lt;/b&gt;." in page
    assert 'placeholder="tide.example"' in page
    form = {"title": "Tide Log", "weight": "1", "genre": "press", "speaks_for": "Tide Group"}
    assert desk.post(f"/desk/sources/{key}", **form).status == 303
    assert (kept(desk, key).genre, kept(desk, key).speaks_for) == ("press", "Tide Group")
    assert desk.post(f"/desk/sources/{key}", **(form | {"genre": "blog"})).status == 403
    assert desk.post(f"/desk/sources/{key}", **(form | {"languages": "Welsh"})).status == 403
    assert desk.post(f"/desk/sources/{key}", **(form | {"languages": "fr de, fr"})).status == 303
    assert kept(desk, key).languages == "fr, de"
    assert kept(desk, key).genre == "press"


def test_what_was_learned_of_a_source_is_shown_and_forgotten_on_demand(desk: Site) -> None:
    with desk.runtime.database.writing() as session:
        publication = session.get_one(Publication, desk.key)
        issue = open_issue(session, publication)
        for block in stories(session, issue)[:3]:
            composing.drop(session, issue, block.key, version=version(session, issue), **MARA)
        key = sources.all_sources(session, desk.key)[0].key
    page = desk.get(f"/desk/sources/{key}").text
    assert "You dropped the last 3 of this source. Its stories weigh less for that." in page
    assert desk.post(f"/desk/sources/{key}/forget").status == 303
    # At the very second of the choices they count no more.
    assert "What it learned from you" not in desk.get(f"/desk/sources/{key}").text


def test_a_retired_source_is_read_no_more_until_it_is_restored(desk: Site) -> None:
    key = added(desk)
    desk.post(f"/desk/sources/{key}/retire")
    desk.post(f"/desk/sources/{key}/retire")
    assert kept(desk, key).status == "retired"
    assert "Restore<" in desk.get("/desk/sources").text
    desk.post(f"/desk/sources/{key}/restore")
    with desk.runtime.database.reading() as session:
        assert [source.id for source in sources.due_sources(session, desk.key, NOON)] == [key]
    assert desk.post(f"/desk/sources/{key}/restore").status == 409


def test_what_is_wrong_with_an_address_is_shown_beside_it_and_the_address_stays(desk: Site) -> None:
    added(desk)
    for typed, words in (
        ("ftp://tide.example", "http or https address"),
        (FEED, "there already"),
        ("http://127.0.0.1/", "not a public address"),
    ):
        answer = desk.post("/desk/sources/look", url=typed)
        assert answer.status >= 400
        assert words in answer.text.split('role="alert"')[1].split("</p>")[0]
        assert f'value="{typed}"' in answer.text
    with desk.runtime.database.reading() as session:
        assert len(sources.all_sources(session, desk.key)) == 1


@pytest.mark.parametrize(
    "typed", ["", "+1", "../../etc/passwd", "a b", "https://a..example/", "https://tide.example:0/"]
)
def test_an_address_that_no_site_can_have_is_the_fault_of_who_typed_it(
    typed: str, desk: Site
) -> None:
    answer = desk.post("/desk/sources/look", url=typed)
    assert answer.status == 422
    assert "http or https address" in answer.text


def test_what_was_looked_at_is_saved_as_it_was_seen_and_nothing_else_is(desk: Site) -> None:
    seen = {
        "url": FEED,
        "kind": "feed",
        "home_url": "javascript:alert(1)",
        "title": "Tide Log",
        "weight": "1.2",
    }
    assert desk.post("/desk/sources", **seen).headers["location"] == "/desk/sources?done=added"
    assert desk.post("/desk/sources", **seen).status == 409
    assert (
        desk.post(
            "/desk/sources", **{**seen, "url": "https://other.example/", "kind": "hand"}
        ).status
        == 403
    )
    with desk.runtime.database.reading() as session:
        assert [
            (source.url, source.home_url, source.weight)
            for source in sources.all_sources(session, desk.key)
        ] == [(FEED, "", 1.2)]


def test_a_list_goes_in_with_a_report_of_the_rest_and_comes_out_again(desk: Site) -> None:
    added(desk)
    listed = write_opml(
        "Feeds",
        [
            Outline("Tide Log", FEED),
            Outline("Quay", "https://quay.example/rss", category="Ports"),
            Outline("None", ""),
        ],
    )
    page = desk.upload("/desk/sources/import", listed).text
    assert "1 added, 1 known already, 1 not taken." in page
    assert "has no http address of a feed" in page
    exported = desk.get("/desk/sources/feeds.opml")
    assert "attachment" in exported.headers["content-disposition"]
    assert 'xmlUrl="https://quay.example/rss"' in exported.text
    assert desk.upload("/desk/sources/import", b"no list").status == 403


def test_it_is_for_editors_only(desk: Site) -> None:
    key = added(desk)
    desk.log_out()
    for path in ("/desk/sources", f"/desk/sources/{key}", "/desk/sources/feeds.opml"):
        assert desk.get(path).status == 303
    assert desk.post(f"/desk/sources/{key}/retire").status == 303
    assert kept(desk, key).status == "active"

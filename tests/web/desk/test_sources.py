"""The sources at the desk: what each is like, what is wrong with what was typed, and that a hand's change is what stands."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from newsletter.formats.opml import Outline, write_opml
from newsletter.gathering import sources
from newsletter.gathering.models import Source
from newsletter.gathering.sources import NewSource
from tests.samples.times import NOON
from tests.web.asking import Site, site

FEED = "https://tide.example/feed.xml"


@pytest.fixture
def one(database_url: str) -> Iterator[Site]:
    with site(database_url, NOON) as opened:
        yield opened


def added(one: Site, url: str = FEED, title: str = "Tide Log") -> int:
    with one.runtime.database.writing() as session:
        return sources.add(session, one.key, NewSource(url, title), now=NOON).key


def kept(one: Site, key: int) -> Source:
    with one.runtime.database.reading() as session:
        return sources.find_source(session, one.key, str(key))


def test_a_failing_source_is_said_with_what_it_answers(one: Site) -> None:
    key = added(one)
    with one.runtime.database.writing() as session:
        failing = sources.find_source(session, one.key, str(key))
        failing.failures, failing.error, failing.succeeded_at = (
            4,
            "HTTP 429",
            NOON - timedelta(days=2),
        )
    page = one.get("/desk/sources").text
    assert "Failed 4 times in a row: HTTP 429." in page
    assert '<span class="pill" data-tone="bad">Failing</span>' in page


def test_a_source_is_named_weighed_put_in_a_folder_and_marked_as_our_own(one: Site) -> None:
    key = added(one)
    assert 'value="Tide Log"' in one.get(f"/desk/sources/{key}").text
    assert (
        one.post(
            f"/desk/sources/{key}", title=" The  Tide ", category="Ports", weight="1.7", own="true"
        ).status
        == 303
    )
    changed = kept(one, key)
    assert (changed.title, changed.category, changed.weight, changed.is_own) == (
        "The Tide",
        "Ports",
        1.7,
        True,
    )
    one.post(f"/desk/sources/{key}", title="The Tide", category="", weight="9")
    assert (kept(one, key).weight, kept(one, key).is_own) == (2.0, False)


def test_a_retired_source_is_read_no_more_until_it_is_restored(one: Site) -> None:
    key = added(one)
    one.post(f"/desk/sources/{key}/retire")
    one.post(f"/desk/sources/{key}/retire")
    assert kept(one, key).status == "retired"
    assert "Restore<" in one.get("/desk/sources").text
    one.post(f"/desk/sources/{key}/restore")
    with one.runtime.database.reading() as session:
        assert [source.id for source in sources.due_sources(session, one.key, NOON)] == [key]
    assert one.post(f"/desk/sources/{key}/restore").status == 409


def test_what_is_wrong_with_an_address_is_said_beside_it_and_the_address_stays(one: Site) -> None:
    added(one)
    for typed, said in (
        ("ftp://tide.example", "http or https address"),
        (FEED, "there already"),
        ("http://127.0.0.1/", "not a public address"),
    ):
        answer = one.post("/desk/sources/look", url=typed)
        assert answer.status >= 400
        assert said in answer.text.split('role="alert"')[1].split("</p>")[0]
        assert f'value="{typed}"' in answer.text
    with one.runtime.database.reading() as session:
        assert len(sources.all_sources(session, one.key)) == 1


def test_what_was_looked_at_is_saved_as_it_was_seen_and_nothing_else_is(one: Site) -> None:
    seen = {
        "url": FEED,
        "kind": "feed",
        "home_url": "javascript:alert(1)",
        "title": "Tide Log",
        "weight": "1.2",
    }
    assert one.post("/desk/sources", **seen).headers["location"] == "/desk/sources?told=added"
    assert one.post("/desk/sources", **seen).status == 409
    assert (
        one.post(
            "/desk/sources", **{**seen, "url": "https://other.example/", "kind": "hand"}
        ).status
        == 403
    )
    with one.runtime.database.reading() as session:
        assert [
            (source.url, source.home_url, source.weight)
            for source in sources.all_sources(session, one.key)
        ] == [(FEED, "", 1.2)]


def test_a_list_goes_in_with_what_could_not_be_taken_said_and_comes_out_again(one: Site) -> None:
    added(one)
    listed = write_opml(
        "Feeds",
        [
            Outline("Tide Log", FEED),
            Outline("Quay", "https://quay.example/rss", category="Ports"),
            Outline("None", ""),
        ],
    )
    page = one.upload("/desk/sources/import", listed).text
    assert "1 added, 1 known already, 1 not taken." in page
    assert "has no http address of a feed" in page
    exported = one.get("/desk/sources/feeds.opml")
    assert "attachment" in exported.headers["content-disposition"]
    assert 'xmlUrl="https://quay.example/rss"' in exported.text
    assert one.upload("/desk/sources/import", b"no list").status == 403


def test_it_is_for_editors_only(one: Site) -> None:
    key = added(one)
    one.log_out()
    for path in ("/desk/sources", f"/desk/sources/{key}", "/desk/sources/feeds.opml"):
        assert one.get(path).status == 303
    assert one.post(f"/desk/sources/{key}/retire").status == 303
    assert kept(one, key).status == "active"

"""Tool sources at the desk: looked at before they are saved, changed and removed."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from newsletter.fetching.limits import Limits
from newsletter.tool_sources import sources
from newsletter.tool_sources.looking import look
from newsletter.tool_sources.models import ToolSource
from newsletter.tool_sources.sources import NewToolSource
from newsletter.web.application import application
from tests.doubles.web import always, serving
from tests.samples.times import NOON
from tests.web.asking import Site, site

HERE = "/desk/tools/sources"
LIST = b"name,url\nPen,https://pen.invalid\n<b>Bad</b>,javascript:x\n"


@pytest.fixture
def desk(sqlite_url: str) -> Iterator[Site]:
    with site(sqlite_url, NOON) as opened:
        # Sources of a test are on this machine.
        opened.runtime = replace(opened.runtime, limits=Limits(allow_private=True))
        opened.app = application(opened.runtime)
        yield opened


def listed(desk: Site) -> list[ToolSource]:
    return list(desk.runtime.database.read(sources.all_sources, desk.key))


def test_a_source_is_looked_at_and_saved_as_it_was_seen(desk: Site) -> None:
    with serving({"/tools.csv": always(200, LIST)}) as web:
        url = web.url + "/tools.csv"
        seen = " ".join(desk.post(f"{HERE}/look", url=url).text.split())
        assert "Found a list with 2 tools." in seen
        assert listed(desk) == []
        saved = desk.post(HERE, url=url, kind="list", title="A shelf", rule="accept")
        assert "looked at in a moment" in desk.get(saved.headers["location"]).text
        known = desk.post(f"{HERE}/look", url=url)
        assert known.status == 409
        assert "“Tool sources” shows it." in known.text
        look(desk.runtime.database, desk.key, desk.clock, Limits(allow_private=True))
    page = " ".join(desk.get(f"{HERE}/1").text.split())
    assert "2 read: 1 new, 0 the same" in page
    assert "Refused. Write the web address" in page


@pytest.mark.parametrize(
    "url", ["file:///etc/passwd", "javascript:alert(1)", "ftp://x.example", "https://..", ""]
)
def test_no_address_that_a_site_cannot_have_is_looked_at_or_saved(desk: Site, url: str) -> None:
    assert desk.post(f"{HERE}/look", url=url).status == 422
    assert desk.post(HERE, url=url or "x", kind="list").status == 422
    assert listed(desk) == []


def test_a_site_that_does_not_answer_leaves_what_was_typed(desk: Site) -> None:
    answer = desk.post(f"{HERE}/look", url="http://127.0.0.1:9/x", below="/tools/")
    assert answer.status == 503
    assert 'value="http://127.0.0.1:9/x"' in answer.text
    assert 'value="/tools/"' in answer.text


def test_a_source_is_changed_looked_at_soon_and_removed(desk: Site) -> None:
    new = NewToolSource("https://shelf.example/map.xml", "pages")
    desk.runtime.database.write(sources.add, desk.key, new, NOON)
    desk.post(f"{HERE}/1", title="Shelf", below="/tools/", rule="accept")
    (source,) = listed(desk)
    assert (source.title, source.below, source.rule) == ("Shelf", "/tools/", "accept")
    assert desk.post(f"{HERE}/1", rule="always").status == 422
    assert "in a moment" in desk.get(desk.post(f"{HERE}/1/soon").headers["location"]).text
    assert "its tools stay" in desk.get(desk.post(f"{HERE}/1/remove").headers["location"]).text
    assert listed(desk) == []
    assert desk.get(f"{HERE}/9").status == 404

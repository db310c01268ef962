"""Looking at tool sources of each kind over real HTTP, with faults: nothing breaks the others."""

import asyncio
import io
import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from PIL import Image
from sqlmodel import select

from newsletter.clock import SetClock
from newsletter.database import Database
from newsletter.fetching.limits import Limits
from newsletter.gathering.children.outside import open_outside
from newsletter.publications.models import Publication
from newsletter.tool_sources import sources
from newsletter.tool_sources.looking import NO_PICTURE, loads, look, look_at_due
from newsletter.tool_sources.looks import LookReport
from newsletter.tool_sources.models import GatheredTool, ToolSource, WatchedPage
from newsletter.tool_sources.sources import NewToolSource
from newsletter.tools import directory
from newsletter.tools.models import Tool
from tests.doubles.web import Script, Web, always, answer, serving
from tests.samples.times import NOON

LIMITS = Limits(allow_private=True)
LIST = b"name,url,price\nPen,https://pen.invalid/,$9\nInk,https://ink.invalid/,Free\n"
FEED = b"""<rss version="2.0"><channel><title>New tools</title>
<item><title>Pen \xe2\x80\x93 writes letters</title><link>https://pen.invalid/</link></item>
</channel></rss>"""


class Shelf:
    """A publication that looks at sources of one scripted site."""

    def __init__(self, database: Database, publication: Publication, web: Web) -> None:
        self.database = database
        self.key = publication.key
        self.web = web
        self.now = NOON

    def add(self, path: str, kind: str, rule: str = "accept", below: str = "") -> ToolSource:
        new = NewToolSource(self.web.url + path, kind, below=below, rule=rule)
        return self.database.write(sources.add, self.key, new, self.now)

    def look(self, after: timedelta = timedelta()) -> list[LookReport]:
        self.now += after
        return list(look(self.database, self.key, SetClock(self.now), LIMITS))

    def due(self, at: datetime) -> list[LookReport]:
        return list(look_at_due(self.database, self.key, SetClock(at), LIMITS))

    def gathered(self) -> dict[str, GatheredTool]:
        with self.database.reading() as session:
            return {row.name: row for row in session.exec(select(GatheredTool))}

    def pages(self) -> dict[str, WatchedPage]:
        with self.database.reading() as session:
            return {
                page.url.removeprefix(self.web.url): page
                for page in session.exec(select(WatchedPage))
            }

    def source(self) -> ToolSource:
        return self.database.read(sources.all_sources, self.key)[0]


@pytest.fixture
def either(database: Database, publication: Publication) -> Iterator[Shelf]:
    """A shelf on each kind of database, for the tests that write the most."""
    with serving({}) as web:
        yield Shelf(database, publication, web)


@pytest.fixture
def shelf(sqlite_url: str) -> Iterator[Shelf]:
    database = Database(sqlite_url)
    publication = Publication(
        slug="p", name="P", sender_name="P", sender_address="e@p.example", postal_address="1 Street"
    )
    with database.writing() as session:
        session.add(publication)
    with serving({}) as web:
        yield Shelf(database, publication, web)
    database.close()


def app(name: str, price: object = 9) -> bytes:
    thing = {
        "@type": "SoftwareApplication",
        "name": name,
        "offers": {"price": price, "priceCurrency": "USD"},
    }
    return f'<script type="application/ld+json">{json.dumps(thing)}</script>'.encode()


def sitemap(*paths: str) -> Script:
    entries = "".join(f"<url><loc>{path}</loc></url>" for path in paths)
    return always(200, f"<urlset>{entries}</urlset>".encode())


def test_a_list_gives_tools_and_the_same_bytes_are_not_read_again(shelf: Shelf) -> None:
    shelf.web.scripts["/tools.csv"] = always(200, LIST)
    shelf.add("/tools.csv", "list")
    (first,) = shelf.look()
    assert (first.account.new, first.account.came_in, first.error) == (2, 2, "")
    (again,) = shelf.look(timedelta(hours=7))
    assert again.outcome == "unchanged"
    assert len(shelf.database.read(directory.all_tools, shelf.key)) == 2


def test_changes_and_tools_that_disappear_are_noted_and_nothing_is_overwritten(
    either: Shelf,
) -> None:
    shelf = either
    shelf.web.scripts["/tools.csv"] = always(200, LIST)
    shelf.add("/tools.csv", "list")
    shelf.look()
    shelf.web.scripts["/tools.csv"] = always(200, b"name,url,price\nPen,https://pen.invalid,$19\n")
    (report,) = shelf.look(timedelta(hours=7))
    assert report.account.changed == 1
    gathered = shelf.gathered()
    assert gathered["Ink"].missing_at == shelf.now
    assert gathered["Pen"].price == "$19"
    pen = shelf.database.read(directory.find_by_name, shelf.key, "Pen")
    assert pen
    assert pen.price == "$9"
    shelf.web.scripts["/tools.csv"] = always(200, LIST + b"\n")
    shelf.look(timedelta(hours=7))
    assert shelf.gathered()["Ink"].missing_at is None, "it came back"


def test_a_row_that_cannot_be_read_makes_no_tool_disappear(shelf: Shelf) -> None:
    """It may be of any tool; when all rows can be read again, what is not there is missing."""
    shelf.web.scripts["/tools.csv"] = always(200, LIST)
    shelf.add("/tools.csv", "list")
    shelf.look()
    for last, is_missing in ((b'"Ink,https://ink.invalid/\n', False), (b"", True)):
        shelf.web.scripts["/tools.csv"] = always(200, LIST[: LIST.index(b"Ink")] + last)
        shelf.look(timedelta(hours=7))
        assert (shelf.gathered()["Ink"].missing_at is not None) == is_missing


def test_a_source_that_is_removed_while_it_is_looked_at_gives_nothing(shelf: Shelf) -> None:
    source = shelf.add("/tools.csv", "list")

    def remove_and_answer(_: object) -> list[bytes]:
        shelf.database.write(sources.remove, shelf.key, source.key)
        return [answer(200, LIST)]

    shelf.web.scripts["/tools.csv"] = remove_and_answer
    (report,) = shelf.look()
    assert (report.outcome, report.error) == ("failed", str(sources.NoToolSource()))
    assert shelf.gathered() == {}


def test_new_tools_of_a_feed_wait_and_older_ones_are_not_missed(shelf: Shelf) -> None:
    shelf.web.scripts["/feed"] = always(200, FEED)
    shelf.add("/feed", "feed", rule="ask")
    (report,) = shelf.look()
    assert report.account.waiting == 1
    pen = shelf.gathered()["Pen"]
    assert (pen.status, pen.description) == ("waiting", "writes letters")
    other = FEED.replace(b"Pen", b"Ink").replace(b"pen", b"ink")
    shelf.web.scripts["/feed"] = always(200, other)
    shelf.look(timedelta(hours=7))
    assert shelf.gathered()["Pen"].missing_at is None, "a feed shows the latest alone"


def test_pages_of_a_site_are_read_each_by_itself_and_each_fault_has_its_reason(
    either: Shelf,
) -> None:
    shelf = either
    scripts = shelf.web.scripts
    names = ("pen", "login", "moved", "gone", "broken", "words", "hidden", "odd")
    scripts["/map.xml"] = sitemap(*(f"/tools/{name}" for name in names), "/blog/news", "/a.pdf")
    scripts["/robots.txt"] = always(200, b"User-agent: *\nDisallow: /tools/hidden\n")
    scripts["/tools/pen"] = always(200, app("Pen"))
    scripts["/tools/login"] = always(200, b"<form><input type=password></form>")
    scripts["/tools/moved"] = always(302, location="http://other.invalid/")
    scripts["/tools/broken"] = always(500)
    scripts["/tools/words"] = always(200, b"<p>Nothing about a tool.</p>")
    scripts["/tools/odd"] = always(200, app("x" * 90, price="y" * 300))
    shelf.add("/map.xml", "pages", below="/tools/")
    (report,) = shelf.look()
    assert (report.pages, report.account.new, report.account.refused) == (8, 1, 1)
    assert list(shelf.gathered()) == ["Pen"]
    errors = {path.removeprefix("/tools/"): page.error for path, page in shelf.pages().items()}
    assert errors["pen"] == ""
    assert errors["login"] == "That page asks for a login."
    assert errors["gone"].startswith("HTTP 404")
    assert errors["broken"].startswith("HTTP 500")
    assert errors["words"] == "That page describes no tool."
    assert "robots.txt" in errors["hidden"]
    assert "at most 60 characters" in errors["odd"]
    assert set(errors) == set(names), "a blog and a file are no pages of tools"
    assert errors["moved"], "what is elsewhere is no page of this site"


def test_a_page_is_dead_at_the_second_404_and_never_by_a_500(shelf: Shelf) -> None:
    scripts = shelf.web.scripts
    scripts["/map.xml"] = sitemap("/tools/pen", "/tools/ink")
    scripts["/tools/pen"] = always(200, app("Pen"))
    scripts["/tools/ink"] = always(200, app("Ink"))
    shelf.add("/map.xml", "pages")
    shelf.look()
    scripts["/tools/pen"] = always(404)
    scripts["/tools/ink"] = always(500)
    shelf.look(timedelta(days=8))
    assert [page.trouble for page in shelf.pages().values()] == ["", ""]
    for _ in range(3):
        shelf.look(timedelta(days=2))
    troubles = {path: page.trouble for path, page in shelf.pages().items()}
    assert troubles == {"/tools/pen": "Its link is dead (HTTP 404).", "/tools/ink": ""}
    scripts["/tools/pen"] = always(200, app("Pen"))
    shelf.look(timedelta(days=2))
    assert shelf.pages()["/tools/pen"].trouble == "", "it came back"


def test_a_page_that_the_site_lists_no_more_is_a_tool_that_disappeared(shelf: Shelf) -> None:
    scripts = shelf.web.scripts
    scripts["/map.xml"] = sitemap("/tools/pen", "/tools/ink")
    for name in ("pen", "ink"):
        scripts[f"/tools/{name}"] = always(200, app(name))
    shelf.add("/map.xml", "pages")
    shelf.look()
    scripts["/map.xml"] = sitemap("/tools/ink")
    shelf.look(timedelta(hours=7))
    assert [name for name, row in shelf.gathered().items() if row.missing_at] == ["pen"]


def test_links_of_tools_from_a_list_are_looked_at_and_point_out_what_is_wrong(
    shelf: Shelf,
) -> None:
    scripts = shelf.web.scripts
    names = ("fine", "gone", "login", "away")
    rows = "".join(f"{name},{shelf.web.url}/{name}\n" for name in names)
    scripts["/tools.csv"] = always(200, f"name,url\n{rows}".encode())
    scripts["/fine"] = always(200, b"<p>Fine.</p>")
    scripts["/gone"] = always(410)
    scripts["/login"] = always(302, location="/account/login?next=/")
    scripts["/account/login?next=/"] = always(200, b"<form></form>")
    scripts["/away"] = always(302, location=shelf.web.url.replace("127.0.0.1", "localhost") + "/x")
    scripts["/x"] = always(200, b"Casino")
    shelf.add("/tools.csv", "list")
    shelf.look()
    troubles = {path: page.trouble for path, page in shelf.pages().items()}
    assert troubles == {
        "/fine": "",
        "/gone": "Its link is dead (HTTP 410).",
        "/login": "Its link asks for a login now.",
        "/away": "Its link leads to localhost now.",
    }


@pytest.mark.parametrize(
    ("script", "says"),
    [
        (always(200, b"<html><form>Log in</form></html>"), "no list of tools"),
        (always(200, b"{}"), "no list of tools"),
        (always(200, b""), "its answer is empty"),
        (always(404), "HTTP 404"),
        (always(200, b"x", content_length="60000000"), "over 5,000,000 bytes"),
    ],
)
def test_a_broken_source_says_why_and_the_others_are_looked_at(
    shelf: Shelf, script: Script, says: str
) -> None:
    shelf.web.scripts.update({"/bad": script, "/tools.csv": always(200, LIST)})
    shelf.add("/bad", "list")
    shelf.add("/tools.csv", "list")
    bad, good = sorted(shelf.look(), key=lambda report: report.url)
    assert says in bad.error
    assert good.account.new == 2
    assert shelf.source().failures == 1
    assert shelf.source().due_at
    assert shelf.source().due_at > NOON


def test_a_host_that_wants_rest_gets_it_even_from_an_editor(shelf: Shelf) -> None:
    shelf.web.scripts["/tools.csv"] = always(429, retry_after="7200")
    shelf.add("/tools.csv", "list")
    assert "left alone" in shelf.look()[0].error
    asked = len(shelf.web.asked)
    (report,) = shelf.look(timedelta(hours=1))
    assert report.outcome == "waiting"
    assert len(shelf.web.asked) == asked


def test_the_schedule_looks_when_a_source_is_due_and_at_the_rest_of_its_pages_soon(
    shelf: Shelf,
) -> None:
    scripts = shelf.web.scripts
    scripts["/map.xml"] = sitemap(*(f"/tools/{n}" for n in range(60)))
    for n in range(60):
        scripts[f"/tools/{n}"] = always(200, app(f"Tool {n}"))
    shelf.add("/map.xml", "pages")
    assert [report.pages for report in shelf.due(NOON)] == [40]
    assert shelf.due(NOON + timedelta(minutes=10)) == []
    assert [report.pages for report in shelf.due(NOON + timedelta(minutes=31))] == [20]
    assert shelf.due(NOON + timedelta(hours=2)) == [], "all were looked at"
    assert len(shelf.gathered()) == 60


def test_a_site_of_fifty_thousand_pages_is_bounded_and_says_so(shelf: Shelf) -> None:
    shelf.web.scripts["/map.xml"] = sitemap(*(f"/t/{n}" for n in range(50_000)))
    shelf.add("/map.xml", "pages")
    (report,) = shelf.look()
    assert report.pages == 40
    assert "The site lists 50,000 pages" in report.account.note
    assert "the first 500 are looked at" in shelf.source().note
    assert len(shelf.pages()) == 500


def test_opengraph_is_a_tool_only_where_an_editor_said_which_pages_are(shelf: Shelf) -> None:
    scripts = shelf.web.scripts
    scripts["/map.xml"] = sitemap("/tools/pen")
    scripts["/tools/pen"] = always(200, b'<meta property="og:title" content="Pen">')
    source = shelf.add("/map.xml", "pages")
    shelf.look()
    assert "does not say that it is of a product" in shelf.pages()["/tools/pen"].error
    shelf.database.write(
        sources.change, shelf.key, source.key, title="", below="/tools/", rule="accept"
    )
    shelf.look(timedelta(days=8))
    assert list(shelf.gathered()) == ["Pen"]


def test_a_page_is_read_in_the_charset_of_its_header(shelf: Shelf) -> None:
    thing = '{"@type": "Product", "name": "Перо"}'
    page = f'<script type="application/ld+json">{thing}</script>'.encode("windows-1251")
    shelf.web.scripts["/map.xml"] = sitemap("/tools/pen")
    shelf.web.scripts["/tools/pen"] = always(
        200, page, content_type="text/html; charset=windows-1251"
    )
    shelf.add("/map.xml", "pages")
    shelf.look()
    assert list(shelf.gathered()) == ["Перо"]


def test_an_index_of_sitemaps_is_read_and_one_that_fails_is_left_out(shelf: Shelf) -> None:
    scripts = shelf.web.scripts
    index = (
        b"<sitemapindex><sitemap><loc>/a.xml</loc></sitemap><sitemap><loc>/b.xml</loc></sitemap>"
    )
    scripts["/map.xml"] = always(200, index + b"</sitemapindex>")
    scripts["/a.xml"] = sitemap("/tools/pen")
    scripts["/tools/pen"] = lambda _: [answer(200, app("Pen"))]
    shelf.add("/map.xml", "pages")
    (report,) = shelf.look()
    assert report.account.came_in == 1


def test_a_file_of_this_machine_is_a_source(shelf: Shelf, tmp_path: Path) -> None:
    file = tmp_path / "tools list.csv"
    file.write_bytes(LIST)
    new = NewToolSource(sources.file_address(file), "list", rule="accept")
    shelf.database.write(sources.add, shelf.key, new, NOON)
    assert shelf.look()[0].account.new == 2
    file.unlink()
    assert "there is no file" in shelf.look(timedelta(hours=7))[0].error


def png(side: int) -> bytes:
    picture = io.BytesIO()
    Image.new("RGB", (side, side)).save(picture, "PNG")
    return picture.getvalue()


def test_a_picture_that_cannot_be_shown_is_none() -> None:
    tiny = io.BytesIO()
    Image.new("RGB", (1, 1)).save(tiny, "GIF")
    scripts = {
        "/pen.png": always(200, png(200)),
        "/pixel.gif": always(200, tiny.getvalue()),
        "/huge.png": always(200, png(200), content_length="40000000"),
        "/page": always(200, b"<html>Log in</html>"),
    }

    async def which(url: str) -> list[bool]:
        async with open_outside(LIMITS) as outside:
            return [await loads(outside, url + path) for path in (*scripts, "/nothing.png")]

    with serving(dict(scripts)) as web:
        assert asyncio.run(which(web.url)) == [True, False, False, False, False]


@pytest.mark.parametrize(
    ("picture", "trouble"),
    [
        (always(404), NO_PICTURE),
        (always(403), NO_PICTURE),
        (always(200, b"no picture"), NO_PICTURE),
        (always(503), ""),
        (always(429), ""),
        (always(200, png(200), content_length="40000000"), NO_PICTURE),
    ],
)
def test_a_picture_is_pointed_out_only_where_its_host_is_well(
    shelf: Shelf, picture: Script, trouble: str
) -> None:
    page = shelf.web.url
    shelf.web.scripts["/pen"] = always(200, b"Pen")
    listed = f"name,url,image\nPen,{page}/pen,\n"
    shelf.web.scripts["/tools.csv"] = always(200, listed.encode())
    shelf.add("/tools.csv", "list")
    shelf.look()
    with shelf.database.writing() as session:
        session.exec(select(Tool)).one().image_url = f"{page}/pen.png"
    shelf.web.scripts["/pen.png"] = picture
    shelf.look(timedelta(days=8))
    assert shelf.pages()["/pen"].trouble == trouble


def test_a_tool_whose_picture_does_not_load_comes_without_it(shelf: Shelf) -> None:
    thing = {"@type": "Product", "name": "Pen", "image": "/gone.png"}
    page = f'<script type="application/ld+json">{json.dumps(thing)}</script>'.encode()
    shelf.web.scripts["/map.xml"] = sitemap("/tools/pen")
    shelf.web.scripts["/tools/pen"] = always(200, page)
    shelf.add("/map.xml", "pages")
    shelf.look()
    assert "/gone.png" in shelf.web.paths()
    assert shelf.gathered()["Pen"].image_url == ""

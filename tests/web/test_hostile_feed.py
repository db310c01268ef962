"""A hostile feed, all the way: the archive, the pages of its articles, search, the letter, the
desk. Nothing of it runs anywhere."""

from datetime import UTC, datetime, timedelta
from xml.sax.saxutils import escape, quoteattr

import pytest
from sqlmodel import Session, col, select

from newsletter.archive.search import index_batch
from newsletter.delivery.planning import plan
from newsletter.desk import editors
from newsletter.desk.sessions import Origin, begin_session
from newsletter.editions.printing import print_edition
from newsletter.formats.feeds import read_feed
from newsletter.gathering import sources
from newsletter.gathering.articles import store_found
from newsletter.gathering.models import Article, Sighting
from newsletter.gathering.sources import NewSource
from newsletter.issues import approval
from newsletter.issues.blocks import new_block, write_story
from newsletter.issues.models import Issue
from newsletter.issues.reports import read_reports
from newsletter.web.requests import COOKIE
from tests.doubles.browser import chromium, hear_breaches
from tests.journeys.world import World, world
from tests.samples.hostile import HOSTILE

FIRST = datetime(2026, 5, 12, 7, 0, tzinfo=UTC)
AN_ISSUE = 8


def feed() -> bytes:
    """An RSS document with each attack as title, description, content, author, category, picture
    and link of an item."""
    items = []
    for number, attack in enumerate(HOSTILE):
        text = escape(attack)
        items.append(
            f"<item><title>{text} story {number}</title><description>{text} words</description>"
            f"<content:encoded>{text}</content:encoded>"
            f"<link>https://hostile.example/{number}?{text}</link>"
            f"<dc:creator>{text}</dc:creator><category>{text}</category>"
            f"<enclosure type='image/png' url={quoteattr(attack)}/></item>"
            f"<item><title>{text} link {number}</title><link>{text}</link></item>"
        )
    spaces = (
        'xmlns:content="http://purl.org/rss/1.0/modules/content/" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/"'
    )
    channel = f"<title>{escape(HOSTILE[0])}</title>{''.join(items)}"
    return f'<rss version="2.0" {spaces}><channel>{channel}</channel></rss>'.encode()


def make_issue(session: Session, one: World, articles: list[Article], number: int) -> int:
    """An issue with these articles as they come from the feed: a lead and short ones."""
    moments = {"window_from": FIRST, "window_to": FIRST, "due_at": FIRST, "proposed_at": FIRST}
    issue = Issue(
        publication_id=one.publication.key,
        number=number,
        period=str(number),
        status="proposed",
        **moments,
    )
    issue.subject, issue.preheader, issue.intro = (
        articles[0].title[:200],
        articles[0].dek[:300],
        articles[0].dek,
    )
    session.add(issue)
    session.flush()
    for place, article in enumerate(articles):
        block = new_block(issue.key, "lead" if place == 0 else "brief")
        block.position = place
        write_story(
            block,
            read_reports(session, issue.publication_id, [article.key]),
            long=place == 0,
        )
        session.add(block)
    session.flush()
    return issue.key


def test_no_address_that_runs_or_lacks_a_host_comes_in() -> None:
    found = read_feed(feed(), "https://hostile.example/feed.xml").found
    assert len(found) >= len(HOSTILE)
    assert all(one.url.startswith(("http://", "https://")) for one in found)
    assert all(one.image_url.startswith(("http://", "https://")) for one in found if one.image_url)
    assert not [
        one
        for one in found
        for text in (one.title, one.dek, one.author)
        if "<script" in text and "template" not in text
    ]


def test_nothing_of_a_hostile_feed_runs_in_the_archive_at_the_desk_or_in_the_letter(
    sqlite_url: str,
) -> None:
    with (
        world(sqlite_url, start=FIRST, second_deadline=FIRST + timedelta(days=7)) as one,
        chromium() as browser,
    ):
        runtime, key = one.runtime, one.publication.key
        with runtime.database.writing() as session:
            source = sources.add(
                session, key, NewSource("https://hostile.example/feed.xml", HOSTILE[0])
            )
            store_found(
                session,
                source.key,
                read_feed(feed(), "https://hostile.example/feed.xml").found,
                FIRST,
            )
            query = (
                select(Article)
                .join(Sighting, col(Sighting.article_id) == col(Article.id))
                .where(col(Sighting.source_id) == source.id)
            )
            articles = list(session.exec(query.order_by(col(Article.id))).all())
            groups = [
                articles[start : start + AN_ISSUE] for start in range(0, len(articles), AN_ISSUE)
            ]
            issues = [
                make_issue(session, one, group, number) for number, group in enumerate(groups, 1)
            ]
            editor = editors.read_all(session)[0].key
            secret = runtime.signer.secret
            cookie = begin_session(session, editor, secret, Origin("127.0.0.1"), FIRST)
        home, broken = runtime.settings.public_url, list[str]()
        context = browser.new_context(viewport={"width": 1280, "height": 900})
        context.add_cookies([{"name": COOKIE, "value": cookie, "url": home}])
        page = context.new_page()
        hear_breaches(page, broken)
        page.on("dialog", lambda dialog: broken.append(dialog.message))
        page.on(
            "framenavigated",
            lambda frame: (
                None if frame.url.startswith((home, "about:")) else broken.append(frame.url)
            ),
        )

        def look(*paths: str) -> None:
            for path in paths:
                page.goto(home + path, wait_until="domcontentloaded")
                for frame in page.frames:
                    assert frame.evaluate("window.hit") is None, (path, frame.url)
                for link in page.locator("main a").all()[:5]:
                    link.dispatch_event("mouseover")
                assert page.evaluate("window.hit") is None, path

        look(
            *(f"/desk/issues/{issue}" for issue in issues),
            "/desk/candidates",
            "/desk/issues",
            "/desk",
        )
        letters = []
        with runtime.database.writing() as session:
            for issue in issues:
                edition = print_edition(session, issue, runtime.urls, FIRST)
                approval.approve(session, issue, edition.checksum, by="editor", now=FIRST)
                plan(session, issue, FIRST)
                letters.append(edition.html)
            index_batch(session, key, FIRST)
        numbers = range(1, len(issues) + 1)
        look(
            "/",
            "/archive",
            "/archive?q=words",
            *(f"/archive/{number}" for number in numbers),
            *(f"/archive/{n}/letter" for n in numbers),
        )
        look(*(f"/articles/{article.slug}" for article in articles))
        for html in letters:  # a mail client that runs scripts, and knows no policy
            bare = browser.new_page()
            bare.on("dialog", lambda dialog: broken.append(dialog.message))
            bare.set_content(html, wait_until="domcontentloaded")
            for link in bare.locator("a").all()[:10]:
                link.dispatch_event("mouseover")
            assert bare.evaluate("window.hit") is None
            bare.close()
        assert not broken, broken


@pytest.mark.parametrize("path", ["/feed.xml", "/atom.xml", "/feed.json"])
def test_a_feed_reader_gets_no_markup_of_theirs(path: str, sqlite_url: str) -> None:
    with world(sqlite_url, start=FIRST, second_deadline=FIRST + timedelta(days=7)) as one:
        with one.runtime.database.writing() as session:
            source = sources.add(
                session,
                one.publication.key,
                NewSource("https://hostile.example/feed.xml", HOSTILE[0]),
            )
            store_found(
                session,
                source.key,
                read_feed(feed(), "https://hostile.example/feed.xml").found,
                FIRST,
            )
            articles = list(session.exec(select(Article).order_by(col(Article.id))).all())
            issue = make_issue(session, one, articles, 1)
            approval.approve(session, issue, "x", by="editor", now=FIRST)
            approval.mark_sent(session, issue, FIRST)
        text = one.get(one.runtime.settings.public_url + path)
        for element in ("script", "img", "svg", "iframe", "style"):
            assert f"<{element}" not in text
            assert path.endswith("json") or f"&lt;{element}" not in text, (
                "escaped once, XML gives it to its reader as markup"
            )

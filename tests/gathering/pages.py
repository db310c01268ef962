"""A site with articles, and a gathering that reads its pages."""

import io

from PIL import Image
from sqlmodel import select

from newsletter.clock import SetClock
from newsletter.database import Database
from newsletter.fetching.limits import Limits
from newsletter.gathering.gather import GatheringReport, gather
from newsletter.gathering.models import Article, Source
from newsletter.publications.models import Publication
from tests.doubles.web import Internet, Script, Web, always
from tests.samples.times import NOON

LIMITS = Limits(gap_s=0.0, pages=20)


SENTENCES = (
    "The river authority opened the last of its nine fish ladders on Monday, after eleven years of "
    "building and two of arguing.",
    "Counters at the lowest weir saw forty salmon in the first night, which is more than in the "
    "whole of the last decade together.",
    "Engineers say that the water level has to be watched closely for a year before the turbines "
    "may run at night again.",
)
PARAGRAPHS = "".join(f"<p>{sentence}</p>" for sentence in SENTENCES)


def png(width: int, height: int) -> bytes:
    return picture("PNG", width, height)


def picture(kind: str, width: int, height: int) -> bytes:
    made = io.BytesIO()
    Image.new("RGB", (width, height)).save(made, kind)
    return made.getvalue()


def page(title: str = "Fish ladders open", head: str = "") -> bytes:
    return (
        f'<!doctype html><html lang="en"><head><title>{title}</title>{head}'
        '<meta name="description" content="Nine ladders, forty salmon."></head>'
        f"<body><article><h1>{title}</h1>{PARAGRAPHS}</article></body></html>"
    ).encode()


def rss(*items: str) -> Script:
    body = "".join(f"<item>{item}</item>" for item in items)
    return always(
        200, f'<rss version="2.0"><channel><title>River news</title>{body}</channel></rss>'.encode()
    )


def item(
    url: str,
    title: str = "Fish ladders open",
    more: str = "<pubDate>Mon, 11 May 2026 10:00:00 +0000</pubDate>",
) -> str:
    return f"<title>{title}</title><link>{url}</link>{more}"


def gathered(
    database: Database,
    publication: Publication,
    web: Web,
    *feeds: str,
    kind: str = "feed",
    own: bool = False,
) -> GatheringReport:
    key = publication.key
    with database.writing() as session:
        for url in feeds:
            session.add(Source(publication_id=key, url=url, kind=kind, is_own=own))
    internet = Internet(web)
    internet.addresses["dead.test"] = [["93.184.215.15"]]
    internet.closed.add("93.184.215.15")
    guard = internet.guard()
    try:
        return gather(database, key, SetClock(NOON), LIMITS, guard=guard)
    finally:
        guard.close()


def articles(database: Database) -> list[Article]:
    with database.reading() as session:
        return list(session.exec(select(Article).order_by(Article.id)))  # type: ignore[arg-type]

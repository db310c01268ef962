"""A feed with what no database can hold: its other items are kept, on both databases."""

import json

from sqlmodel import Session, col, select

from newsletter.formats.feeds import read_feed
from newsletter.gathering import sources
from newsletter.gathering.articles import store_found
from newsletter.gathering.models import Article
from newsletter.gathering.sources import NewSource
from newsletter.publications.models import Publication
from tests.samples.times import NOON

ODD = "a\0b\ud800 c\u202ed\x1b\ufffe"
FIELDS = ("url", "external_url", "title", "summary", "content_text", "content_html", "image")


def odd_feed() -> bytes:
    """One item for each field of JSON Feed 1.1 that has something odd, and one that is in order."""
    plain = {"url": "https://wire.example/plain", "title": "Plain"}
    items: list[dict[str, object]] = [plain]
    for number, field in enumerate(FIELDS):
        usual = {"url": f"https://wire.example/{number}", "title": f"Title {number}"}
        items.append(usual | {field: f"https://wire.example/{number}{ODD}"})
    usual = {"url": "https://wire.example/many", "title": "Many"}
    people = [{"name": ODD}]
    items.append(usual | {"authors": people, "tags": [ODD], "language": ODD})
    items.append(usual | {"url": "https://wire.example/day", "date_published": "9999-12-31" + ODD})
    items.append(usual | {"url": "https://wire.example/0", "date_published": "0001-01-01T00:00Z"})
    feed = {"version": "https://jsonfeed.org/version/1.1", "title": ODD, "items": items}
    return json.dumps(feed).encode()


def test_an_odd_item_costs_itself_at_most(session: Session, publication: Publication) -> None:
    feed = read_feed(odd_feed(), "https://wire.example/feed.json")
    new = NewSource("https://wire.example/feed.json", feed.title)
    source = sources.add(session, publication.key, new)
    store_found(session, source.key, feed.found, NOON)
    titles = session.exec(select(Article.title)).all()
    assert {"Plain", "Many", "Title 0", "Title 3"} <= set(titles)


def test_a_title_reads_in_its_own_direction(session: Session, publication: Publication) -> None:
    """U+202E would turn all that follows it, in letters too."""
    feed = read_feed(odd_feed(), "https://wire.example/feed.json")
    new = NewSource("https://wire.example/feed.json", feed.title)
    source = sources.add(session, publication.key, new)
    store_found(session, source.key, feed.found, NOON)
    assert not session.exec(select(Article).where(col(Article.title).contains("\u202e"))).all()
    assert "\u202e" not in feed.title

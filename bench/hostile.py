"""python -m bench.hostile: which filter stops each attack that a feed may carry, in each field; a
table, and the same as JSON.

python -m bench.hostile [--json hostile.json]
"""

import argparse
import json
import tempfile
from collections import Counter
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlmodel import Session

from newsletter.delivery.planning import plan
from newsletter.editions.printing import print_edition
from newsletter.formats import feeds
from newsletter.formats.canonical import canonical
from newsletter.formats.markup import clean
from newsletter.formats.pages.images import Picture
from newsletter.formats.pages.main_text import extract_page
from newsletter.gathering import sources
from newsletter.gathering.articles import ids_by_url, store_found
from newsletter.gathering.models import Article, Body
from newsletter.gathering.page_details import PageAnswer, UnreadPage, add_page_details
from newsletter.gathering.sources import NewSource
from newsletter.issues import approval
from newsletter.issues.blocks import new_block, write_story
from newsletter.issues.models import Issue
from newsletter.issues.reports import read_reports
from newsletter.migrations.running import upgrade
from tests.samples.hostile import (
    FIELDS,
    HOME,
    HOSTILE,
    WORDS,
    Shape,
    feed_with,
    found_in,
    page_with,
)
from tests.web.asking import Site, site

NOW = datetime(2026, 5, 12, 7, 0, tzinfo=UTC)
FILTERS = {
    "words": "nothing to stop: in this field it is words, neither markup nor an address",
    "unread": "content beside a dek: nothing of it is read but its first picture",
    "plain": "markup is taken out of text (markup.plain), and of what is left nothing runs",
    "address": "no http(s) address, so refused, or kept with its signs escaped "
    "(found.absolute, canonical.canonical)",
    "sanitiser": "what is kept as markup is cleaned (markup.clean)",
    "picture": "a picture that does not load is not kept",
    "escaped": "it stands as text in the page or the letter (autoescape)",
    "unshown": "it is kept, and neither a public page nor a letter shows it",
    "POLICY": "left for the Content-Security-Policy to stop: a defect",
}
ADDRESSES = ("link", "query", "picture", "loaded")
FIRST_FILTER = {
    "beside": "unread",
    "body": "sanitiser",
    **dict.fromkeys(ADDRESSES, "address"),
}  # of all others it is plain
PICTURE = f"{HOME}/p.png"
USUAL = {
    "link": f"{HOME}/plain",
    "picture": PICTURE,
    "loaded": PICTURE,
    "content": f'{WORDS} <img src="{PICTURE}">',
}
OWN = (
    "loaded",
    "body",
)  # pages of the publication's own articles show pictures and bodies; others' do not


@dataclass(frozen=True, slots=True)
class Row:
    """The first filter after which an attack in a field is gone or harmless."""

    attack: str
    field: str
    filter: str


def lives(value: str, *, is_address: bool = False) -> bool:
    """True if a value would be more than words, were it written as it is into an element, an
    attribute, a template or a script."""
    if any(mark in value for mark in ("{{", "{%", "<!--", "\u2028", "\u2029")):
        return True
    places = [
        "<p>{}</p>",
        '<p title="{}">x</p>',
        "<p title='{}'>x</p>",
        *(['<a href="{}">x</a>'] if is_address else []),
    ]
    usual = HOME if is_address else WORDS
    return any(
        Shape(place.replace("{}", value)).parts != Shape(place.replace("{}", usual)).parts
        for place in places
    )


def run(one: Site) -> tuple[Row, ...]:
    """Follow each attack in each field; what pages and letters are made of without one is followed
    first."""
    usual = set[tuple[str, ...]]()
    for number, field in enumerate(FIELDS, 1):
        article, _ = keep(one, field, USUAL.get(field, WORDS), number)
        assert article is not None, field
        usual |= look(one, article, number).parts
    cells = [(attack, field) for attack in HOSTILE for field in FIELDS]
    return tuple(
        Row(attack, field, follow(one, field, attack, n, usual))
        for n, (attack, field) in enumerate(cells, len(FIELDS) + 1)
    )


def follow(one: Site, field: str, attack: str, number: int, usual: set[tuple[str, ...]]) -> str:
    """Return the filter that stops one attack. What was stopped is looked for in the pages and the
    letter all the same."""
    article, stopped = keep(one, field, attack, number)
    if article is None:
        return stopped
    shown = look(one, article, number)
    if shown.parts - usual:
        return "POLICY"
    stands = any(" ".join(text.split()) in " ".join(shown.words.split()) for text in alive(article))
    return stopped or ("escaped" if stands else "unshown")


def keep(one: Site, field: str, attack: str, number: int) -> tuple[Article | None, str]:
    """Read, store and describe one item; returns its article, if there is one, and the filter that
    stopped the attack, or ""."""
    is_markup, is_own = field == "body", field in OWN
    given = f"{HOME}/?{attack}" if field == "query" else attack
    started = _runs(attack) if is_markup else lives(given, is_address=field in ADDRESSES)
    found = feeds.read_feed(feed_with(field, attack, number), f"{HOME}/feed.xml").found
    first = FIRST_FILTER.get(field, "plain") if started else "words"
    if not found:
        return None, first
    with one.runtime.database.writing() as session:
        store_found(session, source_of(session, one, is_own=is_own), found, NOW)
        url = canonical(found[0].url)
        article = session.get_one(Article, ids_by_url(session, [url])[url])
        passed = bool(alive(article))
        told = extract_page(page_with(attack if is_markup else ""), url) if is_own else None
        picture = (
            None
            if field == "picture" or not article.image_url
            else Picture(article.image_url, 640, 480)
        )
        add_page_details(
            session,
            PageAnswer(
                UnreadPage(article.key, url, article.image_url, is_own, is_dated=True),
                url,
                told,
                picture,
            ),
            NOW,
        )
        if is_markup:
            body = session.get_one(Body, article.id)
            passed = _runs(
                body.html + clean(attack)
            )  # the page's reader leaves much away; the cleaning alone must do
        return article, first if not (started and passed) else "" if is_markup or alive(
            article
        ) else "picture"


def _runs(markup: str) -> bool:
    return bool(found_in(markup)) or "<!--" in markup


def alive(article: Article) -> list[str]:
    """What is kept of an article and lives."""
    texts = [article.title, article.dek, article.author, *article.topics]
    addresses = filter(None, (article.url, article.image_url))
    return [one for one in texts if lives(one)] + [
        one for one in addresses if lives(one, is_address=True)
    ]


def source_of(session: Session, one: Site, *, is_own: bool) -> int:
    """Return the source of the publication's own articles, or of others'."""
    known = {source.is_own: source for source in sources.all_sources(session, one.key)}
    added = known.get(is_own) or sources.add(
        session, one.key, NewSource(f"{HOME}/{is_own}.xml", "Hostile", is_own=is_own)
    )
    return added.key


def look(one: Site, article: Article, number: int) -> Shape:
    """Send an issue with this article as its lead; returns what its pages and its letter are made
    of."""
    moments: dict[str, Any] = {
        "window_from": NOW,
        "window_to": NOW,
        "due_at": NOW,
        "proposed_at": NOW,
    }
    with one.runtime.database.writing() as session:
        issue = Issue(
            publication_id=one.key, number=number, period=str(number), status="proposed", **moments
        )
        issue.subject, issue.preheader, issue.intro = (
            article.title[:200],
            article.dek[:300],
            article.dek,
        )
        session.add(issue)
        session.flush()
        key = issue.key
        block = new_block(key, "lead")
        write_story(block, read_reports(session, one.key, [article.key]), [], long=True)
        session.add(block)
        session.flush()
        approval.approve(
            session,
            key,
            print_edition(session, key, one.runtime.urls, NOW).checksum,
            by="editor",
            now=NOW,
        )
        plan(session, key, NOW)
    answers = [
        one.get(path)
        for path in (f"/articles/{article.slug}", f"/archive/{number}", f"/archive/{number}/letter")
    ]
    assert all(answer.status == 200 for answer in answers), (article.slug, number)
    return Shape(*(answer.text for answer in answers))


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(
        prog="python -m bench.hostile",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--json", type=Path)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/hostile.sqlite3"
        upgrade(url)
        with site(url, NOW) as one:
            rows = run(one)
    by_cell = {(row.attack, row.field): row.filter for row in rows}
    print(f"{'attack':<34}" + "".join(f"{field:<10}" for field in FIELDS))
    for attack in HOSTILE:
        shown = ascii(attack)[1:-1]
        print(
            f"{shown if len(shown) < 33 else shown[:31] + '…':<34}"
            + "".join(f"{by_cell[attack, field]:<10}" for field in FIELDS)
        )
    counts = Counter(row.filter for row in rows)
    print(
        "\n" + "\n".join(f"{counts[name]:>5} {name:<10} {what}" for name, what in FILTERS.items())
    )
    if args.json:
        args.json.write_text(
            json.dumps([asdict(row) for row in rows], indent=1, ensure_ascii=False), "utf-8"
        )


if __name__ == "__main__":
    main()

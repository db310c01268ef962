"""python -m bench.hostile: which filter stops each attack that a feed may carry, in each field; a
table, and the same as JSON.

python -m bench.hostile [--json hostile.json]
"""

import argparse
import json
import tempfile
from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

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
from tests.web import asking
from tests.web.asking import Site

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
# Pages of the publication's own articles show pictures and bodies; others' do not.
OWN = ("loaded", "body")


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


def run(site: Site) -> tuple[Row, ...]:
    """Follow each attack in each field; what pages and letters are made of without one is followed
    first."""
    usual = set[tuple[str, ...]]()
    for number, field in enumerate(FIELDS, 1):
        kept = keep(site, field, USUAL.get(field, WORDS), number)
        assert kept.article is not None, field
        usual |= look(site, kept.article, number).parts
    cells = [(attack, field) for attack in HOSTILE for field in FIELDS]
    return tuple(
        Row(attack, field, follow(site, field, attack, n, usual))
        for n, (attack, field) in enumerate(cells, len(FIELDS) + 1)
    )


def follow(site: Site, field: str, attack: str, number: int, usual: set[tuple[str, ...]]) -> str:
    """Return the filter that stops one attack. What was stopped is looked for in the pages and the
    letter all the same."""
    kept = keep(site, field, attack, number)
    if kept.article is None:
        return kept.stopped_by
    shown = look(site, kept.article, number)
    if shown.parts - usual:
        return "POLICY"
    words = " ".join(shown.words.split())
    is_shown = any(" ".join(text.split()) in words for text in alive(kept.article))
    return kept.stopped_by or ("escaped" if is_shown else "unshown")


@dataclass(frozen=True, slots=True)
class Kept:
    """The article of an item, if there is one, and the filter that stopped the attack, or ""."""

    article: Article | None
    stopped_by: str


def keep(site: Site, field: str, attack: str, number: int) -> Kept:
    """Read, store and describe one item with an attack in a field."""
    found = feeds.read_feed(feed_with(field, attack, number), f"{HOME}/feed.xml").found
    first = _first_filter(field, attack)
    if not found:
        return Kept(None, first)
    with site.runtime.database.writing() as session:
        source_id = source_of(session, site, is_own=field in OWN)
        store_found(session, source_id, found, NOW)
        url = canonical(found[0].url)
        article = session.get_one(Article, ids_by_url(session, [url])[url])
        is_past = bool(alive(article))
        add_page_details(session, _page_answer(article, url, field, attack), NOW)
        if field == "body":
            is_past = _kept_body_runs(session, article, attack)
        if first == "words" or not is_past:
            return Kept(article, first)
        is_gone = field != "body" and not alive(article)
        return Kept(article, "picture" if is_gone else "")


def _kept_body_runs(session: Session, article: Article, attack: str) -> bool:
    """The page's reader leaves much of an attack away; the cleaning alone must stop it too."""
    body = session.get_one(Body, article.id)
    return _runs(body.html + clean(attack))


def _first_filter(field: str, attack: str) -> str:
    """Return the filter that an attack meets first, "words" if it could do nothing there."""
    if field == "body":
        is_attack = _runs(attack)
    else:
        given = f"{HOME}/?{attack}" if field == "query" else attack
        is_attack = lives(given, is_address=field in ADDRESSES)
    return FIRST_FILTER.get(field, "plain") if is_attack else "words"


def _page_answer(article: Article, url: str, field: str, attack: str) -> PageAnswer:
    """Return what the article's page answers: the attack too, if it is in the body."""
    is_own = field in OWN
    unread = UnreadPage(article.key, url, article.image_url, is_own, is_dated=True)
    markup = page_with(attack if field == "body" else "")
    page = extract_page(markup, url) if is_own else None
    has_picture = bool(article.image_url) and field != "picture"
    return PageAnswer(
        unread, url, page, Picture(article.image_url, 640, 480) if has_picture else None
    )


def _runs(markup: str) -> bool:
    return bool(found_in(markup)) or "<!--" in markup


def alive(article: Article) -> list[str]:
    """What is kept of an article and lives."""
    texts = [article.title, article.dek, article.author, *article.topics]
    addresses = filter(None, (article.url, article.image_url))
    living = [text for text in texts if lives(text)]
    return living + [address for address in addresses if lives(address, is_address=True)]


def source_of(session: Session, site: Site, *, is_own: bool) -> int:
    """Return the source of the publication's own articles, or of others'."""
    known = {source.is_own: source for source in sources.all_sources(session, site.key)}
    added = known.get(is_own) or sources.add(
        session, site.key, NewSource(f"{HOME}/{is_own}.xml", "Hostile", is_own=is_own)
    )
    return added.key


def look(site: Site, article: Article, number: int) -> Shape:
    """Send an issue with this article as its lead; returns what its pages and its letter are made
    of."""
    with site.runtime.database.writing() as session:
        key = _propose(session, site, article, number)
        edition = print_edition(session, key, site.runtime.urls, NOW)
        approval.approve(session, key, edition.checksum, by="editor", now=NOW)
        plan(session, key, NOW)
    issue_page = f"/archive/{number}"
    paths = (f"/articles/{article.slug}", issue_page, f"{issue_page}/letter")
    answers = [site.get(path) for path in paths]
    assert all(answer.status == 200 for answer in answers), (article.slug, number)
    return Shape(*(answer.text for answer in answers))


def _propose(session: Session, site: Site, article: Article, number: int) -> int:
    """Add an issue that has the article as its lead and in its own words; returns its id."""
    issue = Issue(
        publication_id=site.key,
        number=number,
        period=str(number),
        status="proposed",
        subject=article.title[:200],
        preheader=article.dek[:300],
        intro=article.dek,
        window_from=NOW,
        window_to=NOW,
        due_at=NOW,
        proposed_at=NOW,
    )
    session.add(issue)
    session.flush()
    block = new_block(issue.key, "lead")
    write_story(block, read_reports(session, site.key, [article.key]), long=True)
    session.add(block)
    session.flush()
    return issue.key


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
        with asking.site(url, NOW) as site:
            rows = run(site)
    _print_table(rows)
    _print_counts(rows)
    if args.json:
        report = json.dumps([asdict(row) for row in rows], indent=1, ensure_ascii=False)
        args.json.write_text(report, "utf-8")


def _print_table(rows: Iterable[Row]) -> None:
    filters = {(row.attack, row.field): row.filter for row in rows}
    print(f"{'attack':<34}" + "".join(f"{field:<10}" for field in FIELDS))
    for attack in HOSTILE:
        shown = ascii(attack)[1:-1]
        start = shown if len(shown) < 33 else shown[:31] + "…"
        print(f"{start:<34}" + "".join(f"{filters[attack, field]:<10}" for field in FIELDS))


def _print_counts(rows: Iterable[Row]) -> None:
    counts = Counter(row.filter for row in rows)
    lines = [f"{counts[name]:>5} {name:<10} {does}" for name, does in FILTERS.items()]
    print("\n" + "\n".join(lines))


if __name__ == "__main__":
    main()

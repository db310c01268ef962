"""Hostile words in each field of an article: none gets out of its place on the page."""

from html.parser import HTMLParser

import pytest
from sqlmodel import Session, select

from newsletter.formats.markup import clean
from newsletter.gathering import sources
from newsletter.gathering.models import Article, Body, Sighting
from newsletter.gathering.sources import NewSource
from newsletter.issues.models import Block, Issue
from tests.samples.hostile import HOSTILE
from tests.web.asking import Site, site
from tests.web.public.article_stage import NOW


class _Attributes(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.broken: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        if (
            tag == "script"
            and values.get("type") != "application/ld+json"
            and values.get("src") != "/static/form.js"
        ):
            self.broken.append("script")
        self.broken += [name for name in values if name.startswith("on")]
        leads = (values.get("href") or values.get("src") or "").strip().casefold()
        self.broken += [leads] if leads.startswith(("javascript", "vbscript", "data")) else []


@pytest.mark.parametrize("attack", HOSTILE)
def test_nothing_hostile_in_any_field_gets_out_of_its_place(attack: str, sqlite_url: str) -> None:
    with site(sqlite_url, NOW) as one:
        with one.runtime.database.writing() as session:
            source = sources.add(
                session, one.key, NewSource("https://own.example/feed.xml", attack)
            )
            source.is_own = True
            made = {
                "dek": attack,
                "author": attack,
                "image_url": attack,
                "topics": [attack],
                "language": attack[:12],
            }
            for slug, url in (("own", attack), ("other", attack + "2")):
                at = {"published_at": NOW, "first_seen_at": NOW}
                session.add(Article(slug=slug, url=url, title=attack, **made, **at))
            session.flush()
        with one.runtime.database.writing() as session:
            ids = dict(session.exec(select(Article.slug, Article.id)).all())
            _show_both(session, source.key, ids, one)
        for slug in ("own", "other"):
            answer = one.get(f"/articles/{slug}")
            assert answer.status == 200
            look = _Attributes()
            look.feed(answer.text)
            assert not look.broken, (slug, look.broken)


def _show_both(session: Session, source_id: int, ids: dict[str, int | None], one: Site) -> None:
    """Give the one a body, as if gathered whole, and the other an issue that was sent."""
    session.add(
        Body(
            article_id=ids["own"],
            html=clean("".join(HOSTILE)) + "<p>x</p>",
            source_line=HOSTILE[0],
            image_alt=HOSTILE[-4],
        )
    )
    session.add_all(
        Sighting(article_id=key, source_id=source_id, seen_at=NOW) for key in ids.values()
    )
    issue = Issue(
        publication_id=one.key,
        number=1,
        period="1",
        status="sent",
        window_from=NOW,
        window_to=NOW,
        due_at=NOW,
        proposed_at=NOW,
    )
    session.add(issue)
    session.flush()
    session.add(
        Block(
            issue_id=issue.key,
            kind="lead",
            position=0,
            article_id=ids["other"],
            title="t",
            url="https://x.example",
        )
    )

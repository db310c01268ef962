"""An own article, and an issue with three articles of others."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlmodel import col, select

from newsletter.formats.found import Found
from newsletter.formats.pages.article_form import read_article_file
from newsletter.formats.pages.article_rules import judge_article
from newsletter.gathering import own_writing, sources
from newsletter.gathering.articles import store_found
from newsletter.gathering.models import Article
from newsletter.gathering.sources import NewSource
from newsletter.issues import approval
from newsletter.issues.proposing import propose
from tests.samples.articles import FILE
from tests.web.asking import Site

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 5, 11, 9, 0, tzinfo=UTC)
SLUG = "harbor-compute-sells-the-tide-by-the-answer"
OTHERS = (
    "Insurers sell high water by the hour of the tide",
    "A court looks at model weights",
    "A hand for three hundred euros",
    "Never chosen by anybody",
)


def write(one: Site, file: str = FILE, **changed: str) -> int:
    for key, value in changed.items():
        file = file.replace("---\n", f"---\n{key}: {value}\n", 1)
    with one.runtime.database.writing() as session:
        written = judge_article(read_article_file(file), BERLIN, one.clock.now())
        return own_writing.write_article(
            session, one.publication, written, one.runtime.urls, one.clock.now()
        ).key


def propose_one(one: Site, titles: tuple[str, ...] = OTHERS[:3]) -> int:
    one.clock.move_to(one.clock.now() + timedelta(minutes=1))
    with one.runtime.database.writing() as session:
        source = sources.add(
            session, one.key, NewSource(f"https://wire.example/{len(titles)}.xml", "Circuit Wire")
        )
        found = [
            Found(f"https://wire.example/{n}", title, dek=f"What {title.lower()} means.")
            for n, title in enumerate(OTHERS)
        ]
        store_found(
            session,
            source.key,
            [item for item in found if item.title in titles],
            one.clock.now() - timedelta(hours=1),
        )
        now = one.clock.now()
        return propose(
            session, one.key, period="first", due_at=now + timedelta(hours=1), now=now
        ).key


def send(one: Site, issue_id: int) -> None:
    with one.runtime.database.writing() as session:
        approval.approve(session, issue_id, "0" * 64, by="editor", now=one.clock.now())
        approval.mark_sent(session, issue_id, one.clock.now())


def slug_of(one: Site, title: str) -> str:
    with one.runtime.database.reading() as session:
        return session.exec(select(Article.slug).where(col(Article.title) == title)).one()

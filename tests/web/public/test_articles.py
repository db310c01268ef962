"""The pages of articles: who has one, what it says, and what it leads to."""

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from zoneinfo import ZoneInfo

import pytest
from sqlmodel import Session, col, select

from newsletter.archive import article_pages
from newsletter.editions.printing import preview
from newsletter.formats.found import Found
from newsletter.formats.markup import clean
from newsletter.formats.pages.article_form import read_article_file
from newsletter.formats.pages.article_rules import judge_article
from newsletter.gathering import own_writing, sources
from newsletter.gathering.articles import store_found
from newsletter.gathering.models import Article, Body, Sighting, Source
from newsletter.gathering.sources import NewSource
from newsletter.issues import approval
from newsletter.issues.models import Block, Issue
from newsletter.issues.proposing import propose
from newsletter.publications.preferences import change
from newsletter.publications.public_count import round_count
from newsletter.tools import directory
from newsletter.tools.cards import Card
from tests.delivery.rig import subscribe
from tests.samples.articles import FILE, TITLE
from tests.samples.hostile import HOSTILE
from tests.web.asking import Site, site

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 5, 11, 9, 0, tzinfo=UTC)
SLUG = "harbor-compute-sells-the-tide-by-the-answer"
OTHERS = (
    "Insurers publish a price list for AI errors",
    "A court looks at model weights",
    "A hand for three hundred euros",
    "Never chosen by anybody",
)


@pytest.fixture
def one(database_url: str) -> Iterator[Site]:
    with site(database_url, NOW) as opened:
        yield opened


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


def test_an_own_article_is_there_whole_with_tools_sign_up_and_one_heading_of_the_first_order(
    one: Site,
) -> None:
    write(one)
    with one.runtime.database.writing() as session:
        directory.add(
            session,
            one.key,
            Card("Patchbay", "https://patchbay.example", "Free", "Wires.", ("Code",)),
        )
    answer = one.get(f"/articles/{SLUG}")
    assert answer.status == 200
    assert re.findall(r"<h1\b[^>]*>([^<]*)</h1>", answer.text) == [TITLE]
    assert "<h2>What is charged</h2>" in answer.text
    source = r'<a href="https://harbor.example/prices"[^>]*>Harbor Compute price list</a>'
    assert re.search(rf"<dt>Source</dt>\s*<dd>\s*{source}\s*</dd>", answer.text)
    assert re.search(r"<dt>Date</dt>\s*<dd>\s*May 2026\s*</dd>", answer.text)
    assert (
        '<time datetime="2026-05-11T09:00:00+00:00">11 May 2026</time>, by Mara Lindt, 1 minute'
        in answer.text
    )
    assert (
        '<link rel="canonical" href="http://news.example/articles/harbor-compute-sells-the-tide-by-the-answer">'
        in answer.text
    )
    assert "noindex" not in answer.text
    assert "Patchbay" in answer.text
    assert re.search(r'<form class="signup"\s+action="/subscribe"\s+method="post"', answer.text)


def test_what_machines_read_is_the_article_and_cannot_end_its_script_element(one: Site) -> None:
    write(
        one,
        "---\ntitle: </script><script>alert(1)</script>\nslug: x\nimage: https://p.example/a.jpg\n---\n<!--<script>\n",
    )
    text = one.get("/articles/x").text
    scripts = re.findall(r"<script\b([^>]*)>(.*?)</script", text, re.DOTALL)
    assert [attributes.strip() for attributes, _ in scripts] == [
        'type="application/ld+json"',
        'src="/static/form.js" defer',
    ]
    said = json.loads(scripts[0][1])
    assert (said["@type"], said["headline"]) == (
        "NewsArticle",
        "</script><script>alert(1)</script>",
    )
    assert said["datePublished"] == "2026-05-11T09:00:00+00:00"
    assert said["image"] == ["https://p.example/a.jpg"]


def test_an_article_is_not_there_before_its_date(one: Site) -> None:
    write(one, date="2026-05-11 12:00")
    assert one.get(f"/articles/{SLUG}").status == 404
    assert TITLE not in one.get("/articles").text
    one.clock.move_to(NOW + timedelta(hours=2))
    assert one.get(f"/articles/{SLUG}").status == 200
    assert TITLE in one.get("/articles").text


def test_a_withdrawn_article_says_so_and_is_linked_nowhere(one: Site) -> None:
    key = write(one)
    one.runtime.database.write(article_pages.withdraw, one.key, key, NOW)
    answer = one.get(f"/articles/{SLUG}")
    assert answer.status == 410
    assert "The editors withdrew this article." in answer.text
    assert TITLE not in one.get("/articles").text


def test_an_article_of_an_issue_that_has_not_gone_out_is_not_withdrawn(one: Site) -> None:
    key = write(one)
    issue_id = propose_one(one)
    with pytest.raises(article_pages.StillInAnIssue, match="Issue 1 has this article"):
        one.runtime.database.write(article_pages.withdraw, one.key, key, NOW)
    send(one, issue_id)
    one.runtime.database.write(article_pages.withdraw, one.key, key, NOW)
    assert f'href="http://news.example/articles/{SLUG}"' in one.get("/archive/1").text, (
        "what was sent stays as it was"
    )


def test_anothers_article_has_a_page_when_an_issue_was_sent_with_it_and_leads_to_its_source(
    one: Site,
) -> None:
    issue_id = propose_one(one)
    slug = slug_of(one, OTHERS[0])
    assert one.get(f"/articles/{slug}").status == 404
    send(one, issue_id)
    text = one.get(f"/articles/{slug}").text
    assert '<link rel="canonical" href="https://wire.example/0">' in text
    assert '<meta name="robots" content="noindex">' in text
    assert re.search(
        r'<a class="[^"]*"\s+href="https://wire.example/0"\s+rel="noopener">'
        r"\s*Read it at Circuit Wire\s*</a>",
        text,
    )
    assert "What insurers publish a price list for ai errors means." in text
    assert "ld+json" not in text
    assert one.get("/articles/no-such").status == 404


def test_similar_articles_are_near_by_text_and_only_those_that_have_a_page(one: Site) -> None:
    write(one)
    issue_id = propose_one(one)
    with one.runtime.database.writing() as session:
        feed = session.exec(select(col(Source.id)).where(Source.kind == "feed")).one()
        store_found(
            session,
            feed or 0,
            [Found("https://w.example/9", "Another price list of the tide")],
            NOW,
        )
    send(one, issue_id)
    one.clock.move_to(NOW + timedelta(minutes=20))
    near = re.findall(
        r'<a class="plain-link stretch" href="/articles/[^"]+">([^<]+)</a>',
        one.get(f"/articles/{SLUG}").text,
    )
    assert near[0] == OTHERS[0]
    assert "Another price list of the tide" not in near
    assert TITLE not in near


def test_the_letter_and_the_archive_lead_to_own_articles_here_and_to_others_at_their_source(
    one: Site,
) -> None:
    write(one)
    with one.runtime.database.writing() as session:
        site_ = sources.add(session, one.key, NewSource("https://own.example/feed.xml", "Our site"))
        site_.is_own = True
        store_found(
            session,
            site_.key,
            [Found("https://own.example/a", "Whole from our site")],
            NOW - timedelta(hours=1),
        )
        article = session.exec(
            select(Article).where(col(Article.url) == "https://own.example/a")
        ).one()
        session.add(Body(article_id=article.key, text="x", html="<p>All of it.</p>"))
        slug = article.slug
    issue_id = propose_one(one)
    with one.runtime.database.reading() as session:
        _, printed = preview(session, issue_id, one.runtime.urls)
    wanted = {
        f"http://news.example/articles/{SLUG}",
        f"http://news.example/articles/{slug}",
        "https://wire.example/1",
    }
    assert wanted <= set(printed.links)
    assert "https://own.example/a" not in printed.links
    send(one, issue_id)
    heading = r'<h[23] class="read__h[23] break">\s*<a class="plain-link"\s+href="([^"]+)"'
    leads = set(re.findall(heading, one.get("/archive/1").text))
    assert wanted <= leads
    whole = one.get(f"/articles/{slug}").text
    assert "<p>All of it.</p>" in whole
    assert '<link rel="canonical" href="https://own.example/a">' in whole


def test_the_list_has_pages(one: Site) -> None:
    for number in range(23):
        write(
            one,
            f"---\ntitle: Number {number}\ndate: 2026-05-{1 + number % 9:02} 08:{number:02}\n"
            "---\ntext\n",
        )
    first, second = one.get("/articles").text, one.get("/articles?page=2").text
    shown = [re.findall(r">(Number \d+)</a>", text) for text in (first, second)]
    assert (len(shown[0]), len(shown[1])) == (20, 3)
    assert len({*shown[0], *shown[1]}) == 23
    assert 'href="/articles?page=2"' in first
    assert 'href="/articles?page=1"' in second
    assert one.get("/articles?page=0").status == 422


def test_the_sign_up_block_counts_active_readers_and_never_more_than_there_are(one: Site) -> None:
    write(one)
    assert "readers getting" not in one.get(f"/articles/{SLUG}").text
    with one.runtime.database.writing() as session:
        for number in range(137):
            subscribe(session, one.key, f"r{number}@readers.example")
    one.clock.move_to(NOW + timedelta(minutes=20))
    assert "Join 130+ readers getting" in one.get(f"/articles/{SLUG}").text
    assert [round_count(n, 100) for n in (99, 100, 987, 12_345, 1_999_999)] == [
        "",
        "100+",
        "980+",
        "12,000+",
        "1,900,000+",
    ]
    assert [round_count(n, 1, 5_000) for n in (4_999, 12_345, 80_000)] == ["", "10,000+", "80,000+"]
    assert [round_count(n, 1) for n in (0, 9, 10)] == ["", "", "10+"]
    one.runtime.database.write(change, one.key, readers_from=0)
    assert "readers getting" not in one.get(f"/articles/{SLUG}").text


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

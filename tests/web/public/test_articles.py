"""The pages of articles: who has one, what it says, and what it leads to."""

import json
import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlmodel import col, select

from newsletter.archive import article_pages
from newsletter.editions.printing import preview
from newsletter.formats.found import Found
from newsletter.gathering import sources
from newsletter.gathering.articles import store_found
from newsletter.gathering.models import Article, Body, Source
from newsletter.gathering.sources import NewSource
from newsletter.publications.preferences import change
from newsletter.publications.public_count import round_count
from newsletter.tools import directory
from newsletter.tools.cards import Card
from tests.delivery.rig import subscribe
from tests.samples.articles import TITLE
from tests.web.asking import Site, site
from tests.web.public.article_stage import NOW, OTHERS, SLUG, propose_one, send, slug_of, write


@pytest.fixture
def one(database_url: str) -> Iterator[Site]:
    with site(database_url, NOW) as opened:
        yield opened


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
    assert f'<link rel="canonical" href="http://news.example/articles/{SLUG}">' in answer.text
    assert "noindex" not in answer.text
    assert "Patchbay" in answer.text
    assert re.search(r'<form class="signup"\s+action="/subscribe"\s+method="post"', answer.text)


def test_what_machines_read_is_the_article_and_cannot_end_its_script_element(one: Site) -> None:
    write(
        one,
        "---\ntitle: </script><script>alert(1)</script>\nslug: x\n"
        "image: https://p.example/a.jpg\n---\n<!--<script>\n",
    )
    text = one.get("/articles/x").text
    scripts = re.findall(r"<script\b([^>]*)>(.*?)</script", text, re.DOTALL)
    assert [attributes.strip() for attributes, _ in scripts] == [
        'type="application/ld+json"',
        'src="/static/form.js" defer',
    ]
    described = json.loads(scripts[0][1])
    assert (described["@type"], described["headline"]) == (
        "NewsArticle",
        "</script><script>alert(1)</script>",
    )
    assert described["datePublished"] == "2026-05-11T09:00:00+00:00"
    assert described["image"] == ["https://p.example/a.jpg"]


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
    assert "What insurers sell high water by the hour of the tide means." in text
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

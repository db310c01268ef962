"""Articles: each is known once, and text of any kind is kept by both databases."""

from datetime import timedelta

import pytest
from sqlmodel import Session, select

from newsletter.formats.found import Found
from newsletter.gathering import sources
from newsletter.gathering.articles import store_found, title_from_url
from newsletter.gathering.models import Article, Sighting
from newsletter.gathering.sources import NewSource
from newsletter.publications.models import Publication
from tests.samples.times import NOON


@pytest.fixture
def two(session: Session, publication: Publication) -> tuple[int, int]:
    made = [
        sources.add(session, publication.key, NewSource(f"https://{name}.example/feed")).key
        for name in ("one", "two")
    ]
    return made[0], made[1]


def test_an_article_is_known_once_however_many_sources_show_it_and_however_often(
    session: Session, two: tuple[int, int]
) -> None:
    shown = [
        Found("https://news.example/a?utm_source=x", "A story"),
        Found("https://NEWS.example/a", "A story"),
        Found("https://news.example/b", "B"),
    ]
    assert [store_found(session, key, shown, NOON) for key in (*two, *two)] == [2, 0, 0, 0]
    assert sorted(session.exec(select(Article.url))) == [
        "https://news.example/a",
        "https://news.example/b",
    ]
    assert len(session.exec(select(Sighting)).all()) == 4


def test_a_date_in_the_future_or_none_counts_as_first_seen(
    session: Session, two: tuple[int, int]
) -> None:
    dates = [NOON - timedelta(days=1), NOON, NOON + timedelta(seconds=1), None]
    store_found(
        session,
        two[0],
        [
            Found(f"https://news.example/{n}", f"Story {n}", published_at=at)
            for n, at in enumerate(dates)
        ],
        NOON,
    )
    stored = session.exec(select(Article).order_by(Article.url)).all()  # type: ignore[arg-type]
    assert [article.published_at for article in stored] == [dates[0], NOON, NOON, NOON]


@pytest.mark.parametrize(
    "text",
    [
        "nul \0 inside",
        "half \ud800 a pair",
        "x" * 5000,
        "\u202eright to left",
        "'; drop table article; --",
    ],
)
def test_whatever_text_a_source_has_both_databases_keep_it(
    session: Session, two: tuple[int, int], text: str
) -> None:
    item = Found(
        f"https://news.example/{text}",
        text,
        text,
        text,
        None,
        f"https://news.example/{text}",
        (text,) * 3,
        text,
    )
    assert store_found(
        session, two[0], [item, Found("https://news.example/plain", "Plain")], NOON
    ) in (
        1,
        2,
    )


@pytest.mark.parametrize(
    ("url", "title"),
    [
        ("https://news.example/2026/05/fish-ladders_open.html", "Fish ladders open"),
        ("https://news.example/caf%C3%A9-reopens/", "Café reopens"),
        ("https://news.example/", "news.example"),
    ],
)
def test_an_article_without_a_title_is_called_by_its_address_until_its_page_tells(
    url: str, title: str
) -> None:
    assert title_from_url(url) == title

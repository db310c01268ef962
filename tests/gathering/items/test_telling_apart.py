"""Items of one page are articles of their own where they differ, and else one article."""

from datetime import datetime, timedelta

import pytest
from sqlmodel import Session, col, select

from newsletter.formats.found import Found
from newsletter.gathering import sources
from newsletter.gathering.articles import store_found
from newsletter.gathering.items.telling_apart import digest, most_at_one_address
from newsletter.gathering.models import Article
from newsletter.gathering.sources import NewSource
from newsletter.publications.models import Publication
from tests.samples.times import NOON

PAGE = "https://crane.example/changes"
WEEK = timedelta(days=7)


def change(
    number: int,
    mark: str = "",
    *,
    title: str = "",
    guid: str = "",
    at: datetime | None = None,
) -> Found:
    named = title or f"Crane {number} lifts more"
    return Found(f"{PAGE}{mark}", named, published_at=at or NOON + number * WEEK, guid=guid)


@pytest.fixture
def source_id(session: Session, publication: Publication) -> int:
    return sources.add(session, publication.key, NewSource("https://crane.example/feed")).key


def stored(session: Session) -> list[tuple[str, str]]:
    found = session.exec(select(Article).order_by(col(Article.id)))
    return [(article.url, article.title) for article in found]


def test_a_change_behind_a_mark_is_an_article_of_its_own_though_the_first_came_alone(
    session: Session, source_id: int
) -> None:
    """Lists of changes fell silent for ever after their first item."""
    first, second = change(1, "#v1"), change(2, "#v2")
    assert store_found(session, source_id, [first], NOON + WEEK) == 1
    assert store_found(session, source_id, [second, first], NOON + 2 * WEEK) == 1
    assert store_found(session, source_id, [second, first], NOON + 2 * WEEK) == 0
    third = change(3, "#v3")
    assert store_found(session, source_id, [third, second], NOON + 3 * WEEK) == 1
    assert stored(session) == [
        (PAGE, first.title),
        (f"{PAGE}#v2", second.title),
        (f"{PAGE}#v3", third.title),
    ]


def test_a_feed_that_shows_its_newest_change_only_does_not_fall_silent(
    session: Session, source_id: int
) -> None:
    added = [
        store_found(session, source_id, [change(number, f"#v{number}")], NOON + number * WEEK)
        for number in (1, 2, 2, 3)
    ]
    assert added == [1, 1, 0, 1]


def test_changes_that_differ_by_their_guid_only_are_articles_of_their_own(
    session: Session, source_id: int
) -> None:
    first, second = change(1, guid="a"), change(2, guid="b")
    assert store_found(session, source_id, [first], NOON + WEEK) == 1
    assert store_found(session, source_id, [second, first], NOON + 2 * WEEK) == 1
    assert store_found(session, source_id, [second, first], NOON + 2 * WEEK) == 0
    (_, first_title), (address, _) = stored(session)
    assert first_title == first.title
    assert address.startswith(f"{PAGE}#")


def test_changes_without_guids_are_told_apart_by_their_dates(
    session: Session, source_id: int
) -> None:
    """Each new change had corrected the title of the first instead of coming in."""
    day = NOON.replace(hour=0)
    shown = [
        change(2, at=day + WEEK),
        change(1, at=day + WEEK),
        change(0, at=NOON),
    ]
    assert store_found(session, source_id, shown, NOON + WEEK) == 3
    assert store_found(session, source_id, shown, NOON + WEEK) == 0
    corrected = [*shown[:2], change(0, title="Crane lifts much more", at=NOON)]
    assert store_found(session, source_id, corrected, NOON + WEEK) == 0
    newer = change(3, at=NOON + 2 * WEEK)
    assert store_found(session, source_id, [newer, *corrected], NOON + 2 * WEEK) == 1


def test_changes_with_neither_guid_nor_date_are_one_article(
    session: Session, source_id: int
) -> None:
    shown = [Found(PAGE, f"Version {n}") for n in range(5)]
    assert store_found(session, source_id, shown, NOON) == 1


@pytest.mark.parametrize(
    "marks",
    [
        *(("#utm_source=rss", "#utm_source=mail"), ("#xtor=RSS-1", "#xtor=RSS-2")),
        *(("#comments", ""), ("#:~:text=lifts", ""), ("#respond", "#more-12"), ("#rss", "#atom")),
        ("#r1", "#r2"),
    ],
)
def test_a_mark_that_counts_readers_makes_no_second_article(
    session: Session, source_id: int, marks: tuple[str, str]
) -> None:
    first, again = (change(1, mark) for mark in marks)
    corrected = change(1, marks[1], title="Crane 1 lifts much more")
    assert store_found(session, source_id, [first, again], NOON + WEEK) == 1
    assert store_found(session, source_id, [again], NOON + WEEK) == 0
    assert store_found(session, source_id, [corrected], NOON + WEEK) == 0
    assert [url for url, _ in stored(session)] == [PAGE]


def test_a_link_that_an_aggregator_shows_twice_is_one_article(
    session: Session, source_id: int
) -> None:
    others = [Found(f"https://w.example/{n}", f"Other {n}", guid=f"o{n}") for n in range(9)]
    twice = [change(1, guid="a"), change(2, guid="b", title="See: Crane 1")]
    assert store_found(session, source_id, [*others, *twice], NOON) == 10


def test_articles_of_before_do_not_come_in_twice(session: Session, source_id: int) -> None:
    """Up to now the first change alone was kept, by the page's address."""
    old = Article(
        url=PAGE,
        slug="crane",
        title="Crane 1 lifts more",
        published_at=NOON + WEEK,
        first_seen_at=NOON + WEEK,
    )
    session.add(old)
    session.flush()
    shown = [change(number, f"#v{number}") for number in (3, 2, 1)]
    assert store_found(session, source_id, shown, NOON + 4 * WEEK) == 2
    assert [url for url, _ in stored(session)] == [PAGE, f"{PAGE}#v3", f"{PAGE}#v2"]


def test_changes_without_dates_and_with_one_title_each_stay_apart(
    session: Session, source_id: int
) -> None:
    shown = [Found(f"{PAGE}#v{n}", f"Version {n}", guid=f"v{n}") for n in range(3)]
    assert store_found(session, source_id, shown[:1], NOON) == 1
    assert store_found(session, source_id, shown, NOON + WEEK) == 2
    assert store_found(session, source_id, shown, NOON + WEEK) == 0


def test_items_at_one_address_are_counted() -> None:
    shown = [change(n, f"#v{n}") for n in range(4)]
    assert most_at_one_address([*shown, Found("https://w.example/", "W")]) == 4
    assert most_at_one_address([]) == 0


def test_whatever_a_source_says_differently_is_another_digest() -> None:
    said = change(1)
    assert digest(said) == digest(change(1))
    assert digest(said) != digest(change(1, title="Crane 1 lifts less"))

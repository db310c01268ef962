"""Genres: what a source is, guessed from its first items; each sample is of our own writing."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.choosing.voices.genres import (
    FIRST_ITEMS,
    GENRES,
    NO_GUESS,
    ShownItem,
    guess_genre,
)
from newsletter.formats.feeds import read_feed
from tests.gathering.real import real_feeds
from tests.samples.times import NOON

FLAWS = ("harbour", "library", "theatre", "orchard", "tunnel", "market", "chapel", "mill", "dock")


def items(
    *titles: str,
    site: str = "orrery.com",
    days: float = 4.0,
    authors: tuple[str, ...] = ("",),
) -> list[ShownItem]:
    """Items of one site, so many days apart."""
    return [
        ShownItem(
            title,
            f"https://{site}/{at}",
            authors[at % len(authors)],
            NOON - timedelta(days=days * at),
        )
        for at, title in enumerate(titles)
    ]


VERSIONS = [f"v{n}.{n + 2}.1" for n in range(9)]
PRODUCTS = [f"Orrery Lamp {n}.{n + 2} released" for n in range(9)]
DATES = [f"2026-05-{n:02}" for n in range(1, 10)]
FIXES = [f"Fixed the {name} view when its list is empty" for name in FLAWS]
VENDOR = [
    "Introducing Orrery Flow",
    "How to plan a shift with Orrery",
    "Building a rota in ten minutes",
    "Orrery partners with Tidewater",
    "Best practices for night shifts",
    "How the Mill Group halved its overtime with Orrery",
    "Announcing Orrery for hospitals",
]
LAB = [
    "Measuring how lamps fail: a study of 4,000 streets",
    "Evaluation of glare in four cities",
    "A dataset of evening light",
    "Findings of our second trial",
    "Towards lamps that learn",
    "Experiments with dimming",
]
PRESS = [f"Council closes the {name} after {at} days of dispute" for at, name in enumerate(FLAWS)]
EPISODES = [f"Ep. {n}: the {name} and its keeper" for n, name in enumerate(FLAWS, 40)]
ROUNDUP = [
    f"Harbour Opens Late, Market Loses Roof, {name.title()} Finds New Owner" for name in FLAWS
]
ISSUES = [f"Lamplight #{n}: on {name}s" for n, name in enumerate(FLAWS, 7)]


@pytest.mark.parametrize(
    ("genre", "shown"),
    [
        ("changelog", items(*VERSIONS)),
        ("changelog", items(*PRODUCTS)),
        ("changelog", items(*DATES)),
        ("changelog", items(*FIXES)),
        ("changelog", items(*FLAWS, site="code.example/lamp/releases/tag")),
        ("vendor", items(*VENDOR)),
        # its engineers sign what they write, and it writes daily
        ("vendor", items(*VENDOR, authors=("Ada", "Ben", "Cleo", "Dov"), days=0.5)),
        ("lab", items(*LAB)),
        ("press", items(*PRESS, days=0.3)),
        ("press", items(*PRESS, authors=("Ada", "Ben", "Cleo"))),
        ("podcast", items(*EPISODES)),
        ("roundup", items(*ROUNDUP, days=7)),
        ("roundup", items(*ISSUES, days=7)),
    ],
)
def test_a_source_is_guessed_by_the_form_words_and_pace_of_its_items(
    genre: str, shown: list[ShownItem]
) -> None:
    guess = guess_genre("The Lamp", shown)
    assert guess.genre == genre, guess
    assert guess.because
    assert guess.genre in GENRES


def test_links_to_many_sites_are_a_community() -> None:
    linked = [item for at in range(9) for item in items(FLAWS[at], site=f"site{at}.com")]
    assert guess_genre("Links", linked).genre == "community"


@pytest.mark.parametrize(
    ("name", "genre"), [("Lamp Changelog", "changelog"), ("The Lamp Podcast", "podcast")]
)
def test_the_name_of_a_source_is_a_hint(name: str, genre: str) -> None:
    titles = [*VERSIONS[:3], *PRESS[:6]]
    assert guess_genre("The Lamp", items(*titles)).genre != genre
    assert guess_genre(name, items(*titles)).genre == genre


def test_a_backlog_of_one_day_is_no_pace_and_few_items_show_nothing() -> None:
    assert guess_genre("The Lamp", items(*PRESS, days=0.0)) == NO_GUESS
    assert guess_genre("The Lamp", items(*VERSIONS[:4])) == NO_GUESS
    assert guess_genre("The Lamp", []) == NO_GUESS


def test_only_the_first_thirty_items_count() -> None:
    many = items(*(f"{name} {n}" for n in range(4) for name in FLAWS))
    assert guess_genre("The Lamp", [*many[:FIRST_ITEMS], *items(*VERSIONS * 9)]) == guess_genre(
        "The Lamp", many[:FIRST_ITEMS]
    )


@given(st.text(max_size=30), st.lists(st.text(max_size=80), max_size=12))
def test_whatever_titles_say_a_guess_is_a_genre_or_nothing(name: str, titles: list[str]) -> None:
    guess = guess_genre(name, items(*titles))
    assert guess.genre in ("", *GENRES)
    assert bool(guess.genre) == bool(guess.because)


def test_nearly_every_real_feed_is_guessed() -> None:
    """Each was looked at once by a person; none of them is a newspaper."""
    genres = []
    for body in real_feeds():
        feed = read_feed(body, "https://feeds.example/x")
        found = [item for item in feed.found if item.published_at]
        shown = [ShownItem(i.title, i.url, i.author, i.published_at or NOON) for i in found]
        genres.append(guess_genre(feed.title, shown).genre)
    assert genres.count("") <= len(genres) // 10
    assert "press" not in genres
    assert genres.count("roundup") == 1

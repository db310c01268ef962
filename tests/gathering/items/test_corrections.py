"""What a source corrects arrives, and nothing that an editor wrote or approved changes."""

from collections.abc import Collection
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlmodel import Session, select

from newsletter.formats.found import Found
from newsletter.gathering import sources
from newsletter.gathering.articles import store_all_found
from newsletter.gathering.items.corrections import carries_nothing, correct
from newsletter.gathering.models import Article, Source
from newsletter.gathering.sources import NewSource
from newsletter.publications.models import Publication
from tests.samples.times import NOON

WRONG = Found("https://quay.example/a", "Ferrry sinks", "Speling.", published_at=NOON)
RIGHT = replace(WRONG, title="Ferry sinks", dek="It went down in the harbour at dawn.")


@pytest.fixture
def source_ids(session: Session, publication: Publication) -> list[int]:
    urls = [f"https://{name}.example/feed" for name in ("quay", "pier")]
    return [sources.add(session, publication.key, NewSource(url)).key for url in urls]


def say(session: Session, source_id: int, item: Found, *carried: int) -> int:
    def find_carried(_: Session, asked: Collection[int]) -> Collection[int]:
        return set(carried) & set(asked)

    (kept,) = store_all_found(session, [(source_id, [item])], NOON)
    find = find_carried if carried else carries_nothing
    changed = correct(session, source_id, kept.items, find, NOON)
    session.flush()
    return changed


def article_of(session: Session) -> Article:
    return session.exec(select(Article)).one()


def test_a_corrected_title_and_dek_arrive(session: Session, source_ids: list[int]) -> None:
    said = [say(session, source_ids[0], item) for item in (WRONG, WRONG, RIGHT, RIGHT)]
    assert said == [0, 0, 1, 0]
    article = article_of(session)
    assert (article.title, article.dek) == (RIGHT.title, RIGHT.dek)


def test_a_new_picture_is_loaded_and_what_is_not_said_stays(
    session: Session, source_ids: list[int]
) -> None:
    say(session, source_ids[0], replace(WRONG, image_url="https://quay.example/1.png"))
    article = article_of(session)
    article.read_at = NOON
    article.image_width = 640
    newer = replace(WRONG, dek="", image_url="https://quay.example/2.png")
    assert say(session, source_ids[0], newer) == 1
    assert (article.dek, article.image_url) == (WRONG.dek, newer.image_url)
    assert (article.image_width, article.read_at) == (0, None)


def test_a_second_source_with_its_own_title_corrects_nothing(
    session: Session, source_ids: list[int]
) -> None:
    first, second = source_ids
    say(session, first, WRONG)
    assert say(session, second, replace(WRONG, title="Discussion of a ferry")) == 0
    assert say(session, second, replace(WRONG, title="Discussion of the ferry")) == 0
    assert article_of(session).title == WRONG.title


def test_a_source_takes_the_place_of_a_retired_one_that_showed_an_article_first(
    session: Session, source_ids: list[int], publication: Publication
) -> None:
    """A feed that moved to another address still corrects what its old address had shown."""
    first, second = source_ids
    for source_id in source_ids:
        say(session, source_id, WRONG)
    sources.retire(session, publication.key, str(first))
    assert say(session, second, RIGHT) == 1
    assert article_of(session).title == RIGHT.title


def test_what_an_approved_issue_carries_stays_until_the_approval_is_withdrawn(
    session: Session, source_ids: list[int]
) -> None:
    say(session, source_ids[0], WRONG)
    key = article_of(session).key
    assert say(session, source_ids[0], RIGHT, key) == 0
    assert article_of(session).title == WRONG.title
    assert say(session, source_ids[0], RIGHT) == 1


def test_what_an_editor_pasted_stays(
    session: Session, source_ids: list[int], publication: Publication
) -> None:
    pasted = Source(publication_id=publication.key, kind="hand", url="pasted")
    session.add(pasted)
    session.flush()
    say(session, pasted.key, replace(WRONG, title="My own words"))
    say(session, source_ids[0], WRONG)
    assert say(session, source_ids[0], RIGHT) == 0
    assert article_of(session).title == "My own words"


def test_a_date_is_corrected_where_there_was_none_and_else_stays(
    session: Session, source_ids: list[int]
) -> None:
    say(session, source_ids[0], replace(WRONG, published_at=None))
    day = NOON - timedelta(days=3)
    say(session, source_ids[0], replace(WRONG, published_at=day))
    assert article_of(session).published_at == day
    say(session, source_ids[0], replace(WRONG, published_at=NOON))
    assert article_of(session).published_at == day, "a change of a text is no new article"

"""What the tables of a publication keep: its slug, one value of a weight, one way of an address."""

import pytest
from sqlmodel import Session

from newsletter.publications.models import Publication, Redirect, Weight
from tests.rows import takes

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def made(slug: str) -> Publication:
    return Publication(slug=slug, name=slug, sender_name=slug, sender_address="a@a.example")


def test_a_slug_is_of_one_publication(session: Session) -> None:
    assert takes(session, made("inference"))
    assert not takes(session, made("inference"))
    assert takes(session, made("ledger"))


def test_a_publication_begins_with_the_rules_that_send_nothing_unseen(session: Session) -> None:
    publication = made("inference")
    assert takes(session, publication)
    session.expire(publication)
    assert (publication.rule, publication.thin_rule) == ("hold", "shrink")
    assert (publication.tracking, publication.tracking_days) == ("anonymous", 90)
    assert (publication.forget_leavers_days, publication.letters_per_s) == (365, 0)
    assert (publication.domain_rates, publication.allowed_origins) == ({}, [])


def test_the_plan_and_the_cadence_say_how_many_stories_and_in_which_zone(session: Session) -> None:
    publication = made("inference")
    assert takes(session, publication)
    assert (publication.story_places, publication.zone.key) == (11, "Europe/Berlin")
    publication.rows = 2
    publication.cadence = "Friday 17:00 Pacific/Apia"
    assert (publication.story_places, publication.zone.key) == (9, "Pacific/Apia")


def test_two_publications_share_no_list(session: Session) -> None:
    first, second = made("first"), made("second")
    first.topics.append("Sea")
    assert takes(session, first, second)
    session.expire_all()
    assert (first.topics, second.topics) == (["Sea"], [])


@pytest.mark.parametrize(
    ("table", "key"), [(Weight, {"name": "coverage"}), (Redirect, {"path": "/p/1"})]
)
def test_a_weight_has_one_value_and_an_address_one_way(
    table: type[Weight | Redirect], key: dict[str, str], session: Session
) -> None:
    here, elsewhere = made("here"), made("elsewhere")
    assert takes(session, here, elsewhere)
    values = {"value": 1.0} if table is Weight else {"target": "/archive/1"}
    assert takes(session, table(publication_id=here.key, **key, **values))
    assert not takes(session, table(publication_id=here.key, **key, **values))
    assert takes(session, table(publication_id=elsewhere.key, **key, **values))

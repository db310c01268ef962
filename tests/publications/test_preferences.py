"""Preferences: a value is tidied and checked by its rule; what is not named stays."""

import pytest
from sqlmodel import Session

from newsletter.errors import Refused
from newsletter.publications.fields import checks
from newsletter.publications.models import Publication
from newsletter.publications.preferences import change, set_domain_rate, values_of


def test_values_are_tidied_and_what_is_not_named_stays(
    session: Session, publication: Publication
) -> None:
    change(session, publication.key, topics=["  Open   models ", "Policy"], monthly=True)
    changed = change(
        session, publication.key, allowed_origins=["https://Blog.example/", "https://blog.example"]
    )
    assert changed.topics == ["Open models", "Policy"]
    assert changed.allowed_origins == ["https://blog.example"]
    assert changed.monthly
    assert changed.poll, "the default"


@pytest.mark.parametrize(
    ("name", "value", "error"),
    [
        ("disclosure", "  ", checks.BadLabel),
        ("disclosure", "a" * 41, checks.BadLabel),
        ("topics", ["Models", "models"], checks.BadTopics),
        ("topics", ["a" * 41], checks.BadTopics),
        ("topics", [str(number) for number in range(25)], checks.BadTopics),
        ("allowed_origins", ["https://blog.example/path"], checks.BadOrigin),
        ("readers_step", -1, checks.BadStep),
        ("forget_leavers_days", 29, checks.BadForgettingDays),
        ("tracking", "everything", checks.NoSuchChoice),
        ("tracking_days", 0, checks.BadTrackingDays),
        ("tracking_days", 3651, checks.BadTrackingDays),
    ],
)
def test_a_value_that_breaks_its_rule_is_refused_with_the_error_of_that_rule(
    session: Session, publication: Publication, name: str, value: object, error: type[Refused]
) -> None:
    with pytest.raises(error):
        change(session, publication.key, monthly=True, **{name: value})
    kept = session.get_one(Publication, publication.key)
    assert getattr(kept, name) == getattr(publication, name)
    assert not kept.monthly, "what fits is not set either"


def test_never_is_a_number_of_days_and_of_readers(
    session: Session, publication: Publication
) -> None:
    never = {"forget_leavers_days": 0, "readers_from": 0, "readers_step": 0}
    changed = change(session, publication.key, **never)
    assert {name: getattr(changed, name) for name in never} == never


def test_a_domain_has_its_own_speed_in_any_spelling_until_it_is_zero(
    session: Session, publication: Publication
) -> None:
    key = publication.key
    set_domain_rate(session, key, "Big.example", 10)
    set_domain_rate(session, key, "slow.example", 2)
    kept = session.get_one(Publication, key)
    assert kept.domain_rates == {"big.example": 10, "slow.example": 2}
    set_domain_rate(session, key, "big.EXAMPLE", 0)
    assert kept.domain_rates == {"slow.example": 2}


def test_what_it_has_is_read_by_column(publication: Publication) -> None:
    assert values_of(publication)["name"] == publication.name

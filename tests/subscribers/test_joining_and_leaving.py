"""Readers: a sign-up counts only once confirmed; a leave always works."""

import pytest
from sqlmodel import Session

from newsletter.publications.models import Publication
from subscribers.addresses import BadAddress, mask, normalise, shorten_network
from subscribers.audiences.evaluating import (
    AudienceRule,
    considered_query,
    count_by_status,
    last_subscriber_id,
)
from subscribers.joining import signup
from subscribers.leaving import unsubscribing
from tests.samples.times import NOON


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("Ada@Example.ORG", "Ada@example.org"),
        (" a+b@bücher.example ", "a+b@xn--bcher-kva.example"),
        ("jürgen@x.example", "jürgen@x.example"),
    ],
)
def test_an_address_is_kept_by_its_rules(given: str, kept: str) -> None:
    assert normalise(given) == kept


@pytest.mark.parametrize(
    "bad",
    [
        "",
        "ada",
        "a@",
        "@b.example",
        "a b@c.example",
        "a@b.example\nBcc: x@y.example",
        "a" * 400 + "@b.example",
    ],
)
def test_a_bad_address_is_refused_with_an_example(bad: str) -> None:
    with pytest.raises(BadAddress, match="you@example.com"):
        normalise(bad)


def test_masking_and_shortening_hide_enough() -> None:
    assert mask("ada@example.org") == "a•••@example.org"
    assert shorten_network("203.0.113.77") == "203.0.113.0/24"
    assert shorten_network("nonsense") == ""


def test_a_sign_up_counts_only_once_confirmed(session: Session, publication: Publication) -> None:
    asked = signup.sign_up(session, publication.key, "ada@readers.example", now=NOON)
    assert exclusions(session, publication) == ["unconfirmed"]
    assert signup.confirm(session, asked.subscription_id, now=NOON)
    assert not signup.confirm(session, asked.subscription_id, now=NOON)
    assert exclusions(session, publication) == [None]


def test_the_same_address_is_one_subscriber_whatever_its_domains_spelling(
    session: Session, publication: Publication
) -> None:
    first = signup.sign_up(session, publication.key, "ada@readers.example", now=NOON)
    assert (
        signup.sign_up(session, publication.key, "ada@READERS.example", now=NOON).subscription_id
        == first.subscription_id
    )


def test_who_left_is_not_considered_and_an_old_confirm_link_does_not_bring_them_back(
    session: Session, publication: Publication
) -> None:
    asked = signup.sign_up(session, publication.key, "ada@readers.example", now=NOON)
    signup.confirm(session, asked.subscription_id, now=NOON)
    assert unsubscribing.end_subscription(
        session, asked.subscription_id, by="link", issue_id=None, now=NOON
    )
    assert not unsubscribing.end_subscription(
        session, asked.subscription_id, by="link", issue_id=None, now=NOON
    )
    assert exclusions(session, publication) == []
    with pytest.raises(signup.NoSubscription):
        signup.confirm(session, asked.subscription_id, now=NOON)
    unsubscribing.undo_leave(session, asked.subscription_id, NOON)
    assert count_by_status(session, publication.key) == {"active": 1}


def exclusions(session: Session, publication: Publication) -> list[str | None]:
    """One for everyone considered."""
    return [
        row.exclusion
        for row in session.execute(
            considered_query(publication.key, 0, last_subscriber_id(session), AudienceRule(NOON))
        )
    ]

"""Subscribers by the API: added once, found however they are spelled, never against their will;
problems that say what to do."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import col, func, select

from newsletter.desk import tokens
from newsletter.letters.models import SmallLetter
from newsletter.publications.opening import open_publication
from newsletter.publications.preferences import change
from newsletter.web.api.allowance import A_MINUTE
from subscribers import suppressing
from subscribers.joining import signup
from subscribers.leaving import unsubscribing
from subscribers.models import ConsentRecord, Subscription
from tests.web.asking import Answer, Site, site

NOW = datetime(2026, 5, 12, 7, 0, tzinfo=UTC)
CONSENT = {"words": "Yes, send me the weekly letter.", "source": "https://shop.example/checkout"}
ADA = "ada@readers.example"


@pytest.fixture
def shop(database_url: str) -> Iterator[Site]:
    with site(database_url, NOW) as one:
        yield one


def token(shop: Site, *, may_vouch: bool = False, publication_id: int = 0) -> str:
    made = shop.runtime.database.write(
        tokens.make_token,
        publication_id or shop.key,
        "web shop",
        may_vouch=may_vouch,
        by="mara@inference.example",
        now=NOW,
    )
    return made[1]


def read_json(answer: Answer, status: int) -> dict[str, object]:
    """Return what an answer of this status holds; an error is a problem document (RFC 9457)."""
    assert answer.status == status, answer.text
    content: dict[str, object] = json.loads(answer.text)
    if status >= 400:
        assert answer.headers["content-type"] == "application/problem+json"
        assert content["status"] == status
        assert content["detail"]
    return content


def letters(shop: Site) -> int:
    with shop.runtime.database.reading() as session:
        return session.exec(select(func.count()).select_from(SmallLetter)).one()


def test_who_is_added_is_asked_once_by_a_confirm_letter_however_often_a_program_adds_them(
    shop: Site,
) -> None:
    secret = token(shop)
    first = read_json(
        shop.ask(
            "POST",
            "/api/subscribers",
            {"address": "Ada@Readers.EXAMPLE", "name": "Ada"},
            token=secret,
        ),
        201,
    )
    assert (first["address"], first["name"], first["status"]) == (
        "Ada@readers.example",
        "Ada",
        "unconfirmed",
    )
    again = read_json(
        shop.ask("POST", "/api/subscribers", {"address": "Ada@readers.example"}, token=secret), 200
    )
    assert again == first
    assert letters(shop) == 1


def test_a_subscriber_is_found_by_address_and_by_id_and_an_unknown_one_is_not(shop: Site) -> None:
    secret = token(shop)
    added = read_json(
        shop.ask("POST", "/api/subscribers", {"address": "ada+news@readers.example"}, token=secret),
        201,
    )
    assert (
        read_json(
            shop.ask("GET", "/api/subscribers?address=ada%2Bnews@READERS.example", token=secret),
            200,
        )
        == added
    )
    assert read_json(shop.ask("GET", f"/api/subscribers/{added['id']}", token=secret), 200) == added
    missing = read_json(
        shop.ask("GET", "/api/subscribers?address=bob@readers.example", token=secret), 404
    )
    assert missing["type"] == "urn:newsletter:problem:no-subscriber"


def test_a_consent_given_elsewhere_counts_at_once_and_is_kept_with_its_words_and_source(
    shop: Site,
) -> None:
    body = {"address": ADA, "consent": CONSENT}
    added = read_json(
        shop.ask("POST", "/api/subscribers", body, token=token(shop, may_vouch=True)), 201
    )
    assert (added["status"], added["confirmed_at"]) == ("active", "2026-05-12T07:00:00Z")
    assert letters(shop) == 0
    with shop.runtime.database.reading() as session:
        kept = session.exec(select(ConsentRecord).where(col(ConsentRecord.act) == "vouch")).one()
    assert CONSENT["words"] in kept.words
    assert CONSENT["source"] in kept.words


def test_only_a_token_that_may_vouch_does_so_and_never_without_words_and_source(shop: Site) -> None:
    body = {"address": ADA, "consent": CONSENT}
    assert (
        read_json(shop.ask("POST", "/api/subscribers", body, token=token(shop)), 403)["type"]
        == "urn:newsletter:problem:may-not-vouch"
    )
    nothing = {"address": ADA, "consent": {"words": " ", "source": "fair"}}
    assert read_json(
        shop.ask("POST", "/api/subscribers", nothing, token=token(shop, may_vouch=True)), 403
    )["detail"]
    with shop.runtime.database.reading() as session:
        assert session.exec(select(Subscription)).all() == []


def test_who_left_is_brought_back_by_their_own_button_only(shop: Site) -> None:
    secret = token(shop, may_vouch=True)
    added = read_json(
        shop.ask("POST", "/api/subscribers", {"address": ADA, "consent": CONSENT}, token=secret),
        201,
    )
    left = read_json(shop.ask("POST", f"/api/subscribers/{added['id']}/leave", token=secret), 200)
    assert (left["status"], left["left_at"]) == ("unsubscribed", "2026-05-12T07:00:00Z")
    assert (
        read_json(shop.ask("POST", f"/api/subscribers/{added['id']}/leave", token=secret), 200)
        == left
    )
    read_json(
        shop.ask("POST", "/api/subscribers", {"address": ADA, "consent": CONSENT}, token=secret),
        409,
    )
    asked = read_json(shop.ask("POST", "/api/subscribers", {"address": ADA}, token=secret), 200)
    assert asked["status"] == "unconfirmed"
    assert letters(shop) == 1


def test_a_program_learns_who_must_not_be_mailed_and_nothing_is_sent(shop: Site) -> None:
    shop.runtime.database.write(suppressing.suppress, ADA, "complaint", NOW)
    secret = token(shop, may_vouch=True)
    read_json(
        shop.ask("POST", "/api/subscribers", {"address": ADA, "consent": CONSENT}, token=secret),
        409,
    )
    read_json(shop.ask("POST", "/api/subscribers", {"address": ADA}, token=secret), 409)
    assert letters(shop) == 0


def test_a_name_is_changed_and_what_is_not_given_stays(shop: Site) -> None:
    secret = token(shop)
    key = read_json(
        shop.ask("POST", "/api/subscribers", {"address": ADA, "name": "Ada"}, token=secret), 201
    )["id"]
    assert (
        read_json(shop.ask("PATCH", f"/api/subscribers/{key}", {}, token=secret), 200)["name"]
        == "Ada"
    )
    assert (
        read_json(
            shop.ask("PATCH", f"/api/subscribers/{key}", {"name": " Ada  L. "}, token=secret), 200
        )["name"]
        == "Ada L."
    )


def test_wishes_and_attributes_are_changed_one_by_one(shop: Site) -> None:
    secret = token(shop)
    shop.runtime.database.write(change, shop.key, topics=["AI", "Policy"])
    body = {"address": ADA, "source": "Shop", "attributes": {"plan": "pro"}}
    added = read_json(shop.ask("POST", "/api/subscribers", body, token=secret), 201)
    assert (added["source"], added["attributes"], added["frequency"]) == (
        "shop",
        {"plan": "pro"},
        "every",
    )
    at = f"/api/subscribers/{added['id']}"
    narrowed = read_json(shop.ask("PATCH", at, {"topics": ["Policy"]}, token=secret), 200)
    assert narrowed["topics"] == ["Policy"]
    changed = read_json(
        shop.ask(
            "PATCH",
            at,
            {"frequency": "monthly", "attributes": {"plan": None, "city": "Köln"}},
            token=secret,
        ),
        200,
    )
    assert (changed["frequency"], changed["topics"], changed["attributes"]) == (
        "monthly",
        ["Policy"],
        {"city": "Köln"},
    )
    read_json(shop.ask("PATCH", at, {"topics": ["Sport"]}, token=secret), 403)
    read_json(shop.ask("PATCH", at, {"frequency": "daily"}, token=secret), 422)
    read_json(shop.ask("PATCH", at, {"attributes": {"x" * 61: "y"}}, token=secret), 403)
    assert read_json(shop.ask("GET", at, token=secret), 200) == changed


def test_a_revoked_token_opens_nothing(shop: Site) -> None:
    secret = token(shop)
    read_json(shop.ask("GET", f"/api/subscribers?address={ADA}", token=secret), 404)
    (kept,) = shop.runtime.database.read(tokens.read_all, shop.key)
    shop.runtime.database.write(tokens.revoke, shop.key, kept.key, NOW)
    read_json(shop.ask("GET", f"/api/subscribers?address={ADA}", token=secret), 401)


def test_a_token_sees_its_own_publication_only(shop: Site) -> None:
    with shop.runtime.database.writing() as session:
        other = open_publication(
            session, name="Other", sender_address="a@other.example", cadence="Monday 09:00 UTC"
        )
        asked = signup.sign_up(session, shop.key, ADA, now=NOW)
        signup.confirm(session, asked.subscription_id, now=NOW)
    elsewhere = token(shop, publication_id=other.key)
    read_json(shop.ask("GET", f"/api/subscribers?address={ADA}", token=elsewhere), 404)
    read_json(shop.ask("POST", "/api/subscribers/1/leave", token=elsewhere), 404)
    own = shop.ask("GET", f"/api/subscribers?address={ADA}", token=token(shop))
    assert read_json(own, 200)["status"] == "active"


def test_a_program_in_a_loop_is_told_to_wait_and_may_go_on_after_that(shop: Site) -> None:
    secret, other = token(shop), token(shop)
    path = f"/api/subscribers?address={ADA}"
    assert {shop.ask("GET", path, token=secret).status for _ in range(A_MINUTE)} == {404}
    late = shop.ask("GET", path, token=secret)
    read_json(late, 429)
    assert shop.ask("GET", path, token=other).status == 404, "each token has its own"
    shop.clock.move_by(timedelta(seconds=int(late.headers["retry-after"])))
    assert shop.ask("GET", path, token=secret).status == 404


def test_when_a_token_was_last_used_is_on_record_to_the_minute(shop: Site) -> None:
    secret = token(shop)
    for wait_s in (0, 30, 31):
        shop.clock.move_by(timedelta(seconds=wait_s))
        shop.ask("GET", f"/api/subscribers?address={ADA}", token=secret)
    (kept,) = shop.runtime.database.read(tokens.read_all, shop.key)
    assert kept.used_at == NOW + timedelta(seconds=61)


def test_undoing_a_leave_made_by_a_program_works_as_any_other(shop: Site) -> None:
    secret = token(shop, may_vouch=True)
    key = read_json(
        shop.ask("POST", "/api/subscribers", {"address": ADA, "consent": CONSENT}, token=secret),
        201,
    )["id"]
    read_json(shop.ask("POST", f"/api/subscribers/{key}/leave", token=secret), 200)
    with shop.runtime.database.writing() as session:
        unsubscribing.undo_leave(session, session.exec(select(Subscription)).one().key, NOW)
    again = shop.ask("GET", f"/api/subscribers/{key}", token=secret)
    assert read_json(again, 200)["status"] == "active"


def test_a_program_can_not_flood_a_mailbox_by_adding_and_ending_again_and_again(shop: Site) -> None:
    secret, last = token(shop), {}
    for status in (201, 200, 200, 409):
        added = shop.ask("POST", "/api/subscribers", {"address": ADA}, token=secret)
        last = read_json(added, status)
        if status < 400:
            left = shop.ask("POST", f"/api/subscribers/{last['id']}/leave", {}, token=secret)
            read_json(left, 200)
    assert "tomorrow" in str(last["detail"])
    assert letters(shop) == 3


def test_no_order_of_calls_brings_back_who_left(shop: Site) -> None:
    """A stranger's sign-up, or a call without a consent, makes no way for one with it."""
    secret = token(shop, may_vouch=True)
    vouched = {"address": ADA, "consent": CONSENT}
    added = read_json(shop.ask("POST", "/api/subscribers", vouched, token=secret), 201)
    shop.ask("POST", f"/api/subscribers/{added['id']}/leave", token=secret)
    read_json(shop.ask("POST", "/api/subscribers", vouched, token=secret), 409)
    asked = shop.ask("POST", "/api/subscribers", {"address": ADA}, token=secret)
    assert read_json(asked, 200)["status"] == "unconfirmed"
    assert shop.ask("POST", "/api/signup", {"email": ADA}).status == 202
    refused = read_json(shop.ask("POST", "/api/subscribers", vouched, token=secret), 409)
    assert refused["type"] == "urn:newsletter:problem:has-left"

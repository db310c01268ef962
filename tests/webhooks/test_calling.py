"""Each change reaches each webhook at least once, and only where it may go."""

import json
from datetime import timedelta

import pytest
from sqlmodel import select

from newsletter.fetching.limits import Limits
from newsletter.webhooks import hooks
from newsletter.webhooks.calling import call_due
from newsletter.webhooks.signing import sign
from subscribers.models import Change, ConsentRecord, Subscriber, Subscription
from tests.doubles.web import Internet, always
from tests.webhooks.rig import ADA, NOW, URLS, Rig


def test_each_change_is_sent_in_order_with_the_subscriber_as_they_are_now(rig: Rig) -> None:
    rig.leave(rig.join())
    assert rig.call() == 3
    assert [payload["type"] for payload in rig.payloads()] == [
        "subscription.joined",
        "subscription.confirmed",
        "subscription.left",
    ]
    data = rig.payloads()[0]["data"]
    assert isinstance(data, dict)
    assert (data["address"], data["status"], data["left_at"]) == (
        ADA,
        "unsubscribed",
        "2026-05-12T07:00:00Z",
    )
    assert [call.status for call in rig.calls()] == ["accepted"] * 3
    assert rig.call() == 0, "what was accepted is not sent again"


def test_a_receiver_can_tell_that_a_call_is_ours_and_of_now(rig: Rig) -> None:
    rig.join()
    rig.call()
    asked = rig.web.asked[0]
    expected = sign(rig.hook().secret, asked.headers["webhook-id"], NOW, asked.body)
    assert {name: asked.headers[name] for name in expected} == expected
    assert len({sent.headers["webhook-id"] for sent in rig.web.asked}) == 2, (
        "each change has its own id"
    )


def test_only_the_kinds_that_a_webhook_wants_are_sent(rig: Rig) -> None:
    with rig.database.writing() as session:
        hooks.remove(session, hooks.read_all(session, rig.key)[0])
        hooks.add_webhook(session, rig.key, f"{rig.web.url}/hook", ("left",), by="mara", now=NOW)
    rig.leave(rig.join())
    assert rig.call() == 1
    assert [payload["type"] for payload in rig.payloads()] == ["subscription.left"]


def test_two_webhooks_hear_of_one_change_under_the_same_id(rig: Rig) -> None:
    rig.database.write(
        hooks.add_webhook, rig.key, f"{rig.web.url}/other", ("joined",), by="mara", now=NOW
    )
    rig.web.scripts["/other"] = always(200)
    rig.join()
    assert rig.call() == 3
    ids = {
        asked.path: asked.headers["webhook-id"]
        for asked in rig.web.asked
        if json.loads(asked.body)["type"] == "subscription.joined"
    }
    assert len(ids) == 2
    assert len(set(ids.values())) == 1


def test_an_editor_sends_a_call_again_with_its_id(rig: Rig) -> None:
    rig.join()
    rig.call()
    with rig.database.writing() as session:
        hooks.send_again(
            session, hooks.read_call(session, rig.key, rig.calls()[0].key), rig.clock.now()
        )
    assert rig.call() == 1
    assert rig.web.asked[-1].headers["webhook-id"] == rig.web.asked[0].headers["webhook-id"]


def test_of_who_was_erased_meanwhile_nothing_but_the_id_goes_out(rig: Rig) -> None:
    rig.join()
    with rig.database.writing() as session:
        for table in (ConsentRecord, Subscription, Subscriber):
            for row in session.exec(select(table)).all():
                session.delete(row)
            session.flush()
    assert rig.call() == 2
    assert ADA.encode() not in b"".join(asked.body for asked in rig.web.asked)
    assert rig.payloads()[0]["data"] == {"id": 1}


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]", "169.254.169.254"])
def test_no_webhook_reaches_into_our_own_network(host: str, rig: Rig) -> None:
    with rig.database.writing() as session:
        hooks.remove(session, hooks.read_all(session, rig.key)[0])
        hooks.add_webhook(
            session, rig.key, f"http://{host}:{rig.web.port}/hook", (), by="mara", now=NOW
        )
    rig.join()
    assert call_due(rig.database, rig.clock, Limits(), URLS) == 0
    assert rig.web.asked == []


def test_a_name_that_leads_to_our_own_network_and_a_redirect_into_it_are_not_followed(
    rig: Rig,
) -> None:
    internet = Internet(rig.web)
    internet.addresses["evil.test"] = [["10.0.0.1"]]
    rig.web.scripts["/moved"] = always(302, location="http://evil.test/hook")
    with rig.database.writing() as session:
        hooks.remove(session, hooks.read_all(session, rig.key)[0])
        hooks.add_webhook(session, rig.key, "http://evil.test/hook", (), by="mara", now=NOW)
        hooks.add_webhook(session, rig.key, "http://good.test/moved", (), by="mara", now=NOW)
    rig.join()
    guard = internet.guard()
    assert call_due(rig.database, rig.clock, Limits(), URLS, guard=guard) == 0
    guard.close()
    assert {asked.path for asked in rig.web.asked} == {"/moved"}


def test_a_process_that_dies_before_it_wrote_down_the_answer_sends_that_call_again(
    rig: Rig,
) -> None:
    rig.join()

    def dies(asked: object) -> list[bytes]:
        raise OSError("the line is cut before the answer")

    rig.answers(dies)
    rig.call()
    rig.answers(always(200))
    assert rig.call(timedelta(minutes=1)) == 2
    with rig.database.reading() as session:
        assert session.exec(select(Change)).all() == []


def test_calls_are_forgotten_after_thirty_days(rig: Rig) -> None:
    rig.join()
    rig.call()
    rig.call(timedelta(days=30, seconds=1))
    assert rig.calls() == []

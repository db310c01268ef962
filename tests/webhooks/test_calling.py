"""Each change reaches each webhook at least once, signed and dated; a receiver in trouble is given time, and in the end disabled."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import col, select

from newsletter.clock import SetClock
from newsletter.database import Database
from newsletter.desk import editors
from newsletter.fetching.limits import Limits
from newsletter.letters.models import SmallLetter
from newsletter.publications.models import Publication
from newsletter.urls import Urls
from newsletter.webhooks import hooks
from newsletter.webhooks.calling import call_due
from newsletter.webhooks.models import Call, Webhook
from newsletter.webhooks.signing import sign
from newsletter.webhooks.status import WAITS
from subscribers.joining import signup
from subscribers.leaving import unsubscribing
from subscribers.models import Change, ConsentRecord, Subscriber, Subscription
from tests.doubles.web import Internet, Script, Web, always, answer, serving

NOW = datetime(2026, 5, 12, 7, 0, tzinfo=UTC)
ADA = "ada@readers.example"
LIMITS, URLS = Limits(allow_private=True), Urls("https://letters.example")


@dataclass
class Rig:
    """A publication with one webhook, whose receiver answers by a script."""

    database: Database
    publication: Publication
    web: Web
    clock: SetClock

    @property
    def key(self) -> int:
        return self.publication.key

    def answers(self, script: Script) -> None:
        self.web.scripts["/hook"] = script

    def join(self, address: str = ADA) -> int:
        with self.database.writing() as session:
            asked = signup.sign_up(session, self.key, address, now=self.clock.now())
            signup.confirm(session, asked.subscription_id, now=self.clock.now())
        return asked.subscription_id

    def leave(self, subscription_id: int) -> None:
        self.database.write(
            unsubscribing.end_subscription,
            subscription_id,
            by="link",
            issue_id=None,
            now=self.clock.now(),
        )

    def call(self, after: timedelta = timedelta(0)) -> int:
        self.clock.move_by(after)
        return call_due(self.database, self.clock, LIMITS, URLS)

    def told(self) -> list[dict[str, object]]:
        return [json.loads(one.body) for one in self.web.asked]

    def calls(self) -> list[Call]:
        with self.database.reading() as session:
            return list(session.exec(select(Call).order_by(col(Call.id))).all())

    def hook(self) -> Webhook:
        return self.database.read(hooks.read_all, self.key)[0]


@pytest.fixture
def rig(database: Database, publication: Publication) -> Iterator[Rig]:
    with serving({"/hook": always(204)}) as web:
        database.write(
            hooks.add_webhook, publication.key, f"{web.url}/hook", (), by="mara", now=NOW
        )
        yield Rig(database, publication, web, SetClock(NOW))


def test_each_change_is_told_in_order_with_who_it_is_and_how_they_stand_now(rig: Rig) -> None:
    rig.leave(rig.join())
    assert rig.call() == 3
    assert [one["type"] for one in rig.told()] == [
        "subscription.joined",
        "subscription.confirmed",
        "subscription.left",
    ]
    data = rig.told()[0]["data"]
    assert isinstance(data, dict)
    assert (data["address"], data["status"], data["left_at"]) == (
        ADA,
        "unsubscribed",
        "2026-05-12T07:00:00Z",
    )
    assert [one.status for one in rig.calls()] == ["accepted"] * 3
    assert rig.call() == 0, "what was accepted is not sent again"


def test_a_receiver_can_tell_that_a_call_is_ours_and_of_now(rig: Rig) -> None:
    rig.join()
    rig.call()
    asked = rig.web.asked[0]
    expected = sign(rig.hook().secret, asked.headers["webhook-id"], NOW, asked.body)
    assert {name: asked.headers[name] for name in expected} == expected
    assert len({one.headers["webhook-id"] for one in rig.web.asked}) == 2, (
        "each change has its own id"
    )


def test_only_the_kinds_that_a_webhook_wants_are_told(rig: Rig) -> None:
    with rig.database.writing() as session:
        hooks.remove(session, hooks.read_all(session, rig.key)[0])
        hooks.add_webhook(session, rig.key, f"{rig.web.url}/hook", ("left",), by="mara", now=NOW)
    rig.leave(rig.join())
    assert rig.call() == 1
    assert [one["type"] for one in rig.told()] == ["subscription.left"]


def test_two_webhooks_hear_of_one_change_under_the_same_id(rig: Rig) -> None:
    rig.database.write(
        hooks.add_webhook, rig.key, f"{rig.web.url}/other", ("joined",), by="mara", now=NOW
    )
    rig.web.scripts["/other"] = always(200)
    rig.join()
    assert rig.call() == 3
    ids = {
        one.path: one.headers["webhook-id"]
        for one in rig.web.asked
        if json.loads(one.body)["type"] == "subscription.joined"
    }
    assert len(ids) == 2
    assert len(set(ids.values())) == 1


def test_a_failed_call_comes_again_after_growing_waits_with_the_same_id(rig: Rig) -> None:
    rig.answers(always(503))
    rig.join()
    assert rig.call() == 0
    assert len(rig.web.asked) == 1, "the receiver is away: the second change is not tried on it"
    assert rig.call(timedelta(seconds=59)) == 0
    assert len(rig.web.asked) == 1
    rig.answers(always(200))
    assert rig.call(timedelta(seconds=1)) == 2
    assert rig.web.asked[0].headers["webhook-id"] == rig.web.asked[1].headers["webhook-id"]
    assert rig.calls()[0].attempts == 2


def test_one_call_that_is_not_taken_does_not_keep_the_others_back(rig: Rig) -> None:
    def picky(asked: object) -> list[bytes]:
        return [answer(400 if b"joined" in rig.web.asked[-1].body.split(b",")[0] else 200)]

    rig.answers(picky)
    rig.join()
    assert rig.call() == 1
    assert [(one.status, one.code) for one in rig.calls()] == [("waiting", 400), ("accepted", 200)]


def test_a_receiver_that_takes_nothing_for_two_days_is_disabled_and_editors_hear_of_it(
    rig: Rig,
) -> None:
    rig.database.write(editors.add_editor, "mara@inference.example", "Mara", "a long password", NOW)
    rig.answers(always(500))
    rig.join()
    for wait in (timedelta(0), *WAITS):
        rig.call(wait)
    hook = rig.hook()
    assert hook.status == "disabled"
    assert "HTTP 500" in hook.trouble
    assert [one.status for one in rig.calls()] == ["expired", "waiting"]
    with rig.database.reading() as session:
        assert session.exec(select(SmallLetter)).one().fields["head"] == "A webhook is disabled"
    rig.join("bob@readers.example")
    rig.call()
    assert len(rig.calls()) == 2, "what happens while it is disabled is not kept for it"


def test_an_enabled_webhook_gets_first_what_was_given_up(rig: Rig) -> None:
    rig.answers(always(500))
    rig.join()
    for wait in (timedelta(0), *WAITS):
        rig.call(wait)
    rig.answers(always(200))
    with rig.database.writing() as session:
        hooks.enable(session, hooks.read_all(session, rig.key)[0], rig.clock.now())
    assert rig.call() == 2
    assert [one.status for one in rig.calls()] == ["accepted"] * 2


def test_a_call_that_is_given_up_disables_no_receiver_that_took_others(rig: Rig) -> None:
    rig.answers(lambda asked: [answer(422 if b"joined" in asked.body.split(b",")[0] else 200)])
    rig.join()
    for wait in (timedelta(0), *WAITS):
        rig.call(wait)
    assert [one.status for one in rig.calls()] == ["expired", "accepted"]
    assert rig.hook().status == "active"


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
    assert ADA.encode() not in b"".join(one.body for one in rig.web.asked)
    assert rig.told()[0]["data"] == {"id": 1}


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
    assert {one.path for one in rig.web.asked} == {"/moved"}


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

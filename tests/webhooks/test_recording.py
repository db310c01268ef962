"""A receiver in trouble is given time, and given up when it takes nothing for two days."""

from datetime import timedelta

from sqlmodel import select

from newsletter.letters.models import SmallLetter
from newsletter.webhooks import hooks
from newsletter.webhooks.status import WAITS
from tests.doubles.web import always, answer
from tests.logins import add_cheap_editor
from tests.webhooks.rig import NOW, Rig


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
    assert [(call.status, call.code) for call in rig.calls()] == [
        ("waiting", 400),
        ("accepted", 200),
    ]


def test_a_receiver_that_takes_nothing_for_two_days_is_disabled_and_editors_hear_of_it(
    rig: Rig,
) -> None:
    rig.database.write(add_cheap_editor, "mara@inference.example", "Mara", NOW)
    rig.answers(always(500))
    rig.join()
    for wait in (timedelta(0), *WAITS):
        rig.call(wait)
    hook = rig.hook()
    assert hook.status == "disabled"
    assert "HTTP 500" in hook.trouble
    assert [call.status for call in rig.calls()] == ["expired", "waiting"]
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
    assert [call.status for call in rig.calls()] == ["accepted"] * 2


def test_a_call_that_is_given_up_disables_no_receiver_that_took_others(rig: Rig) -> None:
    rig.answers(lambda asked: [answer(422 if b"joined" in asked.body.split(b",")[0] else 200)])
    rig.join()
    for wait in (timedelta(0), *WAITS):
        rig.call(wait)
    assert [call.status for call in rig.calls()] == ["expired", "accepted"]
    assert rig.hook().status == "active"

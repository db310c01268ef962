"""A reader whom an editor adds is asked by a letter, or agreed elsewhere with evidence."""

from datetime import timedelta

import pytest
from sqlmodel import col, select

from newsletter.letters.models import SmallLetter
from subscribers.leaving import unsubscribing
from subscribers.models import ConsentRecord, Subscription
from subscribers.suppressing import suppress
from tests.samples.times import NOON
from tests.web.asking import Site
from tests.web.desk.people.stage import sign_up

HERE = "/desk/readers/new"
ADA = "ada@x.example"
GIVEN = {"consent": "given", "words": "Yes, weekly", "source": "the fair of May"}


def letters(desk: Site) -> list[str]:
    with desk.runtime.database.reading() as session:
        return list(session.exec(select(SmallLetter.kind).order_by(col(SmallLetter.id))))


def status_of(desk: Site) -> list[str]:
    with desk.runtime.database.reading() as session:
        return list(session.exec(select(Subscription.status)))


def evidence(desk: Site) -> list[tuple[str, str]]:
    with desk.runtime.database.reading() as session:
        rows = session.exec(select(ConsentRecord).order_by(col(ConsentRecord.id)))
        return [(row.act, row.words) for row in rows]


def test_whom_an_editor_adds_gets_a_letter_and_is_no_reader_before_they_confirm(
    desk: Site,
) -> None:
    assert f'href="{HERE}"' in desk.get("/desk/readers").text
    added = desk.post(HERE, address=" Ada@X.example ", name="Ada", consent="ask")
    page = desk.get(added.headers["location"]).text
    assert "A letter asks them to confirm" in page
    assert "Not confirmed" in page
    assert letters(desk) == ["confirm"]
    assert evidence(desk) == [("ask", "Asked for by an editor: Mara Lindt.")]


def test_a_consent_given_elsewhere_is_kept_with_its_words_and_where(desk: Site) -> None:
    added = desk.post(HERE, address=ADA, **GIVEN)
    page = desk.get(added.headers["location"]).text
    assert "Added" in page
    assert "Yes, weekly [the fair of May]" in page
    assert (status_of(desk), letters(desk)) == (["active"], [])
    again = desk.post(HERE, address=ADA, **GIVEN)
    assert "They are a reader already" in desk.get(again.headers["location"]).text
    assert len(evidence(desk)) == 1


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("address", ""),
        ("address", "ada"),
        ("address", "ada@x.example\nBcc: eve@x.example"),
        ("words", " "),
        ("words", "x" * 401),
        ("source", "x" * 91),
        ("name", "x" * 201),
    ],
)
def test_what_is_wrong_is_refused_beside_its_field(desk: Site, field: str, typed: str) -> None:
    answer = desk.post(HERE, **{"address": ADA, "name": "A <b>", **GIVEN, field: typed})
    assert answer.status == 422
    assert f'id="{field}-error"' in answer.text
    assert "the fair of May" in answer.text or field == "source", "what was typed stays"
    assert (status_of(desk), letters(desk)) == ([], [])


def test_who_left_or_must_not_be_mailed_is_not_brought_back_by_an_editor(desk: Site) -> None:
    key = sign_up(desk, ADA)
    with desk.runtime.database.writing() as session:
        unsubscribing.end_subscription(session, key, by="link", now=NOON)
        suppress(session, "bob@x.example", "complaint", NOON)
    left = desk.post(HERE, address=ADA, **GIVEN)
    assert (left.status, "This person left" in left.text) == (422, True)
    for more in (GIVEN, {"consent": "ask"}):
        refused = desk.post(HERE, address="bob@x.example", **more)
        assert (refused.status, "must not be mailed" in refused.text) == (422, True)
    assert status_of(desk) == ["unsubscribed"]
    desk.post(HERE, address=ADA, consent="ask")
    assert letters(desk) == ["confirm"], "they are asked whether they want to come back"


def test_the_letter_is_sent_again_within_what_a_mailbox_may_get(desk: Site) -> None:
    at = desk.post(HERE, address=ADA).headers["location"].partition("?")[0]
    assert "Send the letter again" in desk.get(at).text
    answers = [desk.post(f"{at}/ask") for _ in range(20)]
    assert answers[0].status == 303
    assert answers[-1].status == 409
    assert "as many letters as one may have" in answers[-1].text
    sent = len(letters(desk))
    assert sent < 10
    desk.clock.move_to(NOON + timedelta(days=2))
    assert desk.post(f"{at}/ask").status == 303
    assert len(letters(desk)) == sent + 1


def test_who_is_a_reader_already_is_asked_nothing(desk: Site) -> None:
    key = sign_up(desk, ADA)
    assert "Send the letter again" not in desk.get(f"/desk/readers/{key}").text
    assert desk.post(f"/desk/readers/{key}/ask").status == 409
    assert letters(desk) == []

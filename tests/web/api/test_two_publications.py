"""Two publications in one database: the token of one learns nothing of a person's dealings with
the other."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from sqlmodel import func, select

from newsletter.desk import tokens
from newsletter.letters.models import SmallLetter
from newsletter.publications.models import Publication
from newsletter.publications.opening import open_publication
from subscribers import changes, suppressing
from subscribers.joining import signup
from subscribers.models import Change, Subscriber, Subscription
from tests.web.asking import Answer, Site, site

NOW = datetime(2026, 5, 12, 7, 0, tzinfo=UTC)
ADA = "ada@readers.example"
BOB = "bob@readers.example"
PATH = "/api/subscribers"


@pytest.fixture
def here(database_url: str) -> Iterator[Site]:
    with site(database_url, NOW) as one:
        yield one


@pytest.fixture
def other(here: Site) -> Publication:
    """A second publication of the same installation."""
    return here.runtime.database.write(
        open_publication,
        name="Second",
        sender_address="s@second.example",
        cadence="Monday 09:00 Europe/Berlin",
    )


def token(here: Site, publication_id: int, *, may_vouch: bool = False) -> str:
    return here.runtime.database.write(
        tokens.make_token, publication_id, "shop", may_vouch=may_vouch, by="mara", now=NOW
    )[1]


def add(here: Site, secret: str, address: str, **more: object) -> tuple[int, dict[str, object]]:
    answer = here.ask("POST", PATH, {"address": address, **more}, token=secret)
    return answer.status, json.loads(answer.text)


def change(here: Site, secret: str, key: object, **fields: object) -> Answer:
    return here.ask("PATCH", f"{PATH}/{key}", fields, token=secret)


def letters(here: Site, address: str) -> int:
    with here.runtime.database.reading() as session:
        query = select(func.count()).select_from(SmallLetter).filter_by(address=address)
        return session.exec(query).one()


def test_a_name_and_attributes_are_shown_to_whom_they_were_given_only(
    here: Site, other: Publication
) -> None:
    """One program's attributes were shown to the program of another publication, and were its to
    change."""
    ours = token(here, here.key)
    theirs = token(here, other.key)
    _, first = add(here, ours, ADA, name="Ada", attributes={"plan": "oncology-weekly"})
    status, second = add(here, theirs, ADA)
    assert (status, second["name"], second["attributes"]) == (201, "", {})
    change(here, theirs, second["id"], name="Nobody", attributes={"plan": "x", "age": "9"})
    asked = here.ask("GET", f"{PATH}/{first['id']}", token=ours)
    assert json.loads(asked.text) == first


def test_the_answer_is_that_for_a_person_whom_nobody_knows(here: Site, other: Publication) -> None:
    """Its id too: one of a person who came earlier would be lower."""
    add(here, token(here, here.key), ADA, name="Ada")
    theirs = token(here, other.key)
    stranger_before = add(here, theirs, "cyd@readers.example", name="Same")
    known = add(here, theirs, ADA, name="Same")
    stranger_after = add(here, theirs, "dan@readers.example", name="Same")
    numbers = [int(str(answer["id"])) for _, answer in (stranger_before, known, stranger_after)]
    assert numbers == sorted(numbers)
    for _, answer in (stranger_before, known, stranger_after):
        answer.pop("id")
        answer.pop("address")
    assert stranger_before == known == stranger_after
    assert letters(here, ADA) == 2


def test_an_id_opens_one_person_of_its_publication_and_nobody_else(
    here: Site, other: Publication
) -> None:
    _, first = add(here, token(here, here.key), ADA)
    theirs = token(here, other.key)
    _, second = add(here, theirs, ADA)
    _, third = add(here, theirs, BOB)
    assert len({first["id"], second["id"], third["id"]}) == 3
    assert here.ask("GET", f"{PATH}/{first['id']}", token=theirs).status == 404
    assert json.loads(here.ask("GET", f"{PATH}/{second['id']}", token=theirs).text) == second
    assert json.loads(here.ask("GET", f"{PATH}/{third['id']}", token=theirs).text) == third
    here.ask("POST", f"{PATH}/{second['id']}/leave", token=theirs)
    asked = json.loads(here.ask("GET", f"{PATH}/{first['id']}", token=token(here, here.key)).text)
    assert asked["status"] == "unconfirmed"


@pytest.mark.parametrize("reason", ["complaint", "bounce"])
def test_that_an_address_must_not_be_mailed_is_no_business_of_a_stranger(
    reason: str, here: Site, other: Publication
) -> None:
    here.runtime.database.write(suppressing.suppress, ADA, reason, NOW)
    here.clock.move_to(datetime(2026, 5, 12, 8, 0, tzinfo=UTC))
    theirs = token(here, other.key)
    suppressed = add(here, theirs, ADA)
    free = add(here, theirs, BOB)
    assert suppressed[0] == free[0] == 201
    assert suppressed[1] | {"id": 0, "address": ""} == free[1] | {"id": 0, "address": ""}
    assert (letters(here, ADA), letters(here, BOB)) == (0, 1)


def test_letters_of_another_publication_are_no_business_of_a_stranger(
    here: Site, other: Publication
) -> None:
    """A mailbox that had enough letters today gets no more, and nobody is told of the others."""
    names = [f"ada+{number}@readers.example" for number in range(12)]
    for name in names:
        add(here, token(here, here.key), name)
    before = letters(here, ADA)
    status, answer = add(here, token(here, other.key), ADA)
    assert (status, answer["status"], letters(here, ADA)) == (201, "unconfirmed", before)


def test_a_webhook_of_one_hears_what_happens_to_the_other_by_no_id_and_no_change(
    here: Site, other: Publication
) -> None:
    database = here.runtime.database
    _, first = add(here, token(here, here.key), ADA, name="Ada")
    _, second = add(here, token(here, other.key), ADA)
    for key in (here.key, other.key):
        database.write(changes.set_listening, key, wanted=True)
    change(here, token(here, here.key), first["id"], name="Ada L.", attributes={"plan": "x"})
    change(here, token(here, other.key), second["id"], name="A.")
    with database.reading() as session:
        noted = session.exec(select(Change.publication_id, Change.subscriber_id)).all()
    assert set(noted) == {(here.key, first["id"]), (other.key, second["id"])}


def test_the_row_of_a_person_is_one_for_both(here: Site, other: Publication) -> None:
    """Only one person is erased, moves, or leaves by their own page."""
    add(here, token(here, here.key), ADA)
    add(here, token(here, other.key), ADA)
    with here.runtime.database.reading() as session:
        assert len(session.exec(select(Subscriber)).all()) == 1
        assert len(session.exec(select(Subscription)).all()) == 2


def test_a_form_of_one_gives_no_name_to_the_other(here: Site, other: Publication) -> None:
    def join(publication_id: int, name: str) -> None:
        here.runtime.database.write(signup.sign_up, publication_id, ADA, name=name, now=NOW)

    join(here.key, "Ada")
    join(other.key, "")
    with here.runtime.database.reading() as session:
        rows = session.exec(select(Subscription.publication_id, Subscription.name)).all()
    assert dict(rows) == {here.key: "Ada", other.key: ""}

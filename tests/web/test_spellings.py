"""One mailbox is one reader at every door, whatever the case and the width of what is typed."""

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from urllib.parse import quote

import pytest
from sqlmodel import Session, col, select

from newsletter.desk import tokens
from newsletter.intake import quarantine
from newsletter.intake.models import Quarantined
from newsletter.intake.quarantine import Arrival
from newsletter.letters.models import SmallLetter
from newsletter.letters.publisher import Publisher
from newsletter.lists.importing import account_of, import_file
from newsletter.privacy.copying import copy_personal_data
from newsletter.privacy.forgetting import forget_person
from subscribers.address_change import ask_change, carry_out_change, take_back
from subscribers.finding import by_address
from subscribers.joining import signup
from subscribers.leaving.unsubscribing import end_subscription
from subscribers.models import Subscriber, Subscription
from subscribers.suppressing import suppress
from tests.delivery.rig import subscribe
from tests.races import together, while_open
from tests.samples.times import NOON
from tests.web.asking import Answer, Site, site

ADA = "ada@readers.example"
ZOE = "Zoë.Straße@readers.example"
OTHERS = ("ADA@Readers.Example", "Ada@readers.example.", "ａda@readers.example")
CONSENT = {"words": "Yes, send it.", "source": "https://shop.example"}


@pytest.fixture
def one(database_url: str) -> Iterator[Site]:
    with site(database_url, NOON) as made:
        yield made


def _readers(one: Site) -> list[tuple[str, str]]:
    with one.runtime.database.reading() as session:
        query = select(Subscriber.address, Subscription.status)
        query = query.join(Subscription, col(Subscription.subscriber_id) == col(Subscriber.id))
        return list(session.exec(query.order_by(col(Subscription.id))))


def _letters(one: Site) -> list[tuple[str, str]]:
    with one.runtime.database.reading() as session:
        query = select(SmallLetter.kind, SmallLetter.address).order_by(col(SmallLetter.id))
        return list(session.exec(query))


def _vouch(one: Site, address: str) -> Answer:
    _, secret = one.runtime.database.write(
        tokens.make_token, one.key, "shop", may_vouch=True, by="mara@x.example", now=NOON
    )
    body = {"address": address, "consent": CONSENT}
    return one.ask("POST", "/api/subscribers", body, token=secret)


def _import(one: Site, folder: Path, *lines: str) -> dict[str, int]:
    path = folder / "list.csv"
    path.write_text("\n".join(["address,status", *lines]) + "\n", "utf-8")
    rejected = folder / "rejected.csv"
    here = (one.runtime.database, one.key, path)
    account = account_of(import_file(*here, now=NOON, rejected_path=rejected))
    return {"added": account.added, "known": account.known, "kept_out": account.kept_out}


@pytest.mark.parametrize("spelling", OTHERS)
def test_a_reader_who_signs_up_in_another_spelling_hears_that_nothing_is_needed(
    one: Site, spelling: str
) -> None:
    one.runtime.database.write(subscribe, one.key, ADA)
    assert one.post("/subscribe", email=spelling).status == 200
    assert _readers(one) == [(ADA, "active")]
    assert _letters(one) == [("known", ADA)], "to the mailbox that confirmed"


def test_a_mistyped_case_is_mended_by_typing_again_until_somebody_confirms(one: Site) -> None:
    with one.runtime.database.writing() as session:
        signup.sign_up(session, one.key, "ADA@readers.example", now=NOON)
        asked = signup.sign_up(session, one.key, "Ada@readers.example", now=NOON)
        assert asked.address == "Ada@readers.example"
        signup.confirm(session, asked.subscription_id, now=NOON)
        end_subscription(session, asked.subscription_id, by="link", now=NOON)
        again = signup.sign_up(session, one.key, "aDA@readers.example", now=NOON)
        assert again.address == "Ada@readers.example"
    assert _readers(one) == [("Ada@readers.example", "unconfirmed")]


@pytest.mark.parametrize("spelling", OTHERS)
def test_who_left_comes_back_by_no_other_spelling(one: Site, tmp_path: Path, spelling: str) -> None:
    with one.runtime.database.writing() as session:
        end_subscription(session, subscribe(session, one.key, ADA), by="link", now=NOON)
    assert _import(one, tmp_path, f"{spelling},active")["kept_out"] == 1
    assert _vouch(one, spelling).status == 409
    assert _readers(one) == [(ADA, "unsubscribed")]


@pytest.mark.parametrize("spelling", OTHERS)
@pytest.mark.parametrize("is_forgotten", [True, False])
def test_who_must_not_be_written_to_is_reached_by_no_other_spelling(
    one: Site, tmp_path: Path, spelling: str, *, is_forgotten: bool
) -> None:
    with one.runtime.database.writing() as session:
        if is_forgotten:
            subscribe(session, one.key, ADA)
            forget_person(session, by_address(session, one.key, ADA).id, NOON)
        else:
            suppress(session, ADA, "bounce", NOON)
    assert _import(one, tmp_path, f"{spelling},active")["kept_out"] == 1
    assert _vouch(one, spelling).status == 409
    assert _readers(one) == []
    if not is_forgotten:
        one.post("/subscribe", email=spelling)
        assert _letters(one) == []


def test_two_spellings_in_one_list_are_one_reader_and_the_stricter_row_counts(
    one: Site, tmp_path: Path
) -> None:
    rows = (
        "ADA@readers.example,unsubscribed",
        "ada@Readers.example,active",
        "Bob@x.example,active",
    )
    assert _import(one, tmp_path, *rows) == {"added": 1, "known": 1, "kept_out": 0}
    assert _readers(one) == [
        ("ADA@readers.example", "unsubscribed"),
        ("Bob@x.example", "active"),
    ]


def test_a_program_and_the_desk_find_a_reader_in_any_spelling(one: Site) -> None:
    one.runtime.database.write(subscribe, one.key, ZOE)
    _, secret = one.runtime.database.write(
        tokens.make_token, one.key, "shop", may_vouch=False, by="mara@x.example", now=NOON
    )
    look = f"/api/subscribers?address={quote('ZOË.STRASSE@READERS.example')}"
    assert json.loads(one.ask("GET", look, token=secret).text)["address"] == ZOE
    for typed in ("ZOË.STRASSE", "ｚoë.straße", "STRASSE@readers"):
        assert ZOE in one.get(f"/desk/readers?q={quote(typed)}").text


def test_a_lost_link_goes_to_the_spelling_that_is_kept(one: Site) -> None:
    one.runtime.database.write(subscribe, one.key, ADA)
    assert one.post("/link", email="ADA@READERS.example").status == 200
    assert _letters(one) == [("reader", ADA)]


def test_a_reader_may_have_another_spelling_of_their_own_mailbox_and_take_it_back(
    one: Site,
) -> None:
    with one.runtime.database.writing() as session:
        subscribe(session, one.key, ADA)
        change = ask_change(session, 1, "Ada@readers.example", NOON)
        assert carry_out_change(session, change.key, now=NOON)
        assert by_address(session, one.key, ADA).subscriber.address == "Ada@readers.example"
        assert take_back(session, change.key, NOON)
        assert by_address(session, one.key, ADA).subscriber.address == ADA


def test_erasing_takes_what_came_in_any_spelling(one: Site) -> None:
    with one.runtime.database.writing() as session:
        publisher = Publisher(one.publication, one.runtime.urls, one.runtime.signer)
        arrival = Arrival("sign-up", "ADA@readers.example", {}, "203.0.113.9")
        quarantine.keep(session, publisher, arrival, ["a storm"], now=NOON)
        session.add(_letter(one, "aDA@readers.example"))
        subscribe(session, one.key, ADA)
        copied = copy_personal_data(session, 1)
        assert copied["in quarantine"]
        assert copied["other letters to you"]
        forget_person(session, 1, NOON)
        assert session.exec(select(Quarantined)).all() == []
        kept = session.exec(select(SmallLetter.address)).all()
    assert not any("ada" in address.casefold() for address in kept)


def _letter(one: Site, address: str) -> SmallLetter:
    return SmallLetter(
        publication_id=one.key,
        kind="known",
        address=address,
        fields={},
        status="accepted",
        due_at=NOON,
        created_at=NOON,
    )


def _sign_up(one: Site, address: str) -> int:
    with one.runtime.database.writing() as session:
        return signup.sign_up(session, one.key, address, now=NOON).subscription_id


def test_two_sign_ups_of_two_spellings_at_once_are_one_reader(one: Site) -> None:
    keys = together(*(lambda name=name: _sign_up(one, name) for name in (ADA, *OTHERS)))
    assert set(keys) == {1}
    assert len(_readers(one)) == 1


def test_a_second_spelling_waits_for_the_first_and_finds_its_reader(one: Site) -> None:
    def first(session: Session) -> None:
        signup.sign_up(session, one.key, ADA, now=NOON)

    second = while_open(one.runtime.database, first, lambda: _sign_up(one, OTHERS[0]))
    assert second.result() == 1
    assert len(_readers(one)) == 1


def test_an_import_beside_a_sign_up_in_another_spelling_adds_nobody_twice(
    one: Site, tmp_path: Path
) -> None:
    def first(session: Session) -> None:
        signup.sign_up(session, one.key, ADA, now=NOON)

    rows = [f"{OTHERS[0]},active", "bob@x.example,active"]
    imported = while_open(one.runtime.database, first, lambda: _import(one, tmp_path, *rows))
    assert imported.result() == {"added": 1, "known": 1, "kept_out": 0}
    assert len(_readers(one)) == 2


def test_spellings_are_one_mailbox_to_the_gate(one: Site) -> None:
    for spelling in (ADA, *OTHERS, "ADA+1@readers.example", "ada+ß@readers.example"):
        one.post("/subscribe", email=spelling)
        one.clock.move_by(timedelta(seconds=30))
    assert len(_letters(one)) == 3, "as many as a mailbox gets in an hour"

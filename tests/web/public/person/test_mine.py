"""A reader's own data: the name, a copy, the erasure. They need the reader's mailbox, and one that
is no news."""

import json
import re
from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import Session, SQLModel, select

from newsletter.delivery.ledger import read_ledger
from newsletter.delivery.models import Message
from newsletter.lists.importing import import_file
from subscribers.joining import signup
from subscribers.joining.vouching import MustNotBeMailed, vouch
from subscribers.models import Leave, Subscriber
from tests.samples.times import NOON
from tests.web.asking import Answer, site
from tests.web.letters import Sent, sent
from tests.web.public.person.mail import ADA, BOB, NEW, ask_data, ask_move, last_path, letters


def test_the_copy_tells_all_of_one_person_and_nothing_of_another(database_url: str) -> None:
    with sent(database_url, NOON, ADA, BOB) as one:
        one.site.post("/link", email=ADA)
        page = one.site.get(path := ask_data(one, one.token(ADA)))
        assert ADA not in page.text, "the page is masked: only the file has it"
        answer = one.site.get(f"{path}/data")
        assert 'filename="my-data.json"' in answer.headers["content-disposition"]
        copy = json.loads(answer.text)
        assert copy["you"]["address"] == ADA
        assert [each["act"] for each in copy["subscriptions"][0]["what you agreed to"]] == [
            "ask",
            "confirm",
        ]
        assert [each["issue"] for each in copy["issues sent to you"]] == [1]
        assert len(copy["other letters to you"]) == 2
        assert BOB not in answer.text
        one.site.clock.move_by(timedelta(days=2))
        assert one.site.get(f"{path}/data").status == 403, "the link works for a day"


def test_who_is_erased_is_nowhere_any_more_and_the_account_still_adds_up(database_url: str) -> None:
    with sent(database_url, NOON, ADA, BOB) as one:
        path, by_letter = ask_data(one, one.token(ADA)), one.token(ADA)
        assert one.site.post(f"{path}/erase").status == 403
        assert one.status(ADA) == "active", "without the tick nothing is erased"
        gone = one.site.post(f"{path}/erase", sure="yes")
        assert "What stays, and why" in gone.text
        assert find_everywhere(one, "ada@") == []
        with one.site.runtime.database.reading() as session:
            delivery = session.exec(select(Message.delivery_id)).first()
            assert dict(read_ledger(session, delivery or 0).messages) == {"accepted": 2}
            assert [leave.by for leave in session.exec(select(Leave))] == ["forgotten"]
        assert one.site.post(f"{path}/erase", sure="yes").status == 404, "twice is harmless"
        assert "Nothing comes to you" in one.site.get(f"/leave/{by_letter}").text
        assert (
            one.site.post(f"/leave/{by_letter}", **{"List-Unsubscribe": "One-Click"}).status == 200
        )
        assert one.status(BOB) == "active"


def test_who_was_erased_comes_back_by_their_own_button_only(
    database_url: str, tmp_path: Path
) -> None:
    with sent(database_url, NOON, ADA) as one:
        one.site.post(f"{ask_data(one, one.token(ADA))}/erase", sure="yes")
        file = tmp_path / "readers.csv"
        file.write_text(
            f"email\n{ADA.upper().replace('READERS.EXAMPLE', 'readers.example')}\n"
            "cyd@readers.example\n"
        )
        done = import_file(
            one.site.runtime.database,
            one.site.key,
            file,
            now=NOON,
            rejected_path=tmp_path / "r.csv",
        )
        assert (done.added, done.kept_out) == (1, 1)
        with one.site.runtime.database.writing() as session:
            with pytest.raises(MustNotBeMailed):
                vouch(session, one.site.key, ADA, name="", words="yes", source="a fair", now=NOON)
            asked = signup.sign_up(session, one.site.key, ADA, now=NOON)
            assert asked.must_confirm
            signup.confirm(session, asked.subscription_id, now=NOON)
        assert one.status(ADA) == "active"


def test_pages_of_links_that_were_never_made_change_nothing(database_url: str) -> None:
    with site(database_url, NOON) as one:
        for path in (
            "/mine/x",
            "/address/x",
            "/address/back/x",
            "/address/present/x",
            "/preferences/x",
            "/leave/x",
            "/back/x",
        ):
            answer: Answer = one.get(path)
            assert answer.status == 403, path


def test_name_and_time_zone_are_behind_the_mailbox_too(database_url: str) -> None:
    """A forwarded letter must neither show what somebody is called, nor change it."""
    with sent(database_url, NOON, ADA) as one:
        token = one.token(ADA)
        path = ask_data(one, token)
        saved = one.site.post(f"{path}/you", name=" Ada  B. ", zone="Asia/Tokyo")
        assert "Saved" in saved.text
        assert 'value="Ada B."' in one.site.get(path).text
        wrong = one.site.post(f"{path}/you", name="X", zone="../../etc/passwd")
        assert (wrong.status, "Europe/Berlin" in wrong.text) == (422, True)
        page = one.site.get(f"/preferences/{token}").text
        assert "Ada B." not in page
        assert "Tokyo" not in page
        one.site.post(f"/preferences/{token}", name="Rude", zone="Europe/Paris")
        with one.site.runtime.database.reading() as session:
            [kept] = session.exec(select(Subscriber)).all()
        assert (one.subscription(ADA).name, kept.time_zone) == ("Ada B.", "Asia/Tokyo")


def test_a_link_to_the_data_ends_when_the_address_changes(database_url: str) -> None:
    """It was mailed to a mailbox that is not the reader's any more, and whose owner may be another:
    they learn no more than that it is out of date."""
    with sent(database_url, NOON, ADA) as one:
        token = one.token(ADA)
        old = one.site.runtime.signer.sign("mine", 1, NOON - timedelta(days=1))
        expired = one.site.get(f"/mine/{old}")
        path = ask_data(one, token)
        ask_move(one, token)
        one.site.post(last_path(one, ADA), answer="yes")
        for answer in (
            one.site.get(path),
            one.site.get(f"{path}/data"),
            one.site.post(f"{path}/you", name="X"),
            one.site.post(f"{path}/erase", sure="yes"),
        ):
            assert (answer.status, answer.text) == (expired.status, expired.text)
        assert one.status(NEW) == "active"


def test_data_go_to_a_changed_address_after_a_month_and_the_page_says_when(
    database_url: str,
) -> None:
    with sent(database_url, NOON, ADA) as one:
        token = one.token(ADA)
        ask_move(one, token)
        one.site.post(last_path(one, ADA), answer="yes")
        known = len(letters(one))
        refused = one.site.post(f"/preferences/{token}/mine")
        assert (refused.status, len(letters(one))) == (403, known)
        assert "from 11 June 2026 on" in refused.text
        assert "write to the editor" in refused.text
        one.site.clock.move_by(timedelta(days=30, seconds=1))
        assert (
            json.loads(one.site.get(f"{ask_data(one, token)}/data").text)["you"]["address"] == NEW
        )


def find_everywhere(one: Sent, what: str) -> list[str]:
    """Every table whose rows have the words in them, whatever the column."""
    with one.site.runtime.database.reading() as session:
        return [name for name in SQLModel.metadata.tables if what in _dump(session, name)]


def _dump(session: Session, name: str) -> str:
    rows = session.connection().execute(SQLModel.metadata.tables[name].select()).all()
    return re.sub(r"\s+", " ", " ".join(str(tuple(row)) for row in rows))

"""A reader's own: the lost link, a copy of the data, erasure, another address. What shows or
erases a person needs their mailbox."""

import json
import re
from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import Session, SQLModel, col, select

from newsletter.delivery.ledger import read_ledger
from newsletter.delivery.models import Message
from newsletter.letters.models import SmallLetter
from newsletter.lists.importing import import_file
from subscribers.joining import signup
from subscribers.joining.vouching import MustNotBeMailed, vouch
from subscribers.models import Leave, Subscriber, Subscription
from subscribers.suppressing import suppress
from tests.samples.times import NOON
from tests.web.asking import Answer, site
from tests.web.letters import Sent, sent

ADA, BOB, NEW = "ada@readers.example", "bob@readers.example", "ada.new@elsewhere.example"


def letters(one: Sent) -> list[SmallLetter]:
    with one.site.runtime.database.reading() as session:
        return list(session.exec(select(SmallLetter).order_by(col(SmallLetter.id))))


def path_in(letter: SmallLetter) -> str:
    return letter.fields["url"].removeprefix("http://news.example")


def ask_data(one: Sent, address: str) -> str:
    """Ask for one's data on the preferences page; the path that the letter leads to."""
    assert one.site.post(f"/preferences/{one.token(address)}/mine").status == 303
    return path_in(letters(one)[-1])


def test_the_lost_link_comes_to_the_mailbox_and_the_answer_is_the_same_for_everybody(
    database_url: str,
) -> None:
    with sent(database_url, NOON, ADA) as one:
        with one.site.runtime.database.writing() as session:
            signup.sign_up(session, one.site.key, "never@readers.example", now=NOON)
        answers = [
            one.site.post("/link", email=address).text.replace(address, "…")
            for address in (ADA, "nobody@readers.example", "never@readers.example")
        ]
        assert len(set(answers)) == 1
        [letter] = letters(one)
        assert letter.address == ADA
        assert "What you get" in one.site.get(path_in(letter)).text
        assert one.site.post("/link", email="no address").status == 422


def test_a_mailbox_gets_a_few_such_letters_and_no_more(database_url: str) -> None:
    with sent(database_url, NOON, ADA) as one:
        answers = {one.site.post("/link", email=ADA).text for _ in range(9)}
        assert (len(letters(one)), len(answers)) == (3, 1)
        one.site.clock.move_by(timedelta(days=1))
        one.site.post(f"/preferences/{one.token(ADA)}/mine")
        assert len(letters(one)) == 4


def test_who_must_not_be_mailed_gets_no_link(database_url: str) -> None:
    with sent(database_url, NOON, ADA) as one:
        one.site.runtime.database.write(suppress, ADA, "complaint", NOON)
        assert "Look in your mailbox" in one.site.post("/link", email=ADA).text
        assert letters(one) == []


def test_the_copy_tells_all_of_one_person_and_nothing_of_another(database_url: str) -> None:
    with sent(database_url, NOON, ADA, BOB) as one:
        one.site.post("/link", email=ADA)
        page = one.site.get(path := ask_data(one, ADA))
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
        path, by_letter = ask_data(one, ADA), one.token(ADA)
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
        one.site.post(f"{ask_data(one, ADA)}/erase", sure="yes")
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


def test_another_address_counts_once_its_owner_confirms_and_the_former_can_take_it_back(
    database_url: str,
) -> None:
    with sent(database_url, NOON, ADA) as one:
        token = one.token(ADA)
        assert one.site.post(f"/preferences/{token}/address", address="nonsense").status == 422
        assert one.site.post(f"/preferences/{token}/address", address=NEW).status == 303
        [letter] = letters(one)
        assert letter.address == NEW
        page = one.site.get(path_in(letter))
        assert "a•••@elsewhere.example" in page.text
        assert (one.status(ADA), NEW in page.text) == ("active", False), "a GET changes nothing"
        assert "Your letters go to" in one.site.post(path_in(letter)).text
        assert one.status(NEW) == "active"
        one.site.post(path_in(letter))
        notices = letters(one)[1:]
        assert [notice.address for notice in notices] == [ADA], "the former address hears, once"
        assert NEW not in notices[0].fields["text"]
        assert one.site.post(path_in(notices[0])).status == 200
        assert one.status(ADA) == "active"


def test_two_addresses_of_one_reader_become_one(database_url: str) -> None:
    with sent(database_url, NOON, ADA, BOB) as one:
        one.site.post(f"/preferences/{one.token(ADA)}/address", address=BOB)
        one.site.post(path_in(letters(one)[0]))
        assert one.status(BOB) == "active"
        with one.site.runtime.database.reading() as session:
            assert [row.address for row in session.exec(select(Subscriber))] == [BOB]
            assert len(session.exec(select(Subscription)).all()) == 1


def test_pages_of_links_that_were_never_made_change_nothing(database_url: str) -> None:
    with site(database_url, NOON) as one:
        for path in (
            "/mine/x",
            "/address/x",
            "/address/back/x",
            "/preferences/x",
            "/leave/x",
            "/back/x",
        ):
            answer: Answer = one.get(path)
            assert answer.status == 403, path


def find_everywhere(one: Sent, what: str) -> list[str]:
    """Every table whose rows have the words in them, whatever the column."""
    with one.site.runtime.database.reading() as session:
        return [name for name in SQLModel.metadata.tables if what in _dump(session, name)]


def _dump(session: Session, name: str) -> str:
    rows = session.connection().execute(SQLModel.metadata.tables[name].select()).all()
    return re.sub(r"\s+", " ", " ".join(str(tuple(row)) for row in rows))

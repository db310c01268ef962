"""The lost link comes by mail, and to the owner of an address only."""

from datetime import timedelta

from subscribers.joining import signup
from subscribers.suppressing import suppress
from tests.samples.times import NOON
from tests.web.letters import sent
from tests.web.public.person.mail import ADA, letters, path_in


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

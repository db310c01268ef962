"""The sender's life: a lane for each delivery, errors that end none, and an end in order."""

from email import message_from_bytes, policy

from sqlmodel import text

from newsletter.database import Database
from newsletter.delivery.reading import read_delivery
from newsletter.demo.inbox import Inbox, free_port
from newsletter.mail.relay import read_relay_url
from newsletter.mail.routes import Route
from newsletter.publications.preferences import change
from tests.delivery.rig import Rig, planned, planned_beside, receiving, sending, until

READERS = tuple(f"reader{n}@readers.example" for n in range(12))


def test_a_sender_told_to_stop_leaves_nothing_claimed(database: Database) -> None:
    rig = planned(database, *READERS)
    with receiving(delay_s=0.4) as inbox:
        with sending(rig, inbox):
            until(lambda: len(inbox.letters) >= 2)
        messages = rig.ledger().messages
    assert set(messages) == {"accepted", "planned"}
    assert messages["accepted"] == len(inbox.letters)


def test_a_relay_that_is_down_for_a_delivery_does_not_stop_the_small_letters(
    database: Database,
) -> None:
    rig = planned(database, *READERS)
    rounds = 0

    async def small() -> int:
        nonlocal rounds
        rounds += 1
        return 0

    with sending(rig, Inbox(port=free_port()), small):
        until(lambda: "relay_url" in _trouble(rig))
        before = rounds
        until(lambda: rounds > before)
    assert rig.ledger().messages == {"planned": len(READERS)}


def _trouble(rig: Rig) -> str:
    return rig.database.read(read_delivery, rig.delivery_id).trouble


FAIL = {
    "sqlite": [
        "create trigger broken before update on message begin select raise(abort, 'disk'); end"
    ],
    "postgresql": [
        "create function break_it() returns trigger language plpgsql as "
        "$$ begin raise exception 'disk' using errcode = '53100'; end $$",
        "create trigger broken before update on message for each row execute function break_it()",
    ],
}
MEND = {
    "sqlite": ["drop trigger broken"],
    "postgresql": ["drop trigger broken on message", "drop function break_it"],
}


def _run(database: Database, statements: dict[str, list[str]]) -> None:
    with database.writing() as session:
        for statement in statements["sqlite" if database.is_sqlite else "postgresql"]:
            session.execute(text(statement))


def test_a_database_that_takes_nothing_for_a_while_ends_no_sender_and_doubles_no_letter(
    database: Database,
) -> None:
    readers = [f"reader{number}@readers.example" for number in range(60)]
    rig = planned(database, *readers)
    with receiving(delay_s=0.05) as inbox, sending(rig, inbox):
        until(lambda: len(inbox.letters) >= 10)
        _run(database, FAIL)
        until(lambda: "nobody foresaw" in _trouble(rig))
        _run(database, MEND)
        until(lambda: rig.ledger().messages == {"accepted": len(readers)})
    assert sorted(letter.rcpt_to for letter in inbox.letters) == sorted(readers)
    assert not _trouble(rig), "what is over is not complained of"


def test_a_delivery_whose_relay_is_dead_delays_no_other(database: Database) -> None:
    first = planned(database, *READERS)
    second = planned_beside(first, "other.example", "ada@readers.example")
    dead = read_relay_url(f"smtp+plain://127.0.0.1:{free_port()}")
    with receiving() as inbox:
        with sending(first, inbox, routes=[Route(first.publication.slug, "", dead)]):
            until(lambda: second.ledger().messages == {"accepted": 1})
        assert first.ledger().messages == {"planned": len(READERS)}
    assert [letter.rcpt_to for letter in inbox.letters] == ["ada@readers.example"]


def test_a_slow_delivery_delays_no_other(database: Database) -> None:
    slow = planned(database, *READERS)
    database.write(change, slow.publication.key, letters_per_s=0.05)
    quick = planned_beside(slow, "other.example", *READERS)
    with receiving() as inbox, sending(slow, inbox):
        until(lambda: quick.ledger().messages == {"accepted": len(READERS)})
        assert slow.ledger().messages.get("accepted", 0) < len(READERS)


def test_letters_of_two_publications_go_side_by_side_and_each_names_its_own(
    database: Database,
) -> None:
    """The same readers, a relay for each: links, sender and list of the one are in no letter of
    the other."""
    rig = planned(database, *READERS)
    beside = planned_beside(rig, "second.example", *READERS)
    with receiving() as inbox, receiving() as other:
        theirs = read_relay_url(f"smtp+plain://127.0.0.1:{other.port}")
        with sending(rig, inbox, routes=[Route(beside.publication.slug, "", theirs)]):
            until(lambda: len(inbox.letters) == len(other.letters) == len(READERS))
    for letters, mine, others in (
        (inbox.letters, "http://news.example/leave/", "second"),
        (other.letters, "http://news.example/the-second-example/leave/", "inference"),
    ):
        for letter in letters:
            text = shown(letter.content)
            assert mine in text
            assert others not in text.lower()


def shown(content: bytes) -> str:
    """The headers and the parts of a letter, without their encodings."""
    message = message_from_bytes(content, policy=policy.default)
    parts = [part.get_content() for part in message.walk() if not part.is_multipart()]
    return "\n".join([*map(str, message.values()), *parts])

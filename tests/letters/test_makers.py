"""Letters to makers: nobody is written to who must not be, no letter carries a stranger's words, editors are told once."""

import pytest
from sqlmodel import Session, col, select

from newsletter.editions.content import Face
from newsletter.editions.press import press_letter
from newsletter.letters import makers
from newsletter.letters.makers import SeenSubmission
from newsletter.letters.models import SmallLetter
from newsletter.letters.publisher import Publisher
from newsletter.publications.models import Publication
from newsletter.tokens import Signer
from newsletter.tools.cards import Card
from newsletter.tools.submissions import BadSubmission
from newsletter.urls import Urls
from subscribers.suppressing import suppress
from tests.samples.times import NOON

CARD = Card("Cheap pills http://spam.example", "https://spam.example", "Free", "Buy now.", ())
FACE = Face(
    "The Inference",
    "",
    "en",
    "https://n.example",
    "https://n.example",
    "https://n.example/promote",
    "1 Street",
)
MAKER = "maker@pen.example"


@pytest.fixture
def publisher(publication: Publication) -> Publisher:
    return Publisher(publication, Urls("https://n.example"), Signer("a secret of the tests"))


def receive(session: Session, publisher: Publisher, contact: str = MAKER, card: Card = CARD) -> int:
    sent = makers.receive_submission(
        session,
        publisher,
        card,
        contact=contact,
        note="See http://spam.example",
        network="",
        now=NOON,
    )
    return sent.key


def letters(session: Session) -> list[SmallLetter]:
    return list(session.exec(select(SmallLetter).order_by(col(SmallLetter.id))).all())


def test_the_ownership_letter_says_nothing_that_was_typed(
    session: Session, publisher: Publisher
) -> None:
    receive(session, publisher)
    (letter,) = letters(session)
    printed = press_letter(letter.kind, FACE, letter.fields)
    assert not [
        text
        for text in (printed.subject, printed.html, printed.text)
        if "spam" in text or "pills" in text
    ]
    assert "https://n.example/promote/own/" in printed.text


def test_who_must_not_be_mailed_is_not_and_the_answer_is_the_same(
    session: Session, publisher: Publisher
) -> None:
    suppress(session, MAKER, "complaint", NOON)
    key = receive(session, publisher)
    makers.verify(session, publisher, key, editors=(), now=NOON)
    makers.ask_maker(session, publisher, SeenSubmission(key, 1), "Why?", now=NOON)
    makers.reject(session, publisher, SeenSubmission(key, 1), "No.", by="ed", now=NOON)
    other = receive(session, publisher)
    makers.verify(session, publisher, other, editors=(), now=NOON)
    makers.approve(
        session, publisher, SeenSubmission(other, 1), CARD, category="", by="ed", now=NOON
    )
    assert letters(session) == []


def test_all_that_is_wrong_with_a_form_is_said_at_once(
    session: Session, publisher: Publisher
) -> None:
    with pytest.raises(BadSubmission) as bad:
        receive(session, publisher, "nobody", Card())
    assert set(bad.value.problems) == {"name", "url", "description", "contact"}


def test_editors_hear_of_a_queue_that_begins_and_not_of_each_tool_in_it(
    session: Session, publisher: Publisher
) -> None:
    for number in range(2):
        key = receive(session, publisher, f"m{number}@pen.example")
        makers.verify(session, publisher, key, editors=("ed@n.example",), now=NOON)
        makers.verify(session, publisher, key, editors=("ed@n.example",), now=NOON)
    assert [letter.kind for letter in letters(session)] == ["ownership", "notice", "ownership"]


def test_code_in_a_letter_is_not_folded(session: Session, publisher: Publisher) -> None:
    key = receive(session, publisher)
    makers.verify(session, publisher, key, editors=(), now=NOON)
    tool = makers.approve(
        session, publisher, SeenSubmission(key, 1), CARD, category="", by="ed", now=NOON
    )
    letter = letters(session)[-1]
    assert (
        publisher.embed_code(tool)
        in press_letter(letter.kind, FACE, letter.fields).text.splitlines()
    )

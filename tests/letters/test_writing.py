"""Each small letter is one row with the values that its templates name, for a link that works."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlmodel import Session, select

from newsletter.clock import AT_ONCE
from newsletter.editions.content import Face
from newsletter.editions.press import TEMPLATES, press_letter
from newsletter.letters import writing
from newsletter.letters.models import SmallLetter
from newsletter.letters.publisher import Publisher
from newsletter.letters.writing import Notice, SubscriberLetter
from newsletter.publications.models import Publication
from newsletter.tokens import OldToken, Signer
from newsletter.tools.models import Submission, Tool
from newsletter.urls import Urls
from tests.samples.times import NOON
from tests.subscribers.people import ADA, join

SIGNER = Signer("a secret of the tests")
FACE = Face("The Inference", "", "en", "https://n.example", "https://n.example", "", "1 Street")
UNTIL = NOON + timedelta(days=14)
TOOL = Tool(name="Inkwell", slug="inkwell", url="https://pen.example")
SUBMISSION = Submission(
    id=7, name="Inkwell", url="https://pen.example", contact=ADA, question="Why?", reason="No."
)
Write = Callable[[Session, Publisher, int], None]
WRITERS: dict[str, Write] = {
    "confirm": lambda session, at, key: writing.write_confirm(session, at, key, ADA, now=NOON),
    "welcome": lambda session, at, key: writing.write_welcome(session, at, key, ADA, now=NOON),
    "known": lambda session, at, key: writing.write_known(session, at, key, ADA, now=NOON),
    "reconfirm": lambda session, at, key: writing.write_reconfirm(
        session, at, key, ADA, until=UNTIL, now=NOON
    ),
    "goodbye": lambda session, at, key: writing.write_goodbye(
        session, at.key, ADA, "https://n.example/back", now=NOON
    ),
    "ownership": lambda session, at, key: writing.write_ownership(
        session, at, SUBMISSION, until=UNTIL, now=NOON
    ),
    "question": lambda session, at, key: writing.write_question(
        session, at, SUBMISSION, until=UNTIL, now=NOON
    ),
    "approved": lambda session, at, key: writing.write_approved(session, at, TOOL, ADA, now=NOON),
    "rejected": lambda session, at, key: writing.write_rejected(session, at, SUBMISSION, NOON),
    "notice": lambda session, at, key: writing.write_notice(
        session, at.key, ADA, Notice("Look", "It is late.", "https://n.example/desk"), now=NOON
    ),
    "reader": lambda session, at, key: writing.write_to_subscriber(
        session,
        at.key,
        ADA,
        SubscriberLetter("Your link", "Here it is.", "https://n.example/l", "Open", "Not you?"),
        now=NOON,
    ),
}


@pytest.fixture
def publisher(publication: Publication) -> Publisher:
    return Publisher(publication, Urls("https://n.example"), SIGNER)


def written(session: Session) -> SmallLetter:
    return session.exec(select(SmallLetter)).one()


def test_every_kind_has_its_writer() -> None:
    kinds = {file.name.partition(".")[0] for file in (TEMPLATES / "letters").iterdir()}
    assert set(WRITERS) == kinds


@pytest.mark.parametrize("kind", WRITERS)
def test_a_letter_is_planned_with_all_that_its_templates_name(
    kind: str, session: Session, publication: Publication, publisher: Publisher
) -> None:
    WRITERS[kind](session, publisher, join(session, publication).key)
    letter = written(session)
    assert (letter.kind, letter.address, letter.status) == (kind, ADA, "planned")
    assert (letter.due_at, letter.created_at) == (AT_ONCE, NOON)
    printed = press_letter(kind, FACE, letter.fields)
    assert printed.subject
    assert "The Inference" in printed.text


def test_the_link_of_a_confirm_letter_works_for_a_week(
    session: Session, publication: Publication, publisher: Publisher
) -> None:
    key = join(session, publication).key
    writing.write_confirm(session, publisher, key, ADA, now=NOON)
    token = written(session).fields["confirm_url"].rpartition("/")[2]
    assert SIGNER.read("confirm", token, NOON + writing.CONFIRM_FOR) == key
    with pytest.raises(OldToken):
        SIGNER.read("confirm", token, NOON + writing.CONFIRM_FOR + timedelta(seconds=1))

"""What makers send in: nobody is bombed, nothing unverified is work, no decision is taken on what
was not seen."""

from datetime import date, timedelta

import pytest
from sqlmodel import Session

from newsletter.moves import WrongMove
from newsletter.publications.models import Publication
from newsletter.tools import submissions
from newsletter.tools.cards import Card
from newsletter.tools.models import Submission, Tool
from tests.samples.times import NOON

CARD = Card(
    "Inkwell Lens", "https://inkwell.example", "Free", "Reads scanned letters.", ("Documents",)
)
DAY = date(2026, 5, 12)


def send(
    session: Session,
    publication: Publication,
    contact: str = "maker@inkwell.example",
    network: str = "",
    **more: object,
) -> Submission:
    return submissions.submit(
        session, publication.key, CARD, contact=contact, network=network, now=NOON, **more
    )  # type: ignore[arg-type]


def waiting(session: Session, publication: Publication) -> Submission:
    sent = send(session, publication)
    submissions.verify(session, sent.key, NOON)
    return sent


def approve(session: Session, sent: Submission, version: int = 1, card: Card = CARD) -> Tool:
    return submissions.approve(session, sent.key, version, card, category="Ocr", by="ed", now=NOON)


def test_an_unverified_one_is_no_work_and_is_forgotten_after_its_time(
    session: Session, publication: Publication
) -> None:
    key = send(session, publication).key
    assert not submissions.with_status(session, publication.key, "waiting")
    with pytest.raises(WrongMove):
        submissions.reject(session, key, 1, "no", by="ed", now=NOON)
    assert submissions.forget_unverified(session, NOON + submissions.VERIFY_FOR) == 0
    assert (
        submissions.forget_unverified(session, NOON + submissions.VERIFY_FOR + timedelta(seconds=1))
        == 1
    )
    with pytest.raises(submissions.NoSubmission):
        submissions.verify(session, key, NOON)


def test_verifying_twice_is_harmless_and_forgets_nothing(
    session: Session, publication: Publication
) -> None:
    sent = send(session, publication)
    assert submissions.verify(session, sent.key, NOON)
    assert not submissions.verify(session, sent.key, NOON)
    assert submissions.forget_unverified(session, NOON + timedelta(days=99)) == 0


def test_nobody_can_bomb_an_address_by_any_of_its_spellings(
    session: Session, publication: Publication
) -> None:
    for contact in ("maker@inkwell.example", "Maker@inkwell.example", "maker+1@inkwell.example"):
        send(session, publication, contact)
    with pytest.raises(submissions.TooMany):
        send(session, publication, "maker+2@inkwell.example")
    send(session, publication, "other@inkwell.example")


def test_one_network_sends_in_only_so_much_a_day(
    session: Session, publication: Publication
) -> None:
    for number in range(submissions.PER_NETWORK):
        send(session, publication, f"m{number}@x.example", "203.0.113.0/24")
    with pytest.raises(submissions.TooMany):
        send(session, publication, "another@x.example", "203.0.113.0/24")
    send(session, publication, "another@x.example", "198.51.100.0/24")


def test_an_approved_one_is_a_tool_as_the_editor_left_it_and_is_decided_once(
    session: Session, publication: Publication
) -> None:
    sent = waiting(session, publication)
    tool = approve(
        session,
        sent,
        card=Card(
            "Inkwell Lens",
            "https://inkwell.example",
            "Free",
            "Reads letters.",
            ("Documents", "Ocr"),
        ),
    )
    assert (tool.description, tool.tags, tool.category, tool.slug) == (
        "Reads letters.",
        ["Documents", "Ocr"],
        "Ocr",
        "inkwell-lens",
    )
    assert submissions.read_submission(session, sent.key).tool_id == tool.id
    with pytest.raises(WrongMove):
        approve(session, sent)


def test_an_answer_is_the_next_version_and_the_old_one_cannot_be_decided(
    session: Session, publication: Publication
) -> None:
    sent = waiting(session, publication)
    submissions.ask(session, sent.key, 1, "What does it cost?", now=NOON)
    submissions.answer(
        session,
        sent.key,
        Card("Inkwell Lens", CARD.url, "From $9", CARD.description, CARD.tags),
        "Nine dollars.",
    )
    assert (sent.version, sent.changed, sent.note, sent.asked_at) == (
        2,
        ["price"],
        "Nine dollars.",
        None,
    )
    with pytest.raises(submissions.SubmissionChanged):
        approve(session, sent)
    with pytest.raises(submissions.NoOpenQuestion):
        submissions.answer(session, sent.key, CARD, "again")


def test_those_without_an_open_question_come_first(
    session: Session, publication: Publication
) -> None:
    first, second = waiting(session, publication), waiting(session, publication)
    submissions.ask(session, first.key, 1, "Why?", now=NOON)
    assert [one.id for one in submissions.with_status(session, publication.key, "waiting")] == [
        second.id,
        first.id,
    ]


def test_a_rejection_without_a_reason_is_refused(
    session: Session, publication: Publication
) -> None:
    sent = waiting(session, publication)
    with pytest.raises(submissions.NoMessage):
        submissions.reject(session, sent.key, 1, "  ", by="ed", now=NOON)


def test_the_same_name_or_address_is_found(session: Session, publication: Publication) -> None:
    first, second = waiting(session, publication), waiting(session, publication)
    send(session, publication)
    assert [one.id for one in submissions.find_duplicates(session, second)] == [first.id], (
        "an unverified one is nobody's business"
    )


def test_submissions_are_counted_by_status_and_found_by_contact(
    session: Session, publication: Publication
) -> None:
    sent = send(session, publication)
    done = waiting(session, publication)
    approve(session, done)
    assert submissions.count_by_status(session, publication.key) == {"unverified": 1, "approved": 1}
    assert submissions.find_by_contact(session, "maker@inkwell.example") == [sent, done]
    assert not submissions.find_by_contact(session, "other@inkwell.example")


def test_a_form_with_problems_is_refused_with_all_of_them(
    session: Session, publication: Publication
) -> None:
    with pytest.raises(submissions.BadSubmission) as refused:
        submissions.submit(session, publication.key, Card(), contact="m@x.example", now=NOON)
    assert set(refused.value.problems) == {"name", "url", "description"}

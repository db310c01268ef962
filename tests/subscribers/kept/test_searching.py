"""The search reads kept pages, rows that are not kept, and few readers of a status, alike."""

import pytest
from sqlalchemy import event
from sqlmodel import Session, col, delete, select

from subscribers.joining import signup
from subscribers.kept import searching
from subscribers.kept.models import KeptText
from subscribers.kept.searching import matching_ids, needles_of
from subscribers.models import Subscription
from tests.samples.times import NOON
from tests.subscribers.kept.lists import fill


def test_a_search_goes_from_the_tail_through_kept_and_missing_pages(
    session: Session, kept: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(searching, "FIRST_PAGES", 1)
    for _ in range(3):
        fill(session, kept)
    signup.sign_up(session, kept, "strasse@readers.example", now=NOON)
    session.exec(delete(KeptText).where(col(KeptText.number) == 0))
    everybody = session.exec(select(Subscription.id).order_by(col(Subscription.id).desc())).all()
    found = list(matching_ids(session, kept, "STRASSE"))
    assert found == everybody
    assert len(found) == 6
    assert list(matching_ids(session, kept, "STRASSE", before=found[2])) == found[3:]


def test_with_a_status_that_few_have_only_theirs_are_read(session: Session, kept: int) -> None:
    asked = signup.sign_up(session, kept, "strasse@readers.example", now=NOON)
    statements: list[str] = []
    connection = session.connection()
    event.listen(connection, "before_cursor_execute", lambda *args: statements.append(args[2]))
    found = matching_ids(session, kept, "strasse", status="unconfirmed")
    assert list(found) == [asked.subscription_id]
    assert not any("kept_text" in statement for statement in statements)


def test_a_domain_is_searched_in_both_spellings() -> None:
    assert needles_of("Bücher.example") == ["bücher.example", "xn--bcher-kva.example"]
    assert needles_of("two\n lines") == ["two lines"]

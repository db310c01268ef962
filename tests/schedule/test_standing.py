"""One issue stands for a deadline, however the cadence changes and whoever proposes."""

from datetime import datetime, timedelta

from sqlmodel import Session

from newsletter.issues.beside.extra import ExtraOrder, make_extra
from newsletter.publications.models import Publication
from newsletter.schedule.standing import issue_standing_for, next_free, propose_next
from tests.issues.stage import WEEK, news, send

NOW = datetime.fromisoformat("2026-05-18T12:00:00+00:00")  # the day before
DUE = datetime.fromisoformat("2026-05-19T09:00:00+00:00")


def test_who_proposes_by_hand_after_a_change_of_the_cadence_gets_the_issue_of_the_week(
    session: Session, publication: Publication
) -> None:
    kept = session.get_one(Publication, publication.key)
    kept.cadence = "Tuesday 09:00 UTC"
    news(session, publication, 12)
    assert next_free(session, kept, NOW) == DUE
    first = propose_next(session, publication.key, NOW, {})
    kept.cadence = "Friday 11:00 UTC"
    assert propose_next(session, publication.key, NOW, {}).number == first.number
    friday = DUE + timedelta(days=3, hours=2)
    assert issue_standing_for(session, kept, friday)
    send(session, first)
    assert propose_next(session, publication.key, NOW, {}).number == first.number
    assert next_free(session, kept, NOW) == friday + WEEK


def test_an_extra_issue_stands_for_no_deadline(session: Session, publication: Publication) -> None:
    kept = session.get_one(Publication, publication.key)
    kept.cadence = "Tuesday 09:00 UTC"
    make_extra(session, publication.key, ExtraOrder(DUE, "mara", is_empty=True), NOW)
    assert issue_standing_for(session, kept, DUE) is None
    assert next_free(session, kept, NOW) == DUE

"""Issues beside the cadence: an extra one needs a person's yes, a moved one brings no second."""

from datetime import datetime, timedelta

import pytest
from sqlmodel import Session, col, select

from newsletter.cadence.moments import BadMoment
from newsletter.database import Database
from newsletter.gathering import sources
from newsletter.issues import composing
from newsletter.issues.beside.extra import ExtraOrder
from newsletter.issues.models import Issue
from newsletter.issues.reading import read_issue
from newsletter.publications.models import Publication
from newsletter.schedule.moving import move_issue, order_extra
from tests.delivery.rig import URLS
from tests.issues.stage import news, open_issue
from tests.samples.times import NOON
from tests.schedule.turns import take_turn

DUE = datetime.fromisoformat("2026-05-19T09:00:00+00:00")
HOUR = timedelta(hours=1)


def test_an_extra_issue_never_goes_out_by_the_standing_rule_and_the_weekly_one_comes(
    database: Database, publication: Publication
) -> None:
    database.write(_begin, publication)
    order = ExtraOrder(DUE - 2 * HOUR, "mara", is_empty=True)
    _, sentences = database.write(order_extra, publication.key, order, URLS, DUE - 5 * HOUR)
    assert sentences == [
        "Extra issue 1 is made; it goes out Tuesday 19 May, 07:00 (UTC).",
        "If nobody approves it by then, it is held.",
        "It takes no issue's place: the next date stays Tuesday 19 May, 09:00 (UTC).",
    ]
    done: list[str] = []
    for hours in range(-4, 3):
        done += _tick(database, publication, DUE + hours * HOUR)
    assert [sentence.split(",")[0].split(":")[0] for sentence in done] == [
        "issue 2 proposed",
        "issue 1 held",
        "issue 2 goes out",
    ]


@pytest.mark.parametrize("to", ["tuesday 21:00", "friday 09:00", "2026-05-27 10:00"])
def test_a_moved_issue_stands_for_its_deadline_and_the_next_date_keeps_its_own(
    database: Database, publication: Publication, to: str
) -> None:
    database.write(_begin, publication)
    _tick(database, publication, DUE - 3 * HOUR)
    sentences = database.write(move_issue, 1, to, DUE - 2 * HOUR)
    assert "It still stands for Tuesday 19 May, 09:00 (UTC); the next date after that stays" in (
        sentences[-1] if "27" not in to else sentences[-2]
    )
    assert ("comes first" in sentences[-1]) == ("27" in to)
    for hours in range(-1, 24 * 8 + 4):
        _tick(database, publication, DUE + hours * HOUR)
    with database.reading() as session:
        deadlines = session.exec(select(Issue.deadline_at).order_by(col(Issue.number))).all()
        assert deadlines == [DUE, DUE + timedelta(weeks=1)]


def test_what_is_said_follows_what_the_issue_is(session: Session, publication: Publication) -> None:
    issue_id = open_issue(session, publication)
    composing.hold(session, issue_id)
    sentences = move_issue(session, issue_id, "tomorrow 08:00", NOON)
    assert "It is held: release it, and approve it by then." in sentences
    with pytest.raises(BadMoment):
        move_issue(session, issue_id, "soon", NOON)
    assert read_issue(session, issue_id).status == "held"


def _begin(session: Session, publication: Publication) -> None:
    kept = session.get_one(Publication, publication.key)
    kept.cadence = "Tuesday 09:00 UTC"
    kept.rule = "send"
    news(session, publication, 8)
    sources.all_sources(session, publication.key)[0].succeeded_at = NOON


def _tick(database: Database, publication: Publication, at: datetime) -> list[str]:
    return database.write(take_turn, publication, URLS, at)

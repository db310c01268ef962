"""Settling: each event is counted once."""

from sqlmodel import select

from newsletter.tracking.models import Event
from tests.tracking.stage import HOUR, sent_issue

ADA, BOB = "ada@readers.example", "bob@readers.example"


def test_two_who_settle_at_once_count_nothing_twice(database_url: str) -> None:
    with sent_issue(database_url, "individual", ADA) as stage:
        stage.follow(stage.paths(ADA)[0])
        stage.later(HOUR)
        stage.settle()
        with stage.site.runtime.database.writing() as session:
            for event in session.exec(select(Event)).all():
                assert event.verdict == ""
        assert stage.settle() == 0
        assert stage.figures().clicks.people == 1

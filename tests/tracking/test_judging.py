"""Judging: an event is judged when all that can happen near it has happened."""

from datetime import timedelta

from newsletter.tracking.judging import SPAN, events_to_judge, judge_due, judge_events
from tests.tracking.stage import HOUR, Stage, sent_issue

ADA = "ada@readers.example"
SECOND = timedelta(seconds=1)


def test_an_event_is_due_when_its_neighbours_are_known(database_url: str) -> None:
    with sent_issue(database_url, "individual", ADA) as stage:
        _follow_first_link(stage)
        stage.later(SPAN - SECOND)
        assert _read_due(stage) is None
        stage.later(2 * SECOND)
        assert _read_due(stage) == (stage.delivery.edition_id, {1: ""})


def test_the_newest_events_can_be_judged_before_they_are_due(database_url: str) -> None:
    with sent_issue(database_url, "individual", ADA) as stage:
        _follow_first_link(stage)
        stage.later(SECOND)
        stage.follow(stage.paths(ADA)[0], method="HEAD")
        stage.recorder.flush()
        edition_id = stage.delivery.edition_id
        with stage.site.runtime.database.reading() as session:
            newest = events_to_judge(session, edition_id, 1)
            assert [event.sign for event in newest] == ["head"]
            both = events_to_judge(session, edition_id, 2)
            assert judge_events(session, edition_id, both)[0] == "head"


def test_an_event_that_has_its_verdict_is_judged_no_more(database_url: str) -> None:
    with sent_issue(database_url, "individual", ADA) as stage:
        _follow_first_link(stage)
        stage.later(HOUR)
        stage.settle()
        assert _read_due(stage) is None


def _follow_first_link(stage: Stage) -> None:
    stage.follow(stage.paths(ADA)[0])
    stage.recorder.flush()


def _read_due(stage: Stage) -> object:
    return stage.site.runtime.database.read(judge_due, stage.site.clock.now())

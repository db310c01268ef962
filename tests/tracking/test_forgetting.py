"""Who opened and clicked is forgotten after the publication's days, or when the person asks."""

from datetime import timedelta

from sqlmodel import select

from newsletter.delivery.models import Message
from newsletter.publications.preferences import change
from newsletter.tracking.forgetting import forget_old_events, forget_subscriber
from newsletter.tracking.models import Event
from tests.tracking.stage import HOUR, Stage, sent_issue

ADA, BOB = "ada@readers.example", "bob@readers.example"


def events(stage: Stage) -> list[Event]:
    stage.recorder.flush()
    with stage.site.runtime.database.reading() as session:
        return list(session.exec(select(Event)).all())


def test_events_are_forgotten_after_the_days_that_were_set_and_the_figures_stay(
    database_url: str,
) -> None:
    with sent_issue(database_url, "individual", ADA) as stage:
        database, key = stage.site.runtime.database, stage.site.key
        database.write(change, key, tracking_days=30)
        stage.follow(stage.paths(ADA)[0])
        stage.later(timedelta(days=31))
        assert forget_old_events(database, key, stage.site.clock.now()) == 0, (
            "it has no verdict yet"
        )
        stage.settle()
        before = stage.figures()
        assert before.clicks.people == 1
        assert forget_old_events(database, key, stage.site.clock.now() - timedelta(days=2)) == 0
        assert forget_old_events(database, key, stage.site.clock.now()) == 1
        assert forget_old_events(database, key, stage.site.clock.now()) == 0
        assert not events(stage)
        assert stage.figures() == before


def test_who_is_erased_keeps_no_event_and_the_count_stays(database_url: str) -> None:
    with sent_issue(database_url, "individual", ADA, BOB) as stage:
        database = stage.site.runtime.database
        for reader in (ADA, BOB):
            stage.follow(stage.paths(reader)[0])
        with database.reading() as session:
            theirs = {
                message.address: (message.id, message.subscriber_id)
                for message in session.exec(select(Message)).all()
            }
        events(stage)
        database.write(forget_subscriber, theirs[ADA][1])
        assert sorted(event.message_id for event in events(stage)) == [0, theirs[BOB][0]]
        stage.later(HOUR)
        stage.settle()
        assert stage.figures().clicks.people == 2


def test_the_daily_routine_forgets(database_url: str) -> None:
    with sent_issue(database_url, "individual", ADA) as stage:
        stage.follow(stage.paths(ADA)[0])
        stage.later(timedelta(days=91))
        stage.settle()
        steps = stage.daily()
        assert "opens and clicks: 1 events forgotten" in steps
        assert not events(stage)

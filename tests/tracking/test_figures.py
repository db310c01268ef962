"""Figures: they add up, before and after events are settled."""

from sqlmodel import col, select

from newsletter.editions.models import Edition
from newsletter.tracking.models import Event, EventCount
from newsletter.tracking.robots import OPEN
from tests.tracking.stage import HOUR, Stage, sent_issue

ADA, BOB = "ada@readers.example", "bob@readers.example"


def links(stage: Stage) -> list[str]:
    with stage.site.runtime.database.reading() as session:
        return list(session.get_one(Edition, stage.delivery.edition_id).links)


def test_figures_stay_the_same_when_events_get_their_verdicts_and_nobodys_are_deleted(
    database_url: str,
) -> None:
    with sent_issue(database_url, "anonymous", ADA) as stage:
        for path in stage.paths(ADA):
            stage.follow(path, network="198.51.100.7")
        stage.follow(stage.paths(ADA)[0])
        stage.follow(stage.paths(ADA, "o")[0])
        before = stage.figures()
        assert (before.clicks.people, before.clicks.robots, before.opens.people) == (
            1,
            len(links(stage)) + 1,
            1,
        )
        assert stage.settle() == 0, "their neighbours may still come"
        stage.later(HOUR)
        assert stage.settle() == len(links(stage)) + 3
        assert stage.settle() == 0
        assert stage.figures() == before
        with stage.site.runtime.database.reading() as session:
            assert not session.exec(select(Event)).all()
            tally = session.exec(select(EventCount).where(col(EventCount.link) == OPEN)).all()
            assert [(row.verdict, row.count) for row in tally] == [("", 1)]

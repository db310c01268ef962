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


def test_one_link_followed_by_ever_other_programs_of_one_network_has_no_people(
    database_url: str,
) -> None:
    with sent_issue(database_url, "anonymous", ADA, BOB) as stage:
        for number in range(30):
            stage.follow(stage.paths(ADA)[1], agent=f"Mozilla/5.0 Firefox/{number}")
        for _ in range(2):
            clicks = stage.figures().clicks
            assert (clicks.people, clicks.robots) == (0, 30)
            stage.later(HOUR)
            stage.settle()


def test_no_link_has_more_people_than_got_the_letter_wherever_they_come_from(
    database_url: str,
) -> None:
    with sent_issue(database_url, "anonymous", ADA, BOB) as stage:
        for turn in range(2):
            for number in range(5):
                network = f"198.51.{turn}.{number}"
                for path in (stage.paths(ADA)[1], *stage.paths(ADA, "o")):
                    stage.follow(path, network=network)
            figures = stage.figures()
            assert (figures.clicks.people, figures.opens.people) == (2, 2)
            assert figures.robots == {"surplus": 6 + 10 * turn}
            stage.later(HOUR)
            stage.settle()
            assert stage.figures() == figures

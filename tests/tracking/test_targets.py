"""Links that were wrong are pointed elsewhere, in letters already sent."""

from datetime import timedelta

import pytest

from newsletter.editions.models import Edition
from newsletter.tracking.targets import BadTarget, NoLink, NotCounted, repoint
from tests.tracking.stage import Stage, sent_issue

ADA, BOB = "ada@readers.example", "bob@readers.example"


def links(stage: Stage) -> list[str]:
    with stage.site.runtime.database.reading() as session:
        return list(session.get_one(Edition, stage.delivery.edition_id).links)


def test_a_wrong_link_is_pointed_elsewhere_in_letters_already_sent_and_it_is_noted(
    database_url: str,
) -> None:
    with sent_issue(database_url, "anonymous", ADA) as stage:
        path, database, now = (
            stage.paths(ADA)[0],
            stage.site.runtime.database,
            stage.site.clock.now(),
        )
        place = int(path.rpartition("/")[2])
        was = links(stage)[place]
        database.write(
            repoint,
            stage.issue_id,
            place,
            "https://right.example/story?a=1&b=ü",
            by="mara@inference.example",
            now=now,
        )
        stage.later(timedelta(seconds=2))
        assert stage.follow(path).headers["location"] == "https://right.example/story?a=1&b=%C3%BC"
        figures = stage.figures()
        (noted,) = figures.repointed
        assert (noted.link, noted.url_from, noted.by, noted.at) == (
            place,
            was,
            "mara@inference.example",
            now,
        )
        assert (figures.links[place].sent_url, figures.links[place].clicks.people) == (was, 1)
        assert links(stage)[place] == was, "an edition never changes"


@pytest.mark.parametrize(
    "url",
    [
        "",
        "javascript:alert(1)",
        "//evil.example",
        "https://",
        "https://a b.example",
        "ftp://x.example",
        "https://u:p@x.example",
        "https://x.example/\nx",
        "https://x.example:0/",
    ],
)
def test_a_link_is_pointed_to_whole_web_addresses_only(sqlite_url: str, url: str) -> None:
    with sent_issue(sqlite_url, "anonymous", ADA) as stage, pytest.raises(BadTarget):
        stage.site.runtime.database.write(
            repoint, stage.issue_id, 0, url, by="m", now=stage.site.clock.now()
        )


def test_a_link_that_is_not_there_or_not_counted_cannot_be_pointed_elsewhere(
    sqlite_url: str,
) -> None:
    with sent_issue(sqlite_url, "off", ADA) as stage:
        database, now = stage.site.runtime.database, stage.site.clock.now()
        with pytest.raises(NotCounted):
            database.write(repoint, stage.issue_id, 0, "https://right.example/", by="m", now=now)
        with pytest.raises(NoLink):
            database.write(repoint, stage.issue_id, 99, "https://right.example/", by="m", now=now)

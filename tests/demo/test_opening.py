"""The opening: a publication from nothing, with its past and its readers."""

from datetime import UTC, datetime

from newsletter.demo import past, sample
from newsletter.demo.opening import keep_past, make_publication
from newsletter.demo.stage import set_up
from newsletter.gathering.sources import all_with_health
from newsletter.issues.reading import all_issues
from newsletter.tools.directory import all_tools
from subscribers.kept.counting import count_active

START = datetime(2026, 5, 12, 7, 0, tzinfo=UTC)


def test_the_sample_publication_has_all_that_the_story_needs(sqlite_url: str) -> None:
    lines: list[str] = []
    with set_up(
        now=START, readers=5, folder=None, port=0, database_url=sqlite_url, say=lines.append
    ) as setting:
        stage = setting.stage
        publication = make_publication(stage)
        key = publication.key
        assert publication.name == sample.NAME
        listed = stage.database.read(all_with_health, key, stage.now())
        assert [source.title for source, _ in listed] == list(stage.feeds.values())
        assert len(stage.database.read(all_tools, key)) == len(sample.TOOLS)
        assert stage.database.read(count_active, key) == 5
        assert lines[-1] == "5 readers imported, 1 row refused and listed"
        keep_past(stage, publication)
        kept = stage.database.read(all_issues, key)
        assert len(kept) == len(past.ISSUES)
        assert all(issue.due_at < START for issue in kept)

"""The story: two weeks, real HTTP and SMTP, and an account counted by the inbox."""

from datetime import UTC, datetime

from newsletter.cli.machine.demo import adds_up
from newsletter.demo.stage import set_up
from newsletter.demo.story import tell


def test_the_main_job_on_both_databases(database_url: str) -> None:
    lines: list[str] = []
    now = datetime(2026, 5, 12, 7, 0, tzinfo=UTC)
    with set_up(
        now=now, readers=12, folder=None, port=0, database_url=database_url, say=lines.append
    ) as made:
        account = tell(made.stage)
    assert adds_up(account), lines
    assert [issue["considered"] for issue in account.issues] == [12, 11]
    assert [issue["accepted"] for issue in account.issues] == [12, 11]
    assert account.received == 23
    assert (account.clicks, account.left) == (1, 1)
    assert any("1 click by people, 1 by robots" in line for line in lines)
    assert any("HTTP 503" in line for line in lines), "the broken source is reported"

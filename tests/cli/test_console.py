"""What all commands share: errors of ours become a line and an exit code."""

import json
from pathlib import Path

import pytest
import typer

from newsletter.cli.console import errors_shown, local_time, opened, show
from newsletter.errors import Conflict, NewsletterError, NotFound, Refused, Unavailable
from tests.cli.shell import INIT, run
from tests.samples.times import NOON


def test_what_goes_wrong_has_an_exit_code_and_says_what_to_do(folder: Path) -> None:
    assert "newsletter init" in run("status", code=4).stderr
    run(*INIT)
    assert "newsletter propose" in run("approve", code=5).stderr
    assert run("issue", "show", "7", code=3).stderr.strip()
    assert "nobody.csv" in run("subscribers", "import", "nobody.csv", code=3).stderr
    (folder / "wrong.csv").write_text("a,b\n1,2\n", "utf-8")
    assert "address" in run("subscribers", "import", "wrong.csv", code=4).stderr
    assert "http" in run("source", "add", "ftp://x.example", code=4).stderr
    run("no-such-command", code=2)


def test_rows_are_a_table_for_people_and_json_for_scripts(
    capsys: pytest.CaptureFixture[str],
) -> None:
    listed = [{"name": "Bücher", "at": NOON, "count": 7}]
    show(listed, as_json=True)
    printed = json.loads(capsys.readouterr().out)
    assert printed == [{"name": "Bücher", "at": str(NOON), "count": 7}]
    show(listed, as_json=False)
    assert "Bücher" in capsys.readouterr().out
    show([], as_json=False)
    nothing = capsys.readouterr()
    assert (nothing.out, nothing.err) == ("", "nothing yet\n")


@pytest.mark.parametrize(
    ("error", "code"),
    [(NotFound, 3), (Refused, 4), (Conflict, 5), (Unavailable, 6), (NewsletterError, 1)],
)
def test_each_kind_of_error_has_its_exit_code(
    error: type[NewsletterError], code: int, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(typer.Exit) as ended, errors_shown():
        raise error("It did not work.")
    assert ended.value.exit_code == code
    assert "It did not work." in capsys.readouterr().err


def test_an_error_that_is_not_ours_is_not_hidden() -> None:
    with pytest.raises(ZeroDivisionError), errors_shown():
        _ = 1 / 0


def test_times_are_in_the_zone_of_the_publication() -> None:
    run(*INIT, "--cadence", "Tuesday 09:00 Asia/Tokyo")
    with opened():
        assert "21:00" in local_time(NOON)

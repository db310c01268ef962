"""Audiences by command: saved, counted, listed, used; and what activity means here."""

from pathlib import Path

import pytest

from tests.cli.shell import INIT, rows, run

READERS = "address\nada@example.org\nbob@example.org\ncyd@example.com\n"


def test_an_audience_is_saved_counted_listed_and_removed(folder: Path) -> None:
    run(*INIT)
    (folder / "readers.csv").write_text(READERS, "utf-8")
    run("subscribers", "import", "readers.csv")
    saved = run("audience", "save", "Org", "--domain", "example.org")
    assert "address at example.org: 2 readers now" in saved.output
    assert "Active is who" not in saved.output, "nobody asked"
    assert run("audience", "count", "Org").stdout == "2\n"
    assert [(one["name"], one["readers"]) for one in rows("audience", "list")] == [("Org", 2)]
    assert run("subscribers", "export", "--audience", "Org").stdout.count("@example.org") == 2
    run("audience", "remove", "Org")
    run("audience", "count", "Org", code=3)


@pytest.mark.parametrize(
    ("mode", "meaning"),
    [
        ("off", "are not counted"),
        ("anonymous", "without knowing whose they are"),
        ("individual", "followed a link of a letter"),
    ],
)
def test_who_asks_for_activity_is_told_what_it_means_in_this_publication(
    folder: Path, mode: str, meaning: str
) -> None:
    run(*INIT)
    run("publication", "set", "--tracking", mode)
    saved = run("audience", "save", "Awake", "--active-within", "30")
    assert meaning in saved.output
    assert "active within 30 days: 0 readers now" in saved.output

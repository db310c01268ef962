"""`newsletter source` and `newsletter article add`: what an operator's script relies on."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from newsletter.clock import SystemClock
from newsletter.demo import feeds
from tests.cli.shell import INIT, rows, run, sample_feed
from tests.samples.feeds import RSS
from tests.samples.page_files import sample

NAMING = (
    b'<html><head><link rel="alternate" type="application/rss+xml" href="/feed.xml"></head></html>'
)


@pytest.fixture
def site() -> Iterator[str]:
    bodies = {"/": NAMING, "/feed.xml": RSS.encode(), "/a": sample("article")}
    with feeds.serving(
        {path: (lambda _, body=body: body) for path, body in bodies.items()}, SystemClock()
    ) as address:
        run(*INIT)
        yield address


def test_a_source_is_found_from_its_page_and_shown_before_it_is_saved(site: str) -> None:
    shown = run(
        "source", "add", site + "/", "--yes", "--own", "--category", "Friends", "--weight", "1.5"
    ).stderr
    assert "2026-05-11  Cells & folds" in shown
    (source,) = rows("source", "list")
    assert (source["url"], source["title"], source["kind"]) == (f"{site}/feed.xml", "News", "feed")
    assert (source["own"], source["category"], source["weight"]) == (True, "Friends", 1.5)
    assert "there already" in run("source", "add", f"{site}/feed.xml", "--yes", code=5).stderr


def test_without_a_yes_and_without_a_terminal_nothing_is_saved_and_it_says_so(site: str) -> None:
    refusal = run("source", "add", f"{site}/feed.xml", code=4).stderr
    assert "Cells & folds" in refusal
    assert "--yes" in refusal
    assert rows("source", "list") == []


def test_what_cannot_be_a_source_is_refused_before_anything_is_fetched(site: str) -> None:
    assert "http" in run("source", "add", "ftp://x.example", code=4).stderr
    assert "--kind" in run("source", "add", site, "--kind", "podcast", code=4).stderr


def test_a_list_of_feeds_comes_in_once_and_goes_out_again_with_its_folders(
    site: str, folder: Path
) -> None:
    run("source", "add", f"{site}/feed.xml", "--yes")
    file = folder / "feeds.opml"
    file.write_text(
        f"""<opml version="2.0"><body>
<outline text="Sea"><outline text="Tides" xmlUrl="https://tides.example/rss"/></outline>
<outline text="News" xmlUrl="{site}/feed.xml"/>
<outline text="Broken" xmlUrl="nowhere"/></body></opml>""",
        "utf-8",
    )
    done = run("source", "import", str(file), "--json")
    assert {key: value for key, value in json.loads(done.stdout)[0].items() if key != "bad"} == {
        "read": 2,
        "added": 1,
        "known": 1,
    }
    assert "Broken" in done.stderr
    assert rows("source", "import", str(file))[0]["added"] == 0
    exported = run("source", "export").stdout
    assert '<outline text="Sea">' in exported
    file.write_text(exported, "utf-8")
    assert rows("source", "import", str(file))[0]["known"] == 2
    file.write_text("no list", "utf-8")
    assert "Export the list" in run("source", "import", str(file), code=4).stderr


def test_a_source_is_retired_by_number_or_address(site: str) -> None:
    run("source", "add", f"{site}/feed.xml", "--yes")
    run("source", "retire", f"{site}/feed.xml")
    assert rows("source", "list")[0]["health"] == "Retired."
    assert "source list" in run("source", "retire", "99", code=3).stderr


def test_a_link_is_added_by_hand(site: str) -> None:
    added = run("article", "add", f"{site}/a")
    assert "Harbour town" in added.stderr
    assert rows("source", "list")[0]["health"] == "By hand."
    assert run("article", "add", f"{site}/nothing", code=6).stderr.strip()


def test_a_broken_source_is_reported_with_exit_code_6_and_delays_nothing(folder: Path) -> None:
    run(*INIT)
    with sample_feed() as address:
        run("source", "add", address, "--yes")
        missing = folder / "missing.opml"
        nothing = f"{address.rsplit('/', 1)[0]}/nothing.xml"
        missing.write_text(f"<opml><body><outline xmlUrl='{nothing}'/></body></opml>", "utf-8")
        run("source", "import", str(missing))
        checked = json.loads(run("source", "check", "--json", code=6).stdout)
    assert {bool(row["error"]) for row in checked} == {True, False}

"""Tools are gathered from each kind of source over HTTP with faults, and one is in the issue."""

import json
from pathlib import Path

import pytest

from tests.cli.shell import INIT, rows, run, sample_feed
from tests.doubles.web import always, serving

LIST = (
    "Tool;Website;Price;Description\n"
    "Harbour Pen;https://pen.invalid/;$9;Writes letters.\n"
    "HARBOUR-PEN;http://www.pen.invalid/?utm_source=list;$9;Again.\n"
    "Router;http://router/;Free;Private.\n"
    "Bad;javascript:alert(1);Free;A script.\n"
    f"Dear;https://dear.invalid;{'x' * 300};Dear.\n"
).encode("latin-1")
FEED = b"""<feed xmlns="http://www.w3.org/2005/Atom"><title>New</title><id>x</id>
<entry><id>1</id><title>Quill - draws maps</title><link href="https://quill.invalid/"/>
<updated>2026-05-01T00:00:00Z</updated></entry></feed>"""
APP = {
    "@type": "WebApplication",
    "name": "Lantern",
    "description": "Finds <b>old</b> letters.",
    "offers": {"price": "0"},
}
PAGE = f'<script type="application/ld+json">{json.dumps(APP)}</script>'.encode()
MAP = b"<urlset>%s</urlset>" % b"".join(
    b"<url><loc>/tools/%s</loc></url>" % name for name in (b"lantern", b"login", b"gone", b"broken")
)
SCRIPTS = {
    "/tools.csv": always(200, LIST),
    "/feed": always(200, FEED),
    "/map.xml": always(200, MAP),
    "/tools/lantern": always(200, PAGE),
    "/tools/login": always(200, b"<form><input type='password'></form>"),
    "/tools/broken": always(500),
    "/broken.csv": always(503),
}


@pytest.fixture
def folder(tmp_path: Path, sqlite_template: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An operator's folder; pages of articles are not read."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("NEWSLETTER_ALLOW_PRIVATE_SOURCES", "true")
    monkeypatch.setenv("NEWSLETTER_PAGES_PER_GATHERING", "0")
    (tmp_path / "newsletter.sqlite3").write_bytes(sqlite_template.read_bytes())
    return tmp_path


def test_what_came_in_waited_or_was_refused_is_said_and_a_gathered_tool_is_in_the_issue(
    folder: Path,
) -> None:
    run(*INIT)
    with sample_feed() as feed, serving(dict(SCRIPTS)) as web:
        add = ("tool", "source", "add")
        run(*add, web.url + "/tools.csv", "--rule", "accept", "--yes")
        assert "feed with 1 tool," in run(*add, web.url + "/feed", "--yes").stderr
        run(*add, web.url + "/map.xml", "--below", "/tools/", "--rule", "accept", "--yes")
        run(*add, web.url + "/nothing.csv", "--yes", code=6)
        looked = {row["id"]: row for row in _look()}
        assert _counts(looked[1]) == {"came_in": 1, "waiting": 0, "double": 1, "refused": 3}
        assert _counts(looked[2]) == {"came_in": 0, "waiting": 1, "double": 0, "refused": 0}
        assert _counts(looked[3]) == {"came_in": 1, "waiting": 0, "double": 0, "refused": 0}
        assert looked[3]["pages"] == 4

        (waiting,) = rows("tool", "gathered", "list")
        assert (waiting["name"], waiting["description"]) == ("Quill", "draws maps")
        run("tool", "gathered", "refuse", str(waiting["id"]))
        _look()
        assert rows("tool", "gathered", "list") == [], "a refused tool does not come back"

        web.scripts["/tools.csv"] = always(200, LIST.replace(b"$9;W", b"$19;W"))
        _look()
        (change,) = rows("tool", "gathered", "changes")
        assert change["says"] == "Price: $9 is $19 now."
        run("tool", "gathered", "take", str(change["id"]))
        assert {row["price"] for row in rows("tool", "list")} == {"$19", "Free"}

        run("source", "add", feed, "--yes")
        run("gather")
    run("propose")
    run("preview")
    letter = next(folder.glob("issue-*.html")).read_text("utf-8")
    assert "Harbour Pen" in letter
    assert "$19" in letter
    assert "Finds old letters." in letter
    assert "Quill" not in letter


def _look() -> list[dict[str, object]]:
    return list(json.loads(run("tool", "source", "look", "--json").stdout))


def _counts(row: dict[str, object]) -> dict[str, object]:
    return {name: row[name] for name in ("came_in", "waiting", "double", "refused")}

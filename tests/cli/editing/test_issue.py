"""The weekly job by command: from an empty folder to an approved issue, and what is refused."""

import json
import re
from pathlib import Path

import pytest

from newsletter.demo.inbox import Inbox
from tests.cli.shell import INIT, rows, run, sample_feed


def test_from_an_empty_folder_to_an_approved_issue(folder: Path) -> None:
    (folder / "newsletter.sqlite3").unlink()
    run(*INIT)
    readers = folder / "readers.csv"
    readers.write_text(
        "email,name\nada@readers.example,Ada\nnot an address,Bo\n,Cy\nada@READERS.example,Ada\n",
        "utf-8",
    )
    with sample_feed() as address:
        run("source", "add", address, "--yes")
        assert rows("source", "list")[0]["url"] == address
        run(
            "tool",
            "add",
            "Patchbay",
            "https://patchbay.example",
            "--price",
            "Free trial",
            "--tag",
            "Developers",
        )
        assert rows("tool", "list")[0]["name"] == "Patchbay"
        done = rows("subscribers", "import", str(readers))[0]
        assert (done["read"], done["added"], done["known"], done["rejected"]) == (4, 1, 1, 2)
        refused = (folder / "readers.rejected.csv").read_text("utf-8")
        assert "3" in refused
        assert "not an address" in refused
        assert rows("subscribers", "list")[0]["address"] == "ada@readers.example"
        assert "ada@readers.example" in run("subscribers", "export").stdout
        found = rows("gather")[0]
        assert found["new articles"] == found["found"] != 0
    proposed = rows("propose", "--explain")
    assert proposed[0]["place"] == 1
    assert proposed[0]["because"]
    paths = run("preview", "--folder", str(folder / "out")).stdout.split()
    assert [Path(path).suffix for path in paths] == [".html", ".txt"]
    assert str(proposed[0]["title"]) in Path(paths[1]).read_text("utf-8").replace("\n", " ")
    run("approve", "1", "--by", "ada@inference.example")
    assert rows("issue", "list")[0]["status"] == "approved"
    run("hold", "1")
    assert rows("issue", "show", "1")[0]["kind"] == "lead"
    standing = json.loads(run("status", "--json").stdout)
    assert standing["issues"][0]["status"] == "held"
    assert "readers.example" not in json.dumps(standing)


def test_an_issue_that_nobody_approved_is_not_sent() -> None:
    run(*INIT)
    with sample_feed() as address:
        run("source", "add", address, "--yes")
        run("gather")
    run("propose")
    assert "not approved" in run("send", "1", code=4).stderr


def test_sending_says_how_many_of_all_are_out(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(*INIT)
    readers = folder / "readers.csv"
    addresses = "\n".join(f"reader{number}@readers.example" for number in range(510))
    readers.write_text(f"email\n{addresses}\n", "utf-8")
    run("subscribers", "import", str(readers))
    with sample_feed() as address:
        run("source", "add", address, "--yes")
        run("gather")
    run("propose")
    run("approve", "1", "--by", "ada@inference.example")
    inbox = Inbox()
    inbox.start()
    monkeypatch.setenv("NEWSLETTER_RELAY_URL", f"smtp+plain://127.0.0.1:{inbox.port}")
    try:
        sent = run("send", "1")
    finally:
        inbox.stop()
    assert set(re.findall(r"5\d\d of ([\d,]+)", sent.stderr)) == {"510"}


def test_gathering_and_proposing_can_be_tried_at_another_time(folder: Path) -> None:
    run(*INIT)
    with sample_feed() as address:
        run("source", "add", address, "--yes")
        run("gather", "--now", "2031-05-01T09:00+02:00")
    proposed = run("propose", "--now", "2031-05-01T09:00+02:00", "--explain")
    assert "as if it were 2031-05-01T09:00:00+02:00" in proposed.stderr
    run("propose", "--now", "yesterday", code=2)

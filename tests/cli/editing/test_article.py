"""`newsletter article`: from a file to a page and back."""

from pathlib import Path

import pytest

from tests.cli.shell import INIT, rows, run
from tests.samples.articles import FILE, TITLE

SLUG = "harbor-compute-sells-the-tide-by-the-answer"


@pytest.fixture
def file(folder: Path) -> Path:
    run(*INIT)
    path = folder / "tide.md"
    path.write_text(FILE, "utf-8")
    return path


def test_a_file_becomes_an_article_that_is_listed_changed_and_withdrawn(file: Path) -> None:
    assert run("article", "write", str(file)).stdout.strip().endswith(f"/articles/{SLUG}")
    assert {"slug": SLUG, "title": TITLE, "status": "public", "version": 1}.items() <= rows(
        "article", "list"
    )[0].items()
    file.write_text(
        run("article", "show", SLUG).stdout.replace(TITLE, "The tide has a price"), "utf-8"
    )
    run("article", "replace", SLUG, str(file))
    assert {"slug": SLUG, "title": "The tide has a price", "version": 2}.items() <= rows(
        "article", "list"
    )[0].items()
    run("article", "withdraw", SLUG)
    assert rows("article", "list")[0]["status"] == "withdrawn"
    run("article", "restore", SLUG)
    assert rows("article", "list")[0]["status"] == "public"


def test_a_file_that_somebody_overtook_is_refused(file: Path) -> None:
    run("article", "write", str(file))
    file.write_text(run("article", "show", SLUG).stdout, "utf-8")
    run("article", "replace", SLUG, str(file))
    assert (
        "Somebody changed this article" in run("article", "replace", SLUG, str(file), code=5).output
    )


def test_a_preview_writes_a_page_and_keeps_nothing(file: Path) -> None:
    page = Path(run("article", "preview", str(file), "--folder", "out").stdout.strip())
    assert "<h2>What is charged</h2>" in page.read_text("utf-8")
    assert rows("article", "list") == []


def test_an_error_names_the_line_and_the_article_is_not_kept(file: Path) -> None:
    file.write_text(FILE.replace("source_date", "sourcedate"), "utf-8")
    assert (
        "line 6: there is no key 'sourcedate'" in run("article", "write", str(file), code=4).output
    )
    file.write_bytes(b"---\ntitle: caf\xe9\n---\ntext")
    assert "UTF-8" in run("article", "write", str(file), code=4).output
    assert rows("article", "list") == []
    assert "no own article of that name" in run("article", "show", "nothing", code=3).output

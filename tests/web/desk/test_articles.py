"""Writing at the desk: nothing typed is ever lost.

Of two editors none overwrites the other unseen.
"""

import html
import re
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from newsletter.formats.pages.article_form import read_article_file
from newsletter.gathering import own_articles
from newsletter.gathering.models import Article, Body, Source
from newsletter.gathering.sources import PASTED
from tests.samples.hostile import HOSTILE, harmless
from tests.web.asking import Answer, Site, site

NOW = datetime(2026, 5, 11, 9, 0, tzinfo=UTC)
TYPED = {
    "title": "The tide & the table",
    "dek": 'A "dek"',
    "body": "\r\n# What is built\r\n\r\nA basin <b>.",
    "topics": "a, b",
    "author": "Mara",
}


@pytest.fixture
def desk(database_url: str) -> Iterator[Site]:
    with site(database_url, NOW) as opened:
        yield opened


def shown(answer: Answer) -> dict[str, str]:
    """What the form has in its fields."""
    inputs = re.findall(r'<input[^>]*\bname="(\w+)"[^>]*\bvalue="([^"]*)"', answer.text)
    boxes = re.findall(
        r'<textarea[^>]*\bname="(\w+)"[^>]*>\n(.*?)</textarea>', answer.text, re.DOTALL
    )
    return {key: html.unescape(value) for key, value in inputs + boxes}


def kept(desk: Site) -> list[tuple[Article, Body]]:
    return list(desk.runtime.database.read(own_articles.all_articles, desk.key))


def save(desk: Site, **fields: str) -> int:
    answer = desk.post("/desk/articles", **{**TYPED, **fields}, do="save")
    assert answer.status == 303, answer.text
    return int(re.findall(r"\d+", answer.headers["location"])[0])


def test_an_article_is_saved_shown_again_as_it_was_typed_and_changed(desk: Site) -> None:
    key = save(desk)
    form = shown(desk.get(f"/desk/articles/{key}"))
    assert (form["title"], form["dek"], form["topics"]) == (
        TYPED["title"],
        TYPED["dek"],
        TYPED["topics"],
    )
    assert form["body"] == "# What is built\n\nA basin <b>."
    assert (
        desk.post(f"/desk/articles/{key}", **{**form, "title": "Another title"}, do="save").status
        == 303
    )
    [(article, body)] = kept(desk)
    assert (article.title, body.version) == ("Another title", 2)


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("title", " ", "An article needs a title."),
        ("body", "\n\n", "An article needs a text."),
        ("date", "12.5.2026", "'12.5.2026' is no date. Write it like 2026-05-12"),
        ("image", "ftp://x", "An image is an https address"),
        ("slug", "Tide Table", "A slug is a-z"),
        ("dek", "x" * 1001, "1,001 characters are too many. Cut it to 1,000."),
    ],
)
def test_an_error_brings_the_form_back_filled_and_says_what_to_do_at_its_field(
    desk: Site, field: str, value: str, says: str
) -> None:
    typed = {**TYPED, field: value}
    answer = desk.post("/desk/articles", **typed, do="save")
    assert answer.status == 422
    assert says in html.unescape(answer.text)
    assert re.search(
        rf'id="{field}"[^>]*aria-invalid="true"[^>]*aria-describedby="{field}-hint"', answer.text
    )
    assert {key: text for key, text in shown(answer).items() if key in typed} == typed
    assert kept(desk) == []


def test_a_preview_shows_the_article_and_keeps_nothing(desk: Site) -> None:
    answer = desk.post("/desk/articles", **TYPED, do="preview")
    assert "<h2>What is built</h2>\n<p>A basin &lt;b&gt;.</p>" in answer.text
    assert shown(answer)["body"] == TYPED["body"]
    assert kept(desk) == []


def test_a_taken_slug_brings_the_form_back(desk: Site) -> None:
    save(desk, slug="tide")
    answer = desk.post("/desk/articles", **{**TYPED, "slug": "tide"}, do="save")
    assert (answer.status, shown(answer)["body"]) == (409, TYPED["body"])
    assert "Another article has that slug. Choose another." in answer.text


def test_of_two_editors_the_second_sees_both_texts_and_saves_by_decision(desk: Site) -> None:
    key = save(desk)
    first, second = (
        shown(desk.get(f"/desk/articles/{key}")),
        shown(desk.get(f"/desk/articles/{key}")),
    )
    assert (
        desk.post(f"/desk/articles/{key}", **{**first, "body": "The first hand."}, do="save").status
        == 303
    )
    answer = desk.post(f"/desk/articles/{key}", **{**second, "body": "The second hand."}, do="save")
    assert answer.status == 409
    assert "Somebody changed this article since you opened it." in answer.text
    assert shown(answer)["body"] == "The second hand."
    theirs = re.findall(
        r'<textarea[^>]*id="theirs"[^>]*>\n(.*?)</textarea>', answer.text, re.DOTALL
    )[0]
    assert (
        read_article_file(html.unescape(theirs)).body,
        read_article_file(html.unescape(theirs)).topics,
    ) == (
        "The first hand.",
        "a, b",
    )
    assert kept(desk)[0][1].markdown == "The first hand."
    assert desk.post(f"/desk/articles/{key}", **shown(answer), do="save").status == 303
    assert kept(desk)[0][1].markdown == "The second hand."


def test_a_login_that_ended_while_typing_loses_nothing_and_saves_nothing(desk: Site) -> None:
    key = save(desk)
    form = {**shown(desk.get(f"/desk/articles/{key}")), "body": "A long text."}
    cookies = dict(desk.cookies)
    desk.log_out()
    answer = desk.post(f"/desk/articles/{key}", **form, do="save")
    assert (answer.status, shown(answer)["body"]) == (401, "A long text.")
    assert "Your login has ended." in answer.text
    assert 'action="/desk/articles"' not in answer.text, "saved again it is the same article"
    assert desk.post("/desk/articles", **TYPED, do="save").status == 401
    assert len(kept(desk)) == 1
    desk.cookies.update(cookies)
    assert desk.post(f"/desk/articles/{key}", **shown(answer), do="save").status == 303
    assert kept(desk)[0][1].markdown == "A long text."


def test_only_editors_see_the_desk_of_articles(desk: Site) -> None:
    key = save(desk)
    desk.log_out()
    for path in ("/desk/articles", "/desk/articles/new", f"/desk/articles/{key}"):
        assert desk.get(path).headers["location"] == "/desk/login"
    assert desk.post(f"/desk/articles/{key}/withdraw").headers["location"] == "/desk/login"
    assert kept(desk)[0][0].withdrawn_at is None


def test_an_article_is_withdrawn_and_brought_back(desk: Site) -> None:
    key = save(desk, slug="tide")
    desk.post(f"/desk/articles/{key}/withdraw")
    assert desk.get("/articles/tide").status == 410
    assert "Withdrawn" in desk.get("/desk/articles").text
    desk.post(f"/desk/articles/{key}/restore")
    assert desk.get("/articles/tide").status == 200


@pytest.mark.parametrize("attack", HOSTILE)
def test_what_is_typed_is_shown_back_as_text(attack: str, sqlite_url: str) -> None:
    with site(sqlite_url, NOW) as desk:
        answer = desk.post(
            "/desk/articles",
            **dict.fromkeys(TYPED, attack),
            date=attack,
            slug=attack,
            source=attack,
            do="save",
        )
        assert answer.status == 422
        main = answer.text.split('<div class="cols', 1)[1].split("</main>", 1)[0]
        assert "<script" not in main
        assert not re.search(
            r"<(img|svg|iframe|style|base|meta|link|object|template|noscript|details)\b", main
        )
        preview = desk.post(
            "/desk/articles", **{**dict.fromkeys(TYPED, attack), "topics": ""}, do="preview"
        )
        if preview.status == 200:
            harmless(
                re.findall(r'<div class="read__body">(.*?)</article>', preview.text, re.DOTALL)[
                    0
                ].replace('<dl class="kv read__src">', "")
            )


def test_the_source_of_own_articles_stays_own_so_their_pages_stay(desk: Site) -> None:
    save(desk)
    page = desk.get("/desk/sources/1")
    assert '<input type="hidden" name="own" value="true">' in page.text
    refused = desk.post("/desk/sources/1", title="Ours", weight="2")
    assert refused.status == 409
    assert "always your own" in refused.text
    assert desk.get("/articles/the-tide-the-table").status == 200
    assert desk.post("/desk/sources/1", title="Ours", weight="2", own="true").status == 303
    save(desk, title="Another")


def test_what_editors_paste_is_never_marked_as_own(desk: Site) -> None:
    row = Source(publication_id=desk.key, kind="hand", url=PASTED)
    with desk.runtime.database.writing() as session:
        session.add(row)
    assert 'name="own"' not in desk.get("/desk/sources/1").text
    assert desk.post("/desk/sources/1", title="Links", weight="1", own="true").status == 409
    assert desk.post("/desk/sources/1", title="Links", weight="1").status == 303

"""Article forms: a file that was written is read back the same, every field of it."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from newsletter.formats.pages.article_form import (
    KEYS,
    ArticleForm,
    BadField,
    read_article_file,
    stamp,
    write_article_file,
)

LINE = st.text(
    st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"]),
    max_size=40,
).map(lambda text: " ".join(text.split()))
TEXT = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\r"),
    max_size=200,
).map(lambda text: text.strip("\n"))


@given(st.fixed_dictionaries(dict.fromkeys(KEYS, LINE)), TEXT)
def test_a_file_that_was_printed_is_read_back_the_same(fields: dict[str, str], body: str) -> None:
    form = ArticleForm(**fields, body=body)
    assert read_article_file(write_article_file(form)) == form


def test_a_file_with_another_empty_line_is_the_same_article() -> None:
    file = "---\ntitle: A title\n---\n\nA text.\n"
    assert read_article_file(file) == read_article_file(file.replace("---\n\n", "\n---\n\n"))


def test_a_field_that_is_bad_says_where_it_is_if_it_is_in_a_file() -> None:
    assert str(BadField("slug", "Choose another.")) == "slug: Choose another."
    assert str(BadField("slug", "Choose another.", 7)) == "line 7, slug: Choose another."


def test_a_time_is_written_as_its_publications_clock_shows_it() -> None:
    at = datetime(2026, 5, 12, 8, 31, 22, tzinfo=UTC)
    assert stamp(at, ZoneInfo("Europe/Berlin")) == "2026-05-12 10:31"

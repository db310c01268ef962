"""A page whose data name nobody has a byline; what is none names nobody."""

import pytest

from newsletter.formats.pages.bylines import read_byline
from newsletter.formats.pages.main_text import extract_page
from newsletter.formats.trees import parse_page

HEADING = "<h1>Ferry sinks</h1>"


def byline(inside: str) -> str:
    root = parse_page(f"<html><body><article>{inside}</article></body></html>")
    assert root is not None
    return read_byline(root)


@pytest.mark.parametrize(
    "inside",
    [
        f"{HEADING}<a rel='author' href='/ada'>Ada Grey</a>",
        f"{HEADING}<span itemprop='author'><span itemprop='name'>Ada Grey</span></span>",
        f"{HEADING}<p class='byline'>By Ada Grey | 5 May 2026</p>",
        f"{HEADING}<div class='post-author'>Posted by Ada Grey on 5 May 2026</div>",
        f"{HEADING}<p>By Ada Grey</p><p>The ferry sank by the pier.</p>",
        f"{HEADING}<p>Von Ada Grey</p>",
        f"{HEADING}<p>Par Ada Grey, le 5 mai 2026</p>",
        f"{HEADING}<p class='author'>ada@quay.example (Ada Grey)</p>",
    ],
)
def test_a_byline_names_who_wrote(inside: str) -> None:
    assert byline(inside) == "Ada Grey"


@pytest.mark.parametrize(
    "inside",
    [
        HEADING,
        f"{HEADING}<p>By the time that the ferry sank, everybody had left the pier for home and"
        " nobody saw it.</p>",
        f"{HEADING}<p class='author'>staff</p>",
        f"{HEADING}<p class='author'>ada@quay.example</p>",
        f"{HEADING}<p>5 May 2026</p>",
    ],
)
def test_what_is_no_name_is_nobody(inside: str) -> None:
    assert byline(inside) == ""


def test_the_byline_counts_where_the_data_name_nobody() -> None:
    text = "<p>The ferry sank at dawn, and nobody was on board when it happened.</p>" * 4
    page = f"<html><head>{{}}</head><body><article>{HEADING}<p>By Bo Lund</p>{text}</article>"
    named = '<meta name="author" content="Ada Grey"><meta name="author" content="Cy Holm">'
    at = "https://quay.example/a"
    assert extract_page(page.format("").encode(), at).author == "Bo Lund"
    assert extract_page(page.format(named).encode(), at).author == "Ada Grey, Cy Holm"


def test_a_page_has_the_base_that_it_names() -> None:
    """HTML, 4.2.3: `base` comes before the page's own address."""
    head = "<base href='/in/'><meta property='og:image' content='ferry.jpg'>"
    page = f"<html><head>{head}</head><body>{HEADING}<p>It sank at dawn.</p></body>"
    found = extract_page(page.encode(), "https://quay.example/2026/a")
    assert found.image_url == "https://quay.example/in/ferry.jpg"

"""Links: what an address alone shows of a page, its site and its day."""

from datetime import UTC, datetime

import pytest

from newsletter.formats.links import day_in, may_be_article, same_site


@pytest.mark.parametrize(
    ("path", "may"),
    [
        *(
            ("/blog/a-word", True),
            ("/2026/05/09/a-word", True),
            ("/a-word.html", True),
            ("/?p=12", True),
            ("/news/about-face-at-the-lab", True),
        ),
        *(
            ("/", False),
            ("/about", False),
            ("/tag/cells/", False),
            ("/blog/page/3", False),
            ("/a.pdf", False),
            ("/author/ada", False),
        ),
        *(("/privacy-policy", False), ("/category/science/cells", False), ("/?lang=de", False)),
    ],
)
def test_an_address_tells_whether_it_may_be_an_article(path: str, may: bool) -> None:
    assert may_be_article(f"https://news.example{path}") is may


def test_an_address_tells_its_day_and_its_site() -> None:
    assert day_in("https://news.example/2026/05/09/a") == datetime(2026, 5, 9, tzinfo=UTC)
    assert day_in("https://news.example/2026/13/09/a") is None
    assert same_site("https://www.news.example/a", "https://news.example/")
    assert same_site("https://blog.news.example/a", "https://news.example/")
    assert not same_site("https://badnews.example/", "https://news.example/")

"""What a site's page names: its title and its feeds, whatever else is on it."""

from newsletter.formats.pages.site_links import MOST_NAMED, SiteLinks, read_site

AT = "https://news.example/a"
HEAD = """<html><head><title>News</title>
<link rel="alternate" type="application/rss+xml" title="News - comments" href="/comments/feed">
<link rel="alternate" type="application/rss+xml" href="/news.rss">
<link rel="alternate" type="application/json" href="/wp-json/1">
<link rel="alternate" hreflang="de" href="/de">
<link rel="ALTERNATE" type="application/atom+xml; charset=utf-8" href="https://feeds.example/a">
</head><body><a href="/subscribe/rss">our feed</a><a href="/x">RSS</a>
<a href="/feedback">write to us</a></body></html>"""


def test_a_page_names_its_feeds_and_not_those_of_its_comments() -> None:
    site = read_site(HEAD.encode(), AT)
    places = [place.removeprefix("https://news.example") for place in site.feeds]
    assert places == ["/news.rss", "https://feeds.example/a", "/subscribe/rss", "/x"]
    assert (site.is_page, site.title) == (True, "News")


def test_of_many_feeds_the_first_few_are_named_each_once() -> None:
    links = "".join(f'<a href="/{n // 2}/rss">feed</a>' for n in range(100))
    assert read_site(links.encode(), AT).feeds == tuple(
        f"https://news.example/{n}/rss" for n in range(MOST_NAMED)
    )


def test_the_end_of_a_long_address_may_name_a_feed() -> None:
    long = "/a" * 300
    site = read_site(f'<a href="{long}/feed">all</a><a href="/feed{long}">none</a>'.encode(), AT)
    assert site.feeds == (f"https://news.example{long}/feed",)


def test_what_is_no_page_says_nothing() -> None:
    assert read_site(b"  ", AT) == SiteLinks(is_page=False)

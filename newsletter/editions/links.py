"""Pure. The addresses that an edition leads to, in print order."""

from html.parser import HTMLParser


class _Hrefs(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "a":
            self.found += [value for name, value in attrs if name == "href" and value]


def find_links(html: str) -> tuple[str, ...]:
    """Return each address once; what differs by reader is none of them."""
    reader = _Hrefs()
    reader.feed(html)
    return tuple(dict.fromkeys(href for href in reader.found if "[[" not in href))

"""Pure. The addresses that an edition leads to, in print order."""

from html.parser import HTMLParser

from newsletter.editions.personalising import Markers


class _Hrefs(HTMLParser):
    """Collects the addresses of the anchors of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        # Pictures and styles are no links: nobody follows them.
        href = dict(attrs).get("href") if tag == "a" else None
        if href:
            self.found.append(href)


def find_links(html: str, markers: Markers) -> tuple[str, ...]:
    """Return each address once; what differs by reader is none of them."""
    parser = _Hrefs()
    parser.feed(html)
    # A dict keeps the order of printing: the place of an address is its number in the figures.
    return tuple(dict.fromkeys(href for href in parser.found if not markers.is_in(href)))

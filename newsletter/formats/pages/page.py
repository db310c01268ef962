"""Pure. What the page of one article holds, once it was read."""

from dataclasses import dataclass
from datetime import datetime

from newsletter.errors import Refused


class NotAPage(Refused):
    """That address gives no page with an article on it. Open it in a browser, and add the article's
    own address.
    """


@dataclass(frozen=True, slots=True)
class Page:
    """One article's page. All plain text but `html`, which is sanitised.

    "" or None for what the page does not have.
    """

    canonical_url: str
    title: str
    dek: str = ""
    text: str = ""  # paragraphs with an empty line between them
    author: str = ""
    published_at: datetime | None = None  # aware UTC
    image_url: str = ""
    language: str = ""  # BCP 47
    words: int = 0
    topics: tuple[str, ...] = ()
    html: str = ""
    site: str = ""  # the name of the site, or its host
    more_images: tuple[str, ...] = ()  # in the order in which they stand in for `image_url`

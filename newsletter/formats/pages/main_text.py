"""Pure. The article on a page: what the page says of itself, and its text without all that is around it. The only home of trafilatura.

It is heavy and reads what strangers wrote: run it in another process (extractor.py).
"""

from dataclasses import dataclass
from datetime import datetime

import trafilatura

from newsletter.errors import Refused
from newsletter.formats.dates import read_date
from newsletter.formats.decoding import decode, unpack
from newsletter.formats.found import absolute
from newsletter.formats.markup import clean, cut
from newsletter.formats.pages.metadata import read_metadata
from newsletter.formats.trees import Tree, inner_markup, parse_page, text_of

LONGEST_TEXT = 200_000  # characters
SENTENCE_CHARS = 60  # a paragraph that is shorter is no beginning of an article


class NotAPage(Refused):
    """That address gives no page with an article on it. Open it in a browser, and add the article's own address."""


@dataclass(frozen=True, slots=True)
class Page:
    """One article's page. All plain text but `html`, which is sanitised; "" or None for what the page does not say."""

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


def extract_page(content: bytes, url: str) -> Page:
    """Return the article of the page that was fetched from `url`. Raises NotAPage, whatever the bytes."""
    root = parse_page(decode(unpack(content)))
    if root is None:
        raise NotAPage
    try:
        said = read_metadata(root, url)
        blocks = _blocks(root, url, said.title)
    except (ValueError, RecursionError, MemoryError):
        raise NotAPage from None
    text = "\n\n".join(filter(None, map(text_of, blocks)))[:LONGEST_TEXT]
    if not said.title or not (text or said.dek or said.published_at):
        raise NotAPage
    return Page(
        canonical_url=said.canonical_url,
        title=said.title,
        dek=said.dek
        or next((cut(line) for line in text.split("\n\n") if len(line) >= SENTENCE_CHARS), ""),
        text=text,
        author=said.author,
        published_at=said.published_at,
        image_url=said.image_url,
        language=said.language,
        words=_count(text),
        topics=said.topics,
        html=clean("\n".join(map(_markup, blocks))) if text else "",
        site=said.site,
    )


def _blocks(root: Tree, url: str, title: str) -> list[Tree]:
    """The paragraphs, headings, lists and pictures of the article, without its title and the line that says when it was written."""
    written = trafilatura.extract(
        root,
        url=url,
        output_format="html",
        include_comments=False,
        include_formatting=True,
        include_images=True,
        include_links=True,
    )
    body = parse_page(written or "")
    if body is None:
        return []
    for element, key in (
        (one, "src" if one.tag == "img" else "href") for one in body.iter("a", "img")
    ):
        element.set(key, absolute(element.get(key) or "", url))
    blocks = [block for part in body.iter("body") for block in part]
    while (
        blocks
        and not blocks[0].xpath("descendant-or-self::img")
        and _is_known(text_of(blocks[0]), title)
    ):
        blocks = blocks[1:]
    return blocks


def _is_known(text: str, title: str) -> bool:
    return (
        not text
        or text.casefold() == title.casefold()
        or (len(text) <= SENTENCE_CHARS and read_date(text) is not None)
    )


def _markup(block: Tree) -> str:
    tag = "h2" if block.tag == "h1" else str(block.tag)
    if tag == "img":
        return f'<p><img src="{block.get("src")}" alt="{block.get("alt") or ""}"></p>'
    return f"<{tag}>{inner_markup(block)}</{tag}>"


def _count(text: str) -> int:
    """Words; where they are not set apart (Chinese, Japanese), two characters count as one."""
    dense = sum("\u3040" <= sign <= "\u9fff" for sign in text)
    return len(text.split()) + dense // 2

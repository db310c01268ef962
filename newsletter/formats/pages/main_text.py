"""Pure. The article on a page: its metadata, and its text without all that is around it.

The only home of trafilatura. It is heavy and reads what strangers wrote: the program runs it in
processes of its own (gathering/children/).
"""

from collections.abc import Iterable, Sequence
from itertools import dropwhile, islice

import trafilatura

from newsletter.formats.bases import page_base
from newsletter.formats.dates.reading import first_date_alone
from newsletter.formats.decoding import decode, unpack
from newsletter.formats.found import absolute
from newsletter.formats.markup import clean, first_image
from newsletter.formats.pages.metadata import Metadata, read_metadata
from newsletter.formats.pages.page import NotAPage, Page
from newsletter.formats.prose.blurbs import printed_blurb
from newsletter.formats.trees import Tree, inner_markup, parse_page, text_of

LONGEST_TEXT = 200_000  # characters
MOST_TEXT = 300_000  # characters of a page whose text is looked for: 50,000 words, a book
MOST_ELEMENTS = 10_000  # of a page whose text is looked for; articles have some hundred to 5,000
MOST_COMPARED = 3000  # elements of a page whose text is looked for in more than one way
MOST_ANCESTORS = 300_000  # of all elements together; most have some ten to thirty
MOST_NAMES = 100_000  # characters of all class and id of such a page
MOST_IMAGES = 3  # that a page names for one article: each may have to be fetched
SENTENCE_CHARS = 60  # a paragraph that is shorter is no beginning of an article


def extract_page(content: bytes, url: str) -> Page:
    """Return the article of the page that was fetched from `url`. Raises NotAPage for any bytes."""
    root = parse_page(decode(unpack(content)))
    if root is None:
        raise NotAPage
    try:
        metadata = read_metadata(root, url)
        blocks = _blocks(root, url, metadata.title)
    except (ValueError, RecursionError, MemoryError):
        # Pages that nest a hundred thousand elements, or put zeros into attributes.
        raise NotAPage from None
    text = _text(blocks)
    if not metadata.title or not (text or metadata.dek or metadata.published_at):
        raise NotAPage
    return _page(metadata, text, blocks)


def _text(blocks: Iterable[Tree]) -> str:
    """Return the words of an article, with an empty line between its paragraphs."""
    paragraphs = filter(None, map(text_of, blocks))
    return "\n\n".join(paragraphs)[:LONGEST_TEXT]


def _page(
    metadata: Metadata,
    text: str,
    blocks: Sequence[Tree],
) -> Page:
    html = clean("\n".join(map(_markup, blocks))) if text else ""
    image_url, *more_images = _images(metadata, html) or [""]
    return Page(
        canonical_url=metadata.canonical_url,
        title=metadata.title,
        dek=metadata.dek or _first_sentences(text, metadata.title),
        text=text,
        author=metadata.author,
        published_at=metadata.published_at,
        image_url=image_url,
        language=metadata.language,
        words=_count_words(text),
        topics=metadata.topics,
        html=html,
        site=metadata.site,
        more_images=tuple(more_images),
    )


def _images(metadata: Metadata, html: str) -> list[str]:
    """Return the pictures that may be shown with an article, the best first, each once.

    The first of its text stands in for what the page names, which may not load or be in no format
    for mail.
    """
    in_text = absolute(first_image(html), metadata.canonical_url)
    return list(dict.fromkeys(filter(None, [*metadata.images[:MOST_IMAGES], in_text])))


def _blocks(
    root: Tree,
    url: str,
    title: str,
) -> list[Tree]:
    """Return the paragraphs, headings, lists and pictures of the article.

    The title and the line with the date are left out: whoever shows the article shows them.
    """
    body = _main_part(root, url)
    if body is None:
        return []
    _make_absolute(body, page_base(root, url))
    blocks = [block for part in body.iter("body") for block in part]
    return list(dropwhile(lambda block: _is_known(block, title), blocks))


def _main_part(root: Tree, url: str) -> Tree | None:
    elements, ancestors = _measure(root)
    if _is_too_much(root, elements, ancestors):
        return None
    _shorten_names(root)
    # trafilatura keeps what it takes for the article's own text, in HTML of its own making.
    html = trafilatura.extract(
        root,
        url=url,
        # Two other programs would look for the text, too, and the best is taken.
        fast=elements > MOST_COMPARED,
        output_format="html",
        include_comments=False,
        include_formatting=True,
        include_images=True,
        include_links=True,
    )
    return parse_page(html or "")


def _measure(root: Tree) -> tuple[int, int]:
    """Return how many elements a page has, and how many ancestors they have, all together.

    No more is counted than MOST_ELEMENTS and one.
    """
    depths: dict[Tree | None, int] = {}
    for each in islice(root.iter(), MOST_ELEMENTS + 1):
        depths[each] = depths.get(each.getparent(), -1) + 1
    return len(depths), sum(depths.values())


def _is_too_much(
    root: Tree,
    elements: int,
    ancestors: int,
) -> bool:
    """Whether a page is so large that it only harms; what it says of itself is read, too."""
    # trafilatura looks at each element some hundred times, and at each letter, too: a page of a
    # hundred thousand elements, or of megabytes of text, would take ten seconds. From each element
    # it goes up to the root: formatting that is never closed makes every paragraph 250 deep.
    if elements > MOST_ELEMENTS or ancestors > MOST_ANCESTORS:
        return True
    return sum(map(len, root.itertext())) > MOST_TEXT


def _shorten_names(root: Tree) -> None:
    """Cut the class and id of each element to an equal share of what all may have together."""
    # trafilatura looks for some hundred words in each of them, whoever has how many: a megabyte of
    # them takes two seconds.
    named = [(each, key) for key in ("class", "id") for each in root.iter() if each.get(key)]
    if sum(len(each.get(key, "")) for each, key in named) <= MOST_NAMES:
        return
    longest = MOST_NAMES // len(named)
    for each, key in named:
        each.set(key, each.get(key, "")[:longest])


def _make_absolute(body: Tree, url: str) -> None:
    for element in body.iter("a", "img"):
        key = "src" if element.tag == "img" else "href"
        element.set(key, absolute(element.get(key, ""), url))


def _is_known(block: Tree, title: str) -> bool:
    """Whether a block repeats what is known: the title or the date; or has no words at all."""
    if block.xpath("descendant-or-self::img"):
        return False
    text = text_of(block)
    if not text or text.casefold() == title.casefold():
        return True
    return first_date_alone([text]) is not None


def _first_sentences(text: str, title: str) -> str:
    """Return the first good sentences: bylines, labels and what is cut off are none."""
    for paragraph in text.split("\n\n"):
        if len(paragraph) >= SENTENCE_CHARS and (dek := printed_blurb(paragraph, title)):
            return dek
    return ""


def _markup(block: Tree) -> str:
    if block.tag == "img":
        return _paragraph_of(block)
    # The page that shows the article has its title as h1.
    tag = "h2" if block.tag == "h1" else str(block.tag)
    return f"<{tag}>{inner_markup(block)}</{tag}>"


def _paragraph_of(image: Tree) -> str:
    """Return a picture that is no part of a paragraph as one of its own."""
    alt = image.get("alt", "")
    return f'<p><img src="{image.get("src")}" alt="{alt}"></p>'


def _count_words(text: str) -> int:
    # Chinese and Japanese set no words apart: two of their characters count as one.
    dense = sum("\u3040" <= sign <= "\u9fff" for sign in text)
    return len(text.split()) + dense // 2

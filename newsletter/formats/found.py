"""Pure. One entry exactly as a source gave it, before we judge it, and how it is made.

The reader of a format gives SourceItems: markup, relative addresses, dates in any form.
`make_found` turns each into a Found, so that two readers can differ only in where they look.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from urllib.parse import quote, urljoin

from newsletter.formats.canonical import KEPT
from newsletter.formats.dates.reading import first_date, read_date
from newsletter.formats.markup import cut, first_image, plain_text, replace_surrogates
from newsletter.formats.pictures import may_be_of_story
from newsletter.formats.prose.deks import letters_of, stored_dek
from newsletter.formats.prose.people import names_of

MOST_READ = 5000  # items of one document
MOST_ITEMS = 500  # of one document; the newest are kept
MOST_TOPICS = 10
TOPIC_CHARS = 80
TOPICS_READ = 20  # of one item: some feeds list hundreds of keywords
# An article's whole body may be a feed's summary. So many characters of it are enough for a dek.
LONGEST_MARKUP = 20_000
# The other fields of an item are cut before anything looks at them: no author fills a page.
LONGEST_NAME = 2000  # characters of an author's or a topic's markup
LONGEST_LINK = 10_000  # as it is written: blanks and steps upwards may shorten an address
MOST_LINKS = 50  # of one item; as many pictures
LONGEST_URL = 2000  # characters, once escaped: what the column of an address holds
LONGEST_TITLE = 500
PROJECT_PARTS = 5  # of an address up to its project: https:, "", host, owner, project
GUID_CHARS = 500
TITLE_CHARS = 80  # of a title made from the dek
LANGUAGE = re.compile(r"[a-z]{2,3}(-[a-z0-9]{2,8})?\b", re.IGNORECASE)
# Feeds that a program makes from a listing page glue everything together. Anthropic's, as rebuilt
# by Olshansk/rss-feeds, has `May 5, 2026ScienceHow cells fold`: a date, a section and a title.
GLUED = re.compile(
    r"(?P<section>[A-Z][A-Za-z ]{2,40}?(?<! ))?"
    r"(?P<date>[A-Z][a-z]{2,8} \d{1,2}, \d{4})(?=[A-Z])"
)
JOINT = re.compile(r"(?<=[a-z]{3})(?=[A-Z](?:[a-z’']+)?\s)")


@dataclass(frozen=True, slots=True)
class Found:
    """Plain text throughout; `published_at` is aware UTC, or None where the source has no date.

    The title is "" only where a source has none at all (a sitemap): the article's page has it.
    """

    url: str
    title: str
    dek: str = ""
    author: str = ""
    published_at: datetime | None = None
    image_url: str = ""
    topics: tuple[str, ...] = ()
    language: str = ""
    # how the source names the item; two sources that show one article have names of their own
    guid: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class SourceItem:
    """One item as it is written: markup, relative addresses, dates in any form.

    Links and dates are in the order in which they are tried. `publisher` is the newsroom of an
    item in a feed that gathers many (RSS 2.0, `source`).
    """

    links: Sequence[str]
    title: str = ""
    summary: str = ""
    content: str = ""
    authors: Sequence[str] = ()
    publisher: str = ""
    dates: Sequence[str] = ()
    images: Sequence[str] = ()
    topics: Sequence[str] = ()
    language: str = ""
    guid: str = ""


@dataclass(frozen=True, slots=True)
class SourceFeed:
    """A feed as it is written: links of its site, the best first, title as markup, and items."""

    links: Sequence[str]
    title: str
    language: str
    items: Sequence[SourceItem]
    is_atom: bool = False


def make_found(item: SourceItem, base: str) -> Found | None:
    """Make one item plain, bounded and absolute; its links are relative to `base`.

    Returns None without a link, or with neither a title nor words to make one from.
    """
    url = first_absolute(item.links, base)
    if not url:
        return None
    published_at = first_date(item.dates)
    title, dek = _title_and_dek(item, url, published_at)
    if not title:
        return None
    return Found(
        url=url,
        title=title,
        dek=dek,
        author=names_of(item.authors) or names_of([item.publisher]),
        published_at=published_at,
        image_url=_image_url(item, url),
        topics=_topics(item.topics),
        language=language_tag(item.language),
        guid=replace_surrogates(item.guid.strip()[:GUID_CHARS]),
    )


def make_newest(items: Sequence[SourceItem], base: str) -> tuple[Found, ...]:
    """Make the items of a document: all in their order, or of too many the newest.

    Of thousands only those that are kept are made: their dates are read before.
    """
    places = list(range(min(len(items), MOST_READ)))
    if len(places) > MOST_ITEMS:
        places.sort(key=lambda place: _recency(first_date(items[place].dates)), reverse=True)
    made = ((place, make_found(items[place], base)) for place in places)
    # One more than is kept: then not all are, and the newest come first.
    kept = list(islice(((place, found) for place, found in made if found), MOST_ITEMS + 1))
    if len(kept) <= MOST_ITEMS:
        kept.sort(key=lambda each: each[0])
    return tuple(found for _, found in kept[:MOST_ITEMS])


def newest(items: Iterable[Found | None]) -> tuple[Found, ...]:
    """Return the items that are there, in their order; of too many the newest."""
    kept = [item for item in items if item is not None]
    # The order of the document stays where it can: many feeds put the best first.
    if len(kept) > MOST_ITEMS:
        kept.sort(key=recency, reverse=True)
    return tuple(kept[:MOST_ITEMS])


def recency(item: Found) -> float:
    """Return a key to sort by, greatest for the newest; an item without a date is the oldest."""
    return _recency(item.published_at)


def _recency(at: datetime | None) -> float:
    return at.timestamp() if at else 0.0


def absolute(link: str, base: str) -> str:
    """Return the http(s) address that a link means, or "" if it is none, or too long to keep."""
    url = _joined(link, base)
    if not url.lower().startswith(("http://", "https://")):
        return ""
    return url if _fits(url) else ""


def _fits(url: str) -> bool:
    """Whether an address can be kept once it is escaped."""
    # An escape takes three characters for a byte, so that a short address needs no look.
    if 3 * len(url.encode("utf-8", "replace")) <= LONGEST_URL:
        return True
    return len(url) <= LONGEST_URL and len(quote(url, safe=KEPT)) <= LONGEST_URL


def language_tag(tag: str) -> str:
    """Return a language tag (BCP 47) without its finer parts, or "" if it is none."""
    match = LANGUAGE.match(tag.strip()[:40].replace("_", "-"))
    return match[0][:12] if match else ""


def bounded_topics(topics: Iterable[str]) -> tuple[str, ...]:
    """Return the topics that are not empty, each once, short, and not too many."""
    kept = dict.fromkeys(topic[:TOPIC_CHARS] for topic in topics if topic)
    return tuple(kept)[:MOST_TOPICS]


def first_absolute(links: Iterable[str], base: str) -> str:
    """Return the first of the links that is an address, absolute; "" if none is."""
    for link in islice(links, MOST_LINKS):
        if address := absolute(link, base):
            return address
    return ""


def _joined(link: str, base: str) -> str:
    """Return a link together with what it is relative to; "" for a broken or an empty one."""
    if len(link) > LONGEST_LINK:
        return ""
    # An address may be broken over lines, where a feed's own editor wrapped it.
    link = "".join(link.split()) if "\n" in link else link.strip()
    try:
        return urljoin(base, replace_surrogates(link)) if link else ""
    except ValueError:
        return ""


def _title_and_dek(
    item: SourceItem,
    url: str,
    published_at: datetime | None,
) -> tuple[str, str]:
    title = plain_text(item.title[:LONGEST_MARKUP])[:LONGEST_TITLE]
    title = _of_release(_without_publisher(title, item), url)
    dek = _dek(item.summary, title) or _dek(item.content, title)
    title, dek = _unglue(title, _unless_repeated(dek, title), published_at)
    # Posts of Mastodon and the like have no title.
    title = title or cut(dek, TITLE_CHARS)
    return title, _unless_repeated(dek, title)


def _without_publisher(title: str, item: SourceItem) -> str:
    """Return a title of a search for news without the newsroom behind it: “… - Harbor Wire”."""
    publisher = plain_text(item.publisher[:LONGEST_NAME])
    bare = title.removesuffix(publisher).rstrip() if publisher else ""
    return bare[:-1].rstrip() or title if bare.endswith(("-", "|", "–")) else title


def _of_release(title: str, url: str) -> str:
    """Return the title of a release with its project, which forges leave out of their feeds."""
    project = _released_project(url)
    if not project or letters_of(project) in letters_of(title):
        return title
    return f"{project} {title}" if _has_digit(title.split(maxsplit=1)) else f"{project}: {title}"


def _has_digit(words: Sequence[str]) -> bool:
    return any(map(str.isdigit, words[0])) if words else True


def _released_project(url: str) -> str:
    """Return the project of an address like `/owner/project/releases/tag/v1`, or ""."""
    # GitHub and its kin; GitLab. `/news/releases/2026` is a folder of press releases.
    for folder in ("/releases/tag/", "/-/releases/"):
        before, found, _ = url.partition(folder)
        parts = before.split("/")
        if found and len(parts) >= PROJECT_PARTS:
            return parts[-1]
    return ""


def _dek(markup: str, title: str) -> str:
    """Return the plain text of a summary, cut at a sentence, without what feeds put around it."""
    return stored_dek(plain_text(markup[:LONGEST_MARKUP]), title)


def _unless_repeated(dek: str, title: str) -> str:
    """Return a dek, or "" if it is how the title begins."""
    return "" if title.startswith(dek.rstrip("…")) else dek


def _unglue(
    title: str,
    dek: str,
    published_at: datetime | None,
) -> tuple[str, str]:
    """Return title and dek apart where a feed glued them together around the item's date.

    `May 5, 2026ScienceHow cells fold` is a section and a title;
    `ScienceMay 5, 2026How cells foldWe looked.` has the dek as well.
    """
    glued = GLUED.match(title)
    # Any other date is part of what the title says.
    if not glued or not _is_day(glued["date"], published_at):
        return title, dek
    # A title ends where a word in small letters touches one that begins a sentence.
    first, *rest = JOINT.split(title[glued.end() :], maxsplit=1)
    if not rest or not glued["section"]:
        return ": ".join((first, *rest)), dek
    return first, dek or rest[0]


def _is_day(text: str, at: datetime | None) -> bool:
    if at is None:
        return False
    return read_date(text) == at.replace(hour=0, minute=0, second=0, microsecond=0)


def _image_url(item: SourceItem, base: str) -> str:
    """Return the first picture of an item that may be of its story, absolute; "" if none is."""
    pictures = (absolute(link, base) for link in islice(_images(item), MOST_LINKS))
    return next((url for url in pictures if url and may_be_of_story(url)), "")


def _images(item: SourceItem) -> Iterator[str]:
    # The texts are searched last, and only if the item names no picture of its own.
    yield from item.images
    yield first_image(item.summary)
    yield first_image(item.content)


def _topics(topics: Sequence[str]) -> tuple[str, ...]:
    plain = [plain_text(topic[:LONGEST_NAME]) for topic in topics[:TOPICS_READ]]
    # Scraped feeds list the date of an item among its topics.
    return bounded_topics(topic for topic in plain if not read_date(topic))

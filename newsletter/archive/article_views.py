"""Pure. An article as its page shows it.

An own article is shown whole, an article of somebody else as an excerpt that links to its source.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import urlsplit

from newsletter.formats.markup import cut
from newsletter.formats.pages.article_rules import WrittenArticle
from newsletter.formats.pages.markdown import render_line
from newsletter.gathering.models import Article, Body
from newsletter.urls import Urls

WORDS_A_MINUTE = 220


@dataclass(frozen=True, slots=True)
class ArticlePage:
    """The content of an article's page.

    `url` is the canonical address, "" if it is no http address. `html` and `source_html` are
    sanitised HTML, all else is plain text. Image sizes are pixels, 0 if they are not known.
    """

    slug: str
    url: str
    title: str
    dek: str
    author: str
    published_at: datetime
    language: str
    topics: tuple[str, ...]
    minutes: int
    image_url: str = ""
    image_width: int = 0
    image_height: int = 0
    image_alt: str = ""
    html: str = ""
    source_html: str = ""
    source_date: str = ""
    source_name: str = ""

    @property
    def is_own(self) -> bool:
        # Only an own article may be shown whole, so only it has HTML.
        return bool(self.html)


def read_minutes(words: int) -> int:
    """Return the minutes that reading takes, at least 1; 0 if the words are not known."""
    if not words:
        return 0
    return max(1, round(words / WORDS_A_MINUTE))


def own_page(
    article: Article,
    body: Body,
    urls: Urls,
) -> ArticlePage:
    """Return the page of an own article.

    Its canonical address is here if it was written here, and on the publication's own site if it
    was gathered from there.
    """
    return replace(
        _page_without_text(article),
        # Only an article that was written here has Markdown. A copy must name its original:
        # search engines list the canonical address.
        url=urls.article(article.slug) if body.markdown else _web(article.url),
        image_url=_picture(article.image_url),
        image_width=article.image_width,
        image_height=article.image_height,
        image_alt=body.image_alt,
        html=body.html,
        source_html=render_line(body.source_line),
        source_date=body.source_date,
    )


def other_page(article: Article, source_name: str) -> ArticlePage:
    """Return the page of an article of somebody else.

    It has an excerpt of the dek, and the name of its source, or else of its host.
    """
    return replace(
        _page_without_text(article),
        dek=cut(article.dek),
        source_name=source_name or _host(article.url),
    )


def written_page(
    written: WrittenArticle,
    language: str,
    urls: Urls,
) -> ArticlePage:
    """Return the page of an article that is not kept yet, for a preview."""
    return ArticlePage(
        slug=written.slug,
        url=urls.article(written.slug) if written.slug else "",
        title=written.title,
        dek=written.dek,
        author=written.author,
        published_at=written.published_at,
        language=language,
        topics=written.topics,
        minutes=read_minutes(len(written.text.split())),
        image_url=_picture(written.image_url),
        image_alt=written.image_alt,
        html=written.html,
        source_html=render_line(written.source_line),
        source_date=written.source_date,
    )


def _page_without_text(article: Article) -> ArticlePage:
    """The part of a page that an own article and any other have alike."""
    return ArticlePage(
        slug=article.slug,
        url=_web(article.url),
        title=article.title,
        dek=article.dek,
        author=article.author,
        published_at=article.published_at,
        language=article.language,
        topics=tuple(article.topics),
        minutes=read_minutes(article.words),
    )


def _web(url: str) -> str:
    # A link that is "javascript:…" or a file must not reach a page.
    return url if url.startswith(("http://", "https://")) else ""


def _picture(url: str) -> str:
    """Only an https address: pages load nothing else from other hosts."""
    return url if url.startswith("https://") else ""


def _host(url: str) -> str:
    try:
        host = urlsplit(_web(url)).hostname or ""
    except ValueError:
        # urlsplit refuses some broken addresses, such as "http://[x".
        return ""
    return host.removeprefix("www.")

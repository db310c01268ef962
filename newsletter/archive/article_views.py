"""Pure. An article as its page shows it: an own one whole, another's as an excerpt with the way to its source."""

from dataclasses import dataclass
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
    """`url` is the canonical address, "" if it is no http address; `html` and `source_html` are sanitised, all else is plain text."""

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
        return bool(self.html)


def read_minutes(words: int) -> int:
    """At 220 words a minute, never under one; 0 if the words are not known."""
    return max(1, round(words / WORDS_A_MINUTE)) if words else 0


def own_page(article: Article, body: Body, urls: Urls) -> ArticlePage:
    """An own article. What was written here is canonical here, what was gathered from the publication's site is so there."""
    return ArticlePage(
        slug=article.slug,
        url=urls.article(article.slug) if body.markdown else _web(article.url),
        title=article.title,
        dek=article.dek,
        author=article.author,
        published_at=article.published_at,
        language=article.language,
        topics=tuple(article.topics),
        minutes=read_minutes(article.words),
        image_url=_picture(article.image_url),
        image_width=article.image_width,
        image_height=article.image_height,
        image_alt=body.image_alt,
        html=body.html,
        source_html=render_line(body.source_line),
        source_date=body.source_date,
    )


def other_page(article: Article, source_name: str) -> ArticlePage:
    """An article of somebody else: its dek, cut, and the name of its source, or else of its host."""
    return ArticlePage(
        slug=article.slug,
        url=_web(article.url),
        title=article.title,
        dek=cut(article.dek),
        author=article.author,
        published_at=article.published_at,
        language=article.language,
        topics=tuple(article.topics),
        minutes=read_minutes(article.words),
        source_name=source_name or _host(article.url),
    )


def written_page(written: WrittenArticle, language: str, urls: Urls) -> ArticlePage:
    """What was written, before it is kept."""
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


def _web(url: str) -> str:
    return url if url.startswith(("http://", "https://")) else ""


def _picture(url: str) -> str:
    """Only what comes by https: pages load nothing else from elsewhere."""
    return url if url.startswith("https://") else ""


def _host(url: str) -> str:
    try:
        return (urlsplit(_web(url)).hostname or "").removeprefix("www.")
    except ValueError:
        return ""

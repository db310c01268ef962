"""`newsletter article`: own articles in Markdown, and links that an editor pastes."""

from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import typer
from sqlmodel import Session

from newsletter.archive.article_pages import withdraw as withdraw_from_issues
from newsletter.archive.article_views import read_minutes, written_page
from newsletter.cli.console import JSON, local_time, opened, say, show
from newsletter.errors import Refused
from newsletter.formats.pages.article_form import ArticleForm, read_article_file, write_article_file
from newsletter.formats.pages.article_rules import WrittenArticle, judge_article
from newsletter.gathering import own_articles, own_writing
from newsletter.gathering.models import Article, Body
from newsletter.gathering.pasted_links import add_link
from newsletter.publications.models import Publication
from newsletter.runtime import Runtime
from newsletter.web.rendering import STATIC, render

app = typer.Typer(
    help="Own articles, written in Markdown, and links added by hand.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
FILE = typer.Argument(
    ...,
    exists=True,
    dir_okay=False,
    readable=True,
    help="Its head of `key: value` lines, then Markdown.",
)


TITLE = typer.Option("", help="Its title, if not the page's own.")
DEK = typer.Option("", help="A sentence or two, if not the page's own.")
FOLDER = typer.Option(Path(), help="Where to write the page.")


class NotText(Refused):
    """The file is not text in UTF-8. Save it as UTF-8."""


@app.command()
def write(file: Path = FILE) -> None:
    """Keep a new article; without a date, or with one past, it is public at once.

    Example: newsletter article write tide.md
    """
    with opened() as (runtime, publication):
        written = _judged(_typed(file), publication, runtime)
        article = runtime.database.write(
            own_writing.write_article,
            publication,
            written,
            runtime.urls,
            runtime.clock.now(),
        )
        say(_kept(article, runtime))
        print(runtime.urls.article(article.slug))


@app.command()
def add(
    url: str,
    title: str = TITLE,
    dek: str = DEK,
) -> None:
    """Keep a link to somebody's article, unfurled to a card.

    Example: newsletter article add https://example.org/2026/tides
    """
    with opened() as (runtime, publication):
        say(f"looking at {url}")
        article = add_link(
            runtime.database,
            publication.key,
            url,
            runtime.clock,
            runtime.limits,
            title=title,
            dek=dek,
        )
        say(f"{article.published_at:%Y-%m-%d}  {article.title}")
        say(f"  {article.dek or 'no dek'}")
        say(f"  picture: {article.image_url or 'none'}")
        print(article.url)


@app.command()
def preview(file: Path = FILE, folder: Path = FOLDER) -> None:
    """Write the article as a page of HTML, and keep nothing.

    Example: newsletter article preview tide.md --folder /tmp
    """
    with opened() as (runtime, publication):
        written = _judged(_typed(file), publication, runtime)
        page = written_page(written, publication.language, runtime.urls)
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"{file.stem}.html"
        html = render("public/preview.html", publication=publication, page=page)
        path.write_text(html.replace('"/static/', f'"{STATIC.as_uri()}/'), "utf-8")
        print(path)
        say(f"{page.title}: {page.minutes} min, dated {local_time(page.published_at)}")


@app.command("list")
def list_(as_json: bool = JSON) -> None:
    """List the own articles, newest first. Example: newsletter article list --json"""
    with opened() as (runtime, publication):
        now = runtime.clock.now()
        articles = runtime.database.read(own_articles.all_articles, publication.key)
        rows = [_row(article, body, now, as_json) for article, body in articles]
        show(rows, as_json=as_json)


@app.command("show")
def show_article(slug: str) -> None:
    """Print an article as a file, to change it and replace it.

    Example: newsletter article show tide-table > tide.md
    """
    with opened() as (runtime, publication):
        article, body = runtime.database.read(own_articles.article_by_slug, publication.key, slug)
        if not body.markdown:
            raise own_writing.NotWrittenHere
        form = own_articles.article_form(article, body, _zone(publication))
        print(write_article_file(form), end="")


@app.command()
def replace(slug: str, file: Path = FILE) -> None:
    """Change an article to what the file says; its address stays.

    With the `version` that `article show` printed in it, a file that somebody overtook is refused.

    Example: newsletter article replace tide-table tide.md
    """
    with opened() as (runtime, publication):
        article = runtime.database.write(_replace, publication, slug, _typed(file), runtime)
        say(_kept(article, runtime))


@app.command()
def withdraw(slug: str) -> None:
    """Take an article back: its page says so, and no issue takes it any more.

    Example: newsletter article withdraw tide-table
    """
    with opened() as (runtime, publication):
        article, _ = runtime.database.read(own_articles.article_by_slug, publication.key, slug)
        now = runtime.clock.now()
        runtime.database.write(withdraw_from_issues, publication.key, article.key, now)
        say(f"withdrawn: {runtime.urls.article(slug)} says so now")
        say(f"`newsletter article restore {slug}` brings it back")


@app.command()
def restore(slug: str) -> None:
    """Bring a withdrawn article back. Example: newsletter article restore tide-table"""
    with opened() as (runtime, publication):
        article, _ = runtime.database.read(own_articles.article_by_slug, publication.key, slug)
        restored = runtime.database.write(own_writing.restore_article, publication.key, article.key)
        say(_kept(restored, runtime))


def _typed(file: Path) -> ArticleForm:
    try:
        return read_article_file(file.read_text("utf-8"))
    except UnicodeDecodeError:
        raise NotText from None


def _judged(
    typed: ArticleForm,
    publication: Publication,
    runtime: Runtime,
    kept: Article | None = None,
) -> WrittenArticle:
    published_at = kept.published_at if kept else None
    return judge_article(typed, _zone(publication), runtime.clock.now(), published_at)


def _replace(
    session: Session,
    publication: Publication,
    slug: str,
    typed: ArticleForm,
    runtime: Runtime,
) -> Article:
    article, body = own_articles.article_by_slug(session, publication.key, slug)
    written = _judged(typed, publication, runtime, article)
    version = body.version if written.version is None else written.version
    return own_writing.change_article(
        session,
        publication.key,
        article.key,
        written,
        version,
        runtime.clock.now(),
    )


def _zone(publication: Publication) -> ZoneInfo:
    return ZoneInfo(publication.cadence.split()[-1])


def _kept(article: Article, runtime: Runtime) -> str:
    state = "public now"
    if article.published_at > runtime.clock.now():
        state = f"kept back until {local_time(article.published_at)}"
    return f"{article.title}: {state}, at {runtime.urls.article(article.slug)}"


def _row(
    article: Article,
    body: Body,
    now: datetime,
    as_json: bool,
) -> dict[str, object]:
    at = article.published_at
    return {
        "slug": article.slug,
        "title": article.title,
        "status": _state(article, now),
        "published": at.isoformat() if as_json else at,
        "minutes": read_minutes(article.words),
        "version": body.version if body.markdown else "gathered",
    }


def _state(article: Article, now: datetime) -> str:
    if article.withdrawn_at:
        return "withdrawn"
    return "public" if article.published_at <= now else "kept back"

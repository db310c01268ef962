"""`newsletter article`: the publication's own articles, written in Markdown, and links that an editor adds by hand."""

from pathlib import Path
from zoneinfo import ZoneInfo

import typer
from sqlmodel import Session

from newsletter.archive.article_pages import withdraw as withdraw_from_issues
from newsletter.archive.article_views import read_minutes, written_page
from newsletter.cli.console import JSON, opened, say, show
from newsletter.errors import Refused
from newsletter.formats.pages.article_form import ArticleForm, read_article_file, write_article_file
from newsletter.formats.pages.article_rules import WrittenArticle, judge_article
from newsletter.gathering import own_articles
from newsletter.gathering.models import Article
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


class NotText(Refused):
    """The file is not text in UTF-8. Save it as UTF-8."""


@app.command()
def write(file: Path = FILE) -> None:
    """Keep a new article; without a date, or with one past, it is public at once. Example: newsletter article write tide.md"""
    with opened() as (runtime, publication):
        written = _judged(_typed(file), publication, runtime)
        article = runtime.database.write(
            own_articles.write_article, publication, written, runtime.urls, runtime.clock.now()
        )
        say(_kept(article, runtime))
        print(runtime.urls.article(article.slug))


@app.command()
def add(
    url: str,
    title: str = typer.Option("", help="Its title, if not the page's own."),
    dek: str = typer.Option("", help="A sentence or two, if not the page's own."),
) -> None:
    """Keep a link to somebody's article, unfurled to a card. Example: newsletter article add https://example.org/2026/tides"""
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
        say(
            f"{article.published_at:%Y-%m-%d}  {article.title}\n  {article.dek or 'no dek'}\n  picture: {article.image_url or 'none'}"
        )
        print(article.url)


@app.command()
def preview(
    file: Path = FILE, folder: Path = typer.Option(Path(), help="Where to write the page.")
) -> None:
    """Write the article as a page of HTML, and keep nothing. Example: newsletter article preview tide.md --folder /tmp"""
    with opened() as (runtime, publication):
        page = written_page(
            _judged(_typed(file), publication, runtime), publication.language, runtime.urls
        )
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"{file.stem}.html"
        html = render("public/preview.html", publication=publication, page=page)
        path.write_text(html.replace('"/static/', f'"{STATIC.as_uri()}/'), "utf-8")
        print(path)
        say(f"{page.title}: {page.minutes} min, dated {page.published_at.isoformat()}")


@app.command("list")
def list_(as_json: bool = JSON) -> None:
    """List the own articles, newest first. Example: newsletter article list --json"""
    with opened() as (runtime, publication):
        now = runtime.clock.now()
        rows = [
            {
                "slug": article.slug,
                "title": article.title,
                "status": "withdrawn"
                if article.withdrawn_at
                else "public"
                if article.published_at <= now
                else "kept back",
                "published": article.published_at.isoformat(),
                "minutes": read_minutes(article.words),
                "version": body.version if body.markdown else "gathered",
            }
            for article, body in runtime.database.read(own_articles.all_articles, publication.key)
        ]
        show(rows, as_json=as_json)


@app.command("show")
def show_article(slug: str) -> None:
    """Print an article as a file to change and replace it with. Example: newsletter article show tide-table > tide.md"""
    with opened() as (runtime, publication):
        article, body = runtime.database.read(own_articles.article_by_slug, publication.key, slug)
        if not body.markdown:
            raise own_articles.NotWrittenHere
        print(
            write_article_file(own_articles.article_form(article, body, _zone(publication))), end=""
        )


@app.command()
def replace(slug: str, file: Path = FILE) -> None:
    """Change an article to what the file says; its address stays. Example: newsletter article replace tide-table tide.md

    With the `version` that `article show` printed in it, a file that somebody overtook meanwhile is refused.
    """
    with opened() as (runtime, publication):
        article = runtime.database.write(_replace, publication, slug, _typed(file), runtime)
        say(_kept(article, runtime))


@app.command()
def withdraw(slug: str) -> None:
    """Take an article back: its page says so, no issue takes it any more. Example: newsletter article withdraw tide-table"""
    with opened() as (runtime, publication):
        article, _ = runtime.database.read(own_articles.article_by_slug, publication.key, slug)
        runtime.database.write(
            withdraw_from_issues, publication.key, article.key, runtime.clock.now()
        )
        say(
            f"withdrawn: {runtime.urls.article(slug)} says so now; `newsletter article restore {slug}` brings it back"
        )


@app.command()
def restore(slug: str) -> None:
    """Bring a withdrawn article back. Example: newsletter article restore tide-table"""
    with opened() as (runtime, publication):
        article, _ = runtime.database.read(own_articles.article_by_slug, publication.key, slug)
        say(
            _kept(
                runtime.database.write(own_articles.restore_article, publication.key, article.key),
                runtime,
            )
        )


def _typed(file: Path) -> ArticleForm:
    try:
        return read_article_file(file.read_text("utf-8"))
    except UnicodeDecodeError:
        raise NotText from None


def _judged(
    typed: ArticleForm, publication: Publication, runtime: Runtime, kept: Article | None = None
) -> WrittenArticle:
    return judge_article(
        typed, _zone(publication), runtime.clock.now(), kept.published_at if kept else None
    )


def _replace(
    session: Session, publication: Publication, slug: str, typed: ArticleForm, runtime: Runtime
) -> Article:
    article, body = own_articles.article_by_slug(session, publication.key, slug)
    written = _judged(typed, publication, runtime, article)
    version = body.version if written.version is None else written.version
    return own_articles.change_article(
        session, publication.key, article.key, written, version, runtime.clock.now()
    )


def _zone(publication: Publication) -> ZoneInfo:
    return ZoneInfo(publication.cadence.split()[-1])


def _kept(article: Article, runtime: Runtime) -> str:
    at = article.published_at
    when = "public now" if at <= runtime.clock.now() else f"kept back until {at.isoformat()}"
    return f"{article.title}: {when}, at {runtime.urls.article(article.slug)}"

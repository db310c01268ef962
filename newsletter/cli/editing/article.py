"""`newsletter article`: own articles in Markdown, and links that an editor pastes."""

from datetime import datetime
from pathlib import Path

import typer
from sqlmodel import Session

from newsletter.archive.article_pages import withdraw as withdraw_from_issues
from newsletter.archive.article_views import ArticlePage, read_minutes, written_page
from newsletter.cli.console import JSON, local_time, opened, say, show
from newsletter.cli.tables import TableRow
from newsletter.cli.workplace import Workplace
from newsletter.errors import Refused
from newsletter.formats.pages.article_form import ArticleForm, read_article_file, write_article_file
from newsletter.formats.pages.article_rules import WrittenArticle, judge_article
from newsletter.gathering import own_articles, own_writing
from newsletter.gathering.models import Article, Body
from newsletter.gathering.pasted_links import add_link
from newsletter.publications.models import Publication
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
    with opened() as here:
        written = _judge(_read_form(file), here)
        article = here.database.write(
            own_writing.write_article,
            here.publication,
            written,
            here.urls,
            here.now(),
        )
        _say_kept(article, here)
        print(here.urls.article(article.slug))


@app.command()
def add(
    url: str,
    title: str = TITLE,
    dek: str = DEK,
) -> None:
    """Keep a link to somebody's article, unfurled to a card.

    Example: newsletter article add https://example.org/2026/tides
    """
    with opened() as here:
        say(f"looking at {url}")
        article = add_link(
            here.database,
            here.key,
            url,
            here.runtime.clock,
            here.runtime.limits,
            title=title,
            dek=dek,
        )
        _say_card(article)
        print(article.url)


@app.command()
def preview(file: Path = FILE, folder: Path = FOLDER) -> None:
    """Write the article as a page of HTML, and keep nothing.

    Example: newsletter article preview tide.md --folder /tmp
    """
    with opened() as here:
        written = _judge(_read_form(file), here)
        page = written_page(written, here.publication.language, here.urls)
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"{file.stem}.html"
        path.write_text(_page_for_disk(page, here.publication), "utf-8")
        print(path)
        say(f"{page.title}: {page.minutes} min, dated {local_time(page.published_at)}")


@app.command("list")
def list_(as_json: bool = JSON) -> None:
    """List the own articles, newest first. Example: newsletter article list --json"""
    with opened() as here:
        show(here.read(_rows, here.now(), as_json), as_json=as_json)


@app.command("show")
def show_article(slug: str) -> None:
    """Print an article as a file, to change it and replace it.

    Example: newsletter article show tide-table > tide.md
    """
    with opened() as here:
        article, body = here.read(own_articles.article_by_slug, slug)
        # The words of a gathered article come from its page, and would be gathered again.
        if not body.markdown:
            raise own_writing.NotWrittenHere
        form = own_articles.article_form(article, body, here.cadence.zone)
        # As the file is, to the byte: `replace` reads it again.
        print(write_article_file(form), end="")


@app.command()
def replace(slug: str, file: Path = FILE) -> None:
    """Change an article to what the file says; its address stays.

    With the `version` that `article show` printed in it, a file that somebody overtook is refused.

    Example: newsletter article replace tide-table tide.md
    """
    with opened() as here:
        article = here.database.write(_replace, here, slug, _read_form(file))
        _say_kept(article, here)


@app.command()
def withdraw(slug: str) -> None:
    """Take an article back: its page says so, and no issue takes it any more.

    Example: newsletter article withdraw tide-table
    """
    with opened() as here:
        here.write(withdraw_from_issues, here.read(_find_id, slug), here.now())
        say(f"withdrawn: {here.urls.article(slug)} says so now")
        say(f"`newsletter article restore {slug}` brings it back")


@app.command()
def restore(slug: str) -> None:
    """Bring a withdrawn article back. Example: newsletter article restore tide-table"""
    with opened() as here:
        article = here.write(own_writing.restore_article, here.read(_find_id, slug))
        _say_kept(article, here)


def _find_id(
    session: Session,
    publication_id: int,
    slug: str,
) -> int:
    article, _ = own_articles.article_by_slug(session, publication_id, slug)
    return article.key


def _read_form(file: Path) -> ArticleForm:
    try:
        return read_article_file(file.read_text("utf-8"))
    except UnicodeDecodeError:
        raise NotText from None


def _judge(
    typed: ArticleForm,
    here: Workplace,
    kept: Article | None = None,
) -> WrittenArticle:
    # A file without a date leaves the date as it is, and a new article is of now.
    published_at = kept.published_at if kept else None
    return judge_article(typed, here.cadence.zone, here.now(), published_at)


def _say_kept(article: Article, here: Workplace) -> None:
    visibility = _visibility(article, here.now())
    say(f"{article.title}: {visibility}, at {here.urls.article(article.slug)}")


def _visibility(article: Article, now: datetime) -> str:
    if article.published_at > now:
        return f"kept back until {local_time(article.published_at)}"
    return "public now"


def _say_card(article: Article) -> None:
    say(f"{article.published_at:%Y-%m-%d}  {article.title}")
    say(f"  {article.dek or 'no dek'}")
    say(f"  picture: {article.image_url or 'none'}")


def _page_for_disk(page: ArticlePage, publication: Publication) -> str:
    html = render("public/preview.html", publication=publication, page=page)
    # A browser opens the page from the disk, where no server has /static/.
    return html.replace('"/static/', f'"{STATIC.as_uri()}/')


def _rows(
    session: Session,
    publication_id: int,
    now: datetime,
    as_json: bool,
) -> list[TableRow]:
    return [
        _row(article, body, now, as_json)
        for article, body in own_articles.all_articles(session, publication_id)
    ]


def _row(
    article: Article,
    body: Body,
    now: datetime,
    as_json: bool,
) -> TableRow:
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


def _replace(
    session: Session,
    here: Workplace,
    slug: str,
    typed: ArticleForm,
) -> Article:
    article, body = own_articles.article_by_slug(session, here.key, slug)
    written = _judge(typed, here, article)
    # A file without a version was not shown by us: it replaces whatever is there.
    version = body.version if written.version is None else written.version
    return own_writing.change_article(
        session,
        here.key,
        article.key,
        written,
        version,
        here.now(),
    )

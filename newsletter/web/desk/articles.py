"""Own articles at the desk: the list, and the page on which one is written, looked at and kept. Nothing typed is ever lost."""

from dataclasses import dataclass, replace
from typing import Annotated
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends, Form, Response
from sqlmodel import Session

from newsletter.archive import article_pages
from newsletter.archive.article_views import ArticlePage, written_page
from newsletter.desk.models import Editor
from newsletter.errors import NewsletterError
from newsletter.formats.pages.article_form import ArticleForm, BadField, write_article_file
from newsletter.formats.pages.article_rules import judge_article
from newsletter.gathering import own_articles
from newsletter.gathering.models import Article
from newsletter.publications.models import Publication
from newsletter.runtime import Runtime
from newsletter.web.errors import status_of
from newsletter.web.rendering import go_to, show
from newsletter.web.requests import (
    AnyoneDep,
    EditorDep,
    LoginNeeded,
    PublicationDep,
    Reading,
    RuntimeDep,
    Writing,
)

pages = APIRouter(prefix="/desk/articles")
FormStr = Annotated[str, Form()]


class LoginEnded(LoginNeeded):
    """Your login has ended. Your text is below, not saved: log in in another tab, then save it here."""


@dataclass(frozen=True, slots=True)
class Desk:
    """Who writes for what; the editor is None if the login ended while a text was typed."""

    publication: Publication
    runtime: Runtime
    editor: Editor | None

    @property
    def key(self) -> int:
        return self.publication.key

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.publication.cadence.split()[-1])

    def form(
        self,
        typed: ArticleForm,
        kept: Article | None = None,
        *,
        error: NewsletterError | None = None,
        page: ArticlePage | None = None,
        theirs: str = "",
        told: str = "",
    ) -> Response:
        """Show the form as it was typed; `theirs` is the whole of what somebody else saved meanwhile."""
        now = self.runtime.clock.now()
        return show(
            "desk/article.html",
            status_of(error) if error else 200,
            editor=self.editor,
            publication=self.publication,
            typed=typed,
            kept=kept,
            is_public=bool(kept and kept.withdrawn_at is None and kept.published_at <= now),
            error=error.reason if isinstance(error, BadField) else str(error or ""),
            field=error.key
            if isinstance(error, BadField)
            else "slug"
            if isinstance(error, own_articles.SlugTaken)
            else "",
            page=page,
            theirs=theirs,
            told=told,
        )


def _desk(publication: PublicationDep, runtime: RuntimeDep, editor: AnyoneDep) -> Desk:
    return Desk(publication, runtime, editor)


def _typed(
    title: FormStr = "",
    dek: FormStr = "",
    date: FormStr = "",
    author: FormStr = "",
    source: FormStr = "",
    source_date: FormStr = "",
    image: FormStr = "",
    image_alt: FormStr = "",
    topics: FormStr = "",
    slug: FormStr = "",
    version: FormStr = "",
    body: FormStr = "",
) -> ArticleForm:
    return ArticleForm(
        title, dek, date, author, source, source_date, image, image_alt, topics, slug, version, body
    )


DeskDep = Annotated[Desk, Depends(_desk)]
TypedDep = Annotated[ArticleForm, Depends(_typed)]


@pages.get("")
def articles(
    editor: EditorDep, publication: PublicationDep, runtime: RuntimeDep, session: Reading
) -> Response:
    rows = own_articles.all_articles(session, publication.key)
    return show(
        "desk/articles.html",
        editor=editor,
        publication=publication,
        rows=rows,
        now=runtime.clock.now(),
    )


@pages.get("/new")
def new(editor: EditorDep, desk: DeskDep) -> Response:
    return desk.form(ArticleForm(author=editor.name))


@pages.get("/{article_id}")
def article(
    article_id: int, _: EditorDep, desk: DeskDep, session: Reading, told: str = ""
) -> Response:
    kept, body = own_articles.read_article(session, desk.key, article_id)
    if not body.markdown:
        raise own_articles.NotWrittenHere
    return desk.form(own_articles.article_form(kept, body, desk.zone), kept, told=told)


@pages.post("")
def create(desk: DeskDep, session: Writing, typed: TypedDep, do: FormStr = "preview") -> Response:
    now = desk.runtime.clock.now()
    try:
        if desk.editor is None:
            raise LoginEnded
        written = judge_article(typed, desk.zone, now)
        if do == "preview":
            return desk.form(
                typed, page=written_page(written, desk.publication.language, desk.runtime.urls)
            )
        kept = own_articles.write_article(
            session, desk.publication, written, desk.runtime.urls, now
        )
    except NewsletterError as error:
        return desk.form(typed, error=error)
    return go_to(f"/desk/articles/{kept.id}?told=saved")


@pages.post("/{article_id}")
def change(
    article_id: int, desk: DeskDep, session: Writing, typed: TypedDep, do: FormStr = "preview"
) -> Response:
    now = desk.runtime.clock.now()
    kept = None
    try:
        if desk.editor is None:
            raise LoginEnded
        kept, _ = own_articles.read_article(session, desk.key, article_id)
        written = judge_article(typed, desk.zone, now, kept.published_at)
        if do == "preview":
            return desk.form(
                typed,
                kept,
                page=written_page(written, desk.publication.language, desk.runtime.urls),
            )
        own_articles.change_article(
            session, desk.key, article_id, written, written.version or 0, now
        )
    except own_articles.ArticleChanged as error:
        return _both(desk, session, typed, article_id, error)
    except NewsletterError as error:
        return desk.form(typed, kept, error=error)
    return go_to(f"/desk/articles/{article_id}?told=saved")


@pages.post("/{article_id}/withdraw")
def withdraw(article_id: int, _: EditorDep, desk: DeskDep, session: Writing) -> Response:
    article_pages.withdraw(session, desk.key, article_id, desk.runtime.clock.now())
    return go_to("/desk/articles")


@pages.post("/{article_id}/restore")
def restore(article_id: int, _: EditorDep, desk: DeskDep, session: Writing) -> Response:
    own_articles.restore_article(session, desk.key, article_id)
    return go_to("/desk/articles")


def _both(
    desk: Desk, session: Session, typed: ArticleForm, article_id: int, error: NewsletterError
) -> Response:
    """Show both texts; the form now carries the version that is kept, so that saving again is a decision."""
    kept, body = own_articles.read_article(session, desk.key, article_id)
    theirs = own_articles.article_form(kept, body, desk.zone)
    return desk.form(
        replace(typed, version=theirs.version), kept, error=error, theirs=write_article_file(theirs)
    )

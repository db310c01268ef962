"""Own articles at the desk: the list, and the page on which one is written, looked at and saved.

Nothing typed is ever lost: each refusal brings the form back as it was.
"""

from dataclasses import replace
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Form, Response
from pydantic import BaseModel
from sqlmodel import Session

from newsletter.archive import article_pages
from newsletter.archive.article_views import ArticlePage, written_page
from newsletter.errors import NewsletterError
from newsletter.formats.pages.article_form import ArticleForm, BadField, write_article_file
from newsletter.formats.pages.article_rules import WrittenArticle, judge_article
from newsletter.gathering import own_articles, own_writing
from newsletter.gathering.models import Article
from newsletter.web.desk.buttons import explain
from newsletter.web.desk.desk import TO_LOOK, TO_WRITE, TO_WRITE_OPENLY, Desk, DeskDep, OpenDeskDep
from newsletter.web.errors import status_of
from newsletter.web.rendering import go_to
from newsletter.web.requests import LoginNeeded, Reading, Writing

pages = APIRouter(prefix="/desk/articles")


class LoginEnded(LoginNeeded):
    """Your login has ended.

    Your text is below, not saved: log in in another tab, then save it here.
    """


class ArticleFields(BaseModel):
    """The fields of the form, and the button that was pressed."""

    title: str = ""
    dek: str = ""
    date: str = ""
    author: str = ""
    source: str = ""
    source_date: str = ""
    image: str = ""
    image_alt: str = ""
    topics: str = ""
    slug: str = ""
    version: str = ""
    body: str = ""
    do: str = "preview"  # or "save"; by the Enter key, too, it is the first button

    def typed(self) -> ArticleForm:
        """The article as it was typed, which a file may bring as well."""
        return ArticleForm(**self.model_dump(exclude={"do"}))


ArticleFieldsDep = Annotated[ArticleFields, Form()]


@pages.get("", dependencies=TO_LOOK)
def articles(desk: DeskDep, session: Reading) -> Response:
    rows = own_articles.all_articles(session, desk.key)
    return desk.show("desk/articles.html", rows=rows, now=desk.now())


@pages.get("/new", dependencies=TO_WRITE)
def new(desk: DeskDep) -> Response:
    # Most articles are by who writes them here; the field can be changed.
    return _form(desk, ArticleForm(author=desk.editor.name))


@pages.get("/{article_id}", dependencies=TO_WRITE)
def article(
    article_id: int,
    desk: DeskDep,
    session: Reading,
    done: str = "",
) -> Response:
    kept, body = own_articles.read_article(session, desk.key, article_id)
    if not body.markdown:
        # Gathered from the publication's own site: changed here, it would be overwritten.
        raise own_writing.NotWrittenHere
    return _form(desk, own_articles.article_form(kept, body, desk.zone), kept, done=done)


@pages.post("", dependencies=TO_WRITE_OPENLY)
def create(desk: OpenDeskDep, session: Writing, fields: ArticleFieldsDep) -> Response:
    typed = fields.typed()
    try:
        _refuse_ended_login(desk)
        written = judge_article(typed, desk.zone, desk.now())
        if fields.do == "preview":
            return _form(desk, typed, page=_preview(desk, written))
        kept = _save_new(session, desk, written)
    except NewsletterError as error:
        return _form(desk, typed, error=error)
    return _go_to_saved(kept.key)


@pages.post("/{article_id}", dependencies=TO_WRITE_OPENLY)
def change(
    article_id: int,
    desk: OpenDeskDep,
    session: Writing,
    fields: ArticleFieldsDep,
) -> Response:
    typed = fields.typed()
    kept = None
    try:
        _refuse_ended_login(desk)
        kept, _ = own_articles.read_article(session, desk.key, article_id)
        # Without a date it keeps the one that it has.
        written = judge_article(typed, desk.zone, desk.now(), kept.published_at)
        if fields.do == "preview":
            return _form(desk, typed, kept, page=_preview(desk, written))
        _save_change(session, desk, article_id, written)
    # First, because it is a NewsletterError too: here both texts are shown.
    except own_writing.ArticleChanged as error:
        return _both(
            desk,
            session,
            article_id,
            typed,
            error,
        )
    except NewsletterError as error:
        return _form(desk, typed, kept, error=error)
    return _go_to_saved(article_id)


@pages.post("/{article_id}/withdraw", dependencies=TO_WRITE)
def withdraw(article_id: int, desk: DeskDep, session: Writing) -> Response:
    article_pages.withdraw(session, desk.key, article_id, desk.now())
    return go_to("/desk/articles")


@pages.post("/{article_id}/restore", dependencies=TO_WRITE)
def restore(article_id: int, desk: DeskDep, session: Writing) -> Response:
    own_writing.restore_article(session, desk.key, article_id)
    return go_to("/desk/articles")


def _go_to_saved(article_id: int) -> Response:
    return go_to(f"/desk/articles/{article_id}?done=saved")


def _refuse_ended_login(desk: Desk) -> None:
    """Raise LoginEnded, which the form answers: the login page would lose what was typed."""
    if desk.visitor is None:
        raise LoginEnded


def _save_new(session: Session, desk: Desk, written: WrittenArticle) -> Article:
    return own_writing.write_article(
        session,
        desk.publication,
        written,
        desk.urls,
        desk.now(),
    )


def _save_change(
    session: Session,
    desk: Desk,
    article_id: int,
    written: WrittenArticle,
) -> None:
    own_writing.change_article(
        session,
        desk.key,
        article_id,
        written,
        # A form without a version is older than any: it never overwrites.
        written.version or 0,
        desk.now(),
    )


def _preview(desk: Desk, written: WrittenArticle) -> ArticlePage:
    return written_page(written, desk.publication.language, desk.urls)


def _both(
    desk: Desk,
    session: Session,
    article_id: int,
    typed: ArticleForm,
    error: NewsletterError,
) -> Response:
    """Show both texts after two editors changed one article.

    The form now carries the version that was saved meanwhile: to save again is a decision.
    """
    kept, body = own_articles.read_article(session, desk.key, article_id)
    saved = own_articles.article_form(kept, body, desk.zone)
    mine = replace(typed, version=saved.version)
    return _form(
        desk,
        mine,
        kept,
        error=error,
        theirs=write_article_file(saved),
    )


def _form(
    desk: Desk,
    typed: ArticleForm,
    kept: Article | None = None,
    *,
    error: NewsletterError | None = None,
    page: ArticlePage | None = None,
    theirs: str = "",
    done: str = "",
) -> Response:
    """Show the form as it was typed; `theirs` is what somebody else saved meanwhile, whole."""
    return desk.show(
        "desk/article.html",
        status_of(error) if error else 200,
        typed=typed,
        kept=kept,
        is_public=_is_public(kept, desk.now()),
        error=_reason_of(error),
        field=_field_of(error),
        page=page,
        theirs=theirs,
        done=done,
    )


def _is_public(kept: Article | None, now: datetime) -> bool:
    return kept is not None and kept.withdrawn_at is None and kept.published_at <= now


def _reason_of(error: NewsletterError | None) -> str:
    """What to do about an error. Beside its field it needs no "line 1, title:" before it."""
    return error.reason if isinstance(error, BadField) else explain(error)


def _field_of(error: NewsletterError | None) -> str:
    """The field at which an error is shown; "" for one that is about the whole."""
    if isinstance(error, BadField):
        return error.key
    if isinstance(error, own_writing.SlugTaken):
        return "slug"
    return ""

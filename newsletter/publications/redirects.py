"""Redirects: addresses that pages had before they came here, and where each leads for ever. They count only where nothing else is."""

import csv
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote, unquote, urlsplit

from sqlmodel import Session, col, delete, select
from sqlmodel.sql.expression import SelectOfScalar

from newsletter.errors import NotFound, Refused
from newsletter.publications.models import Redirect

PATH_CHARS, TARGET_CHARS = 1000, 2000
HEADS = (
    "old",
    "from",
    "source",
    "path",
    "url",
)  # of the first column, where a table names its columns


class BadRedirect(Refused):
    """A redirect has an old address, like /p/tides, and a new one: a path here like /archive/12, or a whole http(s) address."""


class NoRedirect(NotFound):
    """No old address like that leads anywhere."""

    hint = "`newsletter redirect list` shows those that do."


@dataclass(frozen=True, slots=True)
class RedirectLine:
    """What became of one line of a table: `error` says why it was refused, "" if it was kept."""

    line: int
    old: str
    new: str
    error: str = ""


def path_of(address: str) -> str:
    """Return the path that an old address has, with its query and without a slash at the end; "" if it is a site's front page."""
    parts = urlsplit(address.strip())
    path = quote(unquote(parts.path), safe="/!$&'()*+,;=:@~").rstrip("/")
    return f"{path or '/'}?{parts.query}" if parts.query else path


def add_redirect(session: Session, publication_id: int, old: str, new: str) -> Redirect:
    """Let an old address lead on, from now on there. Raises BadRedirect."""
    path, target = path_of(old), new.strip()
    is_target = re.fullmatch(r"/(?![/\\])[^\s\\]*|https?://[^\s/]+(/\S*)?", target)
    if (
        not path.startswith("/")
        or not is_target
        or len(path) > PATH_CHARS
        or len(target) > TARGET_CHARS
    ):
        raise BadRedirect
    if path == path_of(target) and target.startswith("/"):
        raise BadRedirect("An address cannot lead to itself.")
    known = session.exec(_at(publication_id, path)).one_or_none() or Redirect(
        publication_id=publication_id, path=path, target=""
    )
    known.target = target
    session.add(known)
    session.flush()
    return known


def add_redirects(session: Session, publication_id: int, table: str) -> Sequence[RedirectLine]:
    """Read a table of two columns, old and new, with commas, semicolons or tabs between them; what can be kept is kept."""
    table = table.removeprefix("\ufeff")
    delimiter = max(",;\t", key=table.split("\n", 1)[0].count)
    done = []
    for row in (reader := csv.reader(io.StringIO(table), delimiter=delimiter)):
        old, new = (cell.strip() for cell in (*row, "", "")[:2])
        if not (old or new) or (reader.line_num == 1 and old.casefold() in HEADS):
            continue
        try:
            add_redirect(session, publication_id, old, new)
        except BadRedirect as error:
            done.append(RedirectLine(reader.line_num, old, new, str(error)))
        else:
            done.append(RedirectLine(reader.line_num, old, new))
    return done


def target_of(session: Session, publication_id: int, path: str, query: str) -> str | None:
    """Return where an old address leads, None if it is none. Without a redirect of its own, a query is overlooked."""
    plain = path_of(path.replace("?", "%3F"))
    for one in (f"{plain or '/'}?{query}", plain):
        found = session.exec(_at(publication_id, one)).one_or_none()
        if found is not None:
            return found.target
    return None


def all_redirects(session: Session, publication_id: int) -> Sequence[Redirect]:
    """Return all redirects by their old address."""
    return session.exec(
        select(Redirect)
        .where(col(Redirect.publication_id) == publication_id)
        .order_by(col(Redirect.path))
    ).all()


def remove_redirect(session: Session, publication_id: int, old: str) -> None:
    """Let an old address lead nowhere. Raises NoRedirect."""
    found = session.exec(_at(publication_id, path_of(old))).one_or_none()
    if found is None:
        raise NoRedirect
    session.exec(delete(Redirect).where(col(Redirect.id) == found.id))


def _at(publication_id: int, path: str) -> SelectOfScalar[Redirect]:
    return select(Redirect).where(
        col(Redirect.publication_id) == publication_id, col(Redirect.path) == path
    )

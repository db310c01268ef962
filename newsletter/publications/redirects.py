"""Redirects: addresses that pages had before they came here, and where each leads for ever.

They count only where nothing else is.
"""

import csv
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import quote, unquote, urlsplit

from sqlmodel import Session, col, delete, select

from newsletter.errors import NotFound, Refused
from newsletter.publications.models import Redirect
from newsletter.statements import add_and_flush

PATH_CHARS = 1000
TARGET_CHARS = 2000
PATH_SIGNS = "/!$&'()*+,;=:@~"  # what a path may hold as it is (RFC 3986, 3.3)
# The first column's name, where a table names its columns.
COLUMN_NAMES = ("old", "from", "source", "path", "url")
# A path here or a whole address. Browsers take // and /\ for the beginning of another host.
TARGET = re.compile(r"/(?![/\\])[^\s\\]*|https?://[^\s/]+(/\S*)?")


class BadRedirect(Refused):
    """A redirect has an old address, like /p/tides, and a new one.

    The new one is a path here like /archive/12, or a whole http(s) address.
    """


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
    """Return the path that an old address has, with its query and without a slash at the end.

    It is "" if the address is a site's front page. Raises BadRedirect for what is no address.
    """
    try:
        parts = urlsplit(address.strip())
    except ValueError as error:  # a bracket, and no IPv6 address behind it
        raise BadRedirect from error
    # Undone and done again: two spellings of one path become one.
    path = quote(unquote(parts.path), safe=PATH_SIGNS).rstrip("/")
    return f"{path or '/'}?{parts.query}" if parts.query else path


def add_redirect(
    session: Session,
    publication_id: int,
    old: str,
    new: str,
) -> Redirect:
    """Let an old address lead to a new one, or another than before. Raises BadRedirect."""
    path = path_of(old)
    target = new.strip()
    _check(path, target)
    redirect = _find(session, publication_id, path)
    if redirect is None:
        redirect = Redirect(publication_id=publication_id, path=path, target="")
    redirect.target = target
    return add_and_flush(session, redirect)


def add_redirects(
    session: Session,
    publication_id: int,
    table: str,
) -> Sequence[RedirectLine]:
    """Read a table of two columns, old and new; what can be kept is kept.

    Commas, semicolons or tabs part the columns. Returns what became of each line.
    """
    return [
        _add_line(
            session,
            publication_id,
            line,
            old,
            new,
        )
        for line, old, new in _lines_of(table)
    ]


def target_of(
    session: Session,
    publication_id: int,
    path: str,
    query: str,
) -> str | None:
    """Return where an old address leads, None if it is none.

    Without a redirect of its own, a query is overlooked.
    """
    try:
        bare = path_of(path.replace("?", "%3F"))
    except BadRedirect:
        return None
    for address in (f"{bare or '/'}?{query}", bare):
        redirect = _find(session, publication_id, address)
        if redirect is not None:
            return redirect.target
    return None


def all_redirects(session: Session, publication_id: int) -> Sequence[Redirect]:
    """Return all redirects by their old address."""
    return session.exec(
        select(Redirect).filter_by(publication_id=publication_id).order_by(col(Redirect.path))
    ).all()


def remove_redirect(
    session: Session,
    publication_id: int,
    old: str,
) -> None:
    """Let an old address lead nowhere. Raises NoRedirect."""
    redirect = _find(session, publication_id, path_of(old))
    if redirect is None:
        raise NoRedirect
    session.exec(delete(Redirect).filter_by(id=redirect.id))


def _check(path: str, target: str) -> None:
    """Raise BadRedirect unless a path may lead to a target."""
    if not (_is_path(path) and _is_target(target)):
        raise BadRedirect
    if target.startswith("/") and path == path_of(target):
        raise BadRedirect("An address cannot lead to itself.")


def _is_path(path: str) -> bool:
    return path.startswith("/") and len(path) <= PATH_CHARS


def _is_target(target: str) -> bool:
    return len(target) <= TARGET_CHARS and TARGET.fullmatch(target) is not None


def _lines_of(table: str) -> Iterator[tuple[int, str, str]]:
    """Give number, old and new of each line that has something, without the names of columns."""
    table = table.removeprefix("\ufeff")  # Excel writes a byte order mark
    reader = csv.reader(io.StringIO(table), delimiter=_delimiter(table))
    for row in reader:
        old, new = (cell.strip() for cell in (*row, "", "")[:2])
        names_columns = reader.line_num == 1 and old.casefold() in COLUMN_NAMES
        if (old or new) and not names_columns:
            yield reader.line_num, old, new


def _delimiter(table: str) -> str:
    """Return what parts the columns: the sign that the first line has most of."""
    first = table.split("\n", 1)[0]
    return max(",;\t", key=first.count)


def _add_line(
    session: Session,
    publication_id: int,
    line: int,
    old: str,
    new: str,
) -> RedirectLine:
    """Keep one line of a table, or say why it is refused."""
    try:
        add_redirect(
            session,
            publication_id,
            old,
            new,
        )
    except BadRedirect as error:
        return RedirectLine(
            line,
            old,
            new,
            str(error),
        )
    return RedirectLine(line, old, new)


def _find(
    session: Session,
    publication_id: int,
    path: str,
) -> Redirect | None:
    """Return the redirect of a path."""
    query = select(Redirect).filter_by(publication_id=publication_id, path=path)
    return session.exec(query).one_or_none()

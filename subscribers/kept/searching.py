"""Searching the list of readers for any part of an address or a name.

The text of a million readers is 40 MB in kept pages; Python looks it through in a twentieth of a
second, and both databases give the same answers.
"""

from collections.abc import Iterator, Mapping, Sequence

from sqlmodel import Session, col, select

from newsletter.text import one_line
from subscribers.addresses import stored_spelling
from subscribers.kept.counting import count_by_status
from subscribers.kept.models import KeptText
from subscribers.kept.pages import has_any, ids_of, ids_with, page_of, page_text, searchable
from subscribers.kept.rows import last_id, read_readers, read_readers_of_status
from subscribers.mailboxes import fold

FEW = 20_000  # readers of a status who are looked through one by one
FIRST_PAGES = 4  # read at once: most searches find enough in the latest ones
MOST_PAGES = 64


def needles_of(q: str) -> Sequence[str]:
    """Return the texts of which a reader must have one: `q` in each spelling of a domain."""
    # An editor types bücher.example or xn--bcher-kva.example, and means the same.
    typed = one_line(q)
    return sorted({fold(typed), fold(stored_spelling(typed))})


def matching_ids(
    session: Session,
    publication_id: int,
    q: str,
    *,
    status: str = "",
    before: int = 0,
) -> Iterator[int]:
    """Give the ids of subscriptions whose reader has `q` in address or name, the latest first.

    With a status that few have, only theirs; else the caller looks at the status.
    """
    before = before or last_id(session) + 1
    needles = needles_of(q)
    # Nearly everybody may have the text and nobody of them the status: then this is shorter.
    if status and count_by_status(session, publication_id).get(status, 0) <= FEW:
        readers = read_readers_of_status(session, publication_id, status, before)
        return (
            key for key, address, name in readers if has_any(searchable(address, name), needles)
        )
    return _ids_in_pages(session, publication_id, needles, before)


def _ids_in_pages(
    session: Session,
    publication_id: int,
    needles: Sequence[str],
    before: int,
) -> Iterator[int]:
    end = page_of(before - 1) + 1
    size = FIRST_PAGES
    while end > 0:
        first = max(0, end - size)
        pages = _Pages(session, publication_id, first, end)
        yield from (key for key in pages.ids_with(needles) if key < before)
        end = first
        size = min(MOST_PAGES, size * 2)


class _Pages:
    """Some pages of a publication, from the number `first` to before `end`."""

    def __init__(
        self,
        session: Session,
        publication_id: int,
        first: int,
        end: int,
    ) -> None:
        self._session = session
        self._publication_id = publication_id
        self._first = first
        self._end = end
        texts = select(KeptText.number, KeptText.text).filter_by(publication_id=publication_id)
        number = col(KeptText.number)
        self._texts = dict(session.exec(texts.where(number >= first, number < end)).all())

    def ids_with(self, needles: Sequence[str]) -> Iterator[int]:
        """Give the ids of the readers who have any of the needles, the latest first."""
        found = [number for number, text in self._texts.items() if has_any(text, needles)]
        ids = self._ids(found) if found else {}
        end = self._end
        while end > self._first:
            number = end - 1
            begin = number
            if number in ids:
                yield from ids_with(self._texts[number], ids[number], needles)
            elif number not in self._texts:
                begin = self._first_missing(end)
                yield from self._ids_in_rows(begin, end, needles)
            end = begin

    def _ids(self, numbers: Sequence[int]) -> Mapping[int, Sequence[int]]:
        """Return the ids of the lines of these pages."""
        ids = select(KeptText.number, KeptText.ids).filter_by(publication_id=self._publication_id)
        return dict(self._session.exec(ids.where(col(KeptText.number).in_(numbers))).all())

    def _first_missing(self, end: int) -> int:
        """Return where the pages that are not kept begin, of those that go up to `end`."""
        while end > self._first and end - 1 not in self._texts:
            end -= 1
        return end

    def _ids_in_rows(self, begin: int, end: int, needles: Sequence[str]) -> Iterator[int]:
        """Read the rows of pages that are not kept."""
        readers = read_readers(self._session, self._publication_id, *ids_of(begin, end))
        yield from ids_with(page_text(readers), [key for key, _, _ in readers], needles)

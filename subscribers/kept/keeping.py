"""Keeping: what is true by now is kept, some of it in each short transaction."""

from collections.abc import Sequence

from sqlmodel import Session, col, select

from newsletter.statements import lock_table_soon
from subscribers.kept.counting import add_up, keep_counts, kept_through
from subscribers.kept.models import KeptCount, KeptText
from subscribers.kept.pages import PAGE, Reader, ids_of, page_of, page_text
from subscribers.kept.rows import last_id, read_readers

PAGES = 5  # of one transaction, which keeps other writers waiting
WAIT_MS = 50  # for those who write now; who comes behind us waits, too


def keep_some(session: Session, publication_id: int) -> bool:
    """Keep some more of a publication's list. True if there is more to keep at once."""
    # Whoever adds a subscription, or changes what is kept, holds this table in a weaker mode: so
    # all of them have ended, and no id below the last one comes later.
    if not lock_table_soon(session, KeptCount, "share row exclusive", WAIT_MS):
        return False
    last = last_id(session)
    after = kept_through(session, publication_id)
    # the last ones may have been deleted since: their ids are not given again
    through = max(after, min(last, after + PAGES * PAGE))
    keep_counts(session, publication_id, through)
    add_up(session, publication_id)
    missing = missing_pages(session, publication_id)
    for number in missing[:PAGES]:
        readers = read_readers(session, publication_id, *ids_of(number, number + 1))
        session.add(_kept_text(publication_id, number, readers))
    session.flush()
    return through < last or len(missing) > PAGES


def has_unkept(session: Session, publication_id: int) -> bool:
    """True if a part of the list is worth keeping. It takes no lock."""
    through = kept_through(session, publication_id)
    return last_id(session) >= through + PAGE or bool(missing_pages(session, publication_id))


def missing_pages(session: Session, publication_id: int) -> Sequence[int]:
    """Return the numbers of the full pages whose counts are kept, and their texts are not."""
    numbers = select(KeptText.number).filter_by(publication_id=publication_id)
    kept = set(session.exec(numbers.order_by(col(KeptText.number))))
    full = page_of(kept_through(session, publication_id) + 1)
    return [number for number in range(full) if number not in kept]


def _kept_text(publication_id: int, number: int, readers: Sequence[Reader]) -> KeptText:
    return KeptText(
        publication_id=publication_id,
        number=number,
        text=page_text(readers),
        ids=[key for key, _, _ in readers],
    )

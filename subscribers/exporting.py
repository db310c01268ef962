"""Export: subscriptions as rows of a file that import reads, as many as there are, without holding them."""

import csv
import io
from collections.abc import Iterable, Iterator
from itertools import chain, islice

from sqlalchemy import ColumnElement, Text, cast
from sqlalchemy import select as sa_select
from sqlmodel import Session, col

from newsletter.statements import utc_text
from subscribers.formulas import write_cell
from subscribers.models import Subscriber, Subscription
from subscribers.suppressing import suppression_reasons

COLUMNS = ("address", "name", "status", "joined_at", "confirmed_at", "left_at", "attributes")
ROWS, WRITTEN = 5000, 200  # in memory at a time, and in one piece of text
Row = tuple[str, ...]  # one cell for each of COLUMNS, neutralised for spreadsheets


def export_rows(
    session: Session,
    publication_id: int,
    *,
    status: str = "",
    only: ColumnElement[bool] | None = None,
) -> Iterator[Row]:
    """Yield one row per subscription, the oldest subscriber first: all, those of a status, or those that a filter takes.

    Who must not be mailed has the reason in place of a status: so their address is kept out wherever the file is imported.
    """
    held = suppression_reasons(session)
    query = (
        sa_select(
            col(Subscriber.address),
            col(Subscriber.name),
            col(Subscription.status),
            utc_text(session, col(Subscription.joined_at)),
            utc_text(session, col(Subscription.confirmed_at)),
            utc_text(session, col(Subscription.left_at)),
            cast(col(Subscriber.attributes), Text),
        )
        .join(Subscription, col(Subscription.subscriber_id) == col(Subscriber.id))
        .where(col(Subscription.publication_id) == publication_id)
        .order_by(
            col(Subscription.subscriber_id)
        )  # as the index of audiences has them: nothing is sorted
        .execution_options(yield_per=ROWS)
    )
    if status:
        query = query.where(col(Subscription.status) == status)
    if only is not None:
        query = query.where(only)
    for (
        address,
        name,
        standing,
        joined,
        confirmed,
        left,
        attributes,
    ) in session.connection().execute(query):
        standing = held.get(address, standing)
        kept = "" if attributes == "{}" else attributes
        yield (
            write_cell(address),
            write_cell(name),
            standing,
            joined,
            confirmed or "",
            left or "",
            kept,
        )


def csv_text(rows: Iterable[Row]) -> Iterator[str]:
    """Yield the text of a CSV file (RFC 4180), its header first, some hundred rows at a time."""
    rows = chain([COLUMNS], rows)
    while part := list(islice(rows, WRITTEN)):
        plain = "".join(f"{','.join(row)}\r\n" for row in part)
        marks = (
            ('"', 0),
            (",", len(part) * (len(COLUMNS) - 1)),
            ("\r", len(part)),
            ("\n", len(part)),
        )
        if all(
            plain.count(mark) == count for mark, count in marks
        ):  # no cell needs a quotation mark: most often so, and six times as fast
            yield plain
            continue
        text = io.StringIO()
        csv.writer(text).writerows(part)
        yield text.getvalue()

"""What a source shows becomes rows: gathered tools, and tools of those that may come in."""

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select, update

from newsletter.statements import among, locked
from newsletter.tool_sources.judging import (
    JudgedTool,
    Known,
    ToolMatch,
    category_of,
    compare,
    watched_of,
)
from newsletter.tool_sources.keys import address_key, keys_of, name_key
from newsletter.tool_sources.models import GatheredTool, ToolSource
from newsletter.tool_sources.sources import NoToolSource
from newsletter.tools import directory
from newsletter.tools.cards import Card
from newsletter.tools.models import Submission, Tool

RULE = "the rule of its source"  # who said yes where no person did
FIELDS = {"url": "Link", "image_url": "Picture", "name": "Name", "price": "Price"}
REPORTED = ("changed", "double", "refused")
REFUSED = "An editor refused it."
WAITS = "It waits for an editor's yes already."
SENT_IN = {
    "waiting": "Its maker sent it in: submission {id} waits for a decision.",
    "rejected": "Its maker sent it in, and an editor rejected it: submission {id}.",
}


@dataclass(frozen=True, slots=True)
class StoredRows:
    """What became of some rows, and how many tools came in or wait now."""

    judged: Sequence[JudgedTool]
    came_in: int = 0
    waiting: int = 0


def read_known(session: Session, publication_id: int) -> Known:
    """Read all that is known of tools: gathered ones, those of the publication, and sent in."""
    known: dict[str, ToolMatch] = {}
    # Of two with one key the first counts.
    for tool in (
        *_known_gathered(session, publication_id),
        *_known_tools(session, publication_id),
        *_known_submissions(session, publication_id),
    ):
        for key in tool.keys:
            known.setdefault(key, tool)
    return known


def compare_rows(
    session: Session,
    publication_id: int,
    judged: Iterable[JudgedTool],
    addresses: Set[str],
) -> list[JudgedTool]:
    """Compare rows that were judged by themselves with what is known; nothing is written.

    `addresses` are those of the whole list.
    """
    known = read_known(session, publication_id)
    return [compare(row, known, addresses) for row in judged]


def store_rows(
    session: Session,
    source_id: int,
    judged: Iterable[JudgedTool],
    addresses: Set[str],
    now: datetime,
) -> StoredRows:
    """Store rows that were judged by themselves: new ones wait, or come in by the source's rule.

    `addresses` are those of the whole list. Raises NoToolSource for a source that was removed
    while it was looked at.
    """
    # Who looks at the same source at the same time comes after us, and finds our rows.
    source = session.exec(locked(select(ToolSource).filter_by(id=source_id))).one()
    if source.status == "removed":
        raise NoToolSource
    compared = compare_rows(session, source.publication_id, judged, addresses)
    _note_seen(session, compared, now)
    _add_known(session, source, compared, now)
    new = [row for row in compared if row.outcome == "new"]
    made = _make_tools(session, source, new) if source.rule == "accept" else []
    session.add_all(_gathered_rows(source, new, made, now))
    session.flush()
    return StoredRows(compared, len(made), len(new) - len(made))


def write_gathered(gathered: GatheredTool, card: Card) -> None:
    """Put a card, as the source shows it, into the row of a gathered tool."""
    directory.write_card(gathered, card)
    gathered.address_key = address_key(card.url)
    gathered.name_key = name_key(card.name)


def _known_gathered(session: Session, publication_id: int) -> list[ToolMatch]:
    rows = session.exec(select(GatheredTool).filter_by(publication_id=publication_id))
    return [_known_row(row) for row in rows]


def _known_row(row: GatheredTool) -> ToolMatch:
    reasons = {"refused": REFUSED, "waiting": WAITS}
    return ToolMatch(
        "gathered",
        row.key,
        # By what the source shows now, and what it showed when an editor decided.
        (*keys_of(row.name, row.url), *_decided_keys(row)),
        row.decided,
        row.status == "accepted",
        reasons.get(row.status, ""),
    )


def _decided_keys(row: GatheredTool) -> tuple[str, ...]:
    return keys_of(row.decided["name"], row.decided["url"]) if row.decided else ()


def _known_tools(session: Session, publication_id: int) -> list[ToolMatch]:
    return [_known_tool(tool) for tool in directory.all_tools(session, publication_id)]


def _known_tool(tool: Tool) -> ToolMatch:
    watched = watched_of(directory.card_of(tool))
    return ToolMatch("tool", tool.key, keys_of(tool.name, tool.url), watched)


def _known_submissions(session: Session, publication_id: int) -> list[ToolMatch]:
    """Those that an editor sees or rejected: a tool was made of each that was approved."""
    query = select(Submission).filter_by(publication_id=publication_id)
    submissions = session.exec(query.where(col(Submission.status).in_(SENT_IN)))
    return list(map(_known_submission, submissions))


def _known_submission(submission: Submission) -> ToolMatch:
    keys = keys_of(submission.name, submission.url)
    reason = SENT_IN[submission.status].format(id=submission.key)
    return ToolMatch("submission", submission.key, keys, {}, reason=reason)


def _note_seen(
    session: Session,
    rows: Sequence[JudgedTool],
    now: datetime,
) -> None:
    """Note that gathered tools are still shown, and how they are shown now."""
    seen = {row.known.id: row for row in rows if row.known and row.known.kind == "gathered"}
    if not seen:
        return
    chosen = among(session, col(GatheredTool.id), sorted(seen))
    session.exec(update(GatheredTool).where(chosen).values(missing_at=None))
    # A look that began earlier may end later: what the other saw is not older for that.
    is_older = col(GatheredTool.seen_at) < now
    session.exec(update(GatheredTool).where(chosen, is_older).values(seen_at=now))
    for gathered in session.exec(select(GatheredTool).where(chosen)).all():
        row = seen[gathered.key]
        if "refused" in (gathered.status, row.outcome):
            continue  # neither is a card that anybody may see
        if directory.card_of(gathered) != row.card:
            _rewrite(session, gathered, row.card)


def _rewrite(
    session: Session,
    gathered: GatheredTool,
    card: Card,
) -> None:
    """Keep what the source shows now, unless another gathered tool has that address."""
    taken = select(GatheredTool.id).filter_by(
        publication_id=gathered.publication_id,
        address_key=address_key(card.url),
    )
    if session.exec(taken).first() in (None, gathered.id):
        write_gathered(gathered, card)


def _add_known(
    session: Session,
    source: ToolSource,
    rows: Sequence[JudgedTool],
    now: datetime,
) -> None:
    """Keep what a source shows of tools that are here: what changes is pointed out later."""
    for row in rows:
        if row.known is None or row.known.kind != "tool":
            continue
        gathered = _gathered(source, row, now)
        gathered.move_to("accepted")
        gathered.tool_id = row.known.id
        # As if an editor had just seen the picture of the source beside their own card.
        gathered.decided = {**row.known.watched, "image_url": row.card.image_url}
        session.add(gathered)


def _make_tools(
    session: Session,
    source: ToolSource,
    rows: Sequence[JudgedTool],
) -> Sequence[Tool]:
    cards = [(row.card, category_of(row.found, row.card)) for row in rows]
    return directory.add_many(session, source.publication_id, cards)


def _gathered_rows(
    source: ToolSource,
    rows: Sequence[JudgedTool],
    made: Sequence[Tool],
    now: datetime,
) -> list[GatheredTool]:
    gathered = [_gathered(source, row, now) for row in rows]
    # Nothing is made where the rule is to ask.
    for row, tool in zip(gathered, made, strict=False):
        note_yes(row, tool.key, RULE, now)
    return gathered


def note_yes(
    gathered: GatheredTool,
    tool_id: int,
    by: str,
    now: datetime,
) -> None:
    """Note that a tool was made of a gathered one."""
    gathered.move_to("accepted")
    gathered.tool_id = tool_id
    gathered.is_made = True
    gathered.decided = watched_of(directory.card_of(gathered))
    gathered.decided_by = by
    gathered.decided_at = now


def _gathered(
    source: ToolSource,
    row: JudgedTool,
    now: datetime,
) -> GatheredTool:
    gathered = GatheredTool(
        publication_id=source.publication_id,
        source_id=source.key,
        status="waiting",
        address_key="",
        name_key="",
        name=row.card.name,
        url=row.card.url,
        category=category_of(row.found, row.card),
        first_seen_at=now,
        seen_at=now,
    )
    write_gathered(gathered, row.card)
    return gathered


def reported_rows(judged: Iterable[JudgedTool]) -> list[Mapping[str, object]]:
    """Return the rows that a person should look at: changed, doubles and refused ones."""
    return [_reported(row) for row in judged if row.outcome in REPORTED]


def _reported(row: JudgedTool) -> Mapping[str, object]:
    return {
        "row": row.found.row,
        "name": row.found.name[:80],
        "outcome": row.outcome,
        "reason": f"{row.reason} {changes_in_words(row.changes or {})}".strip(),
    }


def changes_in_words(changes: Mapping[str, tuple[str, str]]) -> str:
    """Return changes as a sentence: "Price: $9 is $12 now." """
    return " ".join(
        f"{FIELDS[field]}: {before or 'none'} is {now} now."
        for field, (before, now) in changes.items()
    )

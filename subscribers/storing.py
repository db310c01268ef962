"""Storing people of an import: one slice of them in one transaction, by statements over all of them at once.

A correlated look-up stands where a join could: PostgreSQL knows nothing of a table of this moment and would read all subscribers.
"""

from collections.abc import Container, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, text
from sqlmodel import Session
from sqlmodel.sql.sqltypes import UTCDateTime

from newsletter.database import copy_in
from subscribers import changes
from subscribers.leaving import leave
from subscribers.presets import STANDINGS, SUPPRESSED
from subscribers.rows import LEFT, Staged
from subscribers.suppressing import suppress

NOW = bindparam("now", type_=UTCDateTime())
ARRIVAL = """address varchar(320), standing integer, name varchar(200),
    joined_at timestamp with time zone, confirmed_at timestamp with time zone, left_at timestamp with time zone, attributes json"""
STANDS = text("""select standing, found, count(*) from (select a.standing as standing, (
    select case when a.standing = 2 and s.status <> 'unsubscribed'
        and (a.left_at is null or a.left_at > coalesce(s.confirmed_at, s.joined_at)) then 'ends' else s.status end
    from subscriber u join subscription s on s.subscriber_id = u.id and s.publication_id = :publication_id
    where u.address = a.address) as found from arrival a) as each_one group by standing, found""")
ENDS = text("""select s.id from arrival a, subscriber u, subscription s
    where a.standing = 2 and u.address = a.address and s.subscriber_id = u.id and s.publication_id = :publication_id
    and s.status <> 'unsubscribed' and (a.left_at is null or a.left_at > coalesce(s.confirmed_at, s.joined_at))""")
PEOPLE = text("""insert into subscriber (address, name, attributes, created_at)
    select address, name, attributes, :now from arrival a where true on conflict do nothing""").bindparams(NOW)
WISHES = text("""insert into subscription (subscriber_id, publication_id, status, joined_at, confirmed_at, left_at, left_by, import_id)
    select (select u.id from subscriber u where u.address = a.address), :publication_id,
        case a.standing when 0 then 'unconfirmed' when 1 then 'active' else 'unsubscribed' end, a.joined_at, a.confirmed_at,
        case a.standing when 2 then coalesce(a.left_at, :now) end, case a.standing when 2 then 'import' else '' end, :import_id
    from arrival a where true on conflict do nothing""").bindparams(NOW)
HEARD = text("""insert into change (publication_id, subscription_id, subscriber_id, kind, at)
    select :publication_id, s.id, s.subscriber_id, :kind, :now from arrival a, subscriber u, subscription s
    where u.address = a.address and s.subscriber_id = u.id and s.import_id = :import_id and s.status <> 'unsubscribed'""").bindparams(NOW)

FIRST_SUPPRESSED = str(SUPPRESSED)  # of one figure, as all standings are


@dataclass(slots=True)
class Account:
    """What became of rows: read = added + left + suppressed + known + kept_out + rejected."""

    read: int = 0
    added: int = 0
    left: int = 0
    suppressed: int = 0
    known: int = 0
    kept_out: int = 0
    rejected: int = 0

    @property
    def settled(self) -> int:
        """How many rows it is known of what became of them."""
        return self.added + self.left + self.suppressed + self.known + self.kept_out + self.rejected


@dataclass(frozen=True, slots=True)
class Slice:
    """Some people of a file, in the order of their addresses, each once; and those of them that must not be mailed, with the reason."""

    lines: Sequence[Staged]
    bad: Sequence[tuple[str, str]]
    through: str


def parted(lines: Sequence[Staged], suppressed: Container[str], account: Account) -> Slice:
    """Part the people of a slice: who is stored, and who must not be mailed; the others are counted here."""
    kept, bad = [], []
    for line in lines:
        address, standing, _ = line.split("\t", 2)
        held = address in suppressed
        if standing >= FIRST_SUPPRESSED:
            if held:
                account.known += 1
            else:
                bad.append((address, STANDINGS[int(standing)]))
                account.suppressed += 1
        elif held:
            account.kept_out += 1
        else:
            kept.append(line)
    return Slice(kept, bad, lines[-1].partition("\t")[0])


def judge(session: Session, publication_id: int, part: Slice, account: Account) -> bool:
    """Count what becomes of a slice's people as the rows stand now. They stay in the table `arrival` until the transaction ends.

    True if a subscription that there is ends.
    """
    copy_in(session, "arrival", ARRIVAL, part.lines)
    ends = False
    for standing, found, count in session.connection().execute(STANDS, {"publication_id": publication_id}):
        account_of = _outcome(standing, found)
        setattr(account, account_of, getattr(account, account_of) + count)
        ends = ends or found == "ends"
    return ends


def store(session: Session, publication_id: int, import_id: int, part: Slice, account: Account, now: datetime) -> None:
    """Store a slice, and count what became of its people."""
    for address, reason in part.bad:
        suppress(session, address, reason, now)
    if not part.lines:
        return
    ends = judge(session, publication_id, part, account)
    connection = session.connection()
    values = {"publication_id": publication_id, "import_id": import_id, "now": now}
    if ends:
        for subscription_id in connection.execute(ENDS, values).scalars().all():
            leave(session, subscription_id, by="import", issue_id=None, now=now)
    connection.execute(PEOPLE, values)
    connection.execute(WISHES, values)
    if changes.is_heard(session, publication_id):
        connection.execute(HEARD, values | {"kind": changes.OF_ACTS["import"]})


def _outcome(standing: int, found: str | None) -> str:
    if standing == LEFT:
        return "left" if found in (None, "ends") else "known"
    if found is None:
        return "added"
    return "kept_out" if found == "unsubscribed" else "known"

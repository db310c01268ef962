"""Which publication a row belongs to: an id from outside opens rows of its own publication only.

Ids are counted in one table for all publications, so a number that is typed into an address or a
command may be another one's. Pages and commands name their ids alike: `issue_id`, `tool_id`.
"""

from collections.abc import Callable, Mapping

from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from newsletter.desk.models import ApiToken
from newsletter.errors import NotFound
from newsletter.gathering.models import Source
from newsletter.intake.models import Quarantined
from newsletter.issues.models import Block, Issue
from newsletter.tool_sources.models import GatheredTool, ToolSource
from newsletter.tools.models import Slot, Submission, Tool
from newsletter.webhooks.models import Call, Webhook
from subscribers.models import Audience, Import, Leave, Subscription

Query = Callable[[int], SelectOfScalar[int]]
Owned = (
    type[ApiToken]
    | type[Audience]
    | type[GatheredTool]
    | type[Import]
    | type[Issue]
    | type[Leave]
    | type[Quarantined]
    | type[Slot]
    | type[Source]
    | type[Submission]
    | type[Subscription]
    | type[Tool]
    | type[ToolSource]
    | type[Webhook]
)


class NotHere(NotFound):
    """There is nothing of that number in this publication."""


def _of(table: Owned) -> Query:
    return lambda key: select(table.publication_id).where(col(table.id) == key)


def _of_block(key: int) -> SelectOfScalar[int]:
    return select(Issue.publication_id).join(Block).where(col(Block.id) == key)


def _of_call(key: int) -> SelectOfScalar[int]:
    return select(Webhook.publication_id).join(Call).where(col(Call.id) == key)


# The publication of a row, by the name that its id has in addresses, forms and commands.
OWNERS: Mapping[str, Query] = {
    "audience_id": _of(Audience),
    "block_id": _of_block,
    "call_id": _of_call,
    "gathered_id": _of(GatheredTool),
    "import_id": _of(Import),
    "issue_id": _of(Issue),
    "leave_id": _of(Leave),
    "quarantined_id": _of(Quarantined),
    "slot_id": _of(Slot),
    "source_id": _of(Source),
    "submission_id": _of(Submission),
    "subscription_id": _of(Subscription),
    "token_id": _of(ApiToken),
    "tool_id": _of(Tool),
    "tool_source_id": _of(ToolSource),
    "webhook_id": _of(Webhook),
}


def require_own(
    session: Session,
    publication_id: int,
    name: str,
    key: int,
) -> None:
    """Raise NotHere for the id of another publication's row; `name` is what the id is called.

    What is no row at all is refused by the room that knows it.
    """
    owner = session.exec(OWNERS[name](key)).one_or_none()
    if owner not in (None, publication_id):
        raise NotHere

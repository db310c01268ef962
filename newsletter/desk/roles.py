"""Pure. Who may do what at the desk: one table of acts, each with the least role that may do it.

The desk's pages name the act that they need, and the Team page shows this table.
"""

from collections.abc import Sequence
from enum import StrEnum

from newsletter.errors import NotFound, Refused


class Role(StrEnum):
    """What an editor is for one publication. Each role may do what those after it may do."""

    OWNER = "owner"
    PUBLISHER = "publisher"
    EDITOR = "editor"
    WRITER = "writer"
    VIEWER = "viewer"


class Act(StrEnum):
    """What somebody may be allowed to do."""

    LOOK = "look"
    ACCOUNT = "account"
    WRITE = "write"
    CHOOSE = "choose"
    SEND = "send"
    SOURCES = "sources"
    TOOLS = "tools"
    ADDRESSES = "addresses"
    READERS = "readers"
    LISTS = "lists"
    PROGRAMS = "programs"
    SETTINGS = "settings"
    LOG = "log"
    PEOPLE = "people"


# In the order of the Team page. No role below `editor` meets the address of a reader.
TABLE: Sequence[tuple[Act, Role, str]] = (
    (Act.LOOK, Role.VIEWER, "see the week, the issues and their figures"),
    (Act.ACCOUNT, Role.VIEWER, "change their own password, log their own browsers out"),
    (Act.WRITE, Role.WRITER, "change the words of an issue, and write articles"),
    (Act.CHOOSE, Role.EDITOR, "choose and order stories, hold an issue, send a proof"),
    (Act.SEND, Role.EDITOR, "approve and send"),
    (Act.SOURCES, Role.EDITOR, "manage sources"),
    (Act.TOOLS, Role.EDITOR, "manage tools"),
    (Act.ADDRESSES, Role.EDITOR, "see readers and their addresses"),
    (Act.READERS, Role.EDITOR, "change readers, audiences and the quarantine"),
    (Act.LISTS, Role.PUBLISHER, "import and export lists of readers"),
    (Act.PROGRAMS, Role.PUBLISHER, "manage tokens and webhooks"),
    (Act.SETTINGS, Role.PUBLISHER, "change the settings"),
    (Act.LOG, Role.PUBLISHER, "read the log"),
    (Act.PEOPLE, Role.OWNER, "manage the team"),
)
ROLES = tuple(Role)  # the mightiest first
_LEAST = {act: least for act, least, _ in TABLE}
_WORDS = {act: words for act, _, words in TABLE}


class NoRole(NotFound):
    """There is no such role. The roles are owner, publisher, editor, writer and viewer."""


class NotAllowed(Refused):
    """Your role does not allow that."""


def may(
    role: Role | None,
    act: Act,
) -> bool:
    """True if this role may do that; nobody's role is None, and may do nothing."""
    return role is not None and ROLES.index(role) <= ROLES.index(_LEAST[act])


def check_act(
    role: Role | None,
    act: Act,
) -> None:
    """Raise NotAllowed, with words for the person, unless this role may do that."""
    if role is None:
        raise NotAllowed(
            "You do not belong to the team of this publication. One of its owners can add you."
        )
    if not may(role, act):
        raise NotAllowed(
            f"You are {_named(role)} here, and this needs somebody who may {_WORDS[act]}: "
            f"{_who(act)}. One of the owners can give you another role."
        )


def read_role(word: str) -> Role:
    """Return the role of a word, as a person types it. Raises NoRole."""
    try:
        return Role(word.strip().lower())
    except ValueError as error:
        raise NoRole from error


def _who(act: Act) -> str:
    """Name the roles that may do it: "an owner or a publisher"."""
    names = [_named(role) for role in ROLES if may(role, act)]
    return " or ".join(filter(None, (", ".join(names[:-1]), names[-1])))


def _named(role: Role) -> str:
    return f"an {role}" if role[0] in "aeiou" else f"a {role}"

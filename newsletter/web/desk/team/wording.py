"""Pure. The log in words: an entry as an editor reads it, whatever columns and pages are called."""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from newsletter.desk.models import LogEntry
from newsletter.desk.roles import Act
from newsletter.publications.fields.table import PREFERENCES

# Each table of deeds.NOTED: what it holds, as the desk calls it.
THINGS: Mapping[str, str] = {
    "publication": "the settings",
    "weight": "a weight",
    "issue": "an issue",
    "block": "a part of an issue",
    "choice": "a choice of stories",
    "approval": "an approval",
    "delivery": "a delivery",
    "source": "source",
    "toolsource": "source of tools",
    "tool": "tool",
    "slot": "a place that a tool has in an issue",
    "submission": "submission",
    "audience": "audience",
    "editor": "a login",
    "membership": "a member of the team",
    "entrylink": "an invitation",
    "secondfactor": "a second factor",
    "apitoken": "a token",
    "webhook": "webhook",
    "subscriber": "reader",
    "subscription": "subscription",
    "suppression": "a blocked address",
    "quarantined": "a sign-up in quarantine",
    "leave": "a reason for leaving",
    "import": "import",
}
AREAS: Mapping[str, str] = {
    Act.LOOK: "The desk",
    Act.ACCOUNT: "Own account",
    Act.WRITE: "Words",
    Act.CHOOSE: "Stories",
    Act.SEND: "Sending",
    Act.SOURCES: "Sources",
    Act.TOOLS: "Tools",
    Act.ADDRESSES: "Readers",
    Act.READERS: "Readers",
    Act.LISTS: "Lists of readers",
    Act.PROGRAMS: "API",
    Act.SETTINGS: "Settings",
    Act.LOG: "Log",
    Act.PEOPLE: "Team",
}
STEPS = {"again": "the password again", "end": "logging browsers out"}
COLUMNS = {
    "editor_id": "Member",
    "made_at": "Made",
    "made_by": "Made by",
    "expires_at": "Ends",
    "due_at": "Goes out",
    "worded_by": "Subject written by",
    "url": "URL",
    "may_vouch": "May add readers without a letter",
}
UNREAD = frozenset({"id", "hand_version", "worded_version"})
TRUTHS = {"true": "yes", "false": "no", "null": ""}
TIME = "%-d %B %Y, %H:%M"


@dataclass(frozen=True, slots=True)
class FieldChange:
    """A field of a row, as its page calls it; None on the side on which there was no row."""

    label: str
    before: str | None
    after: str | None

    @property
    def words(self) -> str:
        """Say what it was and what it is now."""
        if self.before is None or self.before == self.after:
            return self.after or "empty"
        was = f"was {self.before or 'empty'}"
        return was if self.after is None else f"{was}, is now {self.after or 'empty'}"


@dataclass(frozen=True, slots=True)
class Glossary:
    """What reads entries here: the zone of their times, and editors' addresses by their number."""

    zone: ZoneInfo
    editors: Mapping[str, str]

    def changes(self, entry: LogEntry) -> Sequence[FieldChange]:
        """Return the fields that an entry changed, without those that only the program reads."""
        return list(self._changes(entry))

    def _changes(self, entry: LogEntry) -> Iterator[FieldChange]:
        for name in dict.fromkeys([*entry.before, *entry.after]):
            if _is_unread(name):
                continue
            before, after = (
                self._value(entry, name, side.get(name, "")) if side else None
                for side in (entry.before, entry.after)
            )
            yield FieldChange(_label(entry, name), before, after)

    def _value(self, entry: LogEntry, name: str, text: str) -> str:
        if name == "editor_id":
            return self.editors.get(text, text)
        preference = PREFERENCES.get(name) if entry.thing == "publication" else None
        choices = dict(preference.kind.choices) if preference else {}
        return choices.get(text) or TRUTHS.get(text, _plain(text, self.zone))


def deed_of(entry: LogEntry) -> str:
    """Return what was done: "Changed source 3", "Looked at readers", "Own account: password"."""
    if not entry.thing:
        return _page(entry)
    verb = "Changed"
    if bool(entry.after) != bool(entry.before):
        verb = "Added" if entry.after else "Removed"
    noun = THINGS.get(entry.thing, entry.thing)
    has_article = noun.startswith(("a ", "an ", "the "))
    return f"{verb} {noun}" if has_article else f"{verb} {noun} {entry.thing_id or ''}".strip()


def labels_of(entry: LogEntry) -> Sequence[str]:
    """Return what the fields are called that an entry changed."""
    return [_label(entry, name) for name in entry.after if not _is_unread(name)]


def _page(entry: LogEntry) -> str:
    """Name a deed that changed no row of its own: a look, a command, or a button."""
    method, _, path = entry.deed.partition(" ")
    if not path.startswith("/"):
        return f"Ran {entry.deed}"
    # Before "desk" may stand the path of one of several publications.
    steps = path.partition("/desk")[2].strip("/").split("/")
    if steps[-1].endswith(".csv"):
        return f"Took {steps[0]} away as a file"
    if method == "GET":
        return f"Looked at {' '.join(steps)}"
    words = [step for step in steps if not step.isdigit()]
    step = STEPS.get(words[-1], words[-1].replace("-", " ").replace("_", " "))
    return ": ".join(filter(None, (AREAS.get(entry.act, "The desk"), step)))


def _is_unread(name: str) -> bool:
    """True for what only the program reads: keys of rows, and counts of changes."""
    return name in UNREAD or (name.endswith("_id") and name not in COLUMNS)


def _label(entry: LogEntry, name: str) -> str:
    if entry.thing == "publication" and name in PREFERENCES:
        return PREFERENCES[name].label
    return COLUMNS.get(name, name.replace("_", " ").capitalize())


def _plain(text: str, zone: ZoneInfo) -> str:
    """Return a value without the marks of JSON: a time as clocks here show it, a list in a row."""
    with suppress(ValueError):
        value = json.loads(text)
        if isinstance(value, str):
            return datetime.fromisoformat(value).astimezone(zone).strftime(TIME)
        if isinstance(value, list):
            return ", ".join(map(str, value))
    return text

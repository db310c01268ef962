"""Pure. Where columns can go, what a row can say of a person, and the plain words for both.

The exports of other programs are in meaning/programs.py.
"""

from collections.abc import Mapping

TARGETS: Mapping[str, str] = {
    "address": "Address",
    "name": "Name",
    "first_name": "First name",
    "last_name": "Last name",
    "status": "Status",
    "joined_at": "Joined at",
    "confirmed_at": "Confirmed at",
    "left_at": "Left at",
    "bounced_at": "Bounced at",
    "gets_letters": "Gets letters (yes, no)",
    "gets_none": "Gets no letters (yes, no)",
    "attributes": "Attributes (JSON)",
    "attribute": "Attribute",
    "": "Leave out",
}
# Above the rows that were rejected, when they come again: where they were, why they were not read,
# and what the whole file was (by its name or an answer).
REJECTED_HEADS = ("rejected in line", "rejected because")
EVERYBODY_HEAD = "all of the file were"
# Above what the sheets of a workbook say of their people.
SHEET_HEAD = "all of the sheet are"
# Of two for one address, the later one counts.
STANDINGS = ("unconfirmed", "active", "unsubscribed", "manual", "complaint", "bounce")
SUPPRESSED = STANDINGS.index("manual")  # from here on: must not be mailed, with this reason


def by_word(**lists: str) -> Mapping[str, str]:
    """Turn meanings with their words, between commas, into words with their meaning."""
    meanings: dict[str, str] = {}
    for meaning, words in lists.items():
        meanings |= dict.fromkeys(words.split(", "), "" if meaning == "left_out" else meaning)
    return meanings


STATUSES = by_word(
    active="active, subscribed, confirmed, enabled",
    unconfirmed="unconfirmed, pending",
    unsubscribed="unsubscribed, left, disabled, inactive",
    bounce="bounced, cleaned, bounce",
    complaint="complained, complaint",
    manual="suppressed, manual, blocklisted, blocked, forgotten",
)

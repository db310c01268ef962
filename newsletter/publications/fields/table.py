"""Pure. The table: every column of `Publication` that an editor may change, by subject.

Who adds a column of `Publication` adds its row to the module of its subject, or its reason here: a
test compares both with the columns.
"""

from collections.abc import Mapping
from types import MappingProxyType

from newsletter.publications.fields.contents import PLAN, TOPICS, WEIGHTS
from newsletter.publications.fields.letters import PUBLICATION, SENDING, WHEN
from newsletter.publications.fields.people import ARCHIVE, DESK, READERS, SITES, TRACKING
from newsletter.publications.fields.preference import Preference

SUBJECTS = (
    PUBLICATION,
    SENDING,
    WHEN,
    PLAN,
    TOPICS,
    WEIGHTS,
    READERS,
    TRACKING,
    ARCHIVE,
    SITES,
    DESK,
)
PREFERENCES: Mapping[str, Preference] = MappingProxyType(
    {preference.name: preference for subject in SUBJECTS for preference in subject.preferences}
)
NOT_SET: Mapping[str, str] = MappingProxyType(
    {
        "id": "names the row",
        "slug": "stands in the ids of letters that went out, and in relay_routes",
        "look": "is many values, which have rules of their own (newsletter/brands)",
        "own_url": "is moved by a command of its own: links in old letters lead on",
        "daily_on": "is what the daily routine remembers",
    }
)

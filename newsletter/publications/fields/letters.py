"""Pure. Preferences about the publication itself, its letters, and when they go out."""

from newsletter.publications.fields import checks
from newsletter.publications.fields.kinds import (
    DECIMAL,
    LINE,
    LIST,
    NUMBER,
    RATES,
    TEXT,
    choice,
)
from newsletter.publications.fields.preference import Preference, Subject

PUBLICATION = Subject(
    "publication",
    "Publication",
    "What it is called, in which language it is, and who publishes it.",
    (
        Preference(
            "name",
            "Name",
            "What readers know it by: in letters, on pages, in their list of subscriptions.",
            LINE,
            checks.text("The name", 120),
            "printed",
        ),
        Preference(
            "tagline",
            "Tagline",
            "One line that says what it is about; below its name, and for search engines.",
            LINE,
            checks.text("The tagline", 200, least=0),
            "printed",
        ),
        Preference(
            "language",
            "Language",
            "A tag like en, de or pt-BR: screen readers and ranking go by it.",
            LINE,
            checks.language,
            "printed",
        ),
        Preference(
            "postal_address",
            "Postal address",
            "At the foot of each letter, as the law asks. Without it no issue can be approved.",
            TEXT,
            checks.postal_address,
            "printed",
        ),
    ),
)
SENDING = Subject(
    "sending",
    "Sending",
    "Who letters are from, where replies go, and how fast they leave.",
    (
        Preference(
            "sender_name",
            "Sender's name",
            "What a mailbox shows as the sender.",
            LINE,
            checks.text("The sender's name", 120),
            "approved",
        ),
        Preference(
            "sender_address",
            "Sender's address",
            "The address that letters come from. The relay must be allowed to send for its domain.",
            LINE,
            checks.sender_address,
            "approved",
        ),
        Preference(
            "reply_to",
            "Replies go to",
            "Another address for replies; empty: to the sender's.",
            LINE,
            checks.reply_address,
            "approved",
        ),
        Preference(
            "letters_per_s",
            "Letters a second",
            "At most so fast; 0: as fast as the relay takes them.",
            DECIMAL,
            checks.number("Letters a second", 0, checks.MOST_PER_S),
        ),
        Preference(
            "domain_rates",
            "Slower domains",
            "At most so many letters a second to one domain: big.example 10",
            RATES,
            checks.rates,
            option="domain-rate",
        ),
    ),
)
WHEN = Subject(
    "when",
    "When",
    "When issues go out, and what happens if nobody approves one.",
    (
        Preference(
            "cadence",
            "Goes out",
            "Days, time and time zone: Tuesday 09:00 Europe/Berlin. Days are also Mon, Thu; daily; "
            "every 2 weeks from 2026-12-01; 15 of the month; first Tuesday of the month.",
            LINE,
            checks.cadence,
            "proposed",
        ),
        Preference(
            "skipped",
            "Skipped dates",
            "No issue comes out on them: 2026-12-25, or 2026-12-24 to 2027-01-01: Holidays",
            LIST,
            checks.skipped,
            "proposed",
        ),
        Preference(
            "propose_hours",
            "Hours of proposing",
            "So many hours before it goes out an issue is proposed, and you get a letter.",
            NUMBER,
            checks.number("Hours of proposing", 1, 336),
        ),
        Preference(
            "rule",
            "If nobody approves in time",
            "What happens at the deadline to an issue that nobody approved.",
            choice(
                ("send", "send it, if no check blocks it"),
                ("hold", "hold it, and write to the editors"),
                ("skip", "skip it"),
            ),
            checks.among("The standing rule", "send", "hold", "skip"),
        ),
        Preference(
            "late_hours",
            "Hours of lateness",
            "A deadline that was missed by more, because nothing ran, is held.",
            NUMBER,
            checks.number("Hours of lateness", 0, 168),
        ),
        Preference(
            "thin_stories",
            "A thin week has fewer stories than",
            "So few candidates make a thin week.",
            NUMBER,
            checks.number("Stories of a thin week", 0, 50),
            "proposed",
        ),
        Preference(
            "thin_rule",
            "In a thin week",
            "Whether a short issue is proposed then, or none.",
            choice(("shrink", "propose a shorter issue"), ("skip", "skip the issue")),
            checks.among("The rule for a thin week", "shrink", "skip"),
            "proposed",
        ),
    ),
)

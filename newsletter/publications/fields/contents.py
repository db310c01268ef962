"""Pure. Preferences about what is in an issue: its plan, its topics, and what ranks its stories."""

from newsletter.publications.cues import checked_cues
from newsletter.publications.fields import checks
from newsletter.publications.fields.kinds import FILE, LINE, LIST, NUMBER
from newsletter.publications.fields.preference import Preference, Subject

PLAN = Subject(
    "plan",
    "Plan",
    "How much of each kind an issue has, from its lead down to the tools.",
    (
        Preference(
            "rows",
            "Stories below the lead",
            "With a picture and some lines of text.",
            NUMBER,
            checks.number("Stories below the lead", 0, 20),
            "proposed",
        ),
        Preference(
            "compact",
            "Stories in brief",
            "With a line of text each.",
            NUMBER,
            checks.number("Stories in brief", 0, 30),
            "proposed",
        ),
        Preference(
            "tools",
            "Tools",
            "Featured in each issue, and beside your own articles.",
            NUMBER,
            checks.number("Tools", 0, 12),
            "proposed",
        ),
        Preference(
            "similar",
            "Similar articles of your own",
            "Older ones that go with the lead.",
            NUMBER,
            checks.number("Similar articles", 0, 10),
            "proposed",
        ),
        Preference(
            "disclosure",
            "Label of what was paid for",
            "Shown beside each paid tool, like Sponsored.",
            LINE,
            checks.label,
            "proposed",
        ),
        Preference(
            "promote_url",
            "Page of “Promote your tool”",
            "Where makers of tools are sent; empty: to our own form.",
            LINE,
            checks.url,
            "printed",
        ),
    ),
)
TOPICS = Subject(
    "topics",
    "Topics",
    "What readers may choose among in their preferences.",
    (
        Preference(
            "topics",
            "Topics that readers may tick",
            "One a line, up to 24. Without any, readers are not asked.",
            LIST,
            checks.topics,
            option="topic",
        ),
    ),
)
WEIGHTS = Subject(
    "weights",
    "Ranking",
    "What makes one story rank above another. Each source has a weight of its own, too.",
    (
        Preference(
            "cues",
            "Cue file",
            "Which words make news, in a file of your own; empty: the usual one.",
            FILE,
            checked_cues,
            "proposed",
        ),
    ),
)

"""Pure. Preferences about readers, what is counted of them, and who may see past issues."""

from newsletter.publications.fields import checks
from newsletter.publications.fields.kinds import LIST, NUMBER, TRUTH, choice
from newsletter.publications.fields.preference import Preference, Subject

READERS = Subject(
    "readers",
    "Readers",
    "What readers are asked and told, and for how long who left is kept.",
    (
        Preference(
            "goodbye",
            "Write one last letter to who leaves",
            "It says that they left, and how to come back.",
            TRUTH,
            checks.anything,
        ),
        Preference(
            "poll",
            "Ask at the end of each issue whether it was useful",
            "Two links; the figures of the issue count them.",
            TRUTH,
            checks.anything,
            "printed",
        ),
        Preference(
            "monthly",
            "Make a best-of of each month",
            "In the first days of the next one, for readers who wish for no other.",
            TRUTH,
            checks.anything,
        ),
        Preference(
            "readers_from",
            "Show the number of readers from",
            "Beside the sign-up form, once there are so many; 0: never.",
            NUMBER,
            checks.number("Show the number of readers from", 0, 999_999_999),
        ),
        Preference(
            "readers_step",
            "Round that number down to a multiple of",
            "0: to two digits.",
            NUMBER,
            checks.step,
        ),
        Preference(
            "forget_leavers_days",
            "Forget who left after days",
            "30 or more; 0: never.",
            NUMBER,
            checks.forgetting_days,
            option="forget-leavers-after",
        ),
    ),
)
TRACKING = Subject(
    "tracking",
    "Tracking",
    "Whether opens and clicks are counted, and for how long they have names.",
    (
        Preference(
            "tracking",
            "Opens and clicks",
            "A mode that keeps less holds for letters that went out before, too.",
            choice(
                ("off", "are not counted"),
                ("anonymous", "are counted, without knowing whose they are"),
                ("individual", "are counted by reader"),
            ),
            checks.among("Tracking", *checks.TRACKING_MODES),
            "sent",
        ),
        Preference(
            "tracking_days",
            "Forget who opened and clicked after days",
            "The counts stay.",
            NUMBER,
            checks.tracking_days,
            option="forget-tracking-after",
        ),
        Preference(
            "log_days",
            "Forget what editors did after days",
            "Until then the log names each change, and each look at addresses of readers.",
            NUMBER,
            checks.log_days,
        ),
    ),
)
ARCHIVE = Subject(
    "archive",
    "Archive",
    "Who may read past issues on the web, and whether search engines show your pages.",
    (
        Preference(
            "archive",
            "Past issues",
            "Letters link to their issue. Without pages that link says that issues come by mail.",
            choice(
                ("public", "have a page each, and are listed, searched and in feeds"),
                ("unlisted", "have a page for whoever has its address, and are listed nowhere"),
                ("off", "have no pages"),
            ),
            checks.among("The archive", "public", "unlisted", "off"),
        ),
        Preference(
            "noindex",
            "Ask search engines to keep all pages out",
            "Pages that they have already go within some weeks.",
            TRUTH,
            checks.anything,
        ),
    ),
)
DESK = Subject(
    "desk",
    "The desk",
    "How editors log in.",
    (
        Preference(
            "require_factor",
            "Everybody at the desk needs a second factor",
            "Who has none is led to set it up before anything else.",
            TRUTH,
            checks.anything,
        ),
    ),
)
SITES = Subject(
    "sites",
    "Allowed sites",
    "Web sites of yours whose own forms may sign readers up.",
    (
        Preference(
            "allowed_origins",
            "Sites whose scripts may sign readers up",
            "One a line, like https://blog.example",
            LIST,
            checks.origins,
            option="allowed-origin",
        ),
    ),
)

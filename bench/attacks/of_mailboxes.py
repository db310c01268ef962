"""Attacks by other spellings of an address."""

import json
import urllib.parse
from concurrent.futures import ThreadPoolExecutor

from sqlmodel import Session, col, func, select

from bench.attacks.attack import Attack, Ending
from bench.attacks.ground import Answer, Ground
from newsletter.desk.tokens import make_token
from newsletter.letters.models import SmallLetter
from newsletter.lists.importing import import_file
from newsletter.privacy.forgetting import forget_person
from subscribers.address_change import ask_change, carry_out_change
from subscribers.finding import by_address
from subscribers.joining import signup
from subscribers.leaving.unsubscribing import end_subscription
from subscribers.models import Subscriber, Subscription
from subscribers.suppressing import suppress

ADA = "ada@readers.example"
CAPITALS = "ADA@Readers.Example"
WIDE = "ａda@readers.example"  # a full-width a
SPELLINGS = (ADA, CAPITALS, WIDE, "Ada@readers.example.", "ada\ufe0f@readers.example")
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
MOST_LETTERS = 3  # that a mailbox gets in an hour


def _sign_up(ground: Ground, address: str) -> Answer:
    body = urllib.parse.urlencode({"email": address}).encode()
    return ground.ask("POST", "/subscribe", body, FORM)


def _join(ground: Ground, address: str) -> int:
    """Sign up and confirm, as the reader themselves; returns the subscription's id."""
    with ground.world.runtime.database.writing() as session:
        now = ground.world.clock.now()
        asked = signup.sign_up(session, ground.world.publication.key, address, now=now)
        if asked.must_confirm:
            signup.confirm(session, asked.subscription_id, now=now)
        return asked.subscription_id


def _active(ground: Ground) -> int:
    """Count who gets the next issue, of all who spell that mailbox."""
    return ground.world.runtime.database.read(_count, "active")


def _count(session: Session, status: str) -> int:
    theirs = (
        select(func.count())
        .select_from(Subscription)
        .join(Subscriber, col(Subscriber.id) == col(Subscription.subscriber_id))
    )
    return session.exec(theirs.where(col(Subscription.status) == status)).one()


def _import(ground: Ground, *addresses: str) -> None:
    path = ground.folder / "list.csv"
    path.write_text("\n".join(["address", *addresses]) + "\n", "utf-8")
    import_file(
        ground.world.runtime.database,
        ground.world.publication.key,
        path,
        now=ground.world.clock.now(),
        rejected_path=ground.folder / "rejected.csv",
    )


def _vouch(ground: Ground, address: str) -> Answer:
    """Add somebody by a consent given elsewhere, as a program does."""
    world = ground.world
    _, secret = world.runtime.database.write(
        make_token,
        world.publication.key,
        "shop",
        may_vouch=True,
        by="mara@inference.example",
        now=world.clock.now(),
    )
    consent = {"words": "Yes.", "source": "https://shop.example"}
    body = json.dumps({"address": address, "consent": consent}).encode()
    headers = {"Authorization": f"Bearer {secret}", "Content-Type": "application/json"}
    return ground.ask("POST", "/api/subscribers", body, headers)


def two_readers(ground: Ground) -> Ending:
    """Join in each spelling: does one mailbox get an issue several times?"""
    for spelling in SPELLINGS:
        _join(ground, spelling)
    readers = _active(ground)
    return Ending(readers > 1, f"{len(SPELLINGS)} spellings, {readers} letter of each issue")


def after_leaving(ground: Ground) -> Ending:
    """Bring somebody back who left, by a list and by a program, in other spellings."""
    key = _join(ground, ADA)
    now = ground.world.clock.now()
    ground.world.runtime.database.write(end_subscription, key, by="link", now=now)
    _import(ground, *SPELLINGS[1:])
    answer = _vouch(ground, CAPITALS)
    active = _active(ground)
    return Ending(active > 0, f"{active} active after the list; the program got {answer.status}")


def suppressed(ground: Ground) -> Ending:
    """Write to a mailbox that complained, in other spellings."""
    now = ground.world.clock.now()
    ground.world.runtime.database.write(suppress, ADA, "complaint", now)
    _import(ground, *SPELLINGS[1:])
    answers = [_vouch(ground, spelling).status for spelling in SPELLINGS[1:]]
    for spelling in SPELLINGS:
        _sign_up(ground, spelling)
    letters = len(ground.world.inbox.letters)
    readers = ground.world.runtime.database.read(_readers)
    seen = f"{readers} readers, {letters} letters; the program got {sorted(set(answers))}"
    return Ending(readers + letters > 0, seen)


def _readers(session: Session) -> int:
    return session.exec(select(func.count()).select_from(Subscriber)).one()


def erased(ground: Ground) -> Ending:
    """Bring an erased person back by a list in other spellings."""
    _join(ground, ADA)
    with ground.world.runtime.database.writing() as session:
        found = by_address(session, ground.world.publication.key, ADA)
        forget_person(session, found.id, ground.world.clock.now())
    _import(ground, *SPELLINGS[1:])
    readers = ground.world.runtime.database.read(_readers)
    return Ending(readers > 0, f"{readers} readers after the list")


def moved_away(ground: Ground) -> Ending:
    """Bring the former mailbox of a reader back, by a list and by a program."""
    key = _join(ground, ADA)
    with ground.world.runtime.database.writing() as session:
        now = ground.world.clock.now()
        reader = session.get_one(Subscription, key).subscriber_id
        change = ask_change(session, reader, "ada@elsewhere.example", now)
        carry_out_change(session, change.key, now=now)
    _import(ground, *SPELLINGS)
    answer = _vouch(ground, ADA)
    active = _active(ground)
    seen = f"{active} active after the list; the program got {answer.status}"
    return Ending(active > 1, seen)


def at_once(ground: Ground) -> Ending:
    """Sign up in all spellings at the same moment."""
    with ThreadPoolExecutor(len(SPELLINGS)) as pool:
        answers = list(pool.map(lambda spelling: _sign_up(ground, spelling).status, SPELLINGS))
    readers = ground.world.runtime.database.read(_readers)
    return Ending(readers != 1, f"answers {sorted(set(answers))}, {readers} reader")


def bombing(ground: Ground) -> Ending:
    """Have many letters written to one mailbox by its spellings and tags."""
    for spelling in (*SPELLINGS, "ADA+1@readers.example", "ａda+2@readers.example"):
        _sign_up(ground, spelling)
    written = ground.world.runtime.database.read(_letters)
    return Ending(written > MOST_LETTERS, f"{written} letters of 7 sign-ups")


def _letters(session: Session) -> int:
    return session.exec(select(func.count()).select_from(SmallLetter)).one()


ATTACKS = (
    Attack(
        "one mailbox joins in five spellings",
        "each spelling was a reader of its own, with a letter of each issue",
        two_readers,
    ),
    Attack(
        "a list and a program bring back who left, in capitals and full width",
        "active again, in four spellings",
        after_leaving,
    ),
    Attack(
        "a suppressed mailbox is written to in other spellings",
        "added by list and program, and written to",
        suppressed,
    ),
    Attack(
        "an erased person is brought back in another spelling",
        "capitals were known by their hash; full width came in",
        erased,
    ),
    Attack(
        "a list and a program bring back a mailbox that its reader moved away from",
        "active beside the new one: two letters of each issue",
        moved_away,
    ),
    Attack(
        "five spellings sign up at the same moment",
        "a reader for each spelling",
        at_once,
    ),
    Attack(
        "a mailbox is bombed by its spellings",
        "full width and unseen letters were counted apart",
        bombing,
    ),
)

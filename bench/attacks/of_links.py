"""Attacks by links: forwarded letters, old secrets, ids that are given again."""

from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlencode, urlsplit

from sqlmodel import Session, col, select

from bench.attacks.attack import Attack, Ending
from bench.attacks.ground import Answer, Ground
from newsletter.letters.models import SmallLetter
from newsletter.letters.publisher import Publisher
from newsletter.letters.requested import write_link
from newsletter.schedule.daily import Round, carry_out_steps
from newsletter.tokens import Signer
from subscribers.joining import signup
from subscribers.models import AddressChange, Subscriber, Subscription

VICTIM = "victim@victim.example"
BYSTANDER = "bystander@readers.example"
THIEF = "thief@thief.example"
SECOND = "second@thief.example"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


@dataclass(frozen=True, slots=True)
class Scene:
    """A service with a victim and a bystander, and what an attacker does there."""

    ground: Ground

    def post(self, path: str, **fields: str) -> Answer:
        """Send a form."""
        return self.ground.ask("POST", path, urlencode(fields).encode(), FORM)

    def paths(self, address: str, words: str = "") -> list[str]:
        """Return where the letters to an address lead, the oldest first."""
        with self.ground.world.runtime.database.reading() as session:
            # Letters that a reader asked for, or must answer: each has one link.
            theirs = select(SmallLetter).filter_by(address=address, kind="reader")
            letters = session.exec(theirs.order_by(col(SmallLetter.id))).all()
        return [
            urlsplit(letter.fields["url"]).path
            for letter in letters
            if words in letter.fields["head"]
        ]

    def forwarded(self, address: str) -> str:
        """Return the token of a letter to a reader, which was forwarded to the attacker."""
        runtime = self.ground.world.runtime
        publisher = Publisher(self.ground.world.publication, runtime.urls, runtime.signer)
        with runtime.database.writing() as session:
            reader = session.exec(select(Subscriber).filter_by(address=address)).one()
            write_link(session, publisher, reader, self.ground.world.clock.now())
        return self.paths(address)[-1].rpartition("/")[2]

    def move(self, token: str, address: str = THIEF) -> None:
        """Ask for another address by a letter's link, and confirm it in that mailbox."""
        known = len(self.paths(address))
        self.post(f"/preferences/{token}/address", address=address)
        for path in self.paths(address)[known:]:
            self.post(path)

    def pass_days(self, days: int) -> None:
        """Let days pass, and the daily routine of the last one."""
        world = self.ground.world
        world.clock.move_by(timedelta(days=days))
        runtime = world.runtime
        now = world.clock.now()
        round_ = Round(runtime.database, world.publication, runtime.signer, now, runtime.urls)
        list(carry_out_steps(round_))

    def addresses(self) -> list[str]:
        """Return the addresses of all readers."""
        with self.ground.world.runtime.database.reading() as session:
            return sorted(session.exec(select(Subscriber.address)).all())

    def status(self, address: str) -> str:
        """Return the status of a reader's subscription."""
        with self.ground.world.runtime.database.reading() as session:
            query = select(Subscription.status).join(
                Subscriber, col(Subscriber.id) == col(Subscription.subscriber_id)
            )
            return session.exec(query.where(col(Subscriber.address) == address)).one()

    def data_of(self, token: str, address: str) -> str:
        """Ask for the data behind a letter's link; return the path that came to a mailbox."""
        self.post(f"/preferences/{token}/mine")
        return "".join(self.paths(address, "Your data")[-1:])


def scene(ground: Ground) -> Scene:
    """Let a victim and a bystander join."""
    with ground.world.runtime.database.writing() as session:
        for address in (VICTIM, BYSTANDER):
            _join(session, ground, address)
    return Scene(ground)


def _join(session: Session, ground: Ground, address: str) -> None:
    now = ground.world.clock.now()
    asked = signup.sign_up(session, ground.world.publication.key, address, now=now)
    signup.confirm(session, asked.subscription_id, now=now)


def forwarded_letter(ground: Ground) -> Ending:
    """Take a subscription over by a letter that was forwarded, and have its data."""
    at = scene(ground)
    token = at.forwarded(VICTIM)
    at.move(token)
    path = at.data_of(token, THIEF)
    took = VICTIM not in at.addresses() or bool(path)
    return Ending(took, f"readers are {at.addresses()}, the thief's mailbox has data: {bool(path)}")


def overlooked_letter(ground: Ground) -> Ending:
    """The same against a victim who overlooks a letter for two weeks; then they take it back."""
    at = scene(ground)
    token = at.forwarded(VICTIM)
    at.move(token)
    at.pass_days(15)
    opened = 0
    for _ in range(29):
        opened += bool(at.data_of(token, THIEF))
        at.pass_days(1)
    for path in at.paths(VICTIM, "go elsewhere now")[-1:]:
        at.post(path)
    back = VICTIM in at.addresses()
    return Ending(opened > 0 or not back, f"data sent {opened} times, taken back: {back}")


def second_move(ground: Ground) -> Ending:
    """Move a stolen subscription once more, so that its owner's way back leads nowhere."""
    at = scene(ground)
    token = at.forwarded(VICTIM)
    at.move(token)
    at.pass_days(15)
    at.move(token, SECOND)
    for path in at.paths(THIEF, "Shall your letters")[-1:]:
        at.post(path, answer="yes")
    for path in at.paths(VICTIM, "go elsewhere now")[-1:]:
        at.post(path)
    back = VICTIM in at.addresses()
    return Ending(not back, f"taken back: {back}")


def typed_address(ground: Ground) -> Ending:
    """Type the victim's address into the form, so that the change cannot be taken back."""
    at = scene(ground)
    at.move(at.forwarded(VICTIM))
    at.pass_days(15)
    at.post("/subscribe", email=VICTIM)
    for path in at.paths(VICTIM, "go elsewhere now")[-1:]:
        at.post(path)
    back = VICTIM in at.addresses()
    return Ending(not back, f"taken back: {back}")


def used_up_letters(ground: Ground) -> Ending:
    """Use up the letters of the present mailbox, so that it is not asked."""
    at = scene(ground)
    token = at.forwarded(VICTIM)
    for _ in range(9):
        at.post(f"/preferences/{token}/mine")
    at.move(token)
    asked = bool(at.paths(VICTIM, "Shall your letters"))
    at.pass_days(15)
    moved = VICTIM not in at.addresses()
    return Ending(moved and not asked, f"moved: {moved}, the victim was asked: {asked}")


def two_letters(ground: Ground) -> Ending:
    """Make one reader of two, by a letter of each and one mailbox for both."""
    at = scene(ground)
    for address in (VICTIM, BYSTANDER):
        at.move(at.forwarded(address))
        at.ground.world.clock.move_by(timedelta(hours=2))
    at.pass_days(15)
    readers = at.addresses()
    return Ending(len(readers) < 2, f"readers are {readers}")


def old_secret(ground: Ground) -> Ending:
    """Sign links to the data of readers with a secret that leaked and was replaced."""
    scene(ground)
    runtime = ground.world.runtime
    leaked = Signer(runtime.signer.secret)
    rotated = Signer("the secret after the rotation", (leaked.secret,))
    object.__setattr__(runtime, "signer", rotated)
    until = ground.world.clock.now() + timedelta(days=1)
    answers = [
        ground.ask("GET", f"/mine/{leaked.sign('mine', number, until)}/data").status
        for number in (1, 2)
    ]
    return Ending(200 in answers, f"answers are {answers}")


def id_given_again(ground: Ground) -> Ending:
    """Take back a stranger's change of address, by an old link whose change is gone."""
    at = scene(ground)
    at.move(at.forwarded(VICTIM), SECOND)
    runtime = ground.world.runtime
    until = ground.world.clock.now() + timedelta(days=30)
    with runtime.database.writing() as session:
        gone = session.exec(select(AddressChange)).one()
        old = runtime.signer.sign("former", gone.key, until)
        session.delete(gone)
    moved = "bystander@elsewhere.example"
    at.move(at.forwarded(BYSTANDER), moved)
    for path in at.paths(BYSTANDER, "Shall your letters")[-1:]:
        at.post(path, answer="yes")
    was_there = moved in at.addresses()
    answer = at.post(f"/address/back/{old}")
    taken = was_there and moved not in at.addresses()
    return Ending(taken, f"answer {answer.status}, the bystander's change is undone: {taken}")


def dressed_click(ground: Ground) -> Ending:
    """Send the one click of RFC 8058 as mail providers do: is the reader kept?"""
    at = scene(ground)
    token = at.forwarded(VICTIM)
    kept = []
    for body, kind in (
        (b"List-Unsubscribe=One-Click\r\n", FORM["Content-Type"]),
        (b"list-unsubscribe=one-click", "application/x-www-form-urlencoded; charset=utf-8"),
        (b"List-Unsubscribe=One-Click", "text/plain"),
    ):
        answer = ground.ask("POST", f"/leave/{token}", body, {"Content-Type": kind})
        if answer.text != "You are unsubscribed.":
            kept.append(body.decode())
    stays = at.status(VICTIM) != "unsubscribed"
    return Ending(bool(kept) or stays, f"the reader stays: {stays}; not heard: {kept}")


ATTACKS: tuple[Attack, ...] = (
    Attack(
        "a forwarded letter takes a subscription over",
        "4 requests later the thief downloaded all data and erased the victim",
        forwarded_letter,
    ),
    Attack(
        "a forwarded letter, and the victim overlooks its question",
        "nobody was asked; the take-back was 404 after the erasure",
        overlooked_letter,
    ),
    Attack(
        "a second move puts the first out of reach",
        "the take-back said that letters come back, and nothing was changed",
        second_move,
    ),
    Attack(
        "the victim's address typed into the sign-up form stops the take-back",
        "409: somebody else reads at that address now",
        typed_address,
    ),
    Attack(
        "the letters of the present mailbox are used up",
        "the present mailbox was not asked at all",
        used_up_letters,
    ),
    Attack(
        "two forwarded letters make one reader of two",
        "both moved to the thief's mailbox, and were one reader for good",
        two_letters,
    ),
    Attack(
        "an old secret signs links to data",
        "200, with all data of each reader",
        old_secret,
    ),
    Attack(
        "a link to take back names a stranger's change",
        "200 on SQLite: the bystander's address was reverted",
        id_given_again,
    ),
    Attack(
        "one click with white space, in small letters, as text",
        "422 for each, and the reader stays",
        dressed_click,
    ),
)

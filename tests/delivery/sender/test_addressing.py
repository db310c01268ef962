"""One message as a letter."""

import asyncio
import base64
import re
from datetime import datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from urllib.parse import urlsplit

import dkim
import pytest
from sqlmodel import Session, col, select, update

from newsletter.clock import SetClock
from newsletter.database import Database
from newsletter.delivery.models import Delivery
from newsletter.delivery.planning import freeze
from newsletter.editions.marked import OtherFormat
from newsletter.editions.models import Edition
from newsletter.lists.columns import guess_columns
from newsletter.lists.importing import ImportEvidence, begin_import, run_import
from newsletter.lists.tables.shapes import open_sheet
from newsletter.mail.dkim import make_key, read_key
from newsletter.publications.models import Publication
from newsletter.publications.opening import open_publication
from newsletter.tokens import pair
from subscribers import address_change
from subscribers.joining import signup
from subscribers.joining.reconfirming import confirm_stay
from subscribers.joining.vouching import vouch
from subscribers.models import Subscriber, Subscription
from tests.delivery.rig import SIGNER, Rig, planned, planned_in, receiving
from tests.samples.times import NOON

READERS = tuple(f"reader{n}@readers.example" for n in range(12))


def test_an_edition_of_another_format_is_refused_clearly_and_nothing_of_it_goes(
    database: Database,
) -> None:
    rig = planned(database, *READERS[:2])
    with database.writing() as session:
        session.get_one(Edition, session.get_one(Delivery, rig.delivery_id).edition_id).format = 99
    with receiving() as inbox, pytest.raises(OtherFormat, match="format 99"):
        rig.send(inbox)
    assert rig.ledger().messages == {"planned": 2}


def test_a_letter_is_signed_by_the_keys_of_its_own_domain_only(database: Database) -> None:
    """An installation of two publications has keys of both; each letter has those of its From."""
    rig = planned(database, READERS[0])
    own, other = (
        read_key(domain, "s1", make_key("ed25519"))
        for domain in ("inference.example", "other.example")
    )
    with receiving() as inbox, rig.sender(inbox, keys=[other, own]) as sender:
        asyncio.run(sender.deliver(rig.delivery_id))
    [received] = inbox.letters
    [signature] = message_from_bytes(received.content).get_all("DKIM-Signature")
    assert "d=inference.example;" in signature


def test_a_letter_says_how_to_leave_by_one_click_and_which_list_it_is_of(
    database: Database,
) -> None:
    rig = planned(database, READERS[0])
    with receiving() as inbox:
        rig.send(inbox)
    [received] = inbox.letters
    letter = message_from_bytes(received.content)
    message = rig.messages()[0]
    assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    token = letter["List-Unsubscribe"].strip("<>").rsplit("/", 1)[-1]
    number = SIGNER.read("letter", token, NOON)
    assert number == pair(message.issue_id, message.subscriber_id)
    slug = rig.publication.slug
    assert letter["List-Id"] == f"The Inference <{slug}.inference.example>"
    assert letter["Message-ID"] == f"<{slug}.1.{message.id}@inference.example>"


def test_each_reader_reads_why_they_get_it_and_only_who_confirmed_that_they_did(
    database: Database, tmp_path: Path
) -> None:
    """Of a list, of a program's vouching, of the button; and who says yes to a list's question.

    Where the publication is, it is the next day already.
    """
    old = tmp_path / "list.csv"
    old.write_text(
        "address,joined_at\nlisted@r.example,2021-05-07\nundated@r.example,\nstays@r.example,\n"
    )
    with database.writing() as session:
        key = open_publication(
            session,
            name="The Inference",
            sender_address="editor@inference.example",
            cadence="Tuesday 09:00 Pacific/Auckland",
            postal_address="1 Street",
        ).key
        signup.sign_up(session, key, "button@r.example", now=NOON)
        signup.confirm(session, 1, now=NOON)
        consent = {"words": "Yes", "source": "Spring fair"}
        vouch(session, key, "vouched@r.example", name="", **consent, now=NOON)
    record = database.write(
        begin_import,
        key,
        old,
        guess_columns(open_sheet(old).header),
        evidence=ImportEvidence("mara", "Spring event, Berlin"),
        now=NOON,
    )
    run_import(database, record.key, old, now=NOON, rejected_path=tmp_path / "rejected.csv")
    with database.writing() as session:
        of_reader = col(Subscriber.id) == Subscription.subscriber_id
        stays = select(Subscription).join(Subscriber, of_reader)
        subscription = session.exec(stays.where(Subscriber.address == "stays@r.example")).one()
        subscription.reconfirm_by = NOON
        confirm_stay(session, subscription.key, now=NOON)
        delivery = planned_in(session, key)
        rig = Rig(database, SetClock(NOON), delivery.key, session.get_one(Publication, key))
        session.expunge_all()
    with receiving() as inbox:
        rig.send(inbox)
    feet = {letter.rcpt_to.split("@")[0]: foot_of(letter.content) for letter in inbox.letters}
    day = "13 May 2026"
    assert feet == {
        "button": f"you confirmed button@r.example for The Inference on {day}.",
        "stays": f"you confirmed stays@r.example for The Inference on {day}.",
        "listed": "the publisher imported listed@r.example for The Inference "
        f"on {day} from: Spring event, Berlin, subscribed there since 7 May 2021.",
        "undated": "the publisher imported undated@r.example for The Inference "
        f"on {day} from: Spring event, Berlin.",
        "vouched": "the publisher entered vouched@r.example for The Inference "
        f"on {day}, by a consent given elsewhere.",
    }


def test_who_moved_reads_nothing_that_was_true_of_another_address(database: Database) -> None:
    """Moved before the issue was planned, while it waited, and taken back since; or of a list."""
    later = NOON + timedelta(days=9)
    with database.writing() as session:
        key = open_publication(
            session,
            name="The Inference",
            sender_address="editor@inference.example",
            cadence="Tuesday 09:00 UTC",
            postal_address="1 Street",
        ).key
        names = ("early", "late", "back", "stays")
        delivery = planned_in(session, key, *(f"{name}@r.example" for name in names))
        readers = session.exec(select(Subscriber).order_by(col(Subscriber.id))).all()
        early, late, back, _ = (each.key for each in readers)
        session.exec(update(Subscription).values(agreed_by="import").filter_by(subscriber_id=early))
        move(session, early, "early@new.example", later)
        taken = move(session, back, "back@new.example", later)
        address_change.take_back(session, taken, later)
        rig = Rig(database, SetClock(NOON), delivery.key, session.get_one(Publication, key))
        session.expunge_all()
    assert freeze(database, rig.delivery_id)
    with database.writing() as session:
        move(session, late, "late@new.example", later)
    with receiving() as inbox:
        rig.send(inbox)
    feet = {letter.rcpt_to: foot_of(letter.content) for letter in inbox.letters}
    assert feet == {
        "early@new.example": "you chose early@new.example for The Inference on 21 May 2026.",
        "late@new.example": "you chose late@new.example for The Inference lately.",
        "back@r.example": "you chose back@r.example for The Inference on 21 May 2026.",
        "stays@r.example": "you confirmed stays@r.example for The Inference on 12 May 2026.",
    }


def move(session: Session, subscriber_id: int, address: str, now: datetime) -> int:
    """Move a reader to another address, whatever its owner says; the id of the change."""
    change = address_change.ask_change(session, subscriber_id, address, now)
    assert address_change.carry_out_change(session, change.key, now=now)
    return change.key


def foot_of(content: bytes) -> str:
    """Why both parts of a letter say that it came; they say the same."""
    message = message_from_bytes(content, policy=policy.default)
    assert isinstance(message, EmailMessage)
    parts = [part.get_content() for part in message.iter_parts()]
    sentence = re.compile(r"receive this because (.*?\.)\s*(?:Unsub|<)", re.DOTALL)
    reasons = {" ".join(reason.split()) for part in parts for reason in sentence.findall(part)}
    assert len(reasons) == 1
    return reasons.pop()


def test_a_letter_is_left_by_mail_too_where_that_mail_is_read(database: Database) -> None:
    """RFC 2369 has the preferred way first; the local part fits its 64 octets, in any case."""
    rig = planned(database, READERS[0])
    key = read_key("inference.example", "s1", make_key("ed25519"))
    with (
        receiving() as inbox,
        rig.sender(inbox, keys=[key], leave_mailbox="leave@mail.inference.example") as sender,
    ):
        asyncio.run(sender.deliver(rig.delivery_id))
    [received] = inbox.letters
    header = message_from_bytes(received.content)["List-Unsubscribe"]
    link, mail = [way.strip().strip("<>") for way in header.split(",")]
    token = link.rsplit("/", 1)[-1]
    url = urlsplit(mail)
    local, _, domain = url.path.partition("@")
    assert (url.scheme, domain, url.query) == (
        "mailto",
        "mail.inference.example",
        "subject=unsubscribe",
    )
    assert len(local) <= 64
    name, _, tag = local.partition("+")
    raw = base64.b32decode(f"{tag.upper()}=")
    assert name == "leave"
    assert base64.urlsafe_b64encode(raw).decode().rstrip("=") == token
    record = key.dns_record.encode()
    assert dkim.verify(received.content, dnsfunc=lambda name, timeout=5: record), "its fold, too"

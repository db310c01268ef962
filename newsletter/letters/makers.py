"""Makers: what becomes of a submission, and the letter that tells its maker, in one transaction.

The web and the command line both come through here, so that no decision stays unsaid.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from newsletter.letters.writing import (
    write_approved,
    write_notice,
    write_ownership,
    write_question,
    write_rejected,
)
from newsletter.publications.models import Publication
from newsletter.tokens import Signer
from newsletter.tools import submissions
from newsletter.tools.badge import embed_code
from newsletter.tools.cards import Card, find_problems
from newsletter.tools.models import Submission, Tool
from newsletter.tools.submissions import BadSubmission
from newsletter.urls import Urls
from subscribers.addresses import BadAddress, normalise, shorten_network
from subscribers.suppressing import is_suppressed


@dataclass(frozen=True, slots=True)
class Publisher:
    """From where people are written to: the publication, its addresses, and what signs their links."""

    publication: Publication
    urls: Urls
    signer: Signer

    @property
    def key(self) -> int:
        return self.publication.key

    @property
    def promote_url(self) -> str:
        """Where "Promote your tool" leads: as set, or our own form."""
        return self.publication.promote_url or self.urls.promote()

    def embed_code(self, tool: Tool) -> str:
        """The badge of a tool, for its maker's own site."""
        return embed_code(
            tool=tool.name,
            publication=self.publication.name,
            page_url=self.urls.tool(tool.slug),
            light_url=self.urls.badge(tool.slug),
            dark_url=self.urls.badge(tool.slug, dark=True),
        )


def check_submission(card: Card, contact: str) -> str:
    """Return the address of a maker, normalised. Raises BadSubmission, with all that is wrong with the card and with it."""
    wrong, address = dict(find_problems(card, by_maker=True)), ""
    try:
        address = normalise(contact)
    except BadAddress as bad:
        wrong["contact"] = str(bad)
    if wrong:
        raise BadSubmission(wrong)
    return address


def receive_submission(
    session: Session,
    publisher: Publisher,
    card: Card,
    *,
    contact: str,
    note: str,
    network: str,
    now: datetime,
) -> Submission:
    """Keep a submission and ask its contact whether it is theirs. Who must not be mailed is not, and the answer is the same.

    Raises BadSubmission, with all that is wrong, or TooMany.
    """
    address = check_submission(card, contact)
    shortened = shorten_network(network)
    submission = submissions.submit(
        session, publisher.key, card, contact=address, note=note, network=shortened, now=now
    )
    if not is_suppressed(session, address):
        until = now + submissions.VERIFY_FOR
        write_ownership(
            session,
            publisher.key,
            submission.key,
            address,
            until,
            publisher.urls,
            publisher.signer,
            now,
        )
    return submission


def verify(
    session: Session,
    publisher: Publisher,
    submission_id: int,
    *,
    editors: Sequence[str],
    now: datetime,
) -> Submission:
    """The contact is the maker's: the submission waits. Editors hear of it if nothing waited before."""
    nothing_waited = not submissions.count_by_status(session, publisher.key).get("waiting")
    if submissions.verify(session, submission_id, now) and nothing_waited:
        for address in editors:
            write_notice(
                session,
                publisher.key,
                address,
                "A tool waits for you",
                "Its maker sent it in.",
                publisher.urls.desk_tools(),
                now,
            )
    return submissions.read_submission(session, submission_id)


def approve(
    session: Session,
    publisher: Publisher,
    submission_id: int,
    version: int,
    card: Card,
    *,
    category: str,
    by: str,
    now: datetime,
) -> Tool:
    """Say yes: the tool is made, and its maker gets its page and its badge."""
    tool = submissions.approve(
        session, submission_id, version, card, category=category, by=by, now=now
    )
    contact = submissions.read_submission(session, submission_id).contact
    if not is_suppressed(session, contact):
        write_approved(
            session,
            publisher.key,
            contact,
            tool.name,
            publisher.urls.tool(tool.slug),
            publisher.embed_code(tool),
            now,
        )
    return tool


def ask_maker(
    session: Session,
    publisher: Publisher,
    submission_id: int,
    version: int,
    question: str,
    now: datetime,
) -> Submission:
    """Ask the maker something; the answer comes by a link of its own."""
    asked = submissions.ask(session, submission_id, version, question, now=now)
    until = now + submissions.ANSWER_FOR
    url = publisher.urls.answer(publisher.signer.sign("answer", submission_id, until))
    if not is_suppressed(session, asked.contact):
        write_question(
            session, publisher.key, asked.contact, asked.name, asked.question, url, until, now
        )
    return asked


def reject(
    session: Session,
    publisher: Publisher,
    submission_id: int,
    version: int,
    reason: str,
    *,
    by: str,
    now: datetime,
) -> Submission:
    """Say no, and why."""
    rejected = submissions.reject(session, submission_id, version, reason, by=by, now=now)
    if not is_suppressed(session, rejected.contact):
        write_rejected(
            session,
            publisher.key,
            rejected.contact,
            rejected.name,
            rejected.reason,
            publisher.promote_url,
            now,
        )
    return rejected

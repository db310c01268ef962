"""Notices: letters to the editors about what the schedule did, and about sources in trouble."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session

from newsletter.desk import team
from newsletter.desk.roles import Act
from newsletter.gathering import sources
from newsletter.letters.writing import Notice, write_notice
from newsletter.publications.models import Publication
from newsletter.urls import Urls


def write_notices(
    session: Session,
    publication: Publication,
    head: str,
    text: str,
    urls: Urls,
    now: datetime,
) -> None:
    """Write a notice to each editor who may do something about it."""
    notice = Notice(head, text, urls.desk())
    for editor in team.who_may(session, publication.key, Act.CHOOSE):
        write_notice(session, publication.key, editor.address, notice, now=now)


def write_source_troubles(
    session: Session,
    publication: Publication,
    urls: Urls,
    now: datetime,
) -> Sequence[str]:
    """Write one notice of the sources that fail, fell silent or were retired by their host.

    Each trouble is in one notice only. Returns its sentences, one for each source.
    """
    sentences = [
        f"{source.title or source.url}: {health.sentence}"
        for source, health in sources.new_troubles(session, publication.key, now)
    ]
    if sentences:
        head = _head(len(sentences))
        write_notices(
            session,
            publication,
            head,
            " ".join(sentences),
            urls,
            now,
        )
    return sentences


def _head(troubles: int) -> str:
    return "A source needs you" if troubles == 1 else f"{troubles} sources need you"

"""Arriving by a letter's link: whose it is, and how long a page was seen before its button."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session

from newsletter.delivery.leaving import press_leave
from newsletter.delivery.letter_links import (
    LetterReader,
    reader_by_leave_token,
    reader_by_letter_token,
    reader_by_preferences_token,
)
from newsletter.errors import NewsletterError, Refused
from newsletter.letters.publisher import Publisher
from newsletter.publications.models import Publication
from newsletter.publications.reading import read_publication
from newsletter.runtime import Runtime
from newsletter.tokens import Purpose

SHOWN_FOR = timedelta(days=1)
READERS: Mapping[Purpose, Callable[[Session, int], LetterReader]] = {
    "letter": reader_by_letter_token,
    "preferences": reader_by_preferences_token,
    "leave": reader_by_leave_token,
}


class OldLink(Refused):
    """This link is of an old letter. Use the link in a newer letter, or ask for your link at
    /link."""


@dataclass(frozen=True, slots=True)
class LetterVisit:
    """A reader who came by a letter's link: one request, in its transaction, at one moment.

    The publication is the letter's, which need not be the one whose front page is here.
    """

    runtime: Runtime
    session: Session
    token: str
    reader: LetterReader
    now: datetime
    is_old_link: bool  # signed with a former secret, which others may have learned

    def require_new_link(self) -> None:
        """Raise OldLink: who learned an old secret can make a link of any reader."""
        if self.is_old_link:
            raise OldLink

    @property
    def publication(self) -> Publication:
        """The publication that the letter is from."""
        return read_publication(self.session, self.reader.publication_id)

    @property
    def publisher(self) -> Publisher:
        """From where the reader is written to."""
        return Publisher(self.publication, self.runtime.urls, self.runtime.signer)

    def shown_token(self) -> str:
        """Return what the page's form carries: when it was shown, to the millisecond.

        It is good for this link only: a program that saw its own page presses no other's button.
        """
        number = int(self.now.timestamp() * 1000)
        until = self.now + SHOWN_FOR
        return self.runtime.signer.sign("shown", number, until, holder=self.token)

    def was_shown(self, form: Mapping[str, object]) -> bool:
        """True if a page of ours was shown within a day: without it a program posted the form."""
        return self._looked_s(str(form.get("shown", ""))) is not None

    def press(
        self,
        reader: LetterReader,
        form: Mapping[str, object],
        *,
        by: str,
        network: str,
    ) -> bool:
        """Leave by the button of a page. False if a scanner may have pressed it: ask again."""
        return press_leave(
            self.session,
            reader,
            by=by,
            looked_s=self._looked_s(str(form.get("shown", ""))),
            is_second="again" in form,
            network=network,
            now=self.now,
        )

    def _looked_s(self, shown: str) -> float | None:
        """For how many seconds the page was seen; None if we did not show it within a day."""
        try:
            shown_ms = self.runtime.signer.read("shown", shown, self.now, self.token)
        except NewsletterError:
            return None
        return self.now.timestamp() - shown_ms / 1000


def arrive(runtime: Runtime, session: Session, token: str) -> LetterVisit:
    """Let a reader in by a letter's link, an issue's or a small one. Raises BadToken, NoLetter."""
    now = runtime.clock.now()
    read = runtime.signer.read_either(tuple(READERS), token, now)
    return LetterVisit(
        runtime,
        session,
        token,
        READERS[read.purpose](session, read.number),
        now,
        read.is_old,
    )


def read_token(runtime: Runtime, purpose: Purpose, token: str) -> int:
    """Return the number in the token of a link. Raises BadToken, OldToken."""
    return runtime.signer.read(purpose, token, runtime.clock.now())

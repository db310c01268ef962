"""From where people are written to: a publication, its addresses, and the signer of its links."""

from dataclasses import dataclass
from datetime import datetime

from newsletter.publications.models import Publication
from newsletter.tokens import Signer, pair
from newsletter.tools.badge import embed_code
from newsletter.tools.models import Tool
from newsletter.urls import Urls


@dataclass(frozen=True, slots=True)
class Publisher:
    """A publication with what its letters need: the address space, and what signs their links."""

    publication: Publication
    urls: Urls
    signer: Signer

    def __post_init__(self) -> None:
        # Whoever writes to people of several publications has the installation's addresses.
        object.__setattr__(self, "urls", self.urls.of(self.publication))

    @property
    def key(self) -> int:
        return self.publication.key

    @property
    def promote_url(self) -> str:
        """Where "Promote your tool" leads."""
        # A publication may have a form of its own elsewhere.
        return self.publication.promote_url or self.urls.promote()

    def confirm_url(
        self,
        subscription_id: int,
        until: datetime,
    ) -> str:
        """The link that makes a sign-up count."""
        return self.urls.confirm(self.signer.sign("confirm", subscription_id, until))

    def stay_url(
        self,
        subscription_id: int,
        until: datetime,
    ) -> str:
        """The link by which somebody of a doubtful list stays."""
        return self.urls.stay(self.signer.sign("stay", subscription_id, until))

    def preferences_token(self, subscriber_id: int) -> str:
        """What signs the links to a subscriber's preferences, and to leave."""
        # It never expires: a letter is found years later, and leaving must work then
        # (docs/adr/0020).
        return self.signer.sign("preferences", pair(self.key, subscriber_id))

    def data_url(
        self,
        subscriber_id: int,
        until: datetime,
    ) -> str:
        """The link to all that is kept of a subscriber."""
        return self.urls.mine(self.signer.sign("mine", subscriber_id, until))

    def new_address_url(
        self,
        change_id: int,
        until: datetime,
    ) -> str:
        """The link by which the owner of a new address confirms it."""
        return self.urls.new_address(self.signer.sign("address", change_id, until))

    def present_address_url(
        self,
        change_id: int,
        until: datetime,
    ) -> str:
        """The link by which the present mailbox agrees to a change of address, or does not."""
        return self.urls.present_address(self.signer.sign("present", change_id, until))

    def former_address_url(
        self,
        change_id: int,
        until: datetime,
    ) -> str:
        """The link by which the owner of the former address takes a change back."""
        return self.urls.former_address(self.signer.sign("former", change_id, until))

    def own_tool_url(
        self,
        submission_id: int,
        until: datetime,
    ) -> str:
        """The link by which a maker says that they sent in a tool."""
        return self.urls.own_tool(self.signer.sign("own", submission_id, until))

    def answer_url(
        self,
        submission_id: int,
        until: datetime,
    ) -> str:
        """The link by which a maker answers an editor's question."""
        return self.urls.answer(self.signer.sign("answer", submission_id, until))

    def embed_code(self, tool: Tool) -> str:
        """The badge of a tool as HTML, for its maker's own site."""
        return embed_code(
            tool=tool.name,
            publication=self.publication.name,
            page_url=self.urls.tool(tool.slug),
            light_url=self.urls.badge(tool.slug),
            dark_url=self.urls.badge(tool.slug, dark=True),
        )

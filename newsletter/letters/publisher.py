"""From where people are written to: a publication, its addresses, and the signer of its links."""

from dataclasses import dataclass

from newsletter.publications.models import Publication
from newsletter.tokens import Signer
from newsletter.tools.badge import embed_code
from newsletter.tools.models import Tool
from newsletter.urls import Urls


@dataclass(frozen=True, slots=True)
class Publisher:
    """A publication with what its letters need: the address space, and what signs their links."""

    publication: Publication
    urls: Urls
    signer: Signer

    @property
    def key(self) -> int:
        return self.publication.key

    @property
    def promote_url(self) -> str:
        """Where "Promote your tool" leads."""
        # A publication may have a form of its own elsewhere.
        return self.publication.promote_url or self.urls.promote()

    def embed_code(self, tool: Tool) -> str:
        """The badge of a tool as HTML, for its maker's own site."""
        return embed_code(
            tool=tool.name,
            publication=self.publication.name,
            page_url=self.urls.tool(tool.slug),
            light_url=self.urls.badge(tool.slug),
            dark_url=self.urls.badge(tool.slug, dark=True),
        )

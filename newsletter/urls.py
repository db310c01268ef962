"""Pure. The address space: every public path is spelled here once."""

from dataclasses import dataclass, replace
from typing import Protocol

DESKS = "/p"  # below it are the desks of all publications but the first, each by its slug


class HasOwnUrl(Protocol):
    """What of a publication decides where its pages are."""

    slug: str
    own_url: str


@dataclass(frozen=True, slots=True)
class Urls:
    """Absolute addresses of one publication; without its `own_url`, those of the first one.

    Its public pages are below its own URL. All desks are on the installation's host, so that an
    editor logs in once: the first publication's at /desk, another one's at /p/SLUG/desk.
    """

    public_url: str
    own_url: str = ""  # of the publication: "", a path of the public URL, or scheme and host
    slug: str = ""

    def of(self, publication: HasOwnUrl) -> "Urls":
        """The addresses of a publication of the same installation."""
        return replace(self, own_url=publication.own_url, slug=publication.slug)

    def _at(self, path: str) -> str:
        return self._host() + ("" if "://" in self.own_url else self.own_url) + path

    def _at_desk(self, path: str) -> str:
        return self._root() + (f"{DESKS}/{self.slug}" if self.own_url else "") + path

    def _host(self) -> str:
        return self.own_url if "://" in self.own_url else self._root()

    def _root(self) -> str:
        return self.public_url.rstrip("/")

    def home(self) -> str:
        return self._at("/")

    def subscribe(self) -> str:
        """Where sign-up forms are sent, from any site."""
        return self._at("/subscribe")

    def confirm(self, token: str) -> str:
        return self._at(f"/confirm/{token}")

    def stay(self, token: str) -> str:
        """The page whose button says that somebody of a doubtful list wants to stay."""
        return self._at(f"/stay/{token}")

    def leave(self, token: str) -> str:
        return self._at(f"/leave/{token}")

    def preferences(self, token: str) -> str:
        """The page on which a reader chooses what they get."""
        return self._at(f"/preferences/{token}")

    def link(self) -> str:
        """The page of those who lost their link."""
        return self._at("/link")

    def mine(self, token: str) -> str:
        """A reader's own data: to have, or to have erased."""
        return self._at(f"/mine/{token}")

    def new_address(self, token: str) -> str:
        """The page whose button says that the new address is its reader's."""
        return self._at(f"/address/{token}")

    def present_address(self, token: str) -> str:
        """The page on which the present mailbox says yes or no to a change of address."""
        return self._at(f"/address/present/{token}")

    def former_address(self, token: str) -> str:
        """The page whose button takes a change of address back."""
        return self._at(f"/address/back/{token}")

    def back(self, token: str) -> str:
        """The page whose button undoes leaving."""
        return self._at(f"/back/{token}")

    def vote(self, token: str, answer: str) -> str:
        """The page whose button answers whether an issue was useful."""
        return self._at(f"/vote/{token}/{answer}")

    def click(self, token: str, place: int) -> str:
        """A counted link of an edition, by its place in the links table."""
        return self._at(f"/c/{token}/{place}")

    def pixel(self, token: str) -> str:
        """The picture whose load is an open."""
        return self._at(f"/o/{token}")

    def issue(self, number: int) -> str:
        return self._at(f"/archive/{number}")

    def archive(self) -> str:
        return self._at("/archive")

    def letter(self, number: int) -> str:
        """An issue as it was printed, for everybody."""
        return self._at(f"/archive/{number}/letter")

    def rss(self) -> str:
        """The issues as RSS 2.0."""
        return self._at("/feed.xml")

    def atom(self) -> str:
        """The issues as Atom (RFC 4287)."""
        return self._at("/atom.xml")

    def json_feed(self) -> str:
        """The issues as JSON Feed 1.1."""
        return self._at("/feed.json")

    def sitemap(self) -> str:
        return self._at("/sitemap.xml")

    def tools(self) -> str:
        return self._at("/tools")

    def article(self, slug: str) -> str:
        """The page of an article here."""
        return self._at(f"/articles/{slug}")

    def articles(self) -> str:
        return self._at("/articles")

    def promote(self) -> str:
        """The form by which makers send in a tool."""
        return self._at("/promote")

    def own_tool(self, token: str) -> str:
        """The page whose button says that a submission's address is its maker's."""
        return self._at(f"/promote/own/{token}")

    def answer(self, token: str) -> str:
        """The page on which a maker answers an editor's question."""
        return self._at(f"/promote/answer/{token}")

    def tool(self, slug: str) -> str:
        return self._at(f"/tools/{slug}")

    def badge(self, slug: str, *, dark: bool = False) -> str:
        return self._at(f"/badge/{'dark/' if dark else ''}{slug}.svg")

    def desk(self) -> str:
        return self._at_desk("/desk")

    def login(self, known: str = "") -> str:
        """The desk's login; `known` is the token by which it does not wait for others' guesses."""
        return self._at_desk(f"/desk/login?known={known}" if known else "/desk/login")

    def desk_entry(self, token: str, kind: str) -> str:
        """The page of an entry link: its kind is "invitation" or "password"."""
        return self._at(f"/desk/entry/{kind}/{token}")

    def desk_issue(self, issue_id: int) -> str:
        return self._at_desk(f"/desk/issues/{issue_id}")

    def desk_tools(self) -> str:
        return self._at_desk("/desk/tools")

    def desk_quarantine(self) -> str:
        return self._at_desk("/desk/quarantine")

    def pictures(self) -> str:
        """The address below which the pictures of a look are; a digest and .png end it."""
        return self._at("/brand/")

    def static(self, name: str) -> str:
        """A file of all publications."""
        return self._host() + f"/static/{name}"

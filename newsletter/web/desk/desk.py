"""The desk as its handlers get it: who works there, for which publication, on which runtime."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import Depends
from fastapi.responses import HTMLResponse

from newsletter.desk.models import Editor
from newsletter.letters.publisher import Publisher
from newsletter.publications.models import Publication
from newsletter.runtime import Runtime
from newsletter.web.rendering import show
from newsletter.web.requests import AnyoneDep, EditorDep, LoginNeeded, PublicationDep, RuntimeDep


@dataclass(frozen=True, slots=True)
class Desk:
    """What every handler of the desk needs beside its session.

    The session stays a parameter of its own: Reading or Writing decides the transaction.
    `visitor` is None only at an open desk, where a form outlives a login that ended.
    """

    visitor: Editor | None
    publication: Publication
    runtime: Runtime

    @property
    def editor(self) -> Editor:
        """Who is logged in. Raises LoginNeeded if nobody is."""
        if self.visitor is None:
            raise LoginNeeded
        return self.visitor

    @property
    def key(self) -> int:
        """The publication's id."""
        return self.publication.key

    @property
    def by(self) -> str:
        """The address that is noted with what the editor does."""
        return self.editor.address

    @property
    def name(self) -> str:
        """The editor as others read it in a note: by name, or else by address."""
        return self.editor.name or self.editor.address

    @property
    def publisher(self) -> Publisher:
        """From where people are written to."""
        return Publisher(self.publication, self.runtime.urls, self.runtime.signer)

    def now(self) -> datetime:
        """The time of the runtime's clock, in UTC."""
        return self.runtime.clock.now()

    def show(
        self,
        template: str,
        status: int = 200,
        **values: object,
    ) -> HTMLResponse:
        """Answer with a page of the desk; its frame names the editor and the publication."""
        return show(
            template,
            status,
            editor=self.visitor,
            publication=self.publication,
            **values,
        )


# Both are async only to stay on the event loop: they wait for nothing.
async def _desk(editor: EditorDep, publication: PublicationDep, runtime: RuntimeDep) -> Desk:
    return Desk(editor, publication, runtime)


async def _open_desk(visitor: AnyoneDep, publication: PublicationDep, runtime: RuntimeDep) -> Desk:
    return Desk(visitor, publication, runtime)


DeskDep = Annotated[Desk, Depends(_desk)]
OpenDeskDep = Annotated[Desk, Depends(_open_desk)]

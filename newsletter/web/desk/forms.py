"""Forms that several pages of the desk share. A field that is missing or empty has its default."""

from pydantic import BaseModel


class VersionForm(BaseModel):
    """The version that the editor saw: a change of anything newer is refused."""

    version: int

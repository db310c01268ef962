"""Forms that several pages of the desk share. A field that is missing or empty has its default."""

from typing import Annotated

from fastapi import Form
from pydantic import BaseModel

# A browser sends every text field, empty or not, and no box that is not ticked. FastAPI takes an
# empty field for a missing one, so both get the default, or are refused where there is none.


class VersionForm(BaseModel):
    """The version that the editor saw: a change of anything newer is refused."""

    version: int


VersionFormDep = Annotated[VersionForm, Form()]


def with_scheme(typed: str) -> str:
    """People leave out the scheme of an address; an empty field stays empty."""
    return typed if "://" in typed or not typed else f"https://{typed}"

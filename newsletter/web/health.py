"""Is this process fit to answer?"""

from fastapi import APIRouter
from sqlalchemy import text

from newsletter.web.requests import Reading

pages = APIRouter()


@pages.get("/health")
def health(session: Reading) -> dict[str, str]:
    """Say that the database answers."""
    session.connection().execute(text("select 1"))
    return {"database": "ok"}

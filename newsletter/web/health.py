"""Is this process fit to answer?"""

from fastapi import APIRouter
from sqlalchemy import text

from newsletter.web.requests import Reading, RuntimeDep

pages = APIRouter()


@pages.get("/health")
def health(session: Reading, runtime: RuntimeDep) -> dict[str, str]:
    """Say that the database answers, and why nothing is sent if that is so."""
    session.connection().execute(text("select 1"))
    standing = runtime.guard.standing()
    return {"database": "ok"} | ({} if standing.agrees else {"waits": standing.why})

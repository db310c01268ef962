"""Pure. The health of a source in words, derived from what its last fetches gave."""

from newsletter.gathering.models import Source


def health(source: Source) -> str:
    """Return healthy, by hand, not read yet, retired, or what is wrong and since how many fetches."""
    if source.status == "retired":
        return "retired"
    if source.failures:
        return f"failing, {source.failures} in a row: {source.error}"
    if source.kind == "hand":
        return "by hand"
    return "healthy" if source.succeeded_at else "not read yet"

"""How a publication looks: what its editors chose, read and changed."""

from sqlmodel import Session

from newsletter.brands.brand import Brand, check_brand, load_brand, store_brand
from newsletter.brands.look import Look
from newsletter.brands.themes import look_of_brand, look_of_stored
from newsletter.publications.models import Publication


def brand_of(publication: Publication) -> Brand:
    """Return what was chosen for a publication."""
    return load_brand(publication.look)


def look_of_publication(publication: Publication) -> Look:
    """Return how a publication looks."""
    return look_of_stored(publication.look)


def change_brand(
    session: Session,
    publication_id: int,
    brand: Brand,
) -> Look:
    """Keep a brand, and return how it looks. What is printed from now on has it.

    Raises the error of the first value that cannot be, and then changes nothing.
    """
    checked = check_brand(brand)
    look = look_of_brand(checked)
    publication = session.get_one(Publication, publication_id)
    publication.look = store_brand(checked)
    session.flush()
    return look

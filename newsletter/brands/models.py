"""The pictures of brands, each by what it holds."""

from datetime import datetime

from sqlalchemy import Column, LargeBinary
from sqlmodel import Field

from newsletter.database import Row


class BrandPicture(Row, table=True):
    """A PNG of a logo or an icon. A row is never changed and never goes: old letters show it."""

    digest: str = Field(unique=True, max_length=64)  # SHA-256 of the content, and its address
    content: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    stored_at: datetime

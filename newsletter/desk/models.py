"""Editors: who may do what at the desk."""

from datetime import datetime

from sqlmodel import Field, SQLModel


class Editor(SQLModel, table=True):
    """A person who may log in at the desk."""

    id: int | None = Field(default=None, primary_key=True)
    address: str = Field(unique=True, max_length=320)
    name: str = Field(default="", max_length=120)
    password_hash: str = Field(max_length=300)
    created_at: datetime

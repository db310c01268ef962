"""Rows: what all tables share."""

from sqlmodel import Field, SQLModel


class Row(SQLModel):
    """A row with a number of its own, which the database gives when the row is first flushed."""

    id: int | None = Field(default=None, primary_key=True)

    @property
    def key(self) -> int:
        """The row's number. Raises ValueError on an unsaved row, which has none yet."""
        if self.id is None:
            raise ValueError(f"this {type(self).__name__} is not saved yet, so it has no number")
        return self.id

"""An issue whose visits are counted, for its pages at the desk."""

from tests.tracking.conftest import sqlite_stage

__all__ = ["sqlite_stage"]

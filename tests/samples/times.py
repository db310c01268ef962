"""Instants that tests share."""

from datetime import UTC, datetime

NOON = datetime(2026, 5, 12, 12, 0, tzinfo=UTC)

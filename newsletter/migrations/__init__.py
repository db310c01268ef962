"""Migrations: one history for both databases (Alembic)."""

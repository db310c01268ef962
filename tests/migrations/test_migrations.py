"""One history for both databases."""

from alembic import command

from newsletter.migrations.running import run


def test_upgraded_from_empty_equals_the_models(database_url: str) -> None:
    run(database_url, command.check)


def test_down_to_nothing_and_up_again(database_url: str) -> None:
    run(database_url, lambda config: command.downgrade(config, "base"))
    run(database_url, lambda config: command.upgrade(config, "head"))
    run(database_url, command.check)

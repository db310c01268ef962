"""Columns go where their names say, or where a person says; each place has one column."""

import pytest

from newsletter.lists.columns import BadColumns, NoAddressColumn, check_columns, guess_columns


def test_columns_are_checked_before_a_row_is_read() -> None:
    with pytest.raises(NoAddressColumn):
        guess_columns(["who", "name"])
    assert guess_columns(["who", "name"], {0: "address"}).targets == ("address", "name")
    with pytest.raises(BadColumns, match="Name"):
        check_columns(["a", "b", "c"], ["address", "name", "name"])
    with pytest.raises(BadColumns):
        check_columns(["a"], ["address", "name"])


def test_names_count_without_their_case_and_the_first_of_two_has_the_place() -> None:
    columns = guess_columns(["E-Mail", "NAME", "Mail", "City", ""])
    assert columns.targets == ("address", "name", "attribute", "attribute", "")
    assert (columns.address, columns.find("name"), columns.find("status")) == (0, 1, None)


def test_a_persons_choice_stands_and_the_program_is_still_known() -> None:
    names = ["uuid", "email", "name", "attributes", "status", "updated_at"]
    columns = guess_columns(names, {2: "attribute"})
    assert columns.targets == ("", "address", "attribute", "attributes", "status", "")
    assert columns.preset == "listmonk"
    assert columns.statuses["blocklisted"] == "manual"
    assert columns.statuses["subscribed"] == "active", "plain words mean what they always mean"

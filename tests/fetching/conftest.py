"""A scripted web server for each test."""

from collections.abc import Iterator

import pytest

from tests.doubles.web import Web, serving


@pytest.fixture
def web() -> Iterator[Web]:
    with serving({}) as made:
        yield made

"""Promote your tool: a picture that does not load is named, and nothing that was typed is lost."""

from sqlmodel import select

from newsletter.tools.models import Submission
from tests.samples.times import NOON
from tests.web.asking import site
from tests.web.public.test_tools import GOOD


def test_a_picture_that_does_not_load_is_named_and_what_was_typed_is_kept(sqlite_url: str) -> None:
    with site(sqlite_url, NOON) as one:
        answer = one.post("/promote", **GOOD, image_url="https://127.0.0.1:9/picture.png")
        assert answer.status == 422
        assert "That picture does not load" in answer.text
        assert GOOD["description"] in answer.text
        assert "https://127.0.0.1:9/picture.png" in answer.text
        with one.runtime.database.reading() as session:
            assert session.exec(select(Submission)).all() == []
        assert one.post("/promote", **GOOD).status == 200

"""A tool's card: what was typed is folded, all that is wrong is said at once, and no address leads
astray."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.tools.cards import Card, find_problems, is_web_address, read_card, slug_of

FIELDS = ("name", "url", "price", "description", "image_url")


def test_what_was_typed_is_folded_and_each_tag_kept_once() -> None:
    card = read_card(
        name=" Ink\u2028well\n Lens ",
        url=" https://a.example ",
        price="Free",
        description="a\tb\x00",
        tags="#Ocr, ocr,,Old Books #x",
        image_url="",
    )
    assert card == Card(
        "Ink well Lens", "https://a.example", "Free", "a b", ("Ocr", "Old Books", "x"), ""
    )


def test_a_maker_hears_of_all_that_is_wrong_at_once() -> None:
    empty = read_card(
        name="",
        url="ftp://x.example",
        price="",
        description="",
        tags="a,b,c,d,e,f",
        image_url="http://x.example/a.png",
    )
    assert set(find_problems(empty, by_maker=True)) == {
        "name",
        "url",
        "price",
        "description",
        "tags",
        "image_url",
    }
    assert set(find_problems(empty)) == {"name", "url", "tags", "image_url"}, (
        "an editor may leave price and description out"
    )


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "https://localhost",
        "https://a.example:x",
        "https://u:p@a.example",
        "//a.example",
        "https://a.example/\nx",
        "",
        "https://a..example",
        "https://[::1",
        'https://a.example/"><script>',
        "https://.example",
        "data:text/html,x",
        "https://a.example:0/",
    ],
)
def test_what_is_no_web_address_is_refused(url: str) -> None:
    assert not is_web_address(url)


@pytest.mark.parametrize(
    "url",
    [
        "https://a.example",
        "http://a.example:8080/x?y=z#w",
        "https://bücher.example/ä",
        "HTTPS://A.EXAMPLE/",
    ],
)
def test_a_web_address_is_taken(url: str) -> None:
    assert is_web_address(url)


@given(st.fixed_dictionaries({name: st.text(max_size=90) for name in FIELDS}), st.text(max_size=90))
def test_no_text_breaks_the_reading_and_reading_twice_changes_nothing(
    typed: dict[str, str], tags: str
) -> None:
    card = read_card(**typed, tags=tags)
    find_problems(card, by_maker=True)
    again = read_card(
        name=card.name,
        url=card.url,
        price=card.price,
        description=card.description,
        tags=card.tags,
        image_url=card.image_url,
    )
    assert again == card
    assert "\n" not in card.name + card.price + card.description


@given(st.text(max_size=150))
def test_a_slug_is_a_plain_word_of_an_address(name: str) -> None:
    assert slug_of(name).replace("-", "").isascii()
    assert 1 <= len(slug_of(name)) <= 80

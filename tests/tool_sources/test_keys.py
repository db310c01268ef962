"""By what a tool is known: no two spellings of one address or one name are two tools."""

import pytest

from newsletter.tool_sources.keys import KEY_CHARS, address_key, keys_of, name_key


@pytest.mark.parametrize(
    "same",
    [
        "http://pen.example",
        "https://www.pen.example/",
        "HTTPS://Pen.Example/index.html?utm_source=list#top",
        "https://pen.example:443/?ref=directory",
    ],
)
def test_spellings_of_one_address_have_one_key(same: str) -> None:
    assert address_key(same) == "pen.example"


def test_rooms_of_one_host_and_questions_are_told_apart() -> None:
    keys = {
        address_key(url)
        for url in (
            "https://let.example/ada",
            "https://let.example/bob",
            "https://ada.let.example/",
            "https://let.example/?id=1",
            "https://let.example:8080/",
        )
    }
    assert len(keys) == 5


def test_case_accents_spaces_and_signs_are_no_part_of_a_name() -> None:
    assert {name_key(name) for name in ("Up-scayl AI", "UPSCAYL ai", "Úpscayl  A.I.")} == {
        "upscaylai"
    }
    assert name_key("⚡⚡") != name_key("★"), "a name of signs is known by them"
    assert name_key("写作") != name_key("绘画")


def test_an_address_and_a_name_never_look_alike_and_no_key_is_too_long() -> None:
    address, name = keys_of("pen.example", "https://pen.example")
    assert address != name
    assert len(address_key("https://x.example/" + "a" * 5000)) <= KEY_CHARS
    assert address_key("https://[broken") == "https://[broken"

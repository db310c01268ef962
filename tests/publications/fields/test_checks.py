"""Texts that letters, headers and pages print: on one line, seen, and not too long."""

import pytest

from newsletter.cadence.reading import BadCadence
from newsletter.errors import Refused
from newsletter.publications.fields import checks
from newsletter.publications.fields.table import PREFERENCES


@pytest.mark.parametrize("name", ["name", "tagline", "sender_name", "sender_address", "reply_to"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\N{LINE SEPARATOR}", "\x85"])
def test_a_line_end_begins_no_header_field(name: str, end: str) -> None:
    with pytest.raises(Refused):
        PREFERENCES[name].read(f"Mara{end}Bcc: all@readers.example")


@pytest.mark.parametrize("text", ["", "   ", "\N{ZERO WIDTH SPACE}\N{ZERO WIDTH JOINER}"])
def test_a_name_that_nobody_sees_is_none(text: str) -> None:
    with pytest.raises(checks.BadText):
        PREFERENCES["name"].read(text)


@pytest.mark.parametrize(
    "text", ["\N{FOX FACE}", "\u05d9\u05d5\u05dd", "\u65e5\u5831", "Straße & Söhne <GmbH>"]
)
def test_a_name_may_be_in_any_script(text: str) -> None:
    assert PREFERENCES["name"].read(text) == text


def test_a_postal_address_of_several_lines_is_printed_on_one() -> None:
    typed = "Tide Press,\r\n  7 Quay\n\nHull "
    assert PREFERENCES["postal_address"].read(typed) == "Tide Press, 7 Quay, Hull"


@pytest.mark.parametrize("tag", ["en", "de", "pt-BR", "zh-Hant", "zh-Hant-TW", "es-419", "gsw"])
def test_languages_are_known(tag: str) -> None:
    assert checks.language(tag) == tag


@pytest.mark.parametrize("tag", ["", "EN", "english", "xx", "en_US", "en-us", "de-", "zz-ZZ"])
def test_what_no_program_knows_is_no_language(tag: str) -> None:
    with pytest.raises(checks.BadLanguage):
        checks.language(tag)


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "//x.example",
        "https://",
        "https://a:b@x.example",
        "http://[x",
        "https://x.example/a b",
        "https://x.example:99999",
        "https://x.example/" + "a" * 2000,
    ],
)
def test_only_pages_of_the_web_are_addresses_of_pages(address: str) -> None:
    with pytest.raises(checks.BadUrl):
        checks.url(address)


@pytest.mark.parametrize("text", ["", "Tuesday 09:00", "Tuesday 09:00 Mars/Base", "x ../etc", "\0"])
def test_a_cadence_without_days_time_or_zone_is_refused(text: str) -> None:
    with pytest.raises(BadCadence):
        checks.cadence(text)


def test_a_cadence_is_kept_in_one_form() -> None:
    assert checks.cadence("mondays & thu 9:00 UTC") == "Mon, Thu 09:00 UTC"


def test_a_speed_is_of_a_domain_as_addresses_have_it() -> None:
    assert checks.rates({"Bücher.example": 5.0}) == {"xn--bcher-kva.example": 5.0}


@pytest.mark.parametrize("rates", [{"x": 1}, {"x.example": -1}, {"x.example": 1e9}, {"a b.de": 1}])
def test_a_speed_is_of_a_domain(rates: dict[str, float]) -> None:
    with pytest.raises(checks.BadRates):
        checks.rates(rates)

"""A domain is kept in one spelling and a local part as it is; all else is refused with words."""

import pytest
from email_validator import EmailNotValidError, validate_email
from hypothesis import example, given
from hypothesis import strategies as st

from subscribers.addresses import (
    BadAddress,
    display_address,
    mask,
    normalise,
    shorten_network,
    stored_spelling,
)

ATOM = "abcXYZ019!#$%&'*+/=?^_`{|}~-"
LOCAL = st.lists(st.text(ATOM + "äß日", min_size=1, max_size=12), min_size=1, max_size=3).map(
    ".".join
)
LABEL = st.text("abcxyz019", min_size=1, max_size=12)
U_LABEL = st.sampled_from(
    ["bücher", "straße", "例え", "παράδειγμα", "пример", "plain", "münchen-ost"]
)
DOMAIN = st.builds(
    lambda labels, last: ".".join([*labels, last]),
    st.lists(LABEL | U_LABEL, min_size=1, max_size=3),
    st.sampled_from(["org", "de", "example"]),
)


@given(LOCAL, DOMAIN)
def test_every_spelling_of_a_domain_is_one_address(local: str, domain: str) -> None:
    kept = normalise(f"{local}@{domain}")
    a_labels = kept.rpartition("@")[2]
    assert a_labels.isascii()
    assert a_labels == a_labels.lower()
    spellings = [
        domain + ".",
        a_labels,
        a_labels.upper(),
        a_labels + ".",
        domain.replace(".", "。"),
    ]
    if "ß" not in domain:  # its capital is SS, which is another domain
        spellings.append(domain.upper())
    for spelling in spellings:
        assert normalise(f"{local}@{spelling}") == kept, spelling


@given(LOCAL, DOMAIN)
def test_what_is_kept_is_kept_again_as_it_is(local: str, domain: str) -> None:
    kept = normalise(f"{local}@{domain}")
    assert normalise(kept) == kept


@given(
    st.text(ATOM + '.@ "\\(),:;<>[]äß\u200b\x00\n', max_size=30)
    | st.from_regex(r"[a-zA-Z0-9.+-]{1,70}@[a-z0-9.-]{1,40}", fullmatch=True)
)
@example("a@b.c")
@example("a@1.2.3.44")
@example("a@xn--.example")
@example("a@ab--cd.example.org")
@example("ada@router.home.arpa")
@example("ada@this.local")
def test_the_short_way_judges_like_the_library(text: str) -> None:
    try:
        found = validate_email(
            text.strip().removesuffix("."),
            check_deliverability=False,
            test_environment=True,
            allow_quoted_local=True,
        )
        wanted = f"{found.local_part}@{(found.ascii_domain or '').lower()}"
    except EmailNotValidError:
        wanted = ""
    try:
        kept = normalise(text)
    except BadAddress:
        kept = ""
    local = wanted.rpartition("@")[0]
    assert kept == wanted or (not kept and len(local.encode()) > 64)


@given(st.text(max_size=400))
def test_whatever_comes_is_an_address_or_is_refused_with_an_example(text: str) -> None:
    try:
        kept = normalise(text)
    except BadAddress as bad:
        assert "you@example.com" in str(bad)
    else:
        assert not any(ord(letter) < 33 for letter in kept)
        assert len(kept.encode()) <= 320


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("ada+week.one@readers.example", "ada+week.one@readers.example"),
        ("Ada.Brandt@Readers.Example.", "Ada.Brandt@readers.example"),
        ("jürgen@bücher.example", "jürgen@xn--bcher-kva.example"),
        ('"ada"@readers.example', "ada@readers.example"),
        ("o'hara@readers.example", "o'hara@readers.example"),
    ],
)
def test_tags_and_other_scripts_are_kept(given: str, kept: str) -> None:
    assert normalise(given) == kept


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ('"ada.b"@readers.example', "ada.b@readers.example"),
        ('"ada b"@Readers.Example.', '"ada b"@readers.example'),
        (r'"ada\ b"@readers.example', '"ada b"@readers.example'),
        (r'"ada\"b"@readers.example', r'"ada\"b"@readers.example'),
        ('"ada..b."@readers.example', '"ada..b."@readers.example'),
        ('"ada@home"@bücher.example', '"ada@home"@xn--bcher-kva.example'),
    ],
)
def test_quotes_that_are_not_needed_fall_away_and_others_are_kept(given: str, kept: str) -> None:
    assert normalise(given) == kept
    assert normalise(kept) == kept


@given(LOCAL, DOMAIN)
def test_what_is_shown_and_what_is_typed_of_it_lead_to_what_is_stored(
    local: str, domain: str
) -> None:
    kept = normalise(f"{local}@{domain}")
    assert normalise(display_address(kept)) == kept
    assert stored_spelling(display_address(kept)) == kept


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("bücher", "xn--bcher-kva"),
        ("bob@Bücher", "bob@xn--bcher-kva"),
        ("bücher.ex", "xn--bcher-kva.ex"),
        ("100%", "100%"),
        ("ü b", "ü b"),
    ],
)
def test_a_part_of_an_address_is_looked_for_as_it_is_stored(typed: str, found: str) -> None:
    assert stored_spelling(typed) == found


@pytest.mark.parametrize(
    ("domain", "is_shown"),
    [
        ("bücher.example", True),
        ("пример.example", True),
        ("日本語abc.jp", True),
        ("pаypal.example", False),
        ("applе.example", False),
    ],
)
def test_a_label_that_mixes_scripts_stays_as_it_is_stored(domain: str, *, is_shown: bool) -> None:
    assert (display_address(normalise(f"ada@{domain}")) == f"ada@{domain}") is is_shown


@pytest.mark.parametrize("local", ["a" * 65, "ü" * 33])
def test_a_local_part_of_more_than_64_bytes_is_refused(local: str) -> None:
    with pytest.raises(BadAddress, match="64 bytes"):
        normalise(f"{local}@readers.example")


@given(LOCAL, DOMAIN)
def test_a_masked_address_shows_one_letter_of_its_local_part(local: str, domain: str) -> None:
    assert mask(f"{local}@{domain}") == f"{local[0]}•••@{domain}"
    assert mask(normalise(f'"{local} b"@{domain}')) == f"{local[0]}•••@{domain.lower()}"


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("Ada@Example.ORG", "Ada@example.org"),
        (" a+b@bücher.example ", "a+b@xn--bcher-kva.example"),
        ("jürgen@x.example", "jürgen@x.example"),
    ],
)
def test_an_address_is_kept_by_its_rules(given: str, kept: str) -> None:
    assert normalise(given) == kept


@pytest.mark.parametrize(
    "bad",
    [
        "",
        "ada",
        "a@",
        "@b.example",
        "a b@c.example",
        "a@b.example\nBcc: x@y.example",
        "a" * 400 + "@b.example",
    ],
)
def test_a_bad_address_is_refused_with_an_example(bad: str) -> None:
    with pytest.raises(BadAddress, match="you@example.com"):
        normalise(bad)


def test_masking_and_shortening_hide_enough() -> None:
    assert mask("ada@example.org") == "a•••@example.org"
    assert shorten_network("203.0.113.77") == "203.0.113.0/24"
    assert shorten_network("nonsense") == ""

"""Old addresses: what may lead where, and how an address is recognised."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import Session

from newsletter.publications import redirects
from newsletter.publications.models import Publication
from newsletter.publications.redirects import BadRedirect, NoRedirect, path_of


def test_an_old_address_is_known_whatever_its_host_its_slash_and_its_escapes(
    session: Session, publication: Publication
) -> None:
    key = publication.key
    redirects.add_redirect(session, key, "https://old.example/p/Łódź-ties/", "/archive/3")
    redirects.add_redirect(session, key, "/index.php?id=4", "https://elsewhere.example/4")
    assert redirects.target_of(session, key, "/p/Łódź-ties", "") == "/archive/3"
    assert redirects.target_of(session, key, "/p/Łódź-ties/", "utm_source=x") == "/archive/3"
    assert redirects.target_of(session, key, "/p/łódź-ties", "") is None, (
        "a path tells capitals apart"
    )
    assert redirects.target_of(session, key, "/index.php", "id=4") == "https://elsewhere.example/4"
    assert redirects.target_of(session, key, "/index.php", "id=5") is None


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("", "/archive"),
        ("/", "/archive"),
        ("/p/1", ""),
        ("/p/1", "archive"),
        ("/p/1", "//evil.example"),
        ("/p/1", "/\\evil.example"),
        ("/p/1", "javascript:alert(1)"),
        ("/p/1", "https://"),
        ("/p/1", "/with space"),
        ("/p/1/", "/p/1"),
        ("/" + "x" * 1001, "/archive"),
        ("/p/1", "/x\r\nSet-Cookie: a=b"),
    ],
)
def test_what_leads_nowhere_or_into_a_circle_is_refused(
    session: Session, publication: Publication, old: str, new: str
) -> None:
    with pytest.raises(BadRedirect):
        redirects.add_redirect(session, publication.key, old, new)


def test_a_table_keeps_what_it_can_and_names_each_line_that_it_cannot(
    session: Session, publication: Publication
) -> None:
    key = publication.key
    table = (
        "\ufeffold;new\r\n/p/1;/archive/1\r\n\r\n/p/2;nowhere\r\n/p/3\r\n"
        "https://old.example/p/4/;/archive/4\r\n"
    )
    done = redirects.add_redirects(session, key, table)
    assert [(line.line, line.old, bool(line.error)) for line in done] == [
        (2, "/p/1", False),
        (4, "/p/2", True),
        (5, "/p/3", True),
        (6, "https://old.example/p/4/", False),
    ]
    kept = redirects.all_redirects(session, key)
    assert [(redirect.path, redirect.target) for redirect in kept] == [
        ("/p/1", "/archive/1"),
        ("/p/4", "/archive/4"),
    ]
    assert not any(
        line.error for line in redirects.add_redirects(session, key, "/p/1,/archive/9\n")
    ), "a later table wins"
    assert redirects.target_of(session, key, "/p/1", "") == "/archive/9"
    redirects.remove_redirect(session, key, "/p/1")
    assert redirects.target_of(session, key, "/p/1", "") is None
    with pytest.raises(NoRedirect):
        redirects.remove_redirect(session, key, "/p/1")


@given(st.text())
def test_a_path_is_the_same_however_often_it_is_taken(text: str) -> None:
    path = path_of("/" + text.replace("?", "").replace("#", ""))
    assert path_of(path) == path

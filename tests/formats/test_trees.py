"""Trees: strict where XML is well-formed, forgiving where HTML never is; nothing is opened."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.formats.trees import (
    BadTree,
    Tree,
    as_html,
    drop,
    inner_markup,
    local_name,
    parse_page,
    parse_xml,
    repair_xml,
    text_of,
    text_pieces,
    text_start,
)


def page(markup: str) -> Tree:
    root = parse_page(markup)
    assert root is not None
    return root


@pytest.mark.parametrize(
    "document",
    [
        "",
        "words",
        "<a>",
        "<a></b>",
        "<!DOCTYPE a><a/>",
        "<!-- x --><!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>",
    ],
)
def test_a_document_that_is_broken_or_has_a_type_of_its_own_is_refused(document: str) -> None:
    with pytest.raises(BadTree):
        parse_xml(document)


def test_no_entity_opens_a_file(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("hidden", "utf-8")
    document = f"<!DOCTYPE a [<!ENTITY b SYSTEM 'file://{secret}'>]><a>&b;</a>"
    root = repair_xml(document)
    assert root is None or "hidden" not in text_of(root)


def test_a_declaration_that_names_another_encoding_misleads_nobody() -> None:
    document = '<?xml version="1.0"\n encoding="iso-8859-1"?>\n<a>Überleben</a>'
    root = parse_xml(document)
    assert root.text == "Überleben"
    assert root.sourceline == 3, "every line keeps its number"


def test_what_is_whole_of_a_broken_document_is_kept() -> None:
    root = repair_xml("<a><b>1</b><b>2</b><b>3")
    assert root is not None
    assert [child.text for child in root][:2] == ["1", "2"]
    assert repair_xml("") is None


def test_a_name_is_known_without_its_namespace() -> None:
    assert local_name(parse_xml('<n:URLset xmlns:n="https://x.example/"/>')) == "urlset"


def test_the_text_behind_an_element_stays_when_the_element_goes() -> None:
    root = page("<p>a<b>x</b>b<i>c</i>d<u>y</u>e</p>")
    for name in ("b", "u"):
        drop(next(root.iter(name)))
    assert as_html(next(root.iter("p"))) == "<p>ab<i>c</i>de</p>"


def test_words_of_different_elements_stay_apart() -> None:
    root = page("<table><tr><td>One</td><td> two\nthree </td></tr></table><script>x()</script>")
    assert text_of(root) == "One two three"
    assert list(text_pieces(root)) == ["One", "two three"]


def test_no_text_of_scripts_styles_and_templates_is_shown() -> None:
    markup = "<p>a<script>s</script>b<style>t</style><!-- c -->d<template>u<b>v</b>w</template>e"
    assert list(text_pieces(page(markup))) == ["a", "b", "d", "v", "e"]


@given(
    st.lists(
        st.sampled_from(
            ["<p>", "</p>", "<b>", "<a>", "<script>", "</script>", "a", "b c", " ", "d"]
        )
    ),
    st.integers(1, 40),
)
def test_a_start_is_that_of_the_whole_text(parts: list[str], most: int) -> None:
    root = page("<div>x" + "".join(parts))
    start = text_start(root, most)
    assert text_of(root)[:most].startswith(start)
    assert text_start(root, 200) == text_of(root)[:200]


def test_a_start_looks_at_few_elements_however_many_there_are() -> None:
    near, far = (f"<p>{'<i></i>' * count}word" for count in (5, 5000))
    assert text_start(page(near), 100) == "word"
    assert text_start(page(far), 100) == "", "what is behind so many is not looked for"


def test_markup_inside_has_no_namespaces() -> None:
    document = '<a xmlns:h="http://www.w3.org/1999/xhtml">1 &lt; 2 <h:b>x</h:b> y</a>'
    assert inner_markup(parse_xml(document)) == "1 &lt; 2 <b>x</b> y"


@given(st.text(max_size=200))
def test_no_text_breaks_the_reading_of_a_page(text: str) -> None:
    root = parse_page(text)
    assert root is None or isinstance(text_of(root), str)

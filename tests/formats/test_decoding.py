"""Decoding: bytes as text by what they are, then by what they declare; gzip up to a limit."""

import codecs
import gzip

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.formats.decoding import decode, unpack
from tests.samples.feeds import RSS, read_items


def test_what_is_packed_is_opened_up_to_a_limit() -> None:
    assert unpack(gzip.compress(b" " * 100_000), 1000) == b" " * 1000
    assert unpack(gzip.compress(b"whole")[:-6]) == b"whole", (
        "what is broken off is read up to there"
    )


def test_an_encoding_that_is_not_the_declared_one_is_read_by_its_bytes() -> None:
    document = RSS.replace("Cells &amp; folds", "Zellen ‚falten‘ für Überleben")
    assert (
        read_items(b'<?xml version="1.0" encoding="iso-8859-1"?>' + document.encode())[0].title
        == "Zellen ‚falten‘ für Überleben"
    )
    assert (
        read_items(b'<?xml version="1.0" encoding="utf-8"?>' + document.encode("windows-1252"))[
            0
        ].title
        == "Zellen ‚falten‘ für Überleben"
    )
    declared = '<?xml version="1.0" encoding="Shift_JIS"?>' + RSS.replace(
        "Cells &amp; folds", "細胞が折れる"
    )
    assert read_items(declared.encode("shift_jis"))[0].title == "細胞が折れる"


@pytest.mark.parametrize(
    ("mark", "encoding"),
    [
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
        (codecs.BOM_UTF32_LE, "utf-32-le"),
        (codecs.BOM_UTF32_BE, "utf-32-be"),
    ],
)
def test_a_byte_order_mark_decides_before_any_declaration(mark: bytes, encoding: str) -> None:
    text = '<?xml version="1.0" encoding="iso-8859-1"?><a>Überleben</a>'
    assert decode(mark + text.encode(encoding)) == text


def test_a_page_declares_its_encoding_in_a_meta_element() -> None:
    page = '<html><meta charset="iso-8859-2"><p>Most nad Wartą</p>'
    assert "nad Wartą" in decode(page.encode("iso-8859-2"))


def test_an_encoding_that_looks_like_ascii_is_read_as_it_is_declared() -> None:
    page = '<meta charset="iso-2022-jp"><p>細胞</p>'
    assert decode(page.encode("iso-2022-jp")) == page


def test_bytes_without_a_declaration_are_windows_1252() -> None:
    assert decode("„falten“".encode("windows-1252")) == "„falten“"


@given(st.binary(max_size=200))
def test_no_bytes_break_the_reading(content: bytes) -> None:
    decode(unpack(content)).encode("utf-8", "surrogatepass")


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=100))
def test_what_is_utf_8_is_read_as_utf_8(text: str) -> None:
    assert decode(f"<a>{text}".encode()) == f"<a>{text}"

"""Decoding: bytes as text by what they are, then by what they declare; gzip up to a limit."""

import codecs
import gzip

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from newsletter.formats.decoding import decode, unpack, with_charset
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


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("charset", ["utf-16", "utf-16le", "utf-16be", "iso-8859-1", "utf-8", ""])
@pytest.mark.parametrize("head", ['<?xml version="1.0"?>', ""])
def test_utf_16_without_a_mark_is_seen_by_its_bytes(encoding: str, charset: str, head: str) -> None:
    """It looks like UTF-8 with a nought beside each letter, and servers name the wrong half."""
    content = (head + RSS.replace("Cells &amp; folds", "橋が開いた — Überleben")).encode(encoding)
    assert read_items(with_charset(content, charset))[0].title == "橋が開いた — Überleben"


@pytest.mark.parametrize("name", ["unicode_escape", "raw_unicode_escape", "idna", "rot13", "hex"])
def test_a_codec_that_no_document_is_in_makes_no_signs_out_of_signs(name: str) -> None:
    text = rf'<?xml version="1.0" encoding="{name}"?><a>Brücke \x41 \u0042</a>'
    assert decode(text.encode("cp1252")) == decode(text.encode("cp1252"), name) == text


def test_a_page_declares_its_encoding_in_a_meta_element() -> None:
    page = '<html><meta charset="iso-8859-2"><p>Most nad Wartą</p>'
    assert "nad Wartą" in decode(page.encode("iso-8859-2"))


def test_an_encoding_that_looks_like_ascii_is_read_as_it_is_declared() -> None:
    page = '<meta charset="iso-2022-jp"><p>細胞</p>'
    assert decode(page.encode("iso-2022-jp")) == page


def test_bytes_without_a_declaration_are_windows_1252() -> None:
    assert decode("„falten“".encode("windows-1252")) == "„falten“"


@pytest.mark.parametrize(
    ("encoding", "charset", "declared", "title"),
    [
        # HTTP names an encoding, and the document names none
        ("cp1251", "windows-1251", "", "Мост через реку открыт"),
        ("koi8-r", "KOI8-R", "", "Мост через реку открыт"),
        ("shift_jis", "x-sjis", "", "橋が開いた"),
        ("gb18030", "gb2312", "", "桥梁開通"),
        ("cp949", "ks_c_5601-1987", "", "다리가 열렸다"),
        # both name an encoding: that of HTTP counts (RFC 7303, 3.2) …
        ("cp1251", "windows-1251", "iso-8859-1", "Мост через реку открыт"),
        # … unless it is what servers say that are not set up, or nothing that there is
        ("cp1251", "iso-8859-1", "windows-1251", "Мост через реку открыт"),
        ("cp1251", "us-ascii", "windows-1251", "Мост через реку открыт"),
        ("cp1251", "utf-8", "windows-1251", "Мост через реку открыт"),
        ("cp1251", "none-such", "windows-1251", "Мост через реку открыт"),
        # bytes that are UTF-8 are UTF-8, whatever anybody says
        ("utf-8", "windows-1251", "koi8-r", "Мост через реку открыт"),
        ("utf-8", "", "utf-16", "Мост через реку открыт"),
        ("cp1252", "", "utf-16", "Brücke über die Ems"),
    ],
)
def test_an_encoding_is_that_of_http_then_that_of_the_document(
    encoding: str, charset: str, declared: str, title: str
) -> None:
    head = f'<?xml version="1.0" encoding="{declared}"?>' if declared else ""
    content = (head + RSS.replace("Cells &amp; folds", title)).encode(encoding)
    assert read_items(with_charset(content, charset))[0].title == title
    packed = with_charset(gzip.compress(content), charset)
    assert decode(unpack(packed)) == decode(content, charset)


def test_a_mark_decides_before_http() -> None:
    content = codecs.BOM_UTF8 + "Überleben".encode()
    assert decode(with_charset(content, "windows-1251")) == "Überleben"


@pytest.mark.parametrize("declared", ["utf-8", "iso-8859-1", ""])
@pytest.mark.parametrize("bad", [b"\xff", b"\xc3", b"\xe2\x80", b"\xf0\x9f\x98"])
def test_a_cut_character_costs_itself_and_no_other(declared: str, bad: bytes) -> None:
    head = f'<?xml version="1.0" encoding="{declared}"?>'
    title = "Größere Brücken für Köln, schöner über größere Flüsse, für müde Füße"
    content = (head + RSS.replace("Cells &amp; folds", title)).encode()
    content = content.replace(b"They", b"Th" + bad + b"ey")
    (item,) = read_items(content)
    assert (item.title, item.dek) == (title, "Th\ufffdey fold.")


def test_a_bad_byte_in_another_encoding_costs_itself_and_no_other() -> None:
    declared = '<?xml version="1.0" encoding="Shift_JIS"?>' + "橋が開いた" * 20
    assert decode(declared.encode("cp932") + b"\x81") == declared + "\ufffd"


@given(st.text("абвгдежзийклмнопрстуфхцчшщъыьэюя ", min_size=1, max_size=60))
def test_words_in_the_encoding_that_http_names_are_read_as_they_were(words: str) -> None:
    # In cp1251 these are the bytes of a byte order mark, which wins over what HTTP names.
    assume(not words.startswith(("юя", "яю")))
    assert decode(with_charset(words.encode("cp1251"), "cp1251")) == words


@given(st.binary(max_size=200), st.sampled_from(["", "utf-7", "hz", "punycode", "hex", "\0", "é"]))
def test_no_bytes_break_the_reading(content: bytes, charset: str) -> None:
    decode(unpack(content)).encode("utf-8", "surrogatepass")
    decode(with_charset(content, charset)).encode("utf-8", "surrogatepass")


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=100))
@example("\0")
@example("\0x\0")
def test_what_is_utf_8_is_read_as_utf_8(text: str) -> None:
    assert decode(f"<a>{text}".encode()) == f"<a>{text}"

"""Pure. The bytes of a document as text: gzip is opened, and the encoding is found."""

import codecs
import re
import zlib
from collections.abc import Sequence

ASCII = bytes(range(128))
LONGEST = 50_000_000  # bytes, what the sitemap protocol allows
DECLARED_WITHIN = 2048  # bytes: HTML wants its charset in the first 1024, feeds come close to it
DECLARATION = re.compile(r"\A\s*<\?xml[^>]{0,300}\?>\s*")
ENCODING = re.compile(
    rb"""\A\s*<\?xml[^>]{0,200}?encoding\s*=\s*["']([\w.:-]{1,40})"""
    rb"""|<meta[^>]{0,200}?charset\s*=\s*["']?\s*([\w.:-]{1,40})""",
    re.IGNORECASE,
)
# A byte order mark names the encoding before any declaration does (RFC 7303, 3.3). The two of
# UTF-32 come first, because that of UTF-16 is how one of them begins.
MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
FEWEST_NOUGHTS = 8  # a stray one in UTF-8 is no sign of UTF-16
WIDE_WITHIN = 400  # bytes: in UTF-16 every second one of markup is nought, and in text no other is
LAST_RESORT = "cp1252"  # what most bytes are that are not UTF-8 (WHATWG Encoding)
# All their bytes are ASCII, so that they look like UTF-8: here the declaration is tried first.
SHIFTING = ("iso2022", "hz", "utf-7")
# A declaration that was read as ASCII is not in these, whatever it says.
WIDE = ("utf-16", "utf-32")
# Codecs of Python that no document is in: two take long, two make signs out of signs.
NO_DOCUMENTS = ("punycode", "idna", "unicode-escape", "raw-unicode-escape", "undefined")
# What is meant where a narrower set is named (WHATWG Encoding, 4.2), by Python's names.
MEANT = {
    "ascii": "cp1252",
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "iso8859-11": "cp874",
    "tis-620": "cp874",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
}
# Names of the web that Python does not know.
LABELS = {
    "x-sjis": "cp932",
    "windows-31j": "cp932",
    "windows-949": "cp949",
    "x-gbk": "gb18030",
    "windows-874": "cp874",
    "dos-874": "cp874",
    "iso-8859-8-i": "iso8859-8",
    "x-mac-cyrillic": "mac-cyrillic",
    "utf-8-sig": "utf-8",
}
MULTIBYTE = re.compile(rb"[\xc2-\xf4][\x80-\xbf]{1,3}")
CUT_OFF = "\ufffd"


def unpack(content: bytes, limit: int = LONGEST) -> bytes:
    """Return the bytes inside gzip (RFC 1952), or `content` if it is none.

    Some sitemaps are gzip by nature, and servers that are set up wrongly pack a feed twice. What is
    over the limit or broken off is left away; what cannot be opened is b"".
    """
    if not content.startswith(b"\x1f\x8b"):
        return content
    try:
        return zlib.decompressobj(wbits=31).decompress(content, limit)
    except zlib.error:
        return b""


def with_charset(content: bytes, charset: str) -> bytes:
    """Return a document whose bytes alone tell its encoding, where HTTP named one."""
    # Whether bytes are UTF-8 they tell best themselves, and nearly every header names it.
    if not _says_more(charset):
        return content
    return codecs.BOM_UTF8 + decode(unpack(content), charset).encode("utf-8", "replace")


def _says_more(charset: str) -> bool:
    """Whether the encoding that HTTP names is one that bytes do not tell."""
    return bool(charset) and _codec(charset) not in ("", "utf-8")


def decode(content: bytes, charset: str = "") -> str:
    """Return the text of a document; `charset` is what HTTP named. Never raises.

    The byte order mark decides, then UTF-8 wherever the bytes are UTF-8, then HTTP, then what the
    document declares (RFC 7303, 3.2): feeds that declare one encoding and use another are common.
    What does not fit in the end costs the signs that it is in, and no other.
    """
    if marked := _encoding_by_mark(content):
        return content.decode(marked, "replace").removeprefix("\ufeff")
    named = _named(content, charset)
    shifting = [name for name in named if name.startswith(SHIFTING)]
    for encoding in (*shifting, "utf-8"):
        try:
            return content.decode(encoding)
        except UnicodeError:
            continue
    return _decode_what_is_not_utf_8(content, [name for name in named if name != "utf-8"])


def _decode_what_is_not_utf_8(content: bytes, named: Sequence[str]) -> str:
    """Return the text of bytes that are not all UTF-8; `named` are the codecs that may be meant."""
    # Signs of several bytes, over and over, do not come about by chance.
    if _is_mostly_utf_8(content, trust=1 if not named else 10):
        return content.decode("utf-8", "replace")
    for encoding in named:
        text = content.decode(encoding, "replace")
        # A cut sign here and there is a fault of the text, many are one of the declaration.
        if text.count(CUT_OFF) * 50 <= len(content.translate(None, ASCII)):
            return text
    return content.decode(LAST_RESORT, "replace")


def _is_mostly_utf_8(content: bytes, trust: int) -> bool:
    """Whether there are so many times more whole signs of UTF-8 than bytes that are in none."""
    whole = len(MULTIBYTE.findall(content))
    return whole > 0 and whole >= trust * _bad_signs(content)


def _bad_signs(content: bytes) -> int:
    """Return how many signs of a document are none of UTF-8."""
    return content.decode("utf-8", "replace").count(CUT_OFF)


def _encoding_by_mark(content: bytes) -> str:
    """Return the encoding that the first bytes name or show, or ""."""
    for mark, encoding in MARKS:
        if content.startswith(mark):
            return encoding
    return _wide_by_noughts(content[:WIDE_WITHIN])


def _wide_by_noughts(head: bytes) -> str:
    """Return which UTF-16 the bytes of a document are in that has no mark, or ""."""
    if b"\0" not in head:
        return ""
    first, second = head[0::2].count(0), head[1::2].count(0)
    count = first + second
    if (first and second) or count < FEWEST_NOUGHTS or 4 * count < len(head):
        return ""
    return "utf-16-be" if first else "utf-16-le"


def _named(content: bytes, charset: str) -> list[str]:
    """Return the codecs that HTTP and the document name, the likelier one first."""
    by_http = _codec(charset)
    declared = ENCODING.search(content[:DECLARED_WITHIN])
    by_document = _codec((declared[1] or declared[2]).decode()) if declared else ""
    if by_document.startswith(WIDE):
        by_document = ""
    named = [by_http, by_document]
    # Servers that are not set up name Latin-1 for everything: the document knows better.
    if by_http == LAST_RESORT:
        named.reverse()
    return list(dict.fromkeys(filter(None, named)))


def _codec(name: str) -> str:
    """Return Python's name of an encoding that a document may be in; "" if there is none."""
    label = name.strip(" \t\"'").lower()
    try:
        codec = codecs.lookup(LABELS.get(label, label))
    except (LookupError, ValueError):
        return ""
    if codec.name in NO_DOCUMENTS or not codec._is_text_encoding:
        return ""
    return MEANT.get(codec.name, codec.name)

"""Pure. The bytes of a document as text: gzip is opened, and the encoding is found."""

import codecs
import re
import zlib
from collections.abc import Sequence

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
    (b"<\0?\0", "utf-16-le"),
    (b"\0<\0?", "utf-16-be"),
)
LAST_RESORT = "windows-1252"  # what most bytes are that are not UTF-8 (WHATWG Encoding)
# All their bytes are ASCII, so that they look like UTF-8: here the declaration is tried first.
SHIFTING = ("iso-2022", "hz", "utf-7")


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


def decode(content: bytes) -> str:
    """Return the text of a document. Never raises.

    The byte order mark decides, then UTF-8 wherever the bytes are UTF-8, then what the document
    declares: feeds that declare one encoding and use another are common.
    """
    if marked := _encoding_by_mark(content):
        return content.decode(marked, "replace").removeprefix("\ufeff")
    for encoding in _encodings(content):
        try:
            return content.decode(encoding)
        except (UnicodeError, LookupError):
            continue
    return content.decode("utf-8", "replace")


def _encoding_by_mark(content: bytes) -> str:
    """Return the encoding that the first bytes name, or ""."""
    for mark, encoding in MARKS:
        if content.startswith(mark):
            return encoding
    return ""


def _encodings(content: bytes) -> Sequence[str]:
    declared = ENCODING.search(content[:DECLARED_WITHIN])
    name = (declared[1] or declared[2]).decode() if declared else LAST_RESORT
    if name.lower().startswith(SHIFTING):
        return (name, "utf-8")
    return ("utf-8", name, LAST_RESORT)

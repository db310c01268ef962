"""Pure. The bytes of a document as text: gzip that is left over is opened, and the encoding is found."""

import codecs
import re
import zlib

LONGEST = 50_000_000  # bytes, what the sitemap protocol allows
DECLARATION = re.compile(r"\A\s*<\?xml[^>]{0,300}\?>\s*")
ENCODING = re.compile(
    rb"""\A\s*<\?xml[^>]{0,200}?encoding\s*=\s*["']([\w.:-]{1,40})|<meta[^>]{0,200}?charset\s*=\s*["']?\s*([\w.:-]{1,40})""",
    re.IGNORECASE,
)
MARKS = (  # a byte order mark says the encoding before any declaration does
    (codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF32_LE, "utf-32-le"), (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"),
    (b"<\0?\0", "utf-16-le"), (b"\0<\0?", "utf-16-be"),
)  # fmt: skip
LAST_RESORT = "windows-1252"  # what most bytes are that are not UTF-8 (WHATWG Encoding)


def unpack(content: bytes, limit: int = LONGEST) -> bytes:
    """Return the bytes inside, or `content` if it is no gzip. What is over the limit or broken off is left away."""
    if not content.startswith(b"\x1f\x8b"):
        return content
    try:
        return zlib.decompressobj(wbits=31).decompress(content, limit)
    except zlib.error:
        return b""


def decode(content: bytes) -> str:
    """Return the text of a document: by its byte order mark, as UTF-8 wherever it can be, then as it declares itself. Never raises."""
    for mark, encoding in MARKS:
        if content.startswith(mark):
            return content.decode(encoding, "replace").removeprefix("\ufeff")
    declared = ENCODING.search(content[:2048])
    name = (declared[1] or declared[2]).decode() if declared else LAST_RESORT
    shifting = name.lower().startswith(
        ("iso-2022", "hz", "utf-7")
    )  # these are all ASCII, and UTF-8 only to the eye
    for encoding in (name, "utf-8") if shifting else ("utf-8", name, LAST_RESORT):
        try:
            return content.decode(encoding)
        except (UnicodeError, LookupError):
            continue
    return content.decode("utf-8", "replace")

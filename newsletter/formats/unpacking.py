"""Pure. What is still gzip (RFC 1952) although it was delivered as itself: some sitemaps, and feeds of servers set up wrongly."""

import zlib

LONGEST = 50_000_000  # bytes, what the sitemap protocol allows


def unpacked(content: bytes, limit: int = LONGEST) -> bytes:
    """Return the bytes inside, or `content` if it is no gzip. What is over the limit or broken off is left away."""
    if not content.startswith(b"\x1f\x8b"):
        return content
    try:
        return zlib.decompressobj(wbits=31).decompress(content, limit)
    except zlib.error:
        return b""

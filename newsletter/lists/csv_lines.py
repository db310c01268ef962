"""Lines of a file in whatever encoding: UTF-8 with or without a mark, UTF-16, else Windows-1252.

A file that mixes UTF-8 and Windows-1252 is decoded line by line: exports that were pasted together
do so.
"""

import codecs
from collections.abc import Iterator
from pathlib import Path

MOST_CHARS = 128 * 1024  # of one row
# Kept of a line without an end: enough to see that it is too long, whatever its encoding.
MOST_LINE_BYTES = 4 * MOST_CHARS + 4
MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
ZEROS = 0.7  # of every second byte, in UTF-16 without a mark


def find_encoding(sample: bytes) -> str:
    """Return the encoding of a file by its beginning, as Python names it."""
    for mark, encoding in MARKS:
        if sample.startswith(mark):
            return encoding
    # Latin letters have a zero for every second byte in UTF-16.
    half = len(sample) // 2 or 1
    if sample[1::2].count(0) > half * ZEROS:
        return "utf-16-le"
    if sample[::2].count(0) > half * ZEROS:
        return "utf-16-be"
    try:
        # Incremental: the sample may end within a letter.
        codecs.getincrementaldecoder("utf-8")().decode(sample)
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8"


def read_blocks(path: Path, encoding: str, block_bytes: int) -> Iterator[list[str]]:
    """Yield the lines of a file, some thousands at a time; of a line without end, its beginning."""
    rest = b""
    decoder = codecs.getincrementaldecoder(encoding)("replace")
    with path.open("rb") as file:
        while raw := file.read(block_bytes):
            # In UTF-16 a line end may be cut in two, and its bytes are in other letters, too.
            if encoding.startswith("utf-16"):
                raw = decoder.decode(raw).encode("utf-8", "replace")
            raw = rest + raw
            end = _last_line_end(raw)
            if end:
                rest = raw[end:]
                yield _lines(raw[:end])
            else:
                rest = raw[:MOST_LINE_BYTES]
    if rest:
        yield _lines(rest)


def _last_line_end(raw: bytes) -> int:
    # The last byte may be the first half of \r\n.
    return max(raw.rfind(b"\n"), raw.rfind(b"\r", 0, len(raw) - 1)) + 1


def _lines(raw: bytes) -> list[str]:
    # Only the first block has a mark, and any other may begin with one: two files in one.
    text = _decoded(raw.removeprefix(codecs.BOM_UTF8))
    # Asked first: most files have none, and each replacement copies the block.
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return text.removesuffix("\n").split("\n")


def _decoded(raw: bytes) -> str:
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return "".join(map(_decoded_line, raw.splitlines(keepends=True)))


def _decoded_line(raw: bytes) -> str:
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("cp1252", "replace")

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
    guessed = _marked_encoding(sample) or _utf_16(sample)
    if guessed:
        return guessed
    return "utf-8" if _is_utf_8(sample) else "cp1252"


def _marked_encoding(sample: bytes) -> str:
    encodings = (encoding for mark, encoding in MARKS if sample.startswith(mark))
    return next(encodings, "")


def _utf_16(sample: bytes) -> str:
    """The byte order of UTF-16 without a mark, "" for other encodings."""
    # Latin letters have a zero for every second byte in UTF-16.
    if _is_mostly_zeros(sample[1::2]):
        return "utf-16-le"
    return "utf-16-be" if _is_mostly_zeros(sample[::2]) else ""


def _is_mostly_zeros(half: bytes) -> bool:
    return half.count(0) > ZEROS * len(half)


def _is_utf_8(sample: bytes) -> bool:
    try:
        # Incremental: the sample may end within a letter.
        codecs.getincrementaldecoder("utf-8")().decode(sample)
    except UnicodeDecodeError:
        return False
    return True


def read_blocks(
    path: Path,
    encoding: str,
    block_bytes: int,
) -> Iterator[list[str]]:
    """Yield the lines of a file, some thousands at a time; of a line without end, its beginning."""
    rest = b""
    for block in _read_bytes(path, encoding, block_bytes):
        raw = rest + block
        end = _last_line_end(raw)
        if end:
            rest = raw[end:]
            yield _lines(raw[:end])
        else:
            rest = raw[:MOST_LINE_BYTES]
    if rest:
        yield _lines(rest)


def _read_bytes(
    path: Path,
    encoding: str,
    block_bytes: int,
) -> Iterator[bytes]:
    """Yield the bytes of a file, which end anywhere; those of UTF-16 as UTF-8."""
    decoder = codecs.getincrementaldecoder(encoding)("replace")
    with path.open("rb") as file:
        while raw := file.read(block_bytes):
            # In UTF-16 a line end may be cut in two, and its bytes are in other letters, too.
            if encoding.startswith("utf-16"):
                raw = decoder.decode(raw).encode("utf-8", "replace")
            yield raw


def _last_line_end(raw: bytes) -> int:
    # The last byte may be the first half of \r\n.
    return max(raw.rfind(b"\n"), raw.rfind(b"\r", 0, len(raw) - 1)) + 1


def _lines(raw: bytes) -> list[str]:
    # Only the first block has a mark, and any other may begin with one: two files in one.
    text = _with_plain_ends(_decoded(raw.removeprefix(codecs.BOM_UTF8)))
    return text.removesuffix("\n").split("\n")


def _with_plain_ends(text: str) -> str:
    # Asked first: most files have none, and each replacement copies the block.
    if "\r" in text:
        return text.replace("\r\n", "\n").replace("\r", "\n")
    return text


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

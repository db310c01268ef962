"""Pure. Whether an image loads, and its size, by its first bytes. The only home of Pillow."""

import io
from dataclasses import dataclass

from PIL import Image

FORMATS = ("JPEG", "PNG", "GIF", "WEBP", "AVIF")  # that are measured
# Outlook for Windows shows no WebP, and few clients show AVIF.
IN_MAIL = ("JPEG", "PNG", "GIF")
SMALLEST = 100  # pixels a side: below are tracking pixels, spacers, icons, emoji and avatars
MOST_PIXELS = 40_000_000
NOT_IN_MAIL = (b"WEBP", b"avif", b"avis", b"heic")  # from the ninth byte
# Most images have their size in a few kilobytes.
ENOUGH_BYTES = 2_000_000

# Pillow warns of images that would fill the memory. Nothing is decoded here, and `read_picture`
# judges the size.
Image.MAX_IMAGE_PIXELS = None


@dataclass(frozen=True, slots=True)
class Picture:
    """An image that loads: its address and its size in pixels."""

    url: str
    width: int
    height: int


def measure(start: bytes | bytearray) -> tuple[int, int] | None:
    """Return width and height in pixels of an image by its first bytes.

    None if they do not tell yet, or it is none that is known.
    """
    opened = _open(start)
    return opened[1:] if opened else None


def _open(start: bytes | bytearray) -> tuple[str, int, int] | None:
    """Return the format of an image, and its width and height."""
    try:
        with Image.open(io.BytesIO(start), formats=FORMATS) as image:
            return image.format or "", *image.size
    except Exception:
        # Pillow's readers let out whatever goes wrong: struct.error, OSError, SyntaxError.
        return None


def is_enough(start: bytearray) -> bool:
    """True if no more bytes are needed."""
    # Of what no letter shows nothing more is needed than its first bytes.
    if start[8:12] in NOT_IN_MAIL:
        return True
    return len(start) >= ENOUGH_BYTES or measure(start) is not None


def read_picture(url: str, start: bytes) -> Picture | None:
    """Return the image if it can be shown with a story in a letter.

    It loads, mail clients know its format, and it is neither tiny nor huge.
    """
    opened = _open(start)
    if opened is None or opened[0] not in IN_MAIL:
        return None
    size = opened[1:]
    return Picture(url, *size) if _can_be_shown(*size) else None


def _can_be_shown(width: int, height: int) -> bool:
    return min(width, height) >= SMALLEST and width * height <= MOST_PIXELS

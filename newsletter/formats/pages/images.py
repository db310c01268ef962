"""Pure. Whether an image loads, and its size, by its first bytes. The only home of Pillow."""

import io
from dataclasses import dataclass

from PIL import Image

FORMATS = ("JPEG", "PNG", "GIF", "WEBP", "AVIF")  # what mail clients and browsers show
SMALLEST = 64  # pixels a side: below are tracking pixels, spacers and icons
MOST_PIXELS = 40_000_000
# Most images have their size in a few kilobytes. Pillow wants the whole of a WebP or an AVIF.
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

    None if they do not tell yet, or it is none that is shown in mail.
    """
    try:
        with Image.open(io.BytesIO(start), formats=FORMATS) as image:
            return image.size
    except Exception:
        # Pillow's readers let out whatever goes wrong: struct.error, OSError, SyntaxError.
        return None


def is_enough(start: bytearray) -> bool:
    """True if no more bytes are needed."""
    return len(start) >= ENOUGH_BYTES or measure(start) is not None


def read_picture(url: str, start: bytes) -> Picture | None:
    """Return the image if it can be shown with a story: it loads, and is neither tiny nor huge."""
    size = measure(start)
    return Picture(url, *size) if size and _can_be_shown(*size) else None


def _can_be_shown(width: int, height: int) -> bool:
    return min(width, height) >= SMALLEST and width * height <= MOST_PIXELS

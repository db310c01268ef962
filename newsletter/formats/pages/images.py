"""Pure. Whether an image loads, and how large it is, by its first bytes. The only home of Pillow."""

import io
from dataclasses import dataclass

from PIL import Image

FORMATS = ("JPEG", "PNG", "GIF", "WEBP", "AVIF")  # what mail clients and browsers show
SMALLEST = 64  # pixels a side: below are tracking pixels, spacers and icons
MOST_PIXELS = 40_000_000
ENOUGH_BYTES = (
    2_000_000  # most tell their size in a few kilobytes; of WebP and AVIF Pillow wants the whole
)

Image.MAX_IMAGE_PIXELS = None  # nothing is ever decoded here, and the size is judged below


@dataclass(frozen=True, slots=True)
class Picture:
    """An image that loads: its address and its size in pixels."""

    url: str
    width: int
    height: int


def measure(start: bytes | bytearray) -> tuple[int, int] | None:
    """Return width and height of an image by its first bytes; None if they do not tell yet, or it is none that is shown in mail."""
    try:
        with Image.open(io.BytesIO(start), formats=FORMATS) as image:
            return image.size
    except Exception:
        return None


def is_enough(start: bytearray) -> bool:
    """True if no more bytes are needed."""
    return len(start) >= ENOUGH_BYTES or measure(start) is not None


def read_picture(url: str, start: bytes) -> Picture | None:
    """Return the image if it can be shown with a story: it loads, and is neither tiny nor huge."""
    size = measure(start)
    if size is None or min(size) < SMALLEST or size[0] * size[1] > MOST_PIXELS:
        return None
    return Picture(url, *size)

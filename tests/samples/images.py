"""Images that no program compresses well."""

import io

from PIL import Image


def made(kind: str, width: int = 640, height: int = 360) -> bytes:
    """Return an image of noise in a format of Pillow's, "PNG" or "JPEG"."""
    file = io.BytesIO()
    Image.effect_noise((width, height), 80).convert("RGB").save(file, kind)
    return file.getvalue()

"""The child that decodes a logo: it reads a picture from its input, and answers with PNGs.

It keeps limits of its own: a picture of a stranger may unpack to more than a machine has.
"""

import base64
import io
import json
import resource
import sys

from PIL import Image, ImageCms, ImageOps

FORMATS = ("PNG", "JPEG", "GIF", "WEBP")
MEMORY_BYTES = 1_000_000_000
WORK_S = 15
MOST_PIXELS = 40_000_000  # a photograph of a good camera; a bomb of a few kilobytes has more
SMALLEST = 16  # pixels a side
SHOWN = (480, 72)  # at most, in a letter
SHARPER = 2  # pixels of a picture for each that is shown: most phones have two or three
ICON = 180  # pixels: what phones ask for, and browsers make smaller
GROUND_SHARE = 0.02  # of its pixels that let the ground through, else it counts as opaque
SQUARE = 1.6  # a part of a wide logo that is no wider than so many heights may be its mark


class UnfitLogo(Exception):
    """Its argument is the name of the error that the parent raises."""


def answer(content: bytes) -> dict[str, object]:
    """Return the logo, its icon and what is known of it; or the name of an error."""
    try:
        image = _visible_part(_decoded(content))
    except UnfitLogo as unfit:
        return {"refused": str(unfit)}
    except Exception:
        # Pillow's readers let out whatever goes wrong: struct.error, OSError, SyntaxError.
        return {"refused": "NoPicture"}
    shown = _fitting(image.size, SHOWN)
    sharp = _fitting(image.size, (shown[0] * SHARPER, shown[1] * SHARPER))
    return {
        "logo": _png(image.resize(sharp, Image.Resampling.LANCZOS)),
        "icon": _png(_icon(image)),
        "size": shown,
        "tone": _tone(image),
        "is_transparent": _is_transparent(image),
    }


def _decoded(content: bytes) -> Image.Image:
    """Return the first picture of a file, upright, in sRGB with transparency."""
    with Image.open(io.BytesIO(content), formats=FORMATS) as image:
        # Before anything is unpacked: the head of a file says how large it will be.
        if image.width * image.height > MOST_PIXELS:
            raise UnfitLogo("TooManyPixels")
        if min(image.size) < SMALLEST:
            raise UnfitLogo("TooSmall")
        upright = ImageOps.exif_transpose(image)
        return (_from_print(upright) if upright.mode == "CMYK" else upright).convert("RGBA")


def _from_print(image: Image.Image) -> Image.Image:
    """Turn printers' colours into a screen's, by the file's own profile if it has one."""
    profile = image.info.get("icc_profile")
    if not profile:
        return image.convert("RGB")
    source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
    turned = ImageCms.profileToProfile(
        image,
        source,
        ImageCms.createProfile("sRGB"),
        outputMode="RGB",
    )
    return turned or image.convert("RGB")


def _visible_part(image: Image.Image) -> Image.Image:
    """Cut the transparent edges off: they would make a logo look small and off its line."""
    edges = image.getchannel("A").getbbox()
    if edges is None:
        raise UnfitLogo("NothingToSee")
    return image.crop(edges)


def _fitting(
    size: tuple[int, int],
    most: tuple[int, int],
) -> tuple[int, int]:
    """Return a size made to fit, never larger than it is."""
    share = min(
        1.0,
        most[0] / size[0],
        most[1] / size[1],
    )
    return max(1, round(size[0] * share)), max(1, round(size[1] * share))


def _icon(image: Image.Image) -> Image.Image:
    """Return a square of the logo: of its mark, where one stands apart at its beginning."""
    mark = image.crop((0, 0, _mark_width(image), image.height))
    mark = mark.crop(mark.getchannel("A").getbbox())
    return ImageOps.pad(
        mark,
        (ICON, ICON),
        Image.Resampling.LANCZOS,
        (0, 0, 0, 0),
    )


def _mark_width(image: Image.Image) -> int:
    """Return the width up to the first gap, if that is near a square; else the whole."""
    columns = image.getchannel("A").resize((image.width, 1), Image.Resampling.BOX).tobytes()
    gap = columns.find(b"\0")
    return gap if image.height / SQUARE <= gap <= image.height * SQUARE else image.width


def _tone(image: Image.Image) -> str:
    """Return the mean colour of what can be seen."""
    # Premultiplied, a pixel counts as much as it covers.
    mean = image.convert("RGBa").resize((1, 1), Image.Resampling.BOX).convert("RGBA")
    red, green, blue = mean.tobytes()[:3]
    return f"#{red:02x}{green:02x}{blue:02x}"


def _is_transparent(image: Image.Image) -> bool:
    histogram = image.getchannel("A").histogram()
    return sum(histogram[:128]) > GROUND_SHARE * image.width * image.height


def _png(image: Image.Image) -> str:
    """Return a picture as PNG without anything else that its file had, in base64."""
    out = io.BytesIO()
    # A new picture: its file's texts, places and profiles are its author's business.
    bare = Image.frombytes(
        "RGBA",
        image.size,
        image.tobytes(),
    )
    bare.save(
        out,
        "PNG",
        optimize=True,
    )
    return base64.b64encode(out.getvalue()).decode()


def _limit_ourselves() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (WORK_S, WORK_S))


if __name__ == "__main__":
    _limit_ourselves()
    # What is too large is judged before it is decoded, not by the library's own warning.
    Image.MAX_IMAGE_PIXELS = None
    json.dump(answer(sys.stdin.buffer.read()), sys.stdout)

"""Pure. Colours: how far apart two of them are, and the nearest that can be read.

Source: WCAG 2.2, relative luminance and contrast ratio. A colour is a text like "#15181a".
"""

from collections.abc import Sequence
from colorsys import hls_to_rgb, rgb_to_hls
from string import hexdigits

from newsletter.errors import Refused

READABLE = 4.5  # WCAG 1.4.3, AA, for text of any size
VISIBLE = 3.0  # WCAG 1.4.11, for the shape of a button or a logo
STEPS = 255  # of lightness: as many as a channel has
# WCAG's weights of red, green and blue, and its curve
WEIGHTS = (0.2126, 0.7152, 0.0722)
LINEAR_BELOW = 0.04045
Channels = tuple[float, float, float]


class BadColour(Refused):
    """A colour is a # and three or six digits of 0 to 9 and a to f, like #1a73e8."""


def read_colour(text: str) -> str:
    """Return a colour as it is stored: "#FC0" is "#ffcc00". Raises BadColour."""
    digits = _doubled(text.strip().removeprefix("#").lower())
    if len(digits) != 6 or not set(digits) <= set(hexdigits):
        raise BadColour
    return f"#{digits}"


def luminance(colour: str) -> float:
    """Return how bright a colour is, from 0 (black) to 1 (white)."""
    weighted = zip(
        WEIGHTS,
        _channels(colour),
        strict=True,
    )
    return sum(weight * _linear(channel) for weight, channel in weighted)


def contrast(
    first: str,
    second: str,
) -> float:
    """Return the contrast ratio of two colours, 1 to 21."""
    darker, lighter = sorted((luminance(first), luminance(second)))
    return (lighter + 0.05) / (darker + 0.05)


def is_readable(
    text: str,
    *grounds: str,
) -> bool:
    """True if text of that colour can be read on each of the grounds."""
    return _passes(
        text,
        grounds,
        READABLE,
    )


def mend(
    colour: str,
    grounds: Sequence[str],
    least: float = READABLE,
) -> str | None:
    """Return the colour with the nearest lightness that has enough contrast to each ground.

    It is the colour itself if that passes. None if no lightness does: white and black together
    are grounds for hardly anything. For a single ground there always is one.
    """
    for candidate in (colour, *_by_nearness(colour)):
        if _passes(
            candidate,
            grounds,
            least,
        ):
            return candidate
    return None


def mix(
    first: str,
    second: str,
    share: float,
) -> str:
    """Return a colour between two; `share` is how much there is of the second."""
    pairs = zip(
        _channels(first),
        _channels(second),
        strict=True,
    )
    red, green, blue = (a + (b - a) * share for a, b in pairs)
    return _spelled((red, green, blue))


def _passes(
    colour: str,
    grounds: Sequence[str],
    least: float,
) -> bool:
    return all(contrast(colour, ground) >= least for ground in grounds)


def _doubled(digits: str) -> str:
    """Write out the short form of three digits."""
    return "".join(digit * 2 for digit in digits) if len(digits) == 3 else digits


def _by_nearness(colour: str) -> list[str]:
    """Return the colour in each lightness, the nearest first."""
    hue, lightness, saturation = rgb_to_hls(*_channels(colour))
    steps = sorted(range(STEPS + 1), key=lambda step: abs(step / STEPS - lightness))
    return [
        _spelled(
            hls_to_rgb(
                hue,
                step / STEPS,
                saturation,
            )
        )
        for step in steps
    ]


def _channels(colour: str) -> Channels:
    red, green, blue = bytes.fromhex(colour.removeprefix("#"))
    return red / 255, green / 255, blue / 255


def _linear(channel: float) -> float:
    if channel <= LINEAR_BELOW:
        return channel / 12.92
    return float(((channel + 0.055) / 1.055) ** 2.4)


def _spelled(channels: Channels) -> str:
    return "#" + "".join(f"{round(channel * 255):02x}" for channel in channels)

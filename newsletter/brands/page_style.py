"""Pure. The style of pages: a look as custom properties, over those of the service.

It is a stylesheet with an address of its own: the policy of our pages allows no style inside them.
"""

from collections.abc import Iterator, Mapping

from newsletter.brands.colours import VISIBLE, is_readable, mend, mix
from newsletter.brands.look import Look
from newsletter.brands.tones import Tones

SOFT = 0.9  # how much paper there is in a soft ground
# What pages say by colour, each with its words beside it.
SIGNALS = {"--ok": "#1b6b3f", "--warn": "#8a5300", "--bad": "#b3261e"}
CORNERS = {"--r1": 0.5, "--r2": 1.0, "--r3": 1.5}  # as shares of the corner


def page_style(look: Look) -> str:
    """Return the stylesheet; one without a rule if pages look as they are."""
    properties = dict(_properties(look))
    if not properties:
        return "/* as it is */\n"
    lines = "".join(f"  {name}: {value};\n" for name, value in properties.items())
    # In no layer: so it wins over ui.css, whose properties are in one.
    return f":root {{\n{lines}}}\n"


def page_tones(tones: Tones) -> Mapping[str, str]:
    """Return the colours of pages in one scheme, by the name of their property.

    All texts pass on all grounds.
    """
    page, sheet = tones.background, tones.paper
    between = mix(
        page,
        sheet,
        0.5,
    )
    # Where text lies between page and sheet in brightness, a ground between them would hide it.
    hover = between if _takes_texts(between, tones) else sheet
    grounds = (page, sheet, hover)
    plain = {
        "--paper": page,
        "--surface": sheet,
        "--sunken": page,
        "--hover": hover,
        "--line": tones.rule,
        "--line-2": mend(
            tones.muted,
            (page, sheet),
            VISIBLE,
        )
        or tones.muted,
        "--ink": tones.text,
        "--ink-2": tones.text,
        "--ink-3": tones.muted,
        "--accent-fill": tones.button,
        "--on-fill": tones.on_button,
    }
    signals = {"--accent": tones.accent, **SIGNALS}
    return plain | dict(
        _signals(
            signals,
            tones,
            grounds,
        )
    )


def _signals(
    signals: Mapping[str, str],
    tones: Tones,
    grounds: tuple[str, ...],
) -> Iterator[tuple[str, str]]:
    """Yield each colour that means something, as text that can be read, and a soft ground of it."""
    for name, colour in signals.items():
        soft = _soft(
            colour,
            tones,
            grounds,
        )
        yield name, mend(colour, (*grounds, soft)) or tones.text
        yield f"{name}-soft", soft


def _soft(
    colour: str,
    tones: Tones,
    grounds: tuple[str, ...],
) -> str:
    """Return a tint of a colour on which all texts can be read, else the sheet."""
    soft = mix(
        colour,
        tones.paper,
        SOFT,
    )
    has_own = mend(colour, (*grounds, soft)) is not None
    return soft if has_own and _takes_texts(soft, tones) else tones.paper


def _takes_texts(
    ground: str,
    tones: Tones,
) -> bool:
    return is_readable(tones.text, ground) and is_readable(tones.muted, ground)


def _properties(look: Look) -> Iterator[tuple[str, str]]:
    if look.colours_pages:
        yield from _colours(look)
        yield from _corners(look)
    if look.heading_font or look.colours_pages:
        yield "--serif", look.font["heading"]
    if look.text_font or look.colours_pages:
        yield "--sans", look.font["body"]
    if look.light_plate or look.dark_plate:
        yield "--logo-plate", f"light-dark({_light_plate(look)}, {_dark_plate(look)})"


# Behind a logo that would be hard to see is the sheet of the other scheme.
def _light_plate(look: Look) -> str:
    return look.dark.paper if look.light_plate else "transparent"


def _dark_plate(look: Look) -> str:
    return look.light.paper if look.dark_plate else "transparent"


def _colours(look: Look) -> Iterator[tuple[str, str]]:
    dark = page_tones(look.dark)
    for name, value in page_tones(look.light).items():
        yield name, f"light-dark({value}, {dark[name]})"


def _corners(look: Look) -> Iterator[tuple[str, str]]:
    for name, share in CORNERS.items():
        yield name, _pixels(look.corner * share)


def _pixels(size: float) -> str:
    return f"{round(size)}px"

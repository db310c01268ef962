"""Looks measured: letters and pages in each theme with ten brands that nobody should choose.

`python -m bench.looks [FOLDER]` prints a line for each letter that is looked at, in Chromium, and
writes its pictures into the folder. It ends with 1 when one breaks a rule.
"""

import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import product
from pathlib import Path
from typing import Literal

from playwright.sync_api import Browser, Page

from newsletter.brands.brand import Brand, Logo, LogoFile
from newsletter.brands.colours import READABLE
from newsletter.brands.theme import Palette
from newsletter.brands.themes import look_of_brand, shipped_names
from newsletter.editions.content import Face
from newsletter.editions.own_themes import FACE, LETTER
from newsletter.editions.press import press, press_letter
from newsletter.editions.specimen import specimen
from tests.doubles.browser import chromium

CLEAR = LogoFile("0" * 64, 240, 60, "#101010", True)
PALE = replace(CLEAR, tone="#f8f8f8")


def _both(*colours: str) -> dict[str, Palette]:
    return {"light": Palette(*colours), "dark": Palette(*colours)}


BRANDS: Mapping[str, Brand] = {
    "all the same": Brand(**_both(*["#808080"] * 6)),
    "low contrast": Brand(**_both("#f4f4f4", "#ffffff", "#c8c8c8", "#dedede", "#eeeeee")),
    "neon": Brand(**_both("#ff00ff", "#00ff00", "#ffff00", "#00ffff", "#ff0000", "#ff4000")),
    "near white": Brand(**_both("#fefefe", "#fdfdfd", "#fcfcfc", "#fbfbfb", "#fafafa", "#ffffff")),
    "near black": Brand(**_both("#000001", "#010101", "#020202", "#030303", "#040404", "#050505")),
    "sheet and ground apart": Brand(**_both("#000000", "#ffffff", "#777777", "#888888")),
    "mid grey sheet": Brand(**_both("#767676", "#7f7f7f", "#757575", "#747474", "#7a7a7a")),
    "night as day": Brand(light=Palette(paper="#0b0b0b"), dark=Palette(paper="#ffffff")),
    "dark logo": Brand(header="logo", logo=Logo(CLEAR, "1" * 64)),
    "white logo on a band of white": Brand(
        header="band", logo=Logo(PALE, "1" * 64), **_both("", "", "", "", "#ffffff", "#ffffff")
    ),
}
VIEWS: tuple[tuple[int, Literal["light", "dark"]], ...] = (
    (640, "light"),
    (375, "light"),
    (320, "light"),
    (640, "dark"),
    (375, "dark"),
)
SMALLEST_PX, TAP_PX = 14, 44
MEASURE = """
() => {
  const channels = text => (text.match(/[0-9.]+/g) || []).map(Number);
  const curve = part => part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  const bright = ([red, green, blue]) =>
    0.2126 * curve(red / 255) + 0.7152 * curve(green / 255) + 0.0722 * curve(blue / 255);
  const ground = element => {
    for (let at = element; at; at = at.parentElement) {
      const colour = channels(getComputedStyle(at).backgroundColor);
      if (colour.length === 3 || colour[3] > 0) return colour;
    }
    return [255, 255, 255];
  };
  const found = {contrast: 21, text: '', type: 99, taps: [], levels: [], wrong: []};
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const element = texts.currentNode.parentElement;
    const words = texts.currentNode.textContent.trim();
    if (!/[\\p{L}\\p{N}]/u.test(words) || !element.offsetParent) continue;
    const style = getComputedStyle(element);
    const pair = [bright(channels(style.color)), bright(ground(element))].sort((a, b) => a - b);
    const ratio = (pair[1] + 0.05) / (pair[0] + 0.05);
    if (ratio < found.contrast) [found.contrast, found.text] = [ratio, words.slice(0, 40)];
    found.type = Math.min(found.type, parseFloat(style.fontSize));
  }
  for (const link of document.querySelectorAll('a')) {
    const isInText = getComputedStyle(link).display === 'inline' || link.querySelector('img');
    const height = link.getBoundingClientRect().height;
    if (!isInText && height < TAP - 0.1) found.taps.push(link.textContent.trim().slice(0, 30));
  }
  for (const heading of document.querySelectorAll('h1,h2,h3,h4,h5,h6'))
    found.levels.push(Number(heading.tagName[1]));
  for (const table of document.querySelectorAll('table'))
    if (table.getAttribute('role') !== 'presentation') found.wrong.push('a table without a role');
  for (const image of document.querySelectorAll('img'))
    if (!image.alt) found.wrong.push('a picture without words');
  if (!document.documentElement.lang) found.wrong.push('no language');
  if (!document.title) found.wrong.push('no title');
  if (document.documentElement.scrollWidth > innerWidth) found.wrong.push('wider than the screen');
  return found;
}
""".replace("TAP", str(TAP_PX))


@dataclass(frozen=True, slots=True)
class Measured:
    """What one look at a letter found; `faults` are the rules that it breaks."""

    contrast: float
    text: str
    type: float
    faults: tuple[str, ...]

    def __str__(self) -> str:
        return f"contrast {self.contrast:5.2f} {'; '.join(self.faults) or 'ok'}"


def letters(face: Face) -> Iterator[tuple[str, str]]:
    """Yield the HTML of an issue and of a small letter, by their kind."""
    printed = press(specimen(face))
    yield "issue", printed.markers.show(printed.html)
    yield "confirm", press_letter("confirm", face, LETTER).html


def face_of_brand(brand: Brand, language: str = "en") -> Face:
    """Return the face of a specimen with that brand."""
    look = look_of_brand(brand)
    return replace(FACE, look=look, language=language, readers_label="80,000+")


def measure(page: Page) -> Measured:
    """Measure the letter that a page shows."""
    found = page.evaluate(MEASURE)
    faults = [*found["wrong"], *(f"a small link: {text}" for text in found["taps"])]
    if found["contrast"] < READABLE:
        faults.append(f"hard to read: {found['text']}")
    if found["type"] < SMALLEST_PX:
        faults.append("small type")
    levels = found["levels"]
    if levels.count(1) != 1 or any(b > a + 1 for a, b in zip([0, *levels], levels, strict=False)):
        faults.append("headings that skip a level")
    return Measured(found["contrast"], found["text"], found["type"], tuple(faults))


def look_at(browser: Browser, html: str, width: int, scheme: Literal["light", "dark"]) -> Page:
    """Open a letter at that width and in that scheme; nothing leaves this machine."""
    page = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)
    page.route("**/*", lambda route: route.abort())
    page.set_content(html)
    return page


def main() -> int:
    """Measure everything; print a line each, and what breaks a rule."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else None
    brands = {"as it ships": Brand(), **BRANDS}
    broken = 0
    with chromium() as browser:
        for theme, (name, brand) in product(shipped_names(), brands.items()):
            for kind, html in letters(face_of_brand(replace(brand, theme=theme))):
                for width, scheme in VIEWS:
                    page = look_at(browser, html, width, scheme)
                    found = measure(page)
                    if folder and kind == "issue":
                        file = f"{theme}-{name}-{width}-{scheme}.png".replace(" ", "-")
                        page.screenshot(path=folder / file, full_page=True)
                    page.close()
                    broken += bool(found.faults)
                    view = f"{theme:9}{name:30}{kind:8} {width} {scheme:5}"
                    print(f"{view} {found}")
    print(f"{broken} letters break a rule")
    return int(bool(broken))


if __name__ == "__main__":
    sys.exit(main())

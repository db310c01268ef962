"""Pure. Tones: all colours of a letter in one scheme, made of the few that have a name.

Text that could not be read on its ground gets the nearest lightness that can, and that is noted.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Literal

from newsletter.brands.colours import VISIBLE, contrast, is_readable, mend, mix
from newsletter.brands.theme import Palette, Theme

Scheme = Literal["light", "dark"]
HAIRLINE = 0.82  # how much paper there is in a hairline
PANEL = 0.78  # and in a panel at night: a full accent would be a lamp


@dataclass(frozen=True, slots=True)
class Tones:
    """The colours of one scheme, as templates name them; each “on” is text upon the other."""

    background: str
    paper: str
    text: str
    muted: str
    rule: str
    accent: str
    on_accent: str
    link: str
    button: str
    on_button: str
    panel: str
    on_panel: str
    panel_button: str
    on_panel_button: str

    def least_contrast(self) -> float:
        """The lowest contrast of all texts."""
        return min(self._contrast(text, ground) for text, ground in PAIRS)

    def _contrast(self, text: str, ground: str) -> float:
        return contrast(getattr(self, text), getattr(self, ground))


# Each text with each ground on which it is printed.
PAIRS = (
    *(("text", "paper"), ("text", "background")),
    *(("muted", "paper"), ("muted", "background")),
    *(("link", "paper"), ("link", "background")),
    *(("on_accent", "accent"), ("on_button", "button")),
    *(("on_panel", "panel"), ("on_panel_button", "panel_button")),
)


@dataclass(frozen=True, slots=True)
class Mending:
    """One colour that was changed, because it could not be read."""

    scheme: Scheme
    name: str  # of Palette
    on: str
    before: str
    after: str
    ratio: float  # the contrast before

    @property
    def sentence(self) -> str:
        """What was done, for an editor."""
        return (
            f"{self.scheme.title()}: {WORDS[self.name]} {self.before} had a contrast of "
            f"{self.ratio:.1f} : 1 on {WORDS[self.on]}; it is printed as {self.after}."
        )


WORDS = {
    "background": "the background",
    "paper": "the sheet",
    "text": "the text",
    "muted": "the small print",
    "accent": "the accent",
    "on_accent": "text on the accent",
}


def tones_of(theme: Theme, chosen: Palette, scheme: Scheme) -> tuple[Tones, tuple[Mending, ...]]:
    """Return all colours of a scheme, readable, and what was mended for that."""
    mixer = _Mixer(theme, chosen, scheme)
    return mixer.tones(), tuple(mixer.mended)


@dataclass(slots=True)
class _Mixer:
    theme: Theme
    chosen: Palette
    scheme: Scheme
    mended: list[Mending] = field(default_factory=list)

    def tones(self) -> Tones:
        """Settle one colour after the other, each on those before."""
        paper = self._named("paper")
        text, background = self._text_and_background(paper)
        grounds = (paper, background)
        # Text itself passes, so that there always is a small print that does.
        muted = self._mended("muted", "paper", grounds) or text
        accent = self._named("accent")
        on_accent = self._on_accent(accent, text, paper)
        panel, on_panel = self._panel(paper, text, accent, on_accent)
        button, on_button = self._button(paper, text, accent, on_accent)
        # On its panel a button must be seen, too; text and panel the other way round always is.
        is_seen = contrast(button, panel) >= VISIBLE
        panel_button = (button, on_button) if is_seen else (on_panel, panel)
        return Tones(
            background,
            paper,
            text,
            muted,
            self._rule(text, paper),
            accent,
            on_accent,
            self._link(text, accent, grounds),
            button,
            on_button,
            panel,
            on_panel,
            *panel_button,
        )

    def _named(self, name: str) -> str:
        """Return a colour as chosen, else the theme's."""
        return self._chosen(name) or str(getattr(self._base, name))

    def _chosen(self, name: str) -> str:
        return str(getattr(self.chosen, name))

    @property
    def _base(self) -> Palette:
        return self.theme.light if self._is_light else self.theme.dark

    @property
    def _is_light(self) -> bool:
        return self.scheme == "light"

    def _text_and_background(self, paper: str) -> tuple[str, str]:
        background = self._named("background")
        text = self._mended("text", "paper", (paper, background))
        if text:
            return text, background
        # No text can be read on both: the sheet stays, and what is behind it gives way.
        text = self._mended("text", "paper", (paper,)) or self._named("text")
        return text, self._mended("background", "text", (text,)) or paper

    def _mended(self, name: str, on: str, grounds: tuple[str, ...]) -> str | None:
        """Return a named colour that contrasts with the grounds, and note if it was mended."""
        before = self._named(name)
        after = mend(before, grounds)
        if after and after != before:
            ratio = _least_contrast(before, grounds)
            self.mended.append(Mending(self.scheme, name, on, before, after, ratio))
        return after

    def _on_accent(self, accent: str, text: str, paper: str) -> str:
        if self._chosen("on_accent"):
            return self._mended("on_accent", "accent", (accent,)) or text
        # Nobody chose it: what can be read is taken, and nothing needs to be said.
        candidates = (self._named("on_accent"), text, paper)
        return next(_readable(candidates, accent), _nearest(text, accent))

    def _panel(
        self,
        paper: str,
        text: str,
        accent: str,
        on_accent: str,
    ) -> tuple[str, str]:
        """Return the panel that sells, and the text on it."""
        panel = self._by_scheme(self.theme.panels)
        if not panel:
            return accent, on_accent
        if self._chosen("accent") or self._chosen("paper"):
            panel = mix(accent, paper, PANEL)
        return panel, _nearest(text, panel)

    def _button(
        self,
        paper: str,
        text: str,
        accent: str,
        on_accent: str,
    ) -> tuple[str, str]:
        if self._wants_accent() and contrast(accent, paper) >= VISIBLE:
            return accent, on_accent
        return text, _nearest(paper, text)

    def _wants_accent(self) -> bool:
        style = "buttons" if self._is_light else "dark_buttons"
        return self.theme.style[style] == "accent"

    def _rule(self, text: str, paper: str) -> str:
        if self._chosen("text") or self._chosen("paper"):
            return mix(text, paper, HAIRLINE)
        return self._by_scheme(self.theme.rules)

    def _link(self, text: str, accent: str, grounds: tuple[str, str]) -> str:
        if self.theme.style["links"] == "text":
            return text
        return mend(accent, grounds) or text

    def _by_scheme(self, pair: tuple[str, str]) -> str:
        return pair[0] if self._is_light else pair[1]


def _readable(candidates: Iterable[str], ground: str) -> Iterator[str]:
    return (colour for colour in candidates if is_readable(colour, ground))


def _nearest(text: str, ground: str) -> str:
    """Return the text mended for a ground: for one ground alone there is a lightness."""
    return mend(text, (ground,)) or text


def _least_contrast(text: str, grounds: Iterable[str]) -> float:
    return min(contrast(text, ground) for ground in grounds)

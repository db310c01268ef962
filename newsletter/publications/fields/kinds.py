"""Pure. Kinds of values: how each is typed, read and shown. What may be is judged by checks.py."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from newsletter.errors import Refused
from newsletter.text import clean_text, is_number

Widget = Literal["line", "text", "list", "number", "choice", "truth"]
Choice = tuple[str, str]  # a value, and what it means
TRUTHS = {"yes": True, "true": True, "on": True, "no": False, "false": False, "off": False}
MOST_DIGITS = 9  # of a whole number: no column of numbers takes more


class NoNumber(Refused):
    """This is no number. Write it with the digits 0 to 9."""


class NoRate(Refused):
    """A speed is a domain and a number of letters a second, like `big.example 10`."""


class NoTruth(Refused):
    """This is either yes or no."""


@dataclass(frozen=True, slots=True)
class Kind:
    """How the values of one kind are typed and shown; `choices` are all there are, if any."""

    widget: Widget
    read: Callable[[str], object]  # raises Refused
    show: Callable[[Any], str]
    choices: Sequence[Choice] = ()


def choice(*choices: Choice) -> Kind:
    """Return the kind of which there are these values only."""
    return Kind("choice", str.strip, str, choices)


def _read_truth(text: str) -> bool:
    truth = TRUTHS.get(text.strip().lower())
    if truth is None:
        raise NoTruth
    return truth


def _show_truth(value: bool) -> str:
    return "yes" if value else "no"


def _read_whole(text: str) -> int:
    # People part thousands, with a comma or a space.
    digits = text.strip().replace(",", "").replace(" ", "").removeprefix("+")
    bare = digits.removeprefix("-")
    # int() would take digits of other scripts, and thousands of them.
    if not is_number(bare) or len(bare) > MOST_DIGITS:
        raise NoNumber
    return int(digits)


def read_decimal(text: str) -> float:
    """Read a number that may have a fraction, behind a dot or a comma. Raises NoNumber."""
    try:
        value = float(text.strip().replace(",", "."))
    except ValueError:
        raise NoNumber from None
    # "nan" and "inf" are numbers to Python only.
    if not math.isfinite(value):
        raise NoNumber
    return value


def _read_lines(text: str) -> list[str]:
    lines = clean_text(text).splitlines()
    return [line.strip() for line in lines if line.strip()]


def _read_rates(text: str) -> Mapping[str, float]:
    return dict(_read_rate(line) for line in _read_lines(text))


def _read_rate(line: str) -> tuple[str, float]:
    domain, _, rate = line.replace("=", " ").partition(" ")
    return domain.lower(), _read_speed(rate)


def _read_speed(text: str) -> float:
    try:
        return read_decimal(text)
    except NoNumber:
        raise NoRate from None


def _show_rates(rates: Mapping[str, float]) -> str:
    return "\n".join(f"{domain} {rate:g}" for domain, rate in sorted(rates.items()))


def _show_decimal(value: float) -> str:
    return f"{value:g}"


def _read_text(text: str) -> str:
    # A form sends line ends as CR LF (HTML, 4.10.21.4).
    return clean_text(text).replace("\r\n", "\n").strip()


def _read_file(text: str) -> str:
    # Kept as it is, with the blank lines at its end; one of nothing else is none.
    return clean_text(text).replace("\r\n", "\n") if text.strip() else ""


LINE = Kind("line", _read_text, str)
TEXT = Kind("text", _read_text, str)
FILE = Kind("text", _read_file, str)
NUMBER = Kind("number", _read_whole, str)
DECIMAL = Kind("number", read_decimal, _show_decimal)
TRUTH = Kind("truth", _read_truth, _show_truth)
LIST = Kind("list", _read_lines, "\n".join)
RATES = Kind("list", _read_rates, _show_rates)

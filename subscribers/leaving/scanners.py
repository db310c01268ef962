"""Pure. Was the button on a leave page pressed by a reader, or by a scanner that presses every button?

A mail scanner opens a letter's links within seconds of its delivery, some submit the forms they find, and they do so for every
mailbox of a company at once. A reader who is doubted presses once more, a moment later, and is always obeyed. None of this is
asked of a one-click POST by RFC 8058: that is obeyed as it comes.
"""

from dataclasses import dataclass

FRESH_S = 600  # scanners come when a letter comes; later than this nobody is doubted
AT_ONCE_S = 10  # a letter is opened, scrolled down and its link followed: nobody is so fast
LOOK_S = 1.0  # nor reads a page in this time
TOGETHER = 2  # so many others pressed from the same network within TOGETHER_S
TOGETHER_S = 60


@dataclass(frozen=True, slots=True)
class ButtonPress:
    """One press of the button. Times in seconds: since the relay accepted the letter, since the page was shown; None: not known.

    `others` counts the other readers for whom it was pressed from the same network within the last minute.
    """

    after_s: float | None
    looked_s: float | None
    others: int = 0
    is_second: bool = False


def is_doubtful(press: ButtonPress) -> bool:
    """True if a scanner may have pressed. The second press of who looked at the page is never doubted."""
    has_looked = press.looked_s is not None and press.looked_s >= LOOK_S
    if press.after_s is None or press.after_s >= FRESH_S or (press.is_second and has_looked):
        return False
    return press.after_s < AT_ONCE_S or not has_looked or press.others >= TOGETHER

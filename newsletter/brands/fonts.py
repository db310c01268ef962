"""Pure. Fonts: those that readers' computers have, each with what stands in for it.

A letter loads no font: many programs block it, and each load would tell of an opening.
"""

from collections.abc import Mapping
from types import MappingProxyType

# Short on purpose: a stack is repeated in every text cell of a letter.
STACKS: Mapping[str, str] = MappingProxyType(
    {
        "georgia": "Georgia,serif",
        "palatino": "'Palatino Linotype',Palatino,Georgia,serif",
        "times": "'Times New Roman',Times,serif",
        "helvetica": "Helvetica,Arial,sans-serif",
        "verdana": "Verdana,Geneva,sans-serif",
        "trebuchet": "'Trebuchet MS',Verdana,sans-serif",
        "tahoma": "Tahoma,Arial,sans-serif",  # has Arabic, Hebrew and Persian on Windows
        "system": "-apple-system,'Segoe UI',Roboto,Arial,sans-serif",
        "courier": "'Courier New',Courier,monospace",
    }
)

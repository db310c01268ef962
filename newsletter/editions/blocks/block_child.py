"""The child that prints letters of a theme with blocks of its own.

It gets the template, its values and the blocks from its parent, and answers with HTML or with the
sentence of an error. It keeps limits of its own: a block may count to a trillion.
"""

import json
import pickle
import resource
import sys
from typing import BinaryIO

from newsletter.editions.blocks.filling import fill
from newsletter.editions.mjml import TemplateBroken, compile_mjml

MEMORY_BYTES = 600_000_000
WORK_S = 5


def answer(work: BinaryIO) -> dict[str, str]:
    """Return the HTML of a letter, or what is wrong with its templates."""
    # Our own parent wrote it, and strangers' words in it are texts.
    template, values, blocks = pickle.load(work)  # noqa: S301
    try:
        return {
            "html": compile_mjml(
                fill(
                    template,
                    values,
                    blocks,
                ),
                template,
            )
        }
    except TemplateBroken as broken:
        return {"broken": str(broken)}
    except Exception as error:
        # A block may call any filter with any value, and so raise anything.
        return {"broken": f"{template}: {type(error).__name__}: {error}"[:500]}


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (WORK_S, WORK_S))
    # A child of its own opens no file for writing, whatever a template finds to do.
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    sys.stdout.write(json.dumps(answer(sys.stdin.buffer)))

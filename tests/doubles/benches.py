"""One process that has benches loaded; each run of one is a fork of it.

To load what a bench needs takes longer than most of the short runs among the tests.
"""

import atexit
import json
import os
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
# It has no thread and no database: a fork has nothing in its hands that is another's.
PROGRAM = """
import gc, importlib, json, os, signal, sys

for name in sys.argv[1:]:
    importlib.import_module(name)
gc.freeze()  # a look for garbage in a fork would copy all of it
for line in sys.stdin:
    name, folder, environment, *words = json.loads(line)
    child = os.fork()
    if not child:
        signal.alarm(400)  # seconds: it hangs
        os.environ |= environment
        for number, stream in enumerate(("/dev/null", f"{folder}/out", f"{folder}/err")):
            os.dup2(os.open(stream, os.O_RDWR | os.O_CREAT), number)
        sys.argv = [name, *words]
        importlib.import_module(name).main()
        sys.exit()
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
"""
BENCHES = ("bench.breakdown.__main__", "bench.kill", "bench.restore")


def run_bench(name: str, *words: str) -> subprocess.CompletedProcess[str]:
    """Run one as `python -m` does; returns its exit code and what it printed."""
    process = _loaded()
    assert process.stdin is not None
    assert process.stdout is not None
    with tempfile.TemporaryDirectory() as folder:
        order = json.dumps([name, folder, dict(os.environ), *words])
        process.stdin.write(order + "\n")
        process.stdin.flush()
        code = int(process.stdout.readline())
        out, err = (Path(folder, stream).read_text("utf-8") for stream in ("out", "err"))
        return subprocess.CompletedProcess([name, *words], code, out, err)


@cache
def _loaded() -> "subprocess.Popen[str]":
    process = subprocess.Popen(
        [sys.executable, "-c", PROGRAM, *BENCHES],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    atexit.register(process.kill)
    return process

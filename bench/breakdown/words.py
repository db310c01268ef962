"""What the command line, the desk and /health say about a delivery."""

import html
import re
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Mapping
from pathlib import Path

TIMEOUT_S = 20.0  # a page may wait for a database that is locked
NOTE = re.compile(r'<(p|div) class="note[^"]*"[^>]*>(.*?)</\1>', re.DOTALL)
MAIN = re.compile(r"<main.*?</main>", re.DOTALL)
TAG = re.compile(r"<[^>]+>")
FIGURES = re.compile(r"^(issue \d+ is |\d[\d,]* |done |$)")  # lines of `show` that name no trouble


def ask_command(environment: Mapping[str, str], folder: Path) -> str:
    """Return what `newsletter delivery show` says beside its figures."""
    command = [sys.executable, "-m", "newsletter", "delivery", "show"]
    shown = subprocess.run(
        command,
        env=environment,
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        timeout=90,
    )
    is_paused = "is paused" in shown.stdout
    return " ".join(shown.stderr.split()) or ("paused" if is_paused else "")


def ask_health(base: str) -> str:
    """Return what /health says is wrong; "" if it says that all is well."""
    code, text = _ask(f"{base}/health")
    return "" if code == 200 else text


def ask_desk(base: str, cookie: str, issue_id: int) -> str:
    """Return what the delivery's page at the desk says is wrong."""
    code, page = _ask(f"{base}/desk/issues/{issue_id}/delivery", cookie)
    if code != 200:
        main = MAIN.search(page)
        return f"{code}: {_plain(main[0] if main else page)}"
    return " ".join(_plain(note) for _, note in NOTE.findall(page))


def _ask(url: str, cookie: str = "") -> tuple[int, str]:
    """Return the code and the text of a page; 0 if nobody answers."""
    request = urllib.request.Request(url, headers={"Cookie": cookie})
    try:
        with urllib.request.urlopen(request, timeout=TIMEOUT_S) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()
    except OSError as error:
        return 0, f"no answer ({error})"


def _plain(markup: str) -> str:
    return " ".join(html.unescape(TAG.sub(" ", markup)).split())

"""Attacks on the login of the desk, and on what an installation leaves lying open."""

import statistics
import threading
import time
import urllib.parse
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

from bench.attacks.attack import Attack, Ending
from bench.attacks.ground import Answer, Ground
from newsletter.demo import sample
from newsletter.demo.stage import DatabaseInUse, refuse_in_use
from newsletter.desk import editors, team
from newsletter.desk.passwords import WeakPassword
from newsletter.desk.roles import Role
from newsletter.errors import NewsletterError
from newsletter.settings import Settings, check
from newsletter.web.requests import COOKIE, KNOWN

STORM_S = 5.0
CONNECTIONS = 40
AT_A_TIME = 5  # more are a crowd, which is sent away
# Of a storm, on a machine that others use too: seconds and hundreds of megabytes were the fault.
SLOW_S = 0.5
MUCH_KB = 200 * 1024
FORGED = "evil.example"
SECRET = "S3cretPw"  # noqa: S105 - of nobody


def log_in(
    ground: Ground,
    password: str = sample.PASSWORD,
    network: str = "203.0.113.7",
    cookies: Mapping[str, str] | None = None,
) -> Answer:
    """Log in from a network, as a proxy on this machine names it."""
    body = urllib.parse.urlencode({"address": sample.EDITOR, "password": password}).encode()
    headers = {
        "Content-Type": "application/x-www-form-urlencoded",
        "X-Forwarded-For": network,
        "Cookie": "; ".join(f"{name}={value}" for name, value in (cookies or {}).items()),
    }
    return ground.ask("POST", "/desk/login", body, headers)


def cookies_of(ground: Ground) -> Mapping[str, str]:
    """Log in and return the cookies: of the session, and of the browser from now on known."""
    connection = ground.connect()
    try:
        body = urllib.parse.urlencode({"address": sample.EDITOR, "password": sample.PASSWORD})
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        connection.request("POST", "/desk/login", body, form)
        answer = connection.getresponse()
        lines = answer.headers.get_all("Set-Cookie") or []
        answer.read()
    finally:
        connection.close()
    pairs = (line.split(";")[0].partition("=") for line in lines)
    return {name: value for name, _, value in pairs}


def desk_of(ground: Ground, cookie: str) -> Answer:
    """Ask for the desk with the cookie of a session."""
    return ground.ask("GET", "/desk", headers={"Cookie": f"{COOKIE}={cookie}"})


def log_in_wrongly(ground: Ground, networks: Sequence[str]) -> Sequence[int]:
    """Guess once from each of these networks, a few at a time; returns the statuses."""
    with ThreadPoolExecutor(AT_A_TIME) as pool:
        asked = [pool.submit(log_in, ground, "wrong", network) for network in networks]
        return [answer.result().status for answer in asked]


def guess(ground: Ground) -> Ending:
    """Guess forty passwords, then use the right one."""
    wrong = log_in_wrongly(ground, ["203.0.113.7"] * 40)
    right = log_in(ground).status
    seen = f"{wrong.count(403)} of 40 were looked at; the right one after them: {right}"
    return Ending(right == 303, seen)


def lock_out(ground: Ground) -> Ending:
    """Guess from many networks until the address waits; the editor then logs in as ever."""
    known = cookies_of(ground)[KNOWN]
    log_in_wrongly(ground, [f"198.51.{number}.1" for number in range(60)])
    right = log_in(ground, network="192.0.2.9", cookies={KNOWN: known}).status
    return Ending(right != 303, f"the editor's own browser: {right}")


def storm(ground: Ground) -> Ending:
    """Post wrong logins on forty connections, and look how others are answered meanwhile."""
    over = threading.Event()
    before = _memory_kb()

    def post() -> None:
        while not over.is_set():
            log_in(ground, "wrong")

    threads = [threading.Thread(target=post) for _ in range(CONNECTIONS)]
    for thread in threads:
        thread.start()
    found, peak, end = [], before, time.monotonic() + STORM_S
    while time.monotonic() < end:
        begun = time.monotonic()
        ground.ask("GET", "/")
        found.append(time.monotonic() - begun)
        peak = max(peak, _memory_kb())
    over.set()
    for thread in threads:
        thread.join()
    median_s = statistics.median(found)
    grown_kb = peak - before
    seen = f"GET / in {median_s * 1000:.0f} ms (median), {grown_kb // 1024} MB more"
    return Ending(median_s > SLOW_S or grown_kb > MUCH_KB, seen)


def _memory_kb() -> int:
    status = Path("/proc/self/status").read_text("ascii")
    line = next(line for line in status.splitlines() if line.startswith("VmRSS"))
    return int(line.split()[1])


def keep_cookie(ground: Ground) -> Ending:
    """Keep the cookie of an editor who logs out."""
    cookie = cookies_of(ground)[COOKIE]
    ground.ask("POST", "/desk/logout", b"", {"Cookie": f"{COOKIE}={cookie}"})
    status = desk_of(ground, cookie).status
    return Ending(status == 200, f"the cookie after the logout: {status}")


def find_desk_open(ground: Ground) -> Ending:
    """Find the browser of an editor who went home in the evening."""
    cookie = cookies_of(ground)[COOKIE]
    ground.world.clock.move_by(timedelta(hours=14))
    status = desk_of(ground, cookie).status
    return Ending(status == 200, f"the cookie in the morning: {status}")


def outlive_removal(ground: Ground) -> Ending:
    """Keep the cookie of an editor who is removed, and wait for the next editor."""
    cookie = cookies_of(ground)[COOKIE]
    runtime = ground.world.runtime
    with runtime.database.writing() as session:
        password, now = "four words of a newcomer", runtime.clock.now()
        new = editors.add_editor(session, "new@inference.example", "Newcomer", password, now)
        key = ground.world.publication.key
        team.add_member(session, key, new.key, Role.OWNER)
        team.remove_member(session, key, editors.find_editor(session, sample.EDITOR).key)
    status = desk_of(ground, cookie).status
    return Ending(status == 200, f"the leaver's cookie, with a new editor there: {status}")


def take_common(ground: Ground) -> Ending:
    """Make an editor whose password is among the first that are tried."""
    try:
        with ground.world.runtime.database.writing() as session:
            now = ground.world.runtime.clock.now()
            editors.add_editor(session, "eve@inference.example", "Eve", "password123", now)
    except WeakPassword as error:
        return Ending(False, str(error))
    return Ending(True, "password123 was taken")


def play_demo(ground: Ground) -> Ending:
    """Play the demo in a database that is used, and log in with its password."""
    try:
        refuse_in_use(ground.database_url)
    except DatabaseInUse as error:
        return Ending(False, str(error))
    return Ending(True, "the demo would play there")


def read_secret(ground: Ground) -> Ending:
    """Mistake a setting, and read the password in what is printed."""
    secret = "a secret of the bench"  # noqa: S105
    urls = [
        f"postgres://news:{SECRET}@db/x",
        f"postgresql://news:{SECRET}@db:port/x",
        f"postgresql://news:a@{SECRET}@db/x",
        f"smtp://news:1#{SECRET}@db",
    ]
    messages = []
    for url in urls:
        for key in ("database_url", "public_url", "relay_url", "host", "log_level"):
            try:
                check(Settings(**{"secret": secret, key: url}))  # type: ignore[arg-type]
            except NewsletterError as error:
                messages.append(error.with_hint)
    shown = sum(SECRET in text for text in messages)
    return Ending(shown > 0, f"{len(messages)} errors, {shown} with the password")


def read_files(ground: Ground) -> Ending:
    """Read the files of an installation as another user of the machine."""
    runtime = ground.world.runtime
    paths = [*runtime.database.files(), runtime.journals, *runtime.journals.rglob("*")]
    open_to_others = [path.name for path in paths if path.exists() and path.stat().st_mode & 0o077]
    return Ending(bool(open_to_others), f"{len(paths)} files, open: {open_to_others or 'none'}")


def forge_host(ground: Ground) -> Ending:
    """Be led away by /archive/ from a host that the request names."""
    answer = ground.ask("GET", "/archive/", headers={"Host": FORGED})
    location = answer.headers.get("location", "none")
    return Ending(FORGED in location, f"{answer.status}, Location: {location}")


def frame_refusal(ground: Ground) -> Ending:
    """Ask for an answer without our headers: a form from elsewhere, an address that is not here."""
    refused = ground.ask("POST", "/desk/login", b"", {"Sec-Fetch-Site": "cross-site"})
    missing = ground.ask("GET", "/nothing/here")
    bare = [
        answer.status
        for answer in (refused, missing)
        if "content-security-policy" not in answer.headers
    ]
    return Ending(bool(bare), f"{refused.status} and {missing.status}; without headers: {bare}")


ATTACKS: tuple[Attack, ...] = (
    Attack("login: forty guesses", "all looked at, and the right one let in at once: 303", guess),
    Attack(
        "login: locking an editor out",
        "there was no brake to turn against editors",
        lock_out,
        is_slow=True,
    ),
    Attack("login: forty connections", "GET / in 2 to 25 s, 746 MB more", storm, is_slow=True),
    Attack("a cookie after the logout", "opened the desk: 200", keep_cookie),
    Attack("a desk that was left open", "opened for 30 days: 200", find_desk_open),
    Attack("a removed editor's cookie", "opened the newcomer's desk: 200", outlive_removal),
    Attack("a common password", "taken, if it had ten characters", take_common),
    Attack("the demo in a used database", "left a login with a known password", play_demo),
    Attack("a database's password in errors", "got 'postgres://news:S3cretPw@db/x'", read_secret),
    Attack("files that others may read", "SQLite, -wal and -shm 0644, journals 0755", read_files),
    Attack("a slash and a forged host", "307 to http://evil.example/archive", forge_host),
    Attack("answers without headers", "the 403 of a form from elsewhere had none", frame_refusal),
)

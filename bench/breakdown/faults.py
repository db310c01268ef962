"""The faults, by name: what is done, on which databases, and which broken guard each catches."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from bench.breakdown import of_database, of_journal, of_relay, of_service
from bench.breakdown.scene import Scene

SQLITE = ("sqlite",)
POSTGRES = ("postgres",)
BOTH = SQLITE + POSTGRES
# Broken guards of the sender that works alone, and of workers; the others are of both.
GUARDS = {"sender": SQLITE, "lanes": SQLITE, "worker": POSTGRES, "turns": POSTGRES}


@dataclass(frozen=True, slots=True)
class Fault:
    """One way in which something breaks down. `disk` names what lies on a small disk."""

    name: str
    did: str
    play: Callable[[Scene], None]
    databases: Sequence[str] = BOTH
    disk: str = ""  # "database" or "journals"
    megabytes: int = 0
    mutants: Sequence[str] = ()  # broken guards that it must catch


FAULTS = (
    Fault(
        "database locked",
        "another program held the write lock for 45 s",
        of_database.lock,
        SQLITE,
        mutants=("sender",),
    ),
    Fault(
        "database restarted",
        "stopped for 4 s, three times",
        of_database.restart,
        POSTGRES,
        mutants=("worker",),
    ),
    Fault(
        "database disk full",
        "full for 30 s, then freed",
        of_database.fill_disk,
        disk="database",
        megabytes=32,
    ),
    Fault(
        "updates fail",
        "each UPDATE of message failed for 3 s",
        of_database.fail_updates,
        mutants=("journal", "replies"),
    ),
    Fault(
        "serialization error",
        "each UPDATE of message was overtaken for 3 s",
        of_database.overtake,
        POSTGRES,
    ),
    Fault(
        "deadlock",
        "another transaction in a circle with ours, three times",
        of_database.deadlock,
        POSTGRES,
    ),
    Fault(
        "journal disk full",
        "full for 8 s while intents were appended",
        of_journal.fill_while_appending,
        disk="journals",
        megabytes=1,
    ),
    Fault(
        "journal disk full at rewriting",
        "full 25 times for a moment, then SIGKILL",
        of_journal.fill_while_rewriting,
        disk="journals",
        megabytes=2,
    ),
    Fault(
        "journal folder away",
        "renamed for 8 s, then put back",
        of_journal.lose_folder,
    ),
    Fault(
        "journal folder removed",
        "removed for good, then adopted and resumed",
        of_journal.remove_folder,
    ),
    Fault(
        "journal folder read-only",
        "read-only for 8 s",
        of_journal.make_read_only,
    ),
    Fault(
        "relay down",
        "did not listen for 12 s",
        of_relay.die_and_rise,
    ),
    Fault(
        "relay down while people sign up",
        "did not listen for 75 s, six small letters meanwhile",
        of_relay.die_for_small_letters,
    ),
    Fault(
        "relay down for one of two",
        "one delivery's relay did not listen",
        of_relay.die_for_one_delivery,
        mutants=("lanes",),
    ),
    Fault(
        "relay silent for one of two",
        "one delivery's relay accepted and said nothing",
        of_relay.fall_silent_for_one_delivery,
    ),
    Fault(
        "relay down for one domain",
        "the relay of one domain did not listen",
        of_relay.die_for_one_domain,
    ),
    Fault(
        "slow beside another",
        "two letters a second beside full speed",
        of_relay.go_slowly_beside,
        mutants=("lanes", "turns"),
    ),
    Fault(
        "421 at one recipient",
        "the relay ended the session at reader 5",
        of_relay.answer_421_to_one_reader,
        mutants=("suspicion",),
    ),
    Fault(
        "closed at one recipient",
        "the same without a reply",
        of_relay.close_at_one_reader,
    ),
    Fault(
        "closed after the dot",
        "letters taken, no reply, from the 60th on; then resumed",
        of_relay.close_after_dots,
        mutants=("silence",),
    ),
    Fault(
        "silent after the dot",
        "letters taken, nothing more said, from the 60th on; then resumed",
        of_relay.hang_after_dots,
    ),
    Fault(
        "all refused, list of 30",
        "550 5.7.1 to all from the first letter on; then resumed",
        partial(of_relay.refuse_all, readers=30),
        mutants=("first look",),
    ),
    Fault(
        "all refused, list of 300",
        "550 5.7.1 to all from the first letter on; then resumed",
        partial(of_relay.refuse_all, readers=300),
    ),
    Fault(
        "relay's limits",
        "1 % answered 450; sessions ended after 20, and after 50 letters",
        of_relay.limit,
    ),
    Fault(
        "clock ahead at planning",
        "planned two hours ahead",
        of_service.plan_ahead,
        mutants=("clock",),
    ),
    Fault(
        "silent sources",
        "12 sources never answered while an issue fell due",
        of_service.silence_sources,
        mutants=("ticks",),
    ),
    Fault(
        "sender killed",
        "SIGKILL to the child of serve, three times",
        of_service.kill_child,
        mutants=("keeper",),
    ),
    Fault(
        "service killed",
        "SIGKILL to serve at full speed, then started again",
        of_service.kill_service,
    ),
    Fault(
        "one of two workers killed",
        "SIGKILL to the first",
        of_service.kill_one_of_two,
        POSTGRES,
    ),
    Fault(
        "a worker stood still",
        "SIGSTOP for 40 s beside another, then SIGCONT",
        of_service.stand_still,
    ),
)


def faults_for(database: str, only: Sequence[str], mutant: str | None) -> list[Fault]:
    """Return the faults of a database: those that are asked for, or that catch a mutant."""
    found = [fault for fault in FAULTS if database in fault.databases]
    if mutant:
        is_of_it = database in GUARDS.get(mutant, BOTH)
        found = [fault for fault in found if is_of_it and mutant in fault.mutants]
    return [fault for fault in found if not only or _is_asked_for(fault.name, only)]


def _is_asked_for(name: str, only: Sequence[str]) -> bool:
    """True if the name, or a part of it that is no other's whole name, is asked for."""
    names = {fault.name for fault in FAULTS}
    return any(part == name or (part not in names and part in name) for part in only)

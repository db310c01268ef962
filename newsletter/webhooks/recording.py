"""Recording: what receivers answered, when their calls come again, and who is given up."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from newsletter.desk import team
from newsletter.desk.roles import Act
from newsletter.letters.writing import Notice, write_notice
from newsletter.urls import Urls
from newsletter.webhooks import hooks
from newsletter.webhooks.models import Call, Webhook
from newsletter.webhooks.status import CALL, is_away, next_attempt_at

REPLY_CHARS = 300


@dataclass(frozen=True, slots=True)
class CallAnswer:
    """What became of a call: `trouble` is "" for a status of 2xx; `code` is None without answer."""

    call_id: int
    code: int | None
    trouble: str = ""


def record_answers(
    session: Session,
    answers: Iterable[CallAnswer],
    urls: Urls,
    now: datetime,
) -> None:
    """Record what receivers answered; a call that failed waits for its next attempt.

    A receiver that is away rests with all its calls.
    """
    recording = _Recording(session, urls, now)
    for answer in answers:
        call = session.get(Call, answer.call_id)
        # Else its webhook was removed meanwhile, or an editor did something about it.
        if call is not None and call.status == "waiting":
            recording.record(call, answer)
    session.flush()


@dataclass(frozen=True, slots=True)
class _Recording:
    """One transaction with the answers of a round."""

    session: Session
    urls: Urls
    now: datetime

    def record(self, call: Call, answer: CallAnswer) -> None:
        """Record the answer to one call, and what follows for its webhook."""
        hook = self.session.get_one(Webhook, call.webhook_id)
        self._note_attempt(call, answer)
        if answer.trouble:
            self._record_trouble(hook, call)
        else:
            self._accept(hook, call)

    def _note_attempt(self, call: Call, answer: CallAnswer) -> None:
        call.attempts += 1
        call.tried_at = self.now
        call.code = answer.code
        call.reply = answer.trouble[:REPLY_CHARS]

    def _accept(self, hook: Webhook, call: Call) -> None:
        """The receiver took it, so it is awake."""
        call.status = CALL.to(call.status, "accepted")
        hook.accepted_at = self.now
        hook.rests_until = None

    def _record_trouble(self, hook: Webhook, call: Call) -> None:
        again_at = next_attempt_at(call.attempts, self.now)
        if again_at is None:
            call.status = CALL.to(call.status, "expired")
            self._give_up(hook, call)
            return
        call.due_at = again_at
        if is_away(call.code):
            hook.rests_until = again_at

    def _give_up(self, hook: Webhook, call: Call) -> None:
        """Disable a receiver that took nothing since that change, and write to the editors."""
        if hook.status != "active" or not _took_nothing_since(hook, call):
            return
        why = f"Given up after {call.attempts} attempts: {call.reply}"
        hooks.disable(self.session, hook, why)
        self._write_notices(hook, call)

    def _write_notices(self, hook: Webhook, call: Call) -> None:
        head = "A webhook is disabled"
        notice = Notice(head, _trouble_in_words(hook, call), self.urls.desk())
        key = hook.publication_id
        for editor in team.who_may(self.session, key, Act.PROGRAMS):
            write_notice(
                self.session,
                key,
                editor.address,
                notice,
                now=self.now,
            )


def _took_nothing_since(hook: Webhook, call: Call) -> bool:
    return hook.accepted_at is None or hook.accepted_at < call.happened_at


def _trouble_in_words(hook: Webhook, call: Call) -> str:
    return (
        f"{hook.url} was called {call.attempts} times in two days and took nothing: "
        f"{call.reply}. What waits for it is kept."
    )

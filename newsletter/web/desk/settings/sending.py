"""Beside the settings of sending: the relay, its keys, and a letter to yourself that tries both."""

from collections.abc import Mapping, Sequence

from fastapi import APIRouter, Response

from newsletter.errors import Conflict, NewsletterError
from newsletter.letters.trial import relay_for, send_trial
from newsletter.letters.trying import TLS_WORDS, RelayTrial, place_of
from newsletter.mail.dkim import NoKeyAligns, keys_of, require_key
from newsletter.publications.fields.letters import SENDING
from newsletter.runtime import read_relays
from newsletter.web.desk.desk import TO_CHANGE_SETTINGS, Desk, DeskDep
from newsletter.web.desk.settings.sheets import HOME, read_sheet, show_sheet
from newsletter.web.errors import status_of
from newsletter.web.limits.lookups import LookUpsDep
from newsletter.web.limits.tries import RelayTriesDep

pages = APIRouter(prefix=HOME, dependencies=TO_CHANGE_SETTINGS)


class Waits(Conflict):
    """This database sends nothing yet."""


@pages.post("/sending/relay")
def try_the_relay(desk: DeskDep, look_ups: LookUpsDep, tries: RelayTriesDep) -> Response:
    """Send the editor a letter by the real relay, and show what it said."""
    try:
        # It goes to nobody else: a form that writes to any address would be one for spam.
        tries.take(desk.editor.key, desk.now())
        with look_ups.editors.one():
            trial = _try(desk)
        if trial.is_accepted:
            desk.note_deed()
    except NewsletterError as error:
        return _show(desk, error=str(error), status=status_of(error))
    return _show(desk, trial=trial)


def beside(desk: Desk) -> dict[str, object]:
    """Return what the page says of the relay and the keys; it has no secret of them."""
    relays = read_relays(desk.runtime.settings)
    relay = relay_for(desk.publication, relays, "")
    return {
        "place": place_of(relay),
        "tls": TLS_WORDS[relay.tls],
        "logs_in": bool(relay.user or relay.token_file),
        "keys": keys_of(desk.runtime.keys, desk.publication.sender_address),
        "other_routes": len(relays.routes),
        "missing_key": _missing_key(desk, desk.publication.sender_address),
        "trial": None,
        "error": "",
    }


def warnings_of(desk: Desk, changes: Mapping[str, object]) -> Sequence[str]:
    """Return what would be wrong with letters after a change."""
    address = changes.get("sender_address")
    missing = _missing_key(desk, str(address)) if address else ""
    return [missing] if missing else []


def _missing_key(desk: Desk, sender_address: str) -> str:
    try:
        require_key(desk.runtime.keys, sender_address)
    except NoKeyAligns as error:
        return str(error)
    return ""


def _try(desk: Desk) -> RelayTrial:
    waits = desk.runtime.guard.standing().why
    if waits:
        raise Waits(waits)
    return send_trial(
        desk.publication,
        read_relays(desk.runtime.settings),
        desk.runtime.keys,
        desk.by,
        desk.now(),
    )


def _show(
    desk: Desk,
    *,
    trial: RelayTrial | None = None,
    error: str = "",
    status: int = 200,
) -> Response:
    # Its own session, opened only now: no transaction waits for a slow relay.
    with desk.runtime.database.reading() as session:
        sheet = read_sheet(session, desk.key, SENDING)
    values = {**beside(desk), "trial": trial, "error": error}
    answer = show_sheet(desk, sheet, values)
    answer.status_code = status
    return answer

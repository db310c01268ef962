"""Pure. Where columns can go, what a row can say of a person, and the plain words for both.

The exports of other programs are in meaning/programs.py.
"""

from collections.abc import Mapping

TARGETS: Mapping[str, str] = {
    "address": "Address",
    "name": "Name",
    "first_name": "First name",
    "last_name": "Last name",
    "status": "Status",
    "joined_at": "Joined at",
    "confirmed_at": "Confirmed at",
    "left_at": "Left at",
    "bounced_at": "Bounced at",
    "gets_letters": "Gets letters (yes, no)",
    "gets_none": "Gets no letters (yes, no)",
    "attributes": "Attributes (JSON)",
    "attribute": "Attribute",
    "": "Leave out",
}
# Above the rows that were rejected, when they come again: where they were, why they were not read,
# and what the whole file was (by its name or an answer).
REJECTED_HEADS = ("rejected in line", "rejected because")
EVERYBODY_HEAD = "all of the file were"
# Of two for one address, the later one counts.
STANDINGS = ("unconfirmed", "active", "unsubscribed", "manual", "complaint", "bounce")
SUPPRESSED = STANDINGS.index("manual")  # from here on: must not be mailed, with this reason


def by_word(**lists: str) -> Mapping[str, str]:
    """Turn meanings with their words, between commas, into words with their meaning."""
    meanings: dict[str, str] = {}
    for meaning, words in lists.items():
        meanings |= dict.fromkeys(words.split(", "), "" if meaning == "left_out" else meaning)
    return meanings


STATUSES = by_word(
    active="active, subscribed, confirmed, enabled",
    unconfirmed="unconfirmed, pending",
    unsubscribed="unsubscribed, left, disabled, inactive",
    bounce="bounced, cleaned, bounce",
    complaint="complained, complaint",
    manual="suppressed, manual, blocklisted, blocked, forgotten",
)
# Headings of any other file, ours too, as words without accents or marks (meaning/words.py).
PLAIN = by_word(
    address="address, email, e mail, email address, e mail address, mail, mail address, "
    "subscriber email, contact email, e mail adresse, email adresse, emailadresse, mailadresse, "
    "adresse e mail, adresse email, adresse mail, courriel, correo, correo electronico, "
    "direccion de correo electronico, direccion de email, indirizzo email, indirizzo e mail, "
    "posta elettronica, endereco de email, endereco de e mail, e mailadres, emailadres, "
    "adres e mail, adres email, e postadress, epost, e post, e postadresse, sahkoposti",
    name="name, full name, fullname, vollstandiger name, nom complet, nombre completo, "
    "nome completo, volledige naam, naam, imie i nazwisko, namn, navn",
    first_name="first name, firstname, first, fname, given name, vorname, prenom, nombre, "
    "primeiro nome, voornaam, imie, fornamn, fornavn",
    last_name="last name, lastname, last, lname, surname, family name, nachname, familienname, "
    "nom, nom de famille, apellido, apellidos, cognome, sobrenome, achternaam, nazwisko, "
    "efternamn, etternavn, efternavn",
    status="status",
    joined_at="joined at, created at, subscribed at, signed, joined, join date, date joined, "
    "joined on, joining date, signup date, sign up date, signup, signed up, signed up at, "
    "signed up on, signup time, date signed up, subscribed, subscribed on, subscribe date, "
    "subscription date, date subscribed, subscriber since, subscribed since, member since, "
    "created, created on, date created, creation date, create date, date added, added, added at, "
    "added on, added time, entered, registered, registered at, registration date, "
    "date registered, opt in date, opt in time, optin date, optin time, opted in at, "
    "angemeldet am, anmeldedatum, anmeldung am, angemeldet seit, beigetreten, beigetreten am, "
    "beitrittsdatum, eintrittsdatum, erstellt am, erstellt, registriert am, registrierungsdatum, "
    "abonniert am, abonniert seit, hinzugefugt am, mitglied seit, date d inscription, "
    "inscrit le, inscrit depuis, date d ajout, date de creation, cree le, date d abonnement, "
    "abonne le, ajoute le, fecha de alta, alta, fecha de suscripcion, fecha de registro, "
    "fecha de inscripcion, suscrito el, creado el, registrado el, data di iscrizione, "
    "data iscrizione, iscritto il, iscritto dal, data di creazione, creato il, aggiunto il, "
    "data de inscricao, data de cadastro, data de registo, inscrito em, criado em, "
    "data de criacao, aanmelddatum, aangemeld op, ingeschreven op, inschrijfdatum, "
    "inschrijvingsdatum, lid sinds, aangemaakt op, toegevoegd op, data zapisu, data dolaczenia, "
    "data rejestracji, data dodania, data utworzenia, zapisany dnia, registreringsdatum, "
    "gick med, oprettet, opprettet",
    confirmed_at="confirmed at, confirmed on, confirmation date, confirmation time, "
    "date confirmed, confirm time, confirm date, bestatigt am, confirme le, confirmado el, "
    "confermato il, confirmado em, bevestigd op, potwierdzony dnia",
    left_at="left at, unsubscribed at",
    bounced_at="bounced at",
    attributes="attributes",
    left_out=", ".join(REJECTED_HEADS),
)

"""Pure. The words by which lists speak of leaving, bouncing, consent: a language or two a line.

A list of another program says "no" in its own language. We need not understand it: a word of these
makes us ask. A stem too many costs a question, a stem too few a reader who had left. All are as
`fold` makes words: in lower case, without accents.
"""

from collections.abc import Mapping


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


def _by_word(lists: Mapping[str, str], comma: str | None = None) -> dict[str, str]:
    """Turn meanings with their words into words with their meaning."""
    meanings: dict[str, str] = {}
    for meaning, text in lists.items():
        words = (word.strip() for word in text.replace("\n", " ").split(comma))
        meanings |= dict.fromkeys(filter(None, words), meaning)
    return meanings


# Cells that say nothing.
NOTHING = _words("- -- – — null none nil n/a \\n nan undefined") | {""}
# Before a word they turn it round: `not active`, `kein Abo`.
NEGATIONS = _words("""
not no never without
nicht kein keine keinen nie ohne
non pas aucun jamais sin nunca senza mai sem nao
geen niet nooit nie brak bez inte ikke ei ne не нет
""")
# Ticks and crosses of spreadsheets stand beside the words.
YES = _words("""
true yes y 1 x on t ok ✓ ✔ ☑
ja j wahr oui o vrai si s vero verdadero cierto sim verdadeiro waar
tak prawda ano да evet kylla igen
""")
NO = _words("""
false no n 0 off f ✗ ✘ ☐
nein falsch non faux falso nao nee onwaar
nie falsz nej nei ne нет hayir ei nem
""")
# Stems at the beginning of a word, with what each says of a person for whom it is true.
STEMS = _by_word(
    {
        "bounce": """
bounce bouncing hardbounce softbounce undeliver nondeliver unreachable invalidemail
unzustellbar rebote rebota rimbalz odbit odbic
""",
        "complaint": """
complain spam abuse beschwer plaint queja reclamac reclamo klacht skarg klagom
""",
        "manual": """
blocked blocklist suppress banned deleted deletion forgotten erased quarantin deceased
blockiert sperr gesperr gelosch loscht loschung loschdat verstorben
bloque suppr elimin bloccat rimoss removid geblokk verwijder
zablok blokad usunie blokeret blockerad engelle заблок
""",
        "unsubscribed": """
unsub optout optedout blacklist cancelled canceled deactivat inactive disabled donot dnc
revoked revocation withdrawn declined refused denied excluded exclusion
abgemeld abmeld abbestell austrag ausgetrag gekundig kundig widerruf widerspr inaktiv deaktiv
desabon desinscr resili inactif refus retire retrait desuscri desubscri inactiv rechaz cancelad
disiscri disdett disattiv annul cancellat revoc rifiut descadastr inativ recus
uitgeschr uitschrijv afgemeld afmeld opgezegd opzegg geweigerd
wypis rezygn wycof nieaktyw odrzuc odhlas отпис отказ ayril iptal
avregistr avprenum avanmal avmeld peruut leiratkoz
""",
        "unconfirmed": """
unconfirm unverif unactivat notconfirmed pending
unbestat ausstehend attente pendient pendente onbevestig niepotwierdz oczekuj
""",
    }
)
# Whole cells, and whole words of headings: as the beginning of a word they are too common.
PHRASES = _by_word(
    {
        "active": """
active, subscribed, confirmed, enabled, given, opted in, opt in, optin, consented, granted,
verified, deliverable, accepted, allowed, double opt in, single opt in,
aktiv, abonniert, angemeldet, bestatigt, eingewilligt, erteilt, zugestimmt,
actif, abonne, abonnee, inscrit, inscrite, confirme, consenti, accepte,
activo, suscrito, confirmado, aceptado, attivo, iscritto, confermato, acconsentito,
ativo, inscrito, aceito, actief, ingeschreven, aangemeld, bevestigd, akkoord,
aktywny, zapisany, potwierdzony
""",
        "unconfirmed": """
not confirmed, waiting, not set, never asked, awaiting confirmation, opt in pending, unknown,
nicht bestatigt, unbekannt, non confirme, sin confirmar, no confirmado,
in attesa, non confermato, nao confirmado, niet bevestigd, in afwachting
""",
        "unsubscribed": """
left, opted out, opt out, removed, cancel, cancellation, expired, exclude, rejected, opposition,
not subscribed, not opted in, no consent, no longer, not interested, non subscribed,
nonsubscribed, do not contact, do not mail, do not email, do not send, no mail, no email,
no emails, no marketing, stop, stopped,
nicht abonniert, kein interesse, non abonne, no suscrito, baja, dado de baja, de baja,
cancelado, cancelada, cancellato, cancellata, non iscritto
""",
        "bounce": """
cleaned, invalid, invalid email, hard bounce, soft bounce, dead,
ungultig, nicht zustellbar, invalide, non valide, devuelto, devolvido, ongeldig
""",
        "complaint": "junk, marked as spam, reported, report spam, klage",
        "manual": """
block, blocks, ban, deny, black list, block list, forget,
liste noire, lista negra, lista nera, borrado, borrada, excluido
""",
    },
    ",",
)
# Headings that speak of consent or of a standing: "yes" under them is good, "no" is not.
CONSENT = tuple(
    _words("""
subscrib subscription optin optedin consent confirmed confirmation verified gdpr permission
permitted agreed agreement accept allow enabled deliverab mailable emailable contactable reachable
einwillig zustimm bestatig abonn angemeld anmeld erlaub genehmig dsgvo
confirme inscri rgpd consentim confirmad suscri permiso
consenso conferma iscri autorizz aceit autoriz
toestemming bevestig ingeschrev inschrijv aangemeld aanmeld akkoord
zgod potwierdz zapisan rodo samtyck godkan samtykke souhlas соглас подпис onay izin
status statut estado stato
""")
)
CONSENT_PHRASES = (
    "opt in",
    "opted in",
    "double opt",
    "can email",
    "can mail",
    "can contact",
    "doi",
)
# These may mean anything: their cells decide whether they speak.
VAGUE = tuple(
    _words("""
newsletter mailing mail email marketing activ receive wants send state condition contact
communication info bulletin
aktiv wunscht empfang werbung rundbrief benachricht actif recevoir publicit infolettre
recibir enviar boletin attiv ricev ativ receb ontvang aktyw
""")
)

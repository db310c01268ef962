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
don dont cannot wont stop anti nix inga inget ingen nem nu zadny zadne
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
austritt ausgetreten robinson dezabon leaver churn resign archiv lapsed former opzeg
vypnut відпис ayrildi cikti cikmis
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
ex members, ex member, ex subscribers, ex mitglieder, ausgeschieden, bajas, ret, istemiyor,
do not allow, no thanks, please remove, taken off, take off, off the list, no more mail,
no more mails, returned mail, nicht mehr, karteileichen, wants out, to leave,
never subscribed, dropped, gone,
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
# Inside a word, wherever: German and its neighbours write `Newsletterabmeldung` as one.
PARTS = {
    "abmeld": "unsubscribed",
    "abgemeld": "unsubscribed",
    "abbestell": "unsubscribed",
    "austritt": "unsubscribed",
    "kundigung": "unsubscribed",
    "widerspr": "unsubscribed",
    "widerruf": "unsubscribed",
    "robinson": "unsubscribed",
    "unsubscri": "unsubscribed",
    "optout": "unsubscribed",
    "sperre": "manual",
    "sperrung": "manual",
    "blacklist": "unsubscribed",
}
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
status statut estado stato durum
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
nieuwsbrief nyhetsbrev nyhedsbrev uutiskirje biuletyn hirlevel zpravodaj publicidad bulten
infobrief rundmail verteiler werbe odber рассылк підписк
""")
)
# Parts of words of consent: `Werbeeinwilligung`.
CONSENT_PARTS = ("einwillig", "zustimm", "erlaubnis")
# Headings that are plainly of other things: only a word that speaks of leaving is asked about.
OTHERS = _words("""
seen activity
city town country countrycode land region state province county zip postcode postal street address
company organization organisation employer job jobtitle title role position department industry
sector profession occupation phone telephone mobile fax language lang locale gender sex salutation
birthday born birth birthdate age source origin referrer utm campaign id uuid uid number nr code
plan tier level premium paid price amount revenue spend spent total points score rating rank order
orders count sent opens opened clicks clicked website url web site ip timezone latitude longitude
colour color size twitter linkedin facebook instagram currency vip created updated modified joined
added seen activity first middle name nickname username login prefix suffix initials
location category interest interests topic topics favourite favorite event
stadt ort wohnort plz strasse bundesland firma unternehmen beruf abteilung branche telefon handy
mobil sprache geschlecht anrede titel geburtstag geburtsdatum alter quelle herkunft kundennummer
mitgliedsnummer nummer preis betrag punkte vorname nachname zeitzone interessen thema themen
ville pays rue societe entreprise metier poste langue sexe genre civilite naissance telephone age
ciudad pais calle empresa cargo puesto telefono idioma genero nacimiento edad origen provincia
citta paese via azienda lavoro lingua sesso nascita cidade rua cargo idioma sexo nascimento
stad straat bedrijf functie telefoon taal geslacht geboortedatum bron plaats
miasto kraj ulica firma telefon jezyk plec ort stad sprak kon firma foretag
name surname 姓 名 名前 氏名 姓名 名字 имя фамилия город страна
""")
# Free text and marks of an editor: asked about if we cannot read it.
FREE = _words("""
tag tags label labels note notes comment comments remark remarks group groups list lists segment
segments bemerkung bemerkungen notiz notizen kommentar gruppe gruppen liste stichworte
remarque remarques groupe groupes nota notas comentario comentarios grupo grupos etiquetas gruppo
notitie opmerking groep uwagi grupa message misc description memberships
""")

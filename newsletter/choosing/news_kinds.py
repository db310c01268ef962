"""Pure. What kind of news a text brings, by the words that news is told with.

Two articles that name one firm and bring different kinds of news (a price, a court, an outage) are
seldom one story. And a kind can be seen in every language, where hardly another word is shared.
"""

# Plain words, as `text.without_accents` returns them. "acquir-" is every word that begins so.
KINDS = {
    "funding": (
        "raise raises raised raising funding fundrais- series valuation valued investor- round "
        "leve- valorisation finanzierung- bewertung investoren ronda finanziamento recauda- "
        "raccoglie- haalt investering-"
    ),
    "purchase": (
        "acquir- acquisition buy buys buying bought takeover merge- merger snaps ubernahme "
        "ubernimmt kauft gekauft rachet- rachat acquier- compra- adquier- acquist- overname koopt"
    ),
    "suit": (
        "sue sues sued suing lawsuit- suit complaint plaintiff- klage klagt verklag- plainte- "
        "poursui- attaqu- assigne- demanda- denuncia- causa rechtszaak"
    ),
    "ruling": (
        "judge- judgment ruling ruled dismiss- verdict court- urteil- gericht- juge- tribunal- "
        "justice appeal- berufung richter- sentencia sentenza rechter"
    ),
    "penalty": "fine fined fines penalt- sanction- strafe- bussgeld- amende- multa- boete-",
    "outage": (
        "outage- offline downtime disrupt- ausfall- ausgefallen panne- down interrup- storing netz"
    ),
    "cause": "post-mortem postmortem apolog- entschuldig- excus- cause explains blamed root",
    "launch": (
        "launch- unveil- introduc- releas- debut- announc- vorgestellt stellt zeigt lance "
        "lancement presente- veroffentlich- ships lanza- presenta- lancia- lanceert beta"
    ),
    "price": (
        "price- pricing cheaper discount- cost costs fare fares tarif- preis- billiger teurer "
        "prix gratuit prezzo prezzi precio- prijs- lowers bill fees subscription-"
    ),
    "advertising": "ads advert- advertis- werbung- publicit- pubblicita reclame",
    "layoffs": (
        "layoff- redundan- sacks axes entlass- stellenabbau kundig- licenci- despid- licenzia- "
        "ontslag- jobs roles"
    ),
    "strike": "strike- walkout- warnstreik- streik- greve- grevist- huelga sciopero staking",
    "people": (
        "hire- hiring joins appoint- poach- resign- depart- successor wechselt nomme- rejoint "
        "demission- nombra- nomina- steps leaves promot-"
    ),
    "law": (
        "law laws bill rules rule regulat- act gesetz- verordnung- loi lois reglement- ley legge "
        "wet guidance guideline- leitlinie-"
    ),
    "approval": (
        "approv- clears clearance passes ratif- genehmig- zulass- autoris- votes voted vote "
        "aprueba- approva- stimmt"
    ),
    "rejection": (
        "reject- turned block blocks shelve- stall- abgelehn- ablehn- rejet- delay- postpon- "
        "verschieb- repousse- reporte- rechaza- aplaza- rinvia-"
    ),
    "hole": (
        "vulnerab- cve flaw- bug bugs exploit- attack- hole patch patched hack- lucke- "
        "schwachstell- faille- angreif- angriff- vulnerabilita falla bypass"
    ),
    "breach": (
        "breach- leak leaks leaked exposed stolen datenleck- datenpanne- fuite- filtra- rubati "
        "violazion- datalek"
    ),
    "study": (
        "study studie- paper research- preprint survey- poll etude- enquete- forscher- umfrage- "
        "estudio- studio scientist-"
    ),
    "deal": (
        "deal order orders ordered partner- agreement contract- auftrag- bestell- accord contrat- "
        "vertrag- acuerdo accordo signs"
    ),
    "listing": "ipo listing filing borse- borsengang bourse introduction float bolsa borsa",
    "earnings": (
        "revenue- earnings profit- loss losses quarter- margin- umsatz- gewinn- quartal- chiffre "
        "benefic- resultat- forecast-"
    ),
    "recall": "recall- ruckruf- rappel- retira- richiam-",
    "opening": (
        "open-source open-sourced open-weight- weights apache mit-licence licence license lizenz-"
    ),
    "closing": (
        "shut shuts shutdown discontinu- sunset- retire- eingestellt fermeture ferme cierra- "
        "chiude- bankrupt- insolven-"
    ),
    "ban": (
        "ban bans banned barred forbid- prohibit- verbot- verbiet- interdi- prohibe- vieta- verbod-"
    ),
}
SHORTEST_BEGINNING = 4  # letters


def _by_word() -> dict[str, str]:
    """Return the kind of each word as it is written above."""
    found: dict[str, str] = {}
    for kind, words in KINDS.items():
        found.update(dict.fromkeys(words.split(), kind))
    return found


WORDS = _by_word()
BEGINNINGS = {word[:-1]: kind for word, kind in WORDS.items() if word.endswith("-")}
HEADS = frozenset([word[:SHORTEST_BEGINNING] for word in BEGINNINGS])


def kind_of(word: str) -> str:
    """Return the kind of news that one plain word belongs to, or ""."""
    if word in WORDS:
        return WORDS[word]
    # Nearly all words begin otherwise.
    if word[:SHORTEST_BEGINNING] not in HEADS:
        return ""
    # The longest beginning that is known decides.
    for length in range(len(word), SHORTEST_BEGINNING - 1, -1):
        kind = BEGINNINGS.get(word[:length])
        if kind:
            return kind
    return ""

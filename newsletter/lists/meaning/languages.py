"""Pure. The words by which lists speak of people: a language or two a line.

A list of another program says "no" in its own language. We need not understand it: a word of
these makes us ask. A stem too many costs a question, a stem too few a reader who had left. To add
a language, add lines. Case, accents and marks do not count (vocabulary.py). Words stand between
blanks, phrases of several words between commas.
"""

from collections.abc import Mapping

# They say nothing.
NOTHING = """- -- – — null none nil n/a \\n nan undefined"""
# Ticks and crosses of spreadsheets stand beside the words; formulas and decimals of booleans, too.
YES = """
true yes y 1 1.0 -1 x on t ok ✓ ✔ ☑ ✅ =true()
ja j wahr
oui o vrai
si s vero verdadero cierto
sim verdadeiro waar
tak prawda
ano
да истина так
evet kylla igen
是 是的 对 對 はい
예 네
نعم כן ναι
"""
NO = """
false no n 0 0.0 off f ✗ ✘ ✖ ❌ ☐ =false()
nein falsch
non faux falso
nao nee onwaar
nie falsz
nej nei ne
нет ложь ні
hayir ei nem
否 不是 不 いいえ
아니오 아니요
لا לא οχι
"""
# Before a word they turn it round: `not active`, `kein Abo`.
NEGATIONS = """
not no never without
nicht kein keine keinen nie ohne
non pas aucun jamais
sin nunca
senza mai
sem nao
geen niet nooit
nie brak bez
inte ikke
ei ne не нет
don dont cannot wont stop anti nix inga inget ingen nem nu zadny zadne
"""
# Stems at the beginning of a word, three letters at least, with what each says of a person for whom
# it is true.
STEMS: Mapping[str, str] = {
    "bounce": """
bounce bouncing hardbounce softbounce undeliver nondeliver unreachable invalidemail error
unzustellbar fehler
rebote rebota rimbalz
odbit odbic возвра недостав ошибк
""",
    "complaint": """
complain spam abuse
beschwer
plaint queja reclamac reclamo
klacht skarg klagom жалоб спам скарг
""",
    "manual": """
blocked blocklist suppress banned deleted deletion forgotten erased quarantin deceased
blockiert sperr gesperr gelosch loscht loschung loschdat verstorben
bloque suppr elimin
bloccat rimoss removid
geblokk verwijder
zablok blokad usunie
blokeret blockerad
engelle
заблок удален видален
diblokir dihapus
αποκλεισ διαγραφ διαγραμ
""",
    "unsubscribed": """
unsub optout optedout blacklist cancelled canceled deactivat inactive disabled donot dnc removal
revoked revocation withdrawn declined refused denied excluded exclusion unenrol
abgemeld abmeld abbestell austrag ausgetrag gekundig kundig widerruf widerspr inaktiv deaktiv
desabon desinscr resili inactif refus retire retrait desuscri desubscri inactiv rechaz cancelad
disiscri disdett disattiv annul cancellat revoc rifiut
descadastr inativ recus
uitgeschr uitschrijv afgemeld afmeld opgezegd opzegg geweigerd
wypis rezygn wycof nieaktyw odrzuc
odhlas
отпис отказ отмен неактив
ayril iptal
avregistr avprenum avanmal avmeld
peruut
leiratkoz
zrusen
austritt ausgetreten robinson dezabon leaver churn resign archiv lapsed former opzeg
vypnut
відпис відмов
ayrildi cikti cikmis
berhenti
απεγγραφ ακυρω
""",
    "unconfirmed": """
unconfirm unverif unactivat notconfirmed pending
unbestat ausstehend
attente pendient pendente
onbevestig
niepotwierdz oczekuj
неподтв
""",
}
# Whole cells, and whole words of headings: as the beginning of a word they are too common.
PHRASES: Mapping[str, str] = {
    "active": """
active, subscribed, confirmed, enabled, given, opted in, opt in, optin, consented, granted
verified, deliverable, accepted, allowed, double opt in, single opt in
aktiv, abonniert, angemeldet, bestatigt, eingewilligt, erteilt, zugestimmt
actif, abonne, abonnee, inscrit, inscrite, confirme, consenti, accepte
activo, suscrito, confirmado, aceptado
attivo, iscritto, confermato, acconsentito
ativo, inscrito, aceito
actief, ingeschreven, aangemeld, bevestigd, akkoord
aktywny, zapisany, potwierdzony
""",
    "unconfirmed": """
not confirmed, waiting, not set, never asked, awaiting confirmation, opt in pending, unknown
nicht bestatigt, unbekannt, non confirme, sin confirmar, no confirmado
in attesa, non confermato, nao confirmado, niet bevestigd, in afwachting
""",
    "unsubscribed": """
left, opted out, opt out, removed, cancel, cancellation, expired, exclude, rejected, opposition
not subscribed, not opted in, no consent, no longer, not interested, non subscribed
nonsubscribed, do not contact, do not mail, do not email, do not send, no mail, no email
no emails, no marketing, stop, stopped, held, on hold, redacted
ex members, ex member, ex subscribers, ex mitglieder, ausgeschieden, bajas, ret, istemiyor
do not allow, no thanks, please remove, taken off, take off, off the list, no more mail
no more mails, returned mail, nicht mehr, karteileichen, wants out, to leave
never subscribed, dropped, gone, remove me, take me off, wish to be removed, asked to be removed
nicht abonniert, kein interesse, non abonne, no suscrito, baja, dado de baja, de baja
cancelado, cancelada, cancellato, cancellata, non iscritto, huy dang ky, da huy
""",
    "bounce": """
cleaned, invalid, invalid email, hard bounce, soft bounce, dead, user unknown, unknown user
no such user, no such mailbox, does not exist, doesn t exist, mailbox full
mailbox unavailable, host not found
ungultig, nicht zustellbar, invalide, non valide, devuelto, devolvido, ongeldig
""",
    "complaint": """junk, marked as spam, reported, report spam, klage""",
    "manual": """
block, blocks, ban, deny, black list, block list, forget
liste noire, lista negra, lista nera, borrado, borrada, excluido
""",
}
# Inside a word, wherever: German and its neighbours write `Newsletterabmeldung` as one, and other
# scripts have no blanks.
PARTS: Mapping[str, str] = {
    "unsubscribed": """
abmeld abgemeld abbestell austritt kundigung widerspr widerruf robinson unsub optout blacklist
退订 退訂 取消订阅 取消訂閱 退出 拒收 拒绝 拒絕 黑名单 黑名單
配信停止 購読解除 登録解除 解除 退会 停止 拒否 解約 オプトアウト ブラックリスト
수신거부 구독취소 해지 탈퇴 거부 취소
إلغاء الغاء ملغى ملغي لغو הוסר הסרה ביטל בוטל
ยกเลิก रद्द
""",
    "bounce": """
bounce unzustellbar 退信 弹回 彈回 无效 無效 エラー 不達 バウンス 無効 반송 오류 مرتد ตีกลับ
""",
    "complaint": """投诉 投訴 举报 舉報 垃圾 迷惑 苦情 スパム 스팸 신고 شكوى תלונה สแปม""",
    "manual": """
verstorben deceased sperre sperrung 屏蔽 拉黑 封锁 封鎖 禁止 删除 刪除 ブロック 削除 除外 차단 삭제
محظور محذوف חסום נמחק
""",
}
# The name of a file, a sheet or a part of a list, whole words of it: who is in it is so no more.
GROUPS: Mapping[str, str] = {
    "unsubscribed": """
old, past, previous, ex, lost, graveyard, cold, win back, winback, dormant, sleeping, trash
do not use
alt, alte, alten, altes, alter, ehemalig, ehemalige, ehemaligen, fruhere, raus, weg, verloren
storniert, schlafend, papierkorb, nicht verwenden
ancien, anciens, ancienne, anciennes, perdus, corbeille
antiguo, antiguos, viejos
perdidos, papelera
vecchi, vecchio, persi, cestino
antigos, velhos
oud, oude, stare, byli, dawni
старые, бывшие, ушедшие, старі, колишні, eski
tidigare, gamla, tidligere, gamle, entiset
vanhat, regi
旧, 舊, 过期, 過期
過去, 以前, 古い
이전, 예전
""",
}
# What headings are of.
# Consent, or a standing: "yes" under them is good, "no" is not.
CONSENT = """
subscrib subscription optin optedin consent confirmed confirmation verified gdpr permission
permitted agreed agreement accept allow enabled deliverab mailable emailable contactable reachable
einwillig zustimm bestatig abonn angemeld anmeld erlaub genehmig dsgvo
confirme inscri rgpd consentim confirmad suscri permiso
consenso conferma iscri autorizz aceit autoriz
toestemming bevestig ingeschrev inschrijv aangemeld aanmeld akkoord
zgod potwierdz zapisan rodo
samtyck godkan samtykke
souhlas
соглас подпис
onay izin
status statut estado stato durum
статус состояни 状态 狀態 状態 订阅 訂閱 購読 상태 구독 동의 同意
"""
# Parts of words of consent: `Werbeeinwilligung`.
CONSENT_PARTS = """einwillig zustimm erlaubnis"""
CONSENT_PHRASES = """opt in, opted in, double opt, can email, can mail, can contact, doi"""
# These may mean anything: their cells decide whether they speak.
VAGUE = """
newsletter mailing mail email marketing activ receive wants send state condition contact
communication info bulletin deliver smtp response result outcome
aktiv wunscht empfang werbung rundbrief benachricht actif recevoir publicit infolettre
recibir enviar boletin attiv ricev ativ receb ontvang aktyw zustellung
nieuwsbrief nyhetsbrev nyhedsbrev uutiskirje biuletyn hirlevel zpravodaj publicidad bulten
infobrief rundmail verteiler werbe odber рассылк підписк
"""
# What somebody is subscribed to: an empty cell, where others have some, may be one who left all.
MEMBERSHIPS = """
list lists listid listids group groups segment segments audience audiences publication publications
subscribed subscription subscriptions newsletter newsletters
liste listen gruppe gruppen segmente verteiler listes groupe groupes lista listas grupo grupos
segmento segmentos gruppo gruppi elenco elenchi lijst lijsten groep groepen listy grupa grupy
список списки группа группы
列表 分组 群組 リスト グループ 목록 그룹
"""
# May stand beside a word of memberships, and make no other thing of it.
MEMBERSHIP_FILLERS = """
to of in the all active current email mailing newsletter contact name names id ids member membership
mailerlite activecampaign brevo mailchimp
"""
# Plainly of other things: only a word that speaks of leaving is asked about.
OTHERS = """
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
citta paese via azienda lavoro lingua sesso nascita
cidade rua cargo idioma sexo nascimento
stad straat bedrijf functie telefoon taal geslacht geboortedatum bron plaats
miasto kraj ulica firma telefon jezyk plec
ort stad sprak kon firma foretag
name surname
姓 名 名前 氏名 姓名 名字
имя фамилия город страна
"""
# Free text and marks of an editor: asked about if we cannot read it.
FREE = """
tag tags label labels note notes comment comments remark remarks group groups list lists segment
segments bemerkung bemerkungen notiz notizen kommentar gruppe gruppen liste stichworte
remarque remarques groupe groupes nota notas comentario comentarios grupo grupos etiquetas gruppo
notitie opmerking groep uwagi grupa message misc description memberships
"""
# Where the columns of any file go, ours too, by their headings.
COLUMNS: Mapping[str, str] = {
    "address": """
address, email, e mail, email address, e mail address, mail, mail address, subscriber email
contact email, e mail adresse, email adresse, emailadresse, mailadresse
adresse e mail, adresse email, adresse mail, courriel, correo, correo electronico
direccion de correo electronico, direccion de email, indirizzo email, indirizzo e mail
posta elettronica, endereco de email, endereco de e mail, e mailadres, emailadres
adres e mail, adres email, e postadress, epost, e post, e postadresse, sahkoposti
""",
    "name": """
name, full name, fullname, vollstandiger name, nom complet, nombre completo
nome completo, volledige naam, naam, imie i nazwisko, namn, navn
""",
    "first_name": """
first name, firstname, first, fname, given name, vorname, prenom, nombre
primeiro nome, voornaam, imie, fornamn, fornavn
""",
    "last_name": """
last name, lastname, last, lname, surname, family name, nachname, familienname
nom, nom de famille, apellido, apellidos, cognome, sobrenome, achternaam, nazwisko
efternamn, etternavn, efternavn
""",
    "status": "status",
    "joined_at": """
joined at, created at, subscribed at, signed, joined, join date, date joined
joined on, joining date, signup date, sign up date, signup, signed up, signed up at
signed up on, signup time, date signed up, subscribed, subscribed on, subscribe date
subscription date, date subscribed, subscriber since, subscribed since, member since
created, created on, date created, creation date, create date, date added, added, added at
added on, added time, entered, registered, registered at, registration date
date registered, opt in date, opt in time, optin date, optin time, opted in at
angemeldet am, anmeldedatum, anmeldung am, angemeldet seit, beigetreten, beigetreten am
beitrittsdatum, eintrittsdatum, erstellt am, erstellt, registriert am, registrierungsdatum
abonniert am, abonniert seit, hinzugefugt am, mitglied seit, date d inscription
inscrit le, inscrit depuis, date d ajout, date de creation, cree le, date d abonnement
abonne le, ajoute le, fecha de alta, alta, fecha de suscripcion, fecha de registro
fecha de inscripcion, suscrito el, creado el, registrado el, data di iscrizione
data iscrizione, iscritto il, iscritto dal, data di creazione, creato il, aggiunto il
data de inscricao, data de cadastro, data de registo, inscrito em, criado em
data de criacao, aanmelddatum, aangemeld op, ingeschreven op, inschrijfdatum
inschrijvingsdatum, lid sinds, aangemaakt op, toegevoegd op, data zapisu, data dolaczenia
data rejestracji, data dodania, data utworzenia, zapisany dnia, registreringsdatum
gick med, oprettet, opprettet
""",
    "confirmed_at": """
confirmed at, confirmed on, confirmation date, confirmation time
date confirmed, confirm time, confirm date, bestatigt am, confirme le, confirmado el
confermato il, confirmado em, bevestigd op, potwierdzony dnia
""",
    "left_at": "left at, unsubscribed at",
    "bounced_at": "bounced at",
    "attributes": "attributes",
}

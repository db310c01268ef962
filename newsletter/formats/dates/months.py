"""Pure. The names of months in many languages, whole or cut short, folded."""

import unicodedata
from collections.abc import Iterable, Mapping

# Twelve of each language, in their order; Slavic names are in the genitive, as in dates.
# Where two languages mean different months by one name, or by one beginning, the first table wins.
NAMES = """
january february march april may june july august september october november december
januar februar marz april mai juni juli august september oktober november dezember
janvier fevrier mars avril mai juin juillet aout septembre octobre novembre decembre
enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre
gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre
janeiro fevereiro marco abril maio junho julho agosto setembro outubro novembro dezembro
januari februari maart april mei juni juli augustus september oktober november december
januari februari mars april maj juni juli augusti september oktober november december
januar februar marts april maj juni juli august september oktober november desember
stycznia lutego marca kwietnia maja czerwca lipca sierpnia wrzesnia pazdziernika listopada grudnia
ledna unora brezna dubna kvetna cervna cervence srpna zari rijna listopadu prosince
ocak subat mart nisan mayis haziran temmuz agustos eylul ekim kasim aralik
января февраля марта апреля мая июня июля августа сентября октября ноября декабря
січня лютого березня квітня травня червня липня серпня вересня жовтня листопада грудня
"""
MORE_NAMES = """
ιανουαριου φεβρουαριου μαρτιου απριλιου μαιου ιουνιου ιουλιου αυγουστου σεπτεμβριου οκτωβριου
νοεμβριου δεκεμβριου
ιανουαριος φεβρουαριος μαρτιος απριλιος μαιος ιουνιος ιουλιος αυγουστος σεπτεμβριος οκτωβριος
νοεμβριος δεκεμβριος
január február március április május június július augusztus szeptember október november december
tammikuuta helmikuuta maaliskuuta huhtikuuta toukokuuta kesäkuuta heinäkuuta elokuuta syyskuuta
lokakuuta marraskuuta joulukuuta
ianuarie februarie martie aprilie mai iunie iulie august septembrie octombrie noiembrie decembrie
gener febrer març abril maig juny juliol agost setembre octubre novembre desembre
xaneiro febreiro marzo abril maio xuño xullo agosto setembro outubro novembro decembro
januára februára marca apríla mája júna júla augusta septembra októbra novembra decembra
januarja februarja marca aprila maja junija julija avgusta septembra oktobra novembra decembra
januara februara marta aprila maja juna jula avgusta septembra oktobra novembra decembra
јануара фебруара марта априла маја јуна јула августа септембра октобра новембра децембра
януари февруари март април май юни юли август септември октомври ноември декември
студзеня лютага сакавіка красавіка мая чэрвеня ліпеня жніўня верасня кастрычніка лістапада снежня
sausio vasario kovo balandžio gegužės birželio liepos rugpjūčio rugsėjo spalio lapkričio gruodžio
janvāris februāris marts aprīlis maijs jūnijs jūlijs augusts septembris oktobris novembris decembris
jaanuar veebruar märts aprill mai juuni juuli august september oktoober november detsember
janúar febrúar mars apríl maí júní júlí ágúst september október nóvember desember
januari februari maret april mei juni juli agustus september oktober november desember
januari februari mac april mei jun julai ogos september oktober november disember
urtarrila otsaila martxoa apirila maiatza ekaina uztaila abuztua iraila urria azaroa abendua
ionawr chwefror mawrth ebrill mai mehefin gorffennaf awst medi hydref tachwedd rhagfyr
يناير فبراير مارس أبريل مايو يونيو يوليو أغسطس سبتمبر أكتوبر نوفمبر ديسمبر
جانفي فيفري مارس أفريل ماي جوان جويلية أوت سبتمبر أكتوبر نوفمبر ديسمبر
ژانویه فوریه مارس آوریل مه ژوئن ژوئیه اوت سپتامبر اکتبر نوامبر دسامبر
جنوری فروری مارچ اپریل مئی جون جولائی اگست ستمبر اکتوبر نومبر دسمبر
בינואר בפברואר במרץ באפריל במאי ביוני ביולי באוגוסט בספטמבר באוקטובר בנובמבר בדצמבר
ינואר פברואר מרץ אפריל מאי יוני יולי אוגוסט ספטמבר אוקטובר נובמבר דצמבר
जनवरी फ़रवरी मार्च अप्रैल मई जून जुलाई अगस्त सितंबर अक्टूबर नवंबर दिसंबर
जनवरी फरवरी मार्च अप्रैल मई जून जुलाई अगस्त सितम्बर अक्तूबर नवम्बर दिसम्बर
জানুয়ারি ফেব্রুয়ারি মার্চ এপ্রিল মে জুন জুলাই আগস্ট সেপ্টেম্বর অক্টোবর নভেম্বর ডিসেম্বর
ஜனவரி பிப்ரவரி மார்ச் ஏப்ரல் மே ஜூன் ஜூலை ஆகஸ்ட் செப்டம்பர் அக்டோபர் நவம்பர் டிசம்பர்
มกราคม กุมภาพันธ์ มีนาคม เมษายน พฤษภาคม มิถุนายน กรกฎาคม สิงหาคม กันยายน ตุลาคม พฤศจิกายน ธันวาคม
"""
SPELLINGS = {
    "janner": 1,
    "feber": 2,
    "maerz": 3,
    "mrz": 3,
    "mrt": 3,
    "setiembre": 9,
    "март": 3,
    "май": 5,
    "июнь": 6,
    "июль": 7,
    # of the Levant, beside those in PHRASES
    "شباط": 2,
    "آذار": 3,
    "نيسان": 4,
    "أيار": 5,
    "حزيران": 6,
    "تموز": 7,
    "آب": 8,
    "أيلول": 9,
}
# Names of two words, and names cut short with dots within: what stands in their place.
PHRASES = {
    "كانون الثاني": "يناير",
    "تشرين الأول": "أكتوبر",
    "تشرين الثاني": "نوفمبر",
    "كانون الأول": "ديسمبر",
    "ม.ค.": "มกราคม",
    "ก.พ.": "กุมภาพันธ์",
    "มี.ค.": "มีนาคม",
    "เม.ย.": "เมษายน",
    "พ.ค.": "พฤษภาคม",
    "มิ.ย.": "มิถุนายน",
    "ก.ค.": "กรกฎาคม",
    "ส.ค.": "สิงหาคม",
    "ก.ย.": "กันยายน",
    "ต.ค.": "ตุลาคม",
    "พ.ย.": "พฤศจิกายน",
    "ธ.ค.": "ธันวาคม",
}
SHORTEST = 3  # letters of a name that is cut short


def fold(text: str) -> str:
    """Return text in lower case without accents."""
    # NFKD does not take these two letters apart: they are no letter with an accent.
    bare = unicodedata.normalize("NFKD", text.casefold().replace("ı", "i").replace("ł", "l"))
    kept = "".join(sign for sign in bare if not unicodedata.combining(sign))
    return unicodedata.normalize("NFC", kept)


def without_phrases(text: str) -> str:
    """Return a folded text in which each month is one word."""
    if text.isascii():
        return text
    for phrase, name in FOLDED_PHRASES.items():
        text = text.replace(phrase, name)
    return text


def _months() -> dict[str, int]:
    """Return every name, and each beginning of it that means one month only."""
    names = _by_name(NAMES)
    more = _by_name(MORE_NAMES)
    spellings = {fold(name): month for name, month in SPELLINGS.items()}
    # `mar` is March everywhere, though the eleventh month of the Finns begins with it.
    return _beginnings(more) | more | _beginnings(names) | names | spellings


def _by_name(table: str) -> dict[str, int]:
    names = fold(table).split()
    return {name: place % 12 + 1 for place, name in enumerate(names)}


def _beginnings(full: Mapping[str, int]) -> dict[str, int]:
    """Return what names are cut short to: `sept`, `juil`; `jui` is June or July, and left out."""
    months: dict[str, set[int]] = {}
    for name, month in full.items():
        for start in _cut_short(name):
            months.setdefault(start, set()).add(month)
    return {start: found.pop() for start, found in months.items() if len(found) == 1}


def _cut_short(name: str) -> Iterable[str]:
    return (name[:end] for end in range(SHORTEST, len(name)))


MONTHS = _months()
# The longer first: one may be a part of another.
FOLDED_PHRASES = {
    fold(phrase): fold(name)
    for phrase, name in sorted(PHRASES.items(), key=lambda pair: -len(pair[0]))
}

"""What a message wants: most are questions, some are greetings, thanks, or nothing in words.

Only a whole message is taken for small talk, never a part of one: "help" asks for help, "help with
payroll" is a question. A greeting or thanks before a question is taken off it: to the search it is
noise, and it would stand in the log and in the quoted question.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from bots.incoming.wishes import Other, other_wish
from retrieval.pins.sensitive import sensitive
from showing.plain_text import one_line

MAX_QUESTION_CHARS = 2000
_MAX_OPENINGS = 3


class Intent(StrEnum):
    """What a message wants."""

    QUESTION = "question"
    GREETING = "greeting"
    HELP = "help"
    THANKS = "thanks"
    GOODBYE = "goodbye"
    FILE = "file"
    UNCLEAR = "unclear"
    TOO_LONG = "too_long"


@dataclass(frozen=True, slots=True)
class Wish:
    """What a message wants. `question` is what to search for, on one line, if it is a question;
    `has_file` says that something was attached which nobody reads."""

    intent: Intent
    question: str = ""
    has_file: bool = False

    @property
    def is_question(self) -> bool:
        """Whether somebody asked, though it may be too long or say nothing."""
        return self.intent in {Intent.QUESTION, Intent.UNCLEAR, Intent.TOO_LONG}


def wish(text: str, attachments: Sequence[str] = ()) -> Wish | Other:
    """What the sender of this text, with attachments of these content types, wants. Somebody in
    distress is heard at any length."""
    line = one_line(text)
    has_file = any(_is_file(content_type) for content_type in attachments)
    if len(line) > MAX_QUESTION_CHARS and not sensitive(line):
        return Wish(Intent.TOO_LONG, has_file=has_file)
    rest = _without_openings(line)
    if other := other_wish(rest):
        return other
    intent = _small_talk(rest) or _small_talk(line)
    if intent is None:
        return Wish(Intent.QUESTION, rest, has_file)
    if has_file and (intent is Intent.UNCLEAR or not _words(line)):
        return Wish(Intent.FILE, has_file=True)
    return Wish(intent, has_file=has_file)


def _is_file(content_type: str) -> bool:
    """Quoted messages and previews of links come as attachments too, and are no files."""
    kind = content_type.lower()
    return bool(kind) and not kind.startswith(
        ("messagereference", "application/vnd.microsoft.card.")
    )


def _small_talk(line: str) -> Intent | None:
    """The intent of a whole line that is no question, or None."""
    words = _words(line)
    if not words:
        return _wordless(line)
    said = " ".join(words)
    for intent, whole in _WHOLE.items():
        if said in whole:
            return intent
    if words[-1] in _ADDRESSEES and " ".join(words[:-1]) in _GREETINGS:
        return Intent.GREETING
    asks = "?" in line or words[0] in _QUESTION_STARTS
    if not asks and set(words) <= _THANKS_WORDS and set(words) & _THANKS_CORE:
        return Intent.THANKS
    return None


def _wordless(line: str) -> Intent:
    """What emoji and punctuation without a word mean."""
    if "?" in line or "？" in line:
        return Intent.HELP
    signs = {sign for sign in line if unicodedata.category(sign) == "So"}
    if signs and signs <= _THANKS_SIGNS:
        return Intent.THANKS
    if signs and signs <= _GREETING_SIGNS:
        return Intent.GREETING
    return Intent.UNCLEAR


def _words(line: str) -> list[str]:
    """The words in lower case; an apostrophe does not part one ("what's" is "whats")."""
    folded = unicodedata.normalize("NFKC", line).casefold()
    return re.sub(r"[^\w\s]|_", " ", re.sub(r"['’`´]", "", folded)).split()


def _without_openings(line: str) -> str:
    """The line without greetings and thanks at its head, if something follows them."""
    for _ in range(_MAX_OPENINGS):
        found = _OPENING.match(line)
        if found is None or not _opens(found):
            return line
        line = found["rest"]
    return line


def _opens(found: re.Match[str]) -> bool:
    """Whether the greeting stands apart from what follows: "Hi, ..." and "Hi how do I ..." do,
    "Hi-Vis jackets" and "Hello World in Python" do not."""
    words = _words(found["rest"])
    if not words or not found["gap"]:
        return False
    return bool(found["gap"].strip()) or words[0] in _QUESTION_STARTS


def _alternatives(whole: frozenset[str]) -> str:
    longest_first = sorted(whole, key=len, reverse=True)
    return "|".join(re.escape(phrase).replace(r"\ ", r"\s") for phrase in longest_first)


def _lines(text: str) -> frozenset[str]:
    return frozenset(phrase for line in text.split("\n") for phrase in line.strip().split(" / "))


# What people type that is no question, in the languages that colleagues greet in: in lower case as
# `str.casefold` gives it, without apostrophes. It is matched, not shown: what is shown stands in
# `bots/wording.py`.

_GREETINGS = _lines(
    """hi / hello / hey / hiya / howdy / yo / hi there / hello there / hey there / greetings
    good morning / good afternoon / good evening / good day / morning
    hallo / hallöchen / hi zusammen / guten morgen / guten tag / guten abend / servus / moin
    moin moin / grüss gott / grüß gott / grüezi / grüss dich / grüß dich / mahlzeit
    bonjour / bonsoir / salut / coucou / rebonjour
    hola / buenos días / buenos dias / buen día / buen dia / buenas tardes / buenas noches / buenas
    ciao / buongiorno / buonasera / salve / hoi / goedemorgen / goedemiddag / goedenavond
    olá / ola / oi / bom dia / boa tarde / boa noite / hej / hei / god morgon
    dzień dobry / cześć"""
)

_HOW_ARE_YOU = _lines(
    """how are you / how are you doing / hows it going / whats up / how do you do
    wie gehts / wie geht es dir / wie geht es ihnen / ça va / comment ça va / comment vas tu
    comment allez vous / qué tal / que tal / cómo estás / como estas / come stai / come va"""
)

_ADDRESSEES = _lines(
    """there / all / everyone / everybody / team / folks / again / bot / signpost
    zusammen / alle / allerseits / tous / à tous / tout le monde / todos / a todos / tutti"""
)

_HELP = _lines(
    """help / help me / help please / please help / i need help / can you help / can you help me
    what can you do / what can you do for me / what do you do / what can i ask / what can i ask you
    how do you work / start / get started
    hilfe / hilf mir / ich brauche hilfe / kannst du mir helfen / können sie mir helfen
    was kannst du / was kannst du tun / was können sie / was machst du
    aide / à laide / aide moi / aidez moi / que peux tu faire / que sais tu faire
    que pouvez vous faire / quest ce que tu peux faire / tu peux maider / pouvez vous maider
    ayuda / ayúdame / qué puedes hacer / que puedes hacer
    puedes ayudarme / me puedes ayudar / aiuto / cosa sai fare / chi sei / ajuda"""
)

_THANKS = _lines(
    """thanks / thank you / many thanks / thanks a lot / thank you very much / thx / cheers
    danke / danke schön / danke sehr / danke dir / vielen dank / besten dank / herzlichen dank
    merci / merci beaucoup / merci bien / gracias / muchas gracias / mil gracias
    grazie / grazie mille / dank je / bedankt / obrigado / obrigada / tack / dziękuję"""
)

# A message made of these words alone is a thank-you if one of the core is among them.
_THANKS_CORE = _lines(
    """thanks / thank / thx / ty / cheers / danke / dank / merci / gracias / grazie / bedankt
    obrigado / obrigada / tack / ok / okay / great / perfect / super / cool / nice / awesome
    excellent / brilliant / wonderful / helpful / toll / prima / perfekt / parfait / génial
    perfecto / genial / vale / gut / bien / good / understood / verstanden / compris / entendido"""
)
_THANKS_WORDS = _THANKS_CORE | _lines(
    """you / very / much / a / lot / so / many / for / your / the / help / that / thats / is / was
    it / all / this / again / really / works / signpost / bot / vielen / schön / sehr / für / die
    deine / ihre / hilfe / das / war / ist / beaucoup / pour / votre / ton / aide / cest / très
    muchas / mil / por / tu / su / la / ayuda / está / mille"""
)
_THANKS_SIGNS = frozenset("👍🙏❤😊👏🎉💯👌😀🙂😃😄🤝")

_GOODBYES = _lines(
    """bye / bye bye / goodbye / good bye / see you / see you later / see you soon / cya
    good night / have a nice day / have a good day / thats all / tschüss / tschüß / tschau
    auf wiedersehen / bis bald / bis später / bis dann / bis morgen / schönen tag / gute nacht
    au revoir / à bientôt / à plus / à demain / bonne journée / bonne nuit / adiós / adios
    hasta luego / hasta pronto / hasta mañana / chao / arrivederci / tot ziens / até logo"""
)
_GREETING_SIGNS = frozenset("👋")

_FILLERS = _lines(
    """yes / no / yep / yeah / nope / maybe / ja / nein / oui / non / sí / si / doch
    test / testing / hm / hmm / hmmm / lol / haha / um / so / well / please / bitte / question"""
)

# After a greeting without a comma, these begin the question: "hi how do I ...".
_QUESTION_STARTS = _lines(
    """how / hows / what / whats / where / wheres / when / who / whos / whom / which / why / can
    could / do / does / did / is / are / am / should / may / will / would / have / has / i / im
    ive / id / we / my / our / please / tell / show / find / help / looking / need / any
    wie / was / wo / wann / wer / wen / wem / welche / welcher / welches / warum / wieso / wofür
    kann / könnte / können / darf / muss / gibt / ich / wir / bitte / brauche / suche / habe / ist
    comment / quoi / où / quand / qui / quel / quelle / quels / quelles / pourquoi / combien / est
    peux / puis / pouvez / dois / je / jai / jaimerais / nous / y / quest / cherche
    cómo / como / qué / que / dónde / donde / cuándo / cuando / quién / quien / cuál / cual / por
    cuánto / cuántos / puedo / puede / necesito / hay / tengo / debo"""
)

_WHOLE = {
    Intent.HELP: _HELP,
    Intent.GREETING: _GREETINGS | _HOW_ARE_YOU,
    Intent.THANKS: _THANKS,
    Intent.GOODBYE: _GOODBYES,
    Intent.UNCLEAR: _FILLERS,
}
# A dash or a full stop parts only with a space behind it: "Hi-Vis", "hello.py".
_GAP = r"(?:[,!;:…](?!//)|[.\-–—](?=[\s.])|[\U0001F300-\U0001FAFF\u2600-\u27BF\uFE0F\u200D]|\s)*"
_OPENING = re.compile(
    rf"(?:{_alternatives(_GREETINGS | _THANKS)})\b"
    rf"(?:,?\s(?:{_alternatives(_ADDRESSEES)})\b)?"
    rf"(?P<gap>{_GAP})(?P<rest>\S.*)",
    re.IGNORECASE,
)

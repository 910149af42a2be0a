"""What people type that is no question, in the languages that colleagues greet in.

All in lower case as `str.casefold` gives it, without apostrophes. These are matched, not shown:
what is shown stands in `bots/wording.py`.
"""

from __future__ import annotations


def _lines(text: str) -> frozenset[str]:
    return frozenset(phrase for line in text.split("\n") for phrase in line.strip().split(" / "))


GREETINGS = _lines(
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

HOW_ARE_YOU = _lines(
    """how are you / how are you doing / hows it going / whats up / how do you do
    wie gehts / wie geht es dir / wie geht es ihnen / ça va / comment ça va / comment vas tu
    comment allez vous / qué tal / que tal / cómo estás / como estas / come stai / come va"""
)

ADDRESSEES = _lines(
    """there / all / everyone / everybody / team / folks / again / bot / signpost
    zusammen / alle / allerseits / tous / à tous / tout le monde / todos / a todos / tutti"""
)

HELP = _lines(
    """help / help me / help please / please help / i need help / can you help / can you help me
    what can you do / what can you do for me / what do you do / what can i ask / what can i ask you
    who are you / what are you / how do you work / start / get started
    hilfe / hilf mir / ich brauche hilfe / kannst du mir helfen / können sie mir helfen
    was kannst du / was kannst du tun / was können sie / was machst du / wer bist du / wer sind sie
    aide / à laide / aide moi / aidez moi / que peux tu faire / que sais tu faire / qui es tu
    que pouvez vous faire / quest ce que tu peux faire / tu peux maider / pouvez vous maider
    ayuda / ayúdame / qué puedes hacer / que puedes hacer / quién eres / quien eres
    puedes ayudarme / me puedes ayudar / aiuto / cosa sai fare / chi sei / ajuda"""
)

THANKS = _lines(
    """thanks / thank you / many thanks / thanks a lot / thank you very much / thx / cheers
    danke / danke schön / danke sehr / danke dir / vielen dank / besten dank / herzlichen dank
    merci / merci beaucoup / merci bien / gracias / muchas gracias / mil gracias
    grazie / grazie mille / dank je / bedankt / obrigado / obrigada / tack / dziękuję"""
)

# A message made of these words alone is a thank-you if one of the core is among them.
THANKS_CORE = _lines(
    """thanks / thank / thx / ty / cheers / danke / dank / merci / gracias / grazie / bedankt
    obrigado / obrigada / tack / ok / okay / great / perfect / super / cool / nice / awesome
    excellent / brilliant / wonderful / helpful / toll / prima / perfekt / parfait / génial
    perfecto / genial / vale / gut / bien / good / understood / verstanden / compris / entendido"""
)
THANKS_WORDS = THANKS_CORE | _lines(
    """you / very / much / a / lot / so / many / for / your / the / help / that / thats / is / was
    it / all / this / again / really / works / signpost / bot / vielen / schön / sehr / für / die
    deine / ihre / hilfe / das / war / ist / beaucoup / pour / votre / ton / aide / cest / très
    muchas / mil / por / tu / su / la / ayuda / está / mille"""
)
THANKS_SIGNS = frozenset("👍🙏❤😊👏🎉💯👌😀🙂😃😄🤝")

GOODBYES = _lines(
    """bye / bye bye / goodbye / good bye / see you / see you later / see you soon / cya
    good night / have a nice day / have a good day / thats all / tschüss / tschüß / tschau
    auf wiedersehen / bis bald / bis später / bis dann / bis morgen / schönen tag / gute nacht
    au revoir / à bientôt / à plus / à demain / bonne journée / bonne nuit / adiós / adios
    hasta luego / hasta pronto / hasta mañana / chao / arrivederci / tot ziens / até logo"""
)
GREETING_SIGNS = frozenset("👋")

FILLERS = _lines(
    """yes / no / yep / yeah / nope / maybe / ja / nein / oui / non / sí / si / doch
    test / testing / hm / hmm / hmmm / lol / haha / um / so / well / please / bitte / question"""
)

# After a greeting without a comma, these begin the question: "hi how do I ...".
QUESTION_STARTS = _lines(
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

"""Wishes that are no question for the index: more results, other kinds, a person, a complaint, and
what is kept of somebody.

Only a whole message is taken for one. "Show me more" is a wish; "show more rows in a report", "more
holidays" and "only fans wrong invoice" are questions.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum

from retrieval.questions.narrowing import ALL, Narrowing
from snapshot import formats
from snapshot.formats.format_row import Kind


class WishKind(StrEnum):
    """What is wished for."""

    MORE = "more"
    ONLY = "only"
    LIST = "list"
    WRONG = "wrong"
    HUMAN = "human"
    WHO = "who"
    KNOWN = "known"
    FORGET = "forget"


@dataclass(frozen=True, slots=True)
class Other:
    """A wish; `only` is what it names, such as videos, and `called` how."""

    asked: WishKind
    only: Narrowing = ALL
    called: str = ""

    @property
    def is_question(self) -> bool:
        """Whether it asks the question before once more."""
        return self.asked is WishKind.ONLY


_KINDS = {
    "videos": ("videos?|clips?|recordings?|aufzeichnung(?:en)?|video clips?", (Kind.VIDEO,)),
    "PDFs": ("pdfs?|pdf files?|pdf dokumente", formats.PDF.extensions),
    "Word documents": (
        "word (?:docs?|documents?|files?)|docx",
        (*formats.DOCX.extensions, *formats.WORD_97.extensions),
    ),
    "documents": ("docs?|documents?|dokumente?|documentos?", (Kind.DOCUMENT,)),
    "decks": (
        "decks?|slides?|slide decks?|powerpoints?|presentations?|folien|prasentation(?:en)?"
        "|presentacion(?:es)?|diapositivas?|diapos?",
        (Kind.DECK,),
    ),
    "pages": ("pages?|web ?pages?|articles?|seiten?|paginas?", (Kind.PAGE,)),
    "courses": ("courses?|e learnings?|kurse?|cours|cursos?", (Kind.COURSE,)),
    "links": ("links?|enlaces?|liens?", (Kind.LINK,)),
}
_KIND = "|".join(f"(?:{words})" for words, _ in _KINDS.values())
_PLEASE = "(?:please|pls|bitte|por favor|sil (?:te|vous) plait|merci|thanks|now)"
_SHOW = (
    "(?:(?:can|could|would|will) you )?(?:show|give|send|get|display|see|find)(?: me| us)?"
    "|(?:zeige?|gib|zeigen sie|geben sie)(?: mir| uns)?|(?:montrez?|affichez?|donnez?)(?: moi)?"
    "|(?:muestrame|ensename|dame|ver|mostrar)"
)
_ABOUT_THIS = "(?: (?:on|about|for|of) (?:this|that|it|these)| (?:dazu|daruber)| (?:sobre eso))?"
_THAT = (
    "(?:no |sorry |nein |non )?(?:thats|that is|that was|this is|its|it is|it was|the answer is"
    "|your answer is|the answer was|your answer was|answer is|youre|you are|you were)"
)
_PERSON = (
    "(?:a |an |the |some )?(?:real |actual |live )?"
    "(?:human|human being|person|people|someone|somebody|agent|operator|human agent)"
)

_PATTERNS = {
    WishKind.MORE: (
        rf"(?:{_SHOW}) (?:(?:some |any )?more(?: results| answers| of (?:these|those|them|that))?"
        "|other results|further results|the next (?:ones|results)|mehr|noch mehr|weitere"
        "|mehr ergebnisse|weitere ergebnisse|plus|en plus|plus de resultats|dautres resultats"
        "|mas|mas resultados|otros resultados)"
        "|(?:some |any )?more(?: results| answers)?|tell me more|more like (?:this|that)"
        "|next(?: page| results)?|what else|anything else|any others?|others"
        "|mehr|noch mehr|weitere|mehr davon|mehr ergebnisse|weitere ergebnisse|was noch"
        "|plus de resultats|dautres resultats|la suite|encore|mas|mas resultados|otros resultados"
    ),
    WishKind.LIST: (
        rf"(?:list|which are|what are|{_SHOW}) (?:me )?(?:all|every|all the|all of the|all your)"
        rf" (?P<k1>{_KIND})(?: (?:you have|there are|that you have|available))?"
        rf"|list(?: the| your)? (?P<k2>{_KIND})|all(?: the| your)? (?P<k3>{_KIND})"
        rf"|(?:what|which) (?P<k4>{_KIND}) (?:do you have|are there|have you got|are available)"
        rf"|(?:alle|liste aller|welche) (?P<k5>{_KIND})(?: auflisten| zeigen| gibt es| hast du)?"
        rf"|(?:zeige?|zeig) (?:mir )?alle (?P<k6>{_KIND})"
        rf"|(?:montrez?(?: moi)? |listez? |affichez? )?(?:toutes les|tous les) (?P<k7>{_KIND})"
        rf"|(?:muestrame |lista |listar )?tod[oa]s l[oa]s (?P<k8>{_KIND})"
    ),
    WishKind.ONLY: (
        rf"(?:{_SHOW} )?(?:only|just|nur|seulement|uniquement|solo)(?: the| die| les| los)?"
        rf" (?P<k1>{_KIND})|(?P<k2>{_KIND}) only|(?P<k3>{_KIND}) nur"
        rf"|(?:{_SHOW}) (?:the |some |any )?(?P<k4>{_KIND}){_ABOUT_THIS}"
        rf"|(?:any|are there(?: any)?|do you have(?: any| a)?|is there an?) (?P<k5>{_KIND})"
        rf"{_ABOUT_THIS}|as an? (?P<k6>{_KIND})"
    ),
    WishKind.WRONG: (
        rf"{_THAT}(?: just| simply| completely| totally| all)? (?:wrong|incorrect|not right"
        "|not correct|not true|not it|not what i (?:asked|meant|wanted|asked for|was looking for)"
        "|not helpful|unhelpful|useless|nonsense|outdated|out of date|the wrong answer"
        "|a wrong answer|false)"
        "|(?:thats|that is|this is|its) (?:not|isnt) (?:the )?(?:right|correct) answer"
        "|that isnt (?:right|correct|true|it)|this isnt (?:right|correct|true|it)"
        "|(?:no )?wrong(?: answer)?|incorrect|not what i (?:asked|meant|wanted)"
        "|(?:that|this|it) (?:didnt|doesnt|does not|did not) help(?: me)?"
        "|(?:nein )?das (?:ist|war) (?:falsch|nicht richtig|nicht korrekt)|das stimmt nicht|falsch"
        "|falsche antwort|das hilft(?: mir)? nicht(?: weiter)?"
        "|cest (?:faux|incorrect)|ce nest pas (?:ca|correct|juste|la bonne reponse)|faux"
        "|mauvaise reponse|(?:eso )?esta mal|(?:eso )?(?:es|no es) (?:in)?correcto|eso es falso"
        "|respuesta incorrecta"
    ),
    WishKind.HUMAN: (
        "(?:(?:can|could|may) i |i (?:want|need|would like|d like|wish) to |id like to |let me )?"
        rf"(?:speak|talk|chat) (?:to|with) {_PERSON}"
        rf"|(?:connect|put|transfer) me (?:to|with|through to) {_PERSON}|(?:i (?:want|need) )?"
        "(?:a )?(?:real )?(?:human|person)|human|live agent"
        "|(?:who|whom) (?:can|could|should) i (?:ask|contact|talk to|speak to)(?: instead)?"
        "|(?:ich (?:mochte|will|wurde gern|wurde gerne|muss) |kann ich )?mit (?:einem|einer)"
        "(?: echten)? (?:menschen|mitarbeiter|mitarbeiterin|person) (?:sprechen|reden)|mensch"
        "|ansprechpartner|(?:je (?:veux|voudrais|souhaite) |puis je )?parler a (?:un humain"
        "|quelquun|une (?:vraie )?personne|un conseiller)"
        "|(?:quiero |quisiera |puedo )?hablar con (?:un humano|alguien|una persona(?: real)?"
        "|un agente)"
    ),
    WishKind.WHO: (
        "who (?:made|built|created|wrote|developed|programmed|trained) (?:you|this bot|this)"
        "|who is your (?:maker|creator|developer)|who (?:owns|runs) you|what are you|who are you"
        "|what is signpost|whats signpost|are you (?:an? )?(?:real|bot|robot|human|ai|person"
        "|machine|chatgpt|real person|copilot|computer)"
        "|wer hat dich (?:gemacht|gebaut|programmiert|entwickelt)|was bist du|wer bist du"
        "|wer sind sie|bist du (?:ein )?(?:mensch|bot|roboter|ki)|qui ta (?:cree|fait)"
        "|qui es tu|es tu (?:un )?(?:humain|robot)|quien te (?:hizo|creo|ha creado)|quien eres"
        "|que eres|eres (?:un )?(?:humano|robot|bot)"
    ),
    WishKind.KNOWN: (
        "what (?:do you|does (?:signpost|the bot|this bot)) (?:know|remember|store|keep|save|have"
        "|record|collect) (?:about|on|of) me|what (?:personal )?(?:data|information|info) (?:do you"
        "|does (?:signpost|the bot|this bot)) (?:have|store|keep|save|hold|collect|know)"
        " (?:about|on|of) me|what (?:have you|is|has been) (?:stored|saved|kept|recorded)"
        " (?:about|on|of) me|do you (?:store|keep|save|record|remember) (?:my (?:questions|data"
        "|messages)|what i (?:ask|asked|say)|anything about me)|show me my (?:personal )?data"
        "|was (?:weisst du|wissen sie|speicherst du|speichern sie|merkst du dir) (?:uber|von)"
        " (?:mich|mir)|(?:was|welche daten) (?:hast du|haben sie|speicherst du|speichern sie|ist"
        "|sind) (?:uber|von) (?:mich|mir)(?: gespeichert)?|speicherst du (?:meine (?:fragen|daten))"
        "|(?:que|quest ce que) (?:sais tu|savez vous|tu sais|vous savez) (?:sur|de) moi"
        "|(?:quelles donnees|que) (?:as tu|avez vous|tu as|vous avez|gardes tu|gardez vous"
        "|conserves tu|conservez vous)(?: enregistrees?)? sur moi"
        "|que (?:sabes|sabe|guardas|guarda) (?:de|sobre) mi|que (?:datos|informacion) (?:tienes"
        "|tiene|guardas|guarda) (?:de|sobre) mi"
    ),
    WishKind.FORGET: (
        "forget (?:about )?me|forget (?:everything|all)(?: you know)? (?:about|of) me"
        "|(?:forget|delete|erase|remove|wipe) (?:all )?(?:of )?my (?:data|questions|personal data)"
        "|(?:delete|erase|remove|wipe) (?:everything|all|all data|what)(?: that)?(?: you (?:know"
        "|have|store|stored|keep|saved))? (?:about|on|of) me"
        "|(?:vergiss|vergessen sie) mich|mich vergessen"
        "|(?:losche?|loschen sie) (?:alle )?meine (?:daten|fragen)"
        "|(?:losche?|loschen sie) alles (?:uber|von) (?:mich|mir)|meine (?:daten|fragen) loschen"
        "|(?:oublie|oubliez) moi|moublier"
        "|(?:efface|effacez|supprime|supprimez)(?: toutes)? mes (?:donnees"
        "|questions)|(?:efface|effacez|supprime|supprimez) tout sur moi"
        "|olvid(?:[ae](?:me| de mi)|arme)"
        "|(?:borra|borre|elimina|elimine)(?: todos)?(?: todas)? mis (?:datos"
        "|preguntas)|(?:borra|borre|elimina|elimine) todo sobre mi"
    ),
}
_WHOLE = {asked: re.compile(pattern) for asked, pattern in _PATTERNS.items()}
_MANNERS = re.compile(rf"^{_PLEASE} | {_PLEASE}$")


def other_wish(text: str) -> Other | None:
    """The wish that a whole message is; None for anything else."""
    said = _plain(text)
    while (without := _MANNERS.sub("", said)) != said:
        said = without
    for asked, pattern in _WHOLE.items():
        if found := pattern.fullmatch(said):
            named = next(filter(None, found.groupdict().values()), "")
            for called, (words, only) in _KINDS.items():
                if re.fullmatch(words, named):
                    return Other(asked, Narrowing(frozenset(only)), called)
            return Other(asked)
    return None


def _plain(text: str) -> str:
    """Words in lower case without accents and apostrophes, with single spaces."""
    bare = re.sub(r"['’`´ʼ]", "", unicodedata.normalize("NFKD", text.casefold()))
    letters = "".join(c for c in bare if not unicodedata.combining(c))
    return " ".join(re.sub(r"[\W_]+", " ", letters).split())

"""What somebody in distress reads: short and kind, in the language in which they spoke."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from retrieval.answer import Answer
from retrieval.pins.sensitive import LANGUAGES
from showing.ports import Contact
from snapshot.manifest import Topic

# The European emergency number, which works in every country of the Union and in many beside it
# (Directive (EU) 2018/1972, article 109), in most mobile networks elsewhere too.
EMERGENCY_NUMBER = "112"


@dataclass(frozen=True, slots=True)
class Care:
    """Lines to be read from the top; empty ones are left out. `urgent` names the emergency number,
    `text` is what the company says, `source` who pinned it. `further` stands above results."""

    language: str
    heading: str
    urgent: str
    text: str
    contact_line: str
    contact: Contact
    source: str
    further: str

    @property
    def lines(self) -> tuple[str, ...]:
        """All of it but the results, for hosts without cards and screen readers."""
        every = (self.heading, self.text, self.contact_line, self.urgent)
        return tuple(line for line in every if line)


def care(answer: Answer, contact: Contact, emergency_number: str = EMERGENCY_NUMBER) -> Care | None:
    """What is said to a sensitive topic; None if the answer has none. The topic's own contact goes
    before `contact`, the one for all questions."""
    found, pinned = answer.sensitive, answer.pinned
    if found is None:
        return None
    words = _WORDS[found.language if found.language in LANGUAGES else "en"]
    whom = contact
    if pinned and (pinned.contact_name or pinned.contact_url):
        whom = Contact(pinned.contact_name, pinned.contact_url)
    name = " ".join(whom.name.split())
    return Care(
        language=found.language,
        heading=words[found.topic],
        urgent=words["urgent"].format(number=emergency_number),
        text=pinned.text_in(found.language) if pinned else "",
        contact_line=words["contact"].format(name=name) if name else words["nobody"],
        contact=whom,
        source=words["source"].format(name=pinned.validation.validated_by) if pinned else "",
        further=words["further"],
    )


_WORDS: Mapping[str, Mapping[str, str]] = {
    "en": {
        Topic.SELF_HARM: "I am glad that you said this. You are not alone with it.",
        Topic.HARASSMENT: "I am sorry. You do not have to put up with this.",
        Topic.VIOLENCE: "I am sorry. Your safety comes first.",
        Topic.MEDICAL_EMERGENCY: "Get help first.",
        Topic.DISCRIMINATION: "I am sorry. You do not have to put up with this.",
        "urgent": "Is somebody in danger now? Call {number}.",
        "contact": "You can talk to: {name}",
        "nobody": "Talk to somebody whom you trust: a colleague, your manager or a doctor.",
        "source": "A pinned answer by {name}",
        "further": "What is validated on this",
    },
    "de": {
        Topic.SELF_HARM: "Gut, dass Sie das sagen. Sie sind damit nicht allein.",
        Topic.HARASSMENT: "Das tut mir leid. Das müssen Sie nicht hinnehmen.",
        Topic.VIOLENCE: "Das tut mir leid. Ihre Sicherheit geht vor.",
        Topic.MEDICAL_EMERGENCY: "Holen Sie zuerst Hilfe.",
        Topic.DISCRIMINATION: "Das tut mir leid. Das müssen Sie nicht hinnehmen.",
        "urgent": "Ist jemand jetzt in Gefahr? Rufen Sie {number} an.",
        "contact": "Sie können sprechen mit: {name}",
        "nobody": "Sprechen Sie mit jemandem, dem Sie vertrauen: im Team, in der Führung "
        "oder beim Arzt.",
        "source": "Festgelegte Antwort von {name}",
        "further": "Was dazu geprüft vorliegt",
    },
    "fr": {
        Topic.SELF_HARM: "Merci de l'avoir dit. Vous n'êtes pas seul.",
        Topic.HARASSMENT: "Je suis désolé. Vous n'avez pas à supporter cela.",
        Topic.VIOLENCE: "Je suis désolé. Votre sécurité passe avant tout.",
        Topic.MEDICAL_EMERGENCY: "Appelez d'abord de l'aide.",
        Topic.DISCRIMINATION: "Je suis désolé. Vous n'avez pas à supporter cela.",
        "urgent": "Quelqu'un est en danger maintenant ? Appelez le {number}.",
        "contact": "Vous pouvez en parler à : {name}",
        "nobody": "Parlez-en à une personne de confiance : collègue, responsable ou médecin.",
        "source": "Réponse épinglée par {name}",
        "further": "Ce qui est validé à ce sujet",
    },
    "es": {
        Topic.SELF_HARM: "Gracias por decirlo. No tiene que pasar por esto a solas.",
        Topic.HARASSMENT: "Lo siento. No tiene por qué soportarlo.",
        Topic.VIOLENCE: "Lo siento. Su seguridad es lo primero.",
        Topic.MEDICAL_EMERGENCY: "Pida ayuda primero.",
        Topic.DISCRIMINATION: "Lo siento. No tiene por qué soportarlo.",
        "urgent": "¿Hay alguien en peligro ahora? Llame al {number}.",
        "contact": "Puede hablar con: {name}",
        "nobody": "Hable con alguien de confianza: del equipo, de la dirección o con un médico.",
        "source": "Respuesta fijada por {name}",
        "further": "Lo que está validado sobre esto",
    },
}

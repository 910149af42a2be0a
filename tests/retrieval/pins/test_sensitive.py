"""Somebody in distress is recognised in four languages, and nobody else is taken for one."""

import pytest

from retrieval.pins.sensitive import Sensitive, sensitive
from snapshot.manifest import Topic
from tests.fakes.labelled import labelled_texts

SAID = {
    (Topic.SELF_HARM, "en"): [
        "I want to kill myself", "i wanna die", "I don't want to live anymore",
        "thinking about hurting myself", "my colleague wants to kill himself", "I feel suicidal",
    ],
    (Topic.SELF_HARM, "de"): [
        "ich will sterben", "Ich möchte nicht mehr leben", "ich moechte sterben",
        "ich habe Selbstmordgedanken", "er will sich umbringen",
    ],
    (Topic.SELF_HARM, "fr"): [
        "je veux mourir", "je n’ai plus envie de vivre", "je pense à me suicider",
    ],
    (Topic.SELF_HARM, "es"): ["me quiero morir", "no quiero vivir más", "quiero quitarme la vida"],
    (Topic.HARASSMENT, "en"): [
        "my manager keeps touching me", "I'm being bullied at work", "I was sexually assaulted",
        "he makes sexual remarks to me all day",
    ],
    (Topic.HARASSMENT, "de"): ["mein Kollege belästigt mich", "ich werde von allen gemobbt"],
    (Topic.HARASSMENT, "fr"): ["mon chef me harcèle", "je suis victime de harcèlement"],
    (Topic.HARASSMENT, "es"): ["mi jefe me acosa", "me están acosando en el trabajo"],
    (Topic.VIOLENCE, "en"): [
        "my boss hit me yesterday", "he threatened to kill me", "someone here has a gun",
        "I was attacked in the car park", "I have been threatened with dismissal",
        "I was threatened with a knife over a fine", "I'm being threatened",
        "he threatened me with a lawsuit and wants to kill me",
        "I was threatened with legal action for reporting harassment",
    ],
    (Topic.VIOLENCE, "de"): [
        "mein chef schlägt mich", "Mein Chef schlaegt mich!", "ich werde bedroht",
        "ich werde mit Kündigung bedroht", "ich wurde mit einem Messer bedroht",
        "er hat mich mit einer Klage bedroht und geschlagen",
    ],
    (Topic.VIOLENCE, "fr"): [
        "mon mari me frappe", "on m'a menacé", "je suis menacée de licenciement",
        "on m'a menacé d'un procès, et de mort",
    ],
    (Topic.VIOLENCE, "es"): [
        "mi marido me pega", "me han amenazado de muerte", "me han amenazado con el despido",
        "me amenaza con una multa y con pegarme",
    ],
    (Topic.MEDICAL_EMERGENCY, "en"): [
        "a colleague has collapsed", "I can't breathe", "somebody is having a stroke right now",
    ],
    (Topic.MEDICAL_EMERGENCY, "de"): [
        "Kollege ist bewusstlos", "er atmet nicht", "ich brauche einen Notarzt",
    ],
    (Topic.MEDICAL_EMERGENCY, "fr"): ["il ne respire plus", "ma collègue a fait un malaise"],
    (Topic.MEDICAL_EMERGENCY, "es"): ["mi compañero no respira", "le está dando un infarto"],
    (Topic.DISCRIMINATION, "en"): ["I feel discriminated against", "my boss is racist"],
    (Topic.DISCRIMINATION, "de"): ["ich werde wegen meines Alters diskriminiert"],
    (Topic.DISCRIMINATION, "fr"): ["je suis discriminée"],
    (Topic.DISCRIMINATION, "es"): ["me discriminan por mi edad"],
}  # fmt: skip

NAMED = {
    "harcèlement": Sensitive(Topic.HARASSMENT, "fr", names=True),
    "sexual harassment": Sensitive(Topic.HARASSMENT, "en", names=True),
    "How do I report bullying by my manager?": Sensitive(Topic.HARASSMENT, "en", names=True),
    "heart attack colleague": Sensitive(Topic.MEDICAL_EMERGENCY, "en", names=True),
    "Belästigung am Arbeitsplatz": Sensitive(Topic.HARASSMENT, "de", names=True),
    "acoso laboral": Sensitive(Topic.HARASSMENT, "es", names=True),
    "racism at work": Sensitive(Topic.DISCRIMINATION, "en", names=True),
}

NOT_MEANT = [
    "kill a process", "how do I kill the session", "kill switch", "this deadline is killing me",
    "suicide prevention training slides", "what is our harassment policy", "harassment e-learning",
    "unconscious bias training", "threat detection", "attack surface", "first aid course",
    "I hurt myself at work lifting a box", "I cut myself on the machine", "he beat me to it",
    "mein Chef schlägt mich für eine Prämie vor", "return to work after a heart attack",
    "a customer threatened us with a lawsuit", "my laptop was attacked by malware",
    "my computer died", "somebody hit my car", "ça me touche beaucoup", "il y a un couteau",
    "life insurance", "what happens to my pension if I die", "report a bug", "", "😀",
    "I have been threatened with a fine", "I've been threatened with legal action by a tenant",
    "a customer threatened me with a bad review", "I was threatened with a 500 euro penalty",
    "i am being threatened with court by a supplier", "we were threatened with a fine",
    "ich wurde mit einem Bußgeld bedroht", "ein Kunde bedroht mich mit einer Klage",
    "ich werde mit rechtlichen Schritten bedroht", "on m'a menacé d'une amende",
    "un client me menace d'un procès", "je suis menacée de poursuites",
    "me han amenazado con una multa", "un cliente me amenaza con acciones legales",
    "can I end my contract early", "does the discrimination law apply to interns",
]  # fmt: skip


@pytest.mark.parametrize(
    ("topic", "language", "text"),
    [(topic, language, text) for (topic, language), all_ in SAID.items() for text in all_],
)
def test_what_happens_to_a_person_is_recognised(topic: Topic, language: str, text: str) -> None:
    assert sensitive(text) == Sensitive(topic, language)


@pytest.mark.parametrize("text", NAMED)
def test_a_message_that_only_names_a_topic_is_recognised(text: str) -> None:
    assert sensitive(text) == NAMED[text]


@pytest.mark.parametrize("text", NOT_MEANT)
def test_a_question_for_the_index_is_none(text: str) -> None:
    assert sensitive(text) is None


@pytest.mark.parametrize(("locale", "language"), [("fr-CA", "fr"), ("en-GB", "en"), ("de", "en")])
def test_the_locale_tells_apart_what_two_languages_write_alike(locale: str, language: str) -> None:
    assert sensitive("suicide", locale) == Sensitive(Topic.SELF_HARM, language, names=True)


def test_every_topic_has_wordings_in_every_language() -> None:
    assert {(topic, language) for topic in Topic for language in ("en", "de", "fr", "es")} == set(
        SAID
    )


def test_no_labelled_question_is_taken_for_distress_but_those_that_name_a_topic() -> None:
    """Whole sets of real questions: what fires is a topic's bare name."""
    texts = labelled_texts()
    fired = {text: found for text in texts if (found := sensitive(text))}
    assert all(found.names and len(text.split()) <= 3 for text, found in fired.items()), fired
    assert len(fired) <= 3

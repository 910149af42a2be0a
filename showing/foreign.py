"""What people read whose language the model does not know: one line, in that language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from retrieval.answer import Answer, NotUnderstood, Outcome


@dataclass(frozen=True, slots=True)
class ForeignLine:
    """A line and its language, as a code."""

    text: str
    language: str


def foreign_line(answer: Answer) -> ForeignLine | None:
    """Says which languages are understood; None if the question's is one of them, or if it is
    answered all the same."""
    said = answer.not_understood
    if said is None or answer.outcome is Outcome.ANSWERED or answer.sensitive:
        return None
    language = said.language if said.language in _WORDS else "en"
    return ForeignLine(_WORDS[language].format(known=_listed(said, language)), language)


def _listed(said: NotUnderstood, language: str) -> str:
    """The known languages as that language calls them: "Englisch, Deutsch und Italienisch"."""
    names = [_NAMES[language].get(known, known) for known in said.known]
    *others, last = names
    return f"{', '.join(others)} {_AND[language]} {last}" if others else last


_WORDS: Mapping[str, str] = {
    "en": "I only understand questions in {known} well so far. Please ask in {known}.",
    "de": "Bisher verstehe ich nur Fragen auf {known} gut. Bitte fragen Sie auf {known}.",
    "fr": "Pour l'instant, je ne comprends bien que les questions en {known}. "
    "Merci de poser la question en {known}.",
    "es": "Por ahora solo entiendo bien las preguntas en {known}. Por favor, pregunte en {known}.",
    "pt": "Por enquanto só entendo bem perguntas em {known}. Por favor, pergunte em {known}.",
    "nl": "Ik begrijp voorlopig alleen vragen in het {known} goed. "
    "Stelt u uw vraag in het {known}.",
    "it": "Per ora capisco bene solo le domande in {known}. Per favore, chieda in {known}.",
}
_AND: Mapping[str, str] = {
    "en": "or",
    "de": "oder",
    "fr": "ou",
    "es": "o",
    "pt": "ou",
    "nl": "of",
    "it": "o",
}
_CODES = ("en", "de", "fr", "es", "pt", "nl", "it")
_NAMES: Mapping[str, Mapping[str, str]] = {
    language: dict(zip(_CODES, names.split(), strict=True))
    for language, names in {
        "en": "English German French Spanish Portuguese Dutch Italian",
        "de": "Englisch Deutsch Französisch Spanisch Portugiesisch Niederländisch Italienisch",
        "fr": "anglais allemand français espagnol portugais néerlandais italien",
        "es": "inglés alemán francés español portugués neerlandés italiano",
        "pt": "inglês alemão francês espanhol português neerlandês italiano",
        "nl": "Engels Duits Frans Spaans Portugees Nederlands Italiaans",
        "it": "inglese tedesco francese spagnolo portoghese olandese italiano",
    }.items()
}

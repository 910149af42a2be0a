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

from bots.incoming import phrases
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


def wish(text: str, attachments: Sequence[str] = ()) -> Wish:
    """What the sender of this text, with attachments of these content types, wants."""
    line = one_line(text)
    has_file = any(_is_file(content_type) for content_type in attachments)
    if len(line) > MAX_QUESTION_CHARS:
        return Wish(Intent.TOO_LONG, has_file=has_file)
    rest = _without_openings(line)
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
    if words[-1] in phrases.ADDRESSEES and " ".join(words[:-1]) in phrases.GREETINGS:
        return Intent.GREETING
    asks = "?" in line or words[0] in phrases.QUESTION_STARTS
    if not asks and set(words) <= phrases.THANKS_WORDS and set(words) & phrases.THANKS_CORE:
        return Intent.THANKS
    return None


def _wordless(line: str) -> Intent:
    """What emoji and punctuation without a word mean."""
    if "?" in line or "？" in line:
        return Intent.HELP
    signs = {sign for sign in line if unicodedata.category(sign) == "So"}
    if signs and signs <= phrases.THANKS_SIGNS:
        return Intent.THANKS
    if signs and signs <= phrases.GREETING_SIGNS:
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
    return bool(found["gap"].strip()) or words[0] in phrases.QUESTION_STARTS


def _alternatives(whole: frozenset[str]) -> str:
    longest_first = sorted(whole, key=len, reverse=True)
    return "|".join(re.escape(phrase).replace(r"\ ", r"\s") for phrase in longest_first)


_WHOLE = {
    Intent.HELP: phrases.HELP,
    Intent.GREETING: phrases.GREETINGS | phrases.HOW_ARE_YOU,
    Intent.THANKS: phrases.THANKS,
    Intent.GOODBYE: phrases.GOODBYES,
    Intent.UNCLEAR: phrases.FILLERS,
}
# A dash or a full stop parts only with a space behind it: "Hi-Vis", "hello.py".
_GAP = r"(?:[,!;:…](?!//)|[.\-–—](?=[\s.])|[\U0001F300-\U0001FAFF\u2600-\u27BF\uFE0F\u200D]|\s)*"
_OPENING = re.compile(
    rf"(?:{_alternatives(phrases.GREETINGS | phrases.THANKS)})\b"
    rf"(?:,?\s(?:{_alternatives(phrases.ADDRESSEES)})\b)?"
    rf"(?P<gap>{_GAP})(?P<rest>\S.*)",
    re.IGNORECASE,
)

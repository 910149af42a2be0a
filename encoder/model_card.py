"""What a model's own files say of it, or else the settings: its prompts and its languages."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from huggingface_hub.constants import REPOCARD_NAME

ANY = "any"
_FRONT = re.compile(r"\A---\s*\n(.*?)\n---\s*(?:\n|\Z)", re.DOTALL)
_CODE = re.compile(r"[a-z]{2,3}")
# Names that models give to the two prompts, the library's own first.
_QUESTION_PROMPTS = ("query", "question", "search_query")
_PASSAGE_PROMPTS = ("document", "passage", "corpus", "search_document")


@dataclass(frozen=True, slots=True)
class ModelSettings:
    """What settings say of a model; each that is empty leaves it to the model's files.

    `question_prompt` and `passage_prompt` are put before texts as they stand, spaces included.
    `languages` are codes such as "en", or "any" alone.
    """

    question_prompt: str = ""
    passage_prompt: str = ""
    languages: tuple[str, ...] = ()


AS_IN_ITS_FILES = ModelSettings()


def known_languages(folder: Path, settings: ModelSettings) -> frozenset[str]:
    """The languages that the model in that folder reads well, as codes of two or three letters
    ("en", "pt"): those of the settings, else of the model's card. Empty if it is limited to none,
    or if neither says."""
    if settings.languages:
        said: object = list(settings.languages)
    else:
        said = _card(folder).get("language")
    listed = [said] if isinstance(said, str) else said if isinstance(said, list) else []
    codes = [str(one).partition("-")[0].lower() for one in listed]
    # A card that says "multilingual" often lists some languages beside it.
    if not all(map(is_language, codes)):
        return frozenset()
    return frozenset(codes)


def is_language(text: str) -> bool:
    """Whether it is the code of a language, such as "en"."""
    return bool(_CODE.fullmatch(text)) and text != ANY


def prompts(model: Any, settings: ModelSettings) -> dict[str, str]:
    """What a SentenceTransformer wants before a "question" and before a "passage", perhaps nothing:
    those of the settings, else of its files under the names that are usual, else its default."""
    named: Mapping[str, str | None] = model.prompts or {}
    default = named.get(model.default_prompt_name or "") or ""

    def first(names: tuple[str, ...]) -> str:
        return next((prompt for name in names if (prompt := named.get(name))), default)

    return {
        "question": settings.question_prompt or first(_QUESTION_PROMPTS),
        "passage": settings.passage_prompt or first(_PASSAGE_PROMPTS),
    }


def _card(folder: Path) -> Mapping[str, Any]:
    """The card's front matter; empty if there is none that can be read."""
    import yaml  # for a model's start alone

    try:
        text = (folder / REPOCARD_NAME).read_text(encoding="utf-8")
        front = _FRONT.match(text)
        data = yaml.safe_load(front[1]) if front else None
    except (OSError, UnicodeDecodeError, yaml.YAMLError):
        return {}
    return data if isinstance(data, dict) else {}

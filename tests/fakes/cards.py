"""Reading a card's JSON, and holding it to Microsoft's schema and to the rules of Teams."""

from __future__ import annotations

import importlib.resources
import json
from collections.abc import Iterator
from typing import Any

from jsonschema import Draft6Validator

from bots.drawing.card_parts import MAX_CARD_BYTES

Card = dict[str, Any]
_OF_TEAMS = {"msteams", "layouts", "showBorder", "roundedCorners", "lang"}
MOST_BUTTONS = 6  # of a card; what opens by a press on its line is none
_SCHEMA = Draft6Validator(
    json.loads(
        importlib.resources.files("adaptive_cards").joinpath("schemas/schema-1.5.json").read_text()
    )
)


def violations(card: Card, version: str = "1.5") -> list[str]:
    """What is wrong with a card: the official schema, size, number of actions, accessibility."""
    found = [error.message[:200] for error in _SCHEMA.iter_errors(_official(card))]
    if (size := len(json.dumps(card))) > MAX_CARD_BYTES:
        found.append(f"{size} bytes")
    if len(shown := _buttons(card)) > MOST_BUTTONS:
        found.append(f"{len(shown)} buttons")
    if card["version"] != version or not card["lang"] or not card["speak"]:
        found.append("version, lang or speak")
    if card["msteams"] != {"width": "full"}:
        found.append("width")
    found += [f"no wrap: {e['text']}" for e in elements(card, "TextBlock") if not e.get("wrap")]
    found += [
        f"no alternative text: {e['url']}" for e in elements(card, "Image") if not e["altText"]
    ]
    found += [f"{e['type']} without a title" for e in actions(card) if not e.get("title")]
    found += [
        f"no fallback: {e['title']}"
        for e in elements(card, "Action.Execute")
        if e["fallback"]["type"] != "Action.Submit" or e["fallback"]["data"] != e["data"]
    ]
    return found


def elements(part: Any, kind: str = "") -> Iterator[dict[str, Any]]:
    """The card's elements and actions of a type (or all), in order; not what stands in `data` or
    `fallback`."""
    if isinstance(part, dict):
        if "type" in part and part["type"].startswith(kind):
            yield part
        for key, value in part.items():
            if key not in {"data", "fallback"}:
                yield from elements(value, kind)
    elif isinstance(part, list):
        for item in part:
            yield from elements(item, kind)


def actions(card: Card) -> list[dict[str, Any]]:
    """All that can be pressed."""
    return list(elements(card, "Action."))


def _buttons(card: Card) -> list[dict[str, Any]]:
    """What is drawn as a button: at the foot of the card, or in its body."""
    sets = [card, *elements(card, "ActionSet")]
    return [action for one in sets for action in one.get("actions") or ()]


def buttons(card: Card) -> dict[str, dict[str, Any]]:
    """What can be pressed, by title."""
    return {action["title"]: action for action in actions(card)}


def urls(card: Card) -> list[str]:
    """Where the card leads."""
    return [action["url"] for action in elements(card, "Action.OpenUrl")]


def lines(card: Card) -> list[str]:
    """The card's text, a line for each text element, as it is written in the card."""
    return [
        element["text"] if element["type"] == "TextBlock" else _joined(element)
        for element in elements(card, "")
        if element["type"] in {"TextBlock", "RichTextBlock"}
    ]


def bold(card: Card) -> str:
    """What is bold inside running text."""
    runs = elements(card, "TextRun")
    return "".join(run["text"] for run in runs if run.get("weight") == "Bolder")


def headings(card: Card) -> list[str]:
    """What screen readers announce as headings."""
    return [e["text"] for e in elements(card, "TextBlock") if e.get("style") == "heading"]


def _joined(block: dict[str, Any]) -> str:
    return "".join(run["text"] for run in block["inlines"])


def _official(part: Any) -> Any:
    """Without what Teams knows and the official schema does not."""
    if isinstance(part, dict):
        return {
            key: value if key == "data" else _official(value)
            for key, value in part.items()
            if key not in _OF_TEAMS
        }
    return [_official(item) for item in part] if isinstance(part, list) else part

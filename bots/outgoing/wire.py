"""Values as the JSON that goes over the wire."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import Any


class Finished(dict[str, Any]):
    """JSON that is complete: it is sent as it stands, and botbuilder, which copies deeply all that
    it sends, copies no part of it. A card has a thousand."""

    def __deepcopy__(self, memo: dict[int, Any]) -> Finished:
        return self


def wire_json(value: Any) -> Any:
    """The JSON of a botbuilder model, or of plain values with models in them.

    Plain dicts are kept whole, where the SDK's serialiser keeps of an entity only its type, and
    fails on an invoke's body. A model's empty fields are left out.
    """
    if value is None or isinstance(value, str | int | float):
        return value.value if isinstance(value, Enum) else value
    if isinstance(value, Finished):
        return value
    if isinstance(value, Mapping):
        return {key: wire_json(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [wire_json(item) for item in value]
    fields = getattr(value, "_attribute_map", None)  # how the SDK's models name their fields
    if fields is None:
        return value.isoformat() if hasattr(value, "isoformat") else value
    named = {entry["key"]: getattr(value, name) for name, entry in fields.items()}
    named |= getattr(value, "additional_properties", None) or {}
    return {key: wire_json(item) for key, item in named.items() if key and item is not None}

"""What the product shows in every state and language, from the sample content."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from tests.gallery.chat import LOCALES, Chat, Shown, product, with_pictures
from tests.gallery.states import STATES, CardState

Gathered = dict[tuple[str, str], Shown]


async def gathered(
    snapshots: Path, languages: Sequence[str] = tuple(LOCALES), states: Sequence[CardState] = STATES
) -> Gathered:
    """By the state's name and the language."""
    async with product(snapshots) as running:
        shown: Gathered = {}
        for language in languages:
            for state in states:
                seen = await state.reach(Chat(running, language, state.name))
                shown[state.name, language] = await with_pictures(running, seen)
        return shown

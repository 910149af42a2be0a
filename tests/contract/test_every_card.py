"""What every card promises, in each state and language that `tests/gallery/states.py` reaches."""

from __future__ import annotations

from pathlib import Path

import pytest
import pytest_asyncio

from bots.drawing.card_parts import escaped
from tests.fakes.cards import elements, headings, lines, violations
from tests.gallery.chat import LOCALES, Shown
from tests.gallery.gathering import Gathered, gathered
from tests.gallery.states import STATES, WORDS
from words.catalogue import words_for

EACH = [pytest.param(one.name, code, id=f"{one.name}-{code}") for code in LOCALES for one in STATES]
WITHOUT_CARD = {"search", "popular", "search-nothing"} | {
    state.name for state in STATES if state.group == WORDS
}
CARDS = [one for one in EACH if one.values[0] not in WITHOUT_CARD]
TRANSLATED = [one for one in EACH if one.values[1] != "en"]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def everything(sample_snapshots: Path) -> Gathered:
    return await gathered(sample_snapshots)


@pytest.fixture
def shown(everything: Gathered, name: str, language: str) -> Shown:
    return everything[name, language]


@pytest.mark.parametrize(("name", "language"), EACH)
def test_every_state_says_something_as_what_it_is(shown: Shown, name: str) -> None:
    """A card, or words alone, or a list: what is expected of that state."""
    assert bool(shown.card) == (name not in WITHOUT_CARD)
    assert shown.said or shown.listed


@pytest.mark.parametrize(("name", "language"), CARDS)
def test_it_keeps_to_the_schema_and_to_the_limits_of_teams(shown: Shown, name: str) -> None:
    """In the place of a link, Teams draws no newer card than one of 1.3."""
    assert violations(shown.card or {}, "1.3" if name == "link" else "1.5") == []


@pytest.mark.parametrize(("name", "language"), CARDS)
def test_it_says_the_same_in_words(shown: Shown) -> None:
    """To screen readers, in notifications, and where no card is drawn: its first heading, or the
    sentence that stands under it, and no markup."""
    card = shown.card or {}
    assert card["fallbackText"] == escaped(card["speak"])
    assert not set("<>\n") & set(card["speak"])
    assert shown.title or shown.said.startswith(card["speak"][:60])
    first = [*headings(card), *lines(card)][0].replace("\\", "")
    assert first in card["speak"]


@pytest.mark.parametrize(("name", "language"), CARDS)
def test_nothing_is_said_by_colour_alone(shown: Shown) -> None:
    """What leads somewhere is underlined, and what is coloured has words of its own."""
    card = shown.card or {}
    coloured = [one for one in elements(card) if one.get("color") not in {None, "Default"}]
    assert [one["text"] for one in coloured if not one.get("underline")] == []
    filled = [one for one in elements(card, "Container") if one.get("style")]
    assert all(lines(one) for one in filled)


@pytest.mark.parametrize(("name", "language"), CARDS)
def test_it_has_one_main_button_at_most(shown: Shown) -> None:
    styles = [one.get("style") for one in elements(shown.card, "Action.")]
    assert styles.count("positive") <= 1
    assert {*styles} <= {None, "positive"}


@pytest.mark.parametrize(("name", "language"), TRANSLATED)
def test_no_english_of_ours_is_left_in_it(shown: Shown, language: str) -> None:
    """What content and people say stays as it stands, words such as "Length" in a table too."""
    say = words_for(language)
    ours = {key for key in say.translations._catalog if isinstance(key, str) and key}  # type: ignore[attr-defined]
    english = {key for key in ours if say(key) != key and " " in key}
    card = shown.card or {}
    said = [*lines(card), *(one["title"] for one in elements(card, "Action.")), shown.said]
    assert english & {one.replace("\\", "") for one in said} == set()

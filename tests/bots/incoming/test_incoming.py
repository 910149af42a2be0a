from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bots.incoming.incoming import typed_text
from tests.fakes.activities import ANNA, BOT, mention

IT = {"id": "28:it", "name": "IT"}
IT_PERSON = {"id": "29:it", "name": "IT"}


@pytest.mark.parametrize(
    ("text", "typed"),
    [
        ("<at>IT</at> how do I submIT this?", "how do I submIT this?"),
        ("how do I submIT this <at>IT</at>", "how do I submIT this"),
        ("ask <at>IT</at> about VPN", "ask about VPN"),
        ("hey<at>IT</at>how", "hey how"),
        ("<at>IT</at>", ""),
        ("<at>IT</at>\u00a0&nbsp; VPN?\n", "VPN?"),
        ("IT is down", "IT is down"),
        ("", ""),
    ],
)
def test_only_the_bot_s_own_mention_is_taken_out(text: str, typed: str) -> None:
    """A bot's name is a word like others."""
    assert typed_text(text, [mention(IT)], "28:it") == typed


def test_other_people_s_mentions_leave_their_names() -> None:
    text = "<at>Signpost</at> what did <at>Anna Weber</at> write?"
    entities = [mention(BOT), mention(ANNA)]
    assert typed_text(text, entities, BOT["id"]) == "what did Anna Weber write?"


@pytest.mark.parametrize(
    ("entities", "typed"),
    [
        ([mention(IT), mention(IT_PERSON)], "ask IT"),
        ([mention(IT_PERSON), mention(IT)], "IT ask"),
        ([mention(IT), mention(IT)], "ask"),
    ],
    ids=["bot first", "person first", "bot twice"],
)
def test_of_two_with_one_name_the_order_tells_which_is_the_bot(
    entities: list[dict[str, Any]], typed: str
) -> None:
    assert typed_text("<at>IT</at> ask <at>IT</at>", entities, "28:it") == typed


@pytest.mark.parametrize(
    ("text", "typed"),
    [
        ("R&amp;D &lt;budget&gt; &quot;2026&quot; &#8364;", 'R&D <budget> "2026" €'),
        ("open https://x.example/?a=1&copy=2", "open https://x.example/?a=1&copy=2"),
        ("&lt;at&gt;IT&lt;/at&gt;", "<at>IT</at>"),
        ("cafe\u0301", "caf\u00e9"),
        ("a\x00b\x07c\td\ne", "abc\td\ne"),
        ("&#0;&#xD800;&#99999999;", "\ufffd\ufffd&#99999999;"),
        ("&nosuch; & ;", "&nosuch; & ;"),
    ],
    ids=["entities", "a link", "escaped tags", "accents", "control", "no characters", "none"],
)
def test_characters_are_what_the_person_typed(text: str, typed: str) -> None:
    assert typed_text(text, [], "28:it") == typed


@pytest.mark.parametrize(
    "entity",
    [
        {},
        {"type": "clientInfo"},
        {"type": "mention"},
        {"type": "mention", "text": None, "mentioned": {"id": "28:it"}},
        {"type": "mention", "text": "", "mentioned": {"id": "28:it"}},
        {"type": "mention", "text": "<at>IT</at>", "mentioned": None},
        {"type": "mention", "text": "<at>IT</at>", "mentioned": {}},
        {"type": ["mention"], "text": "<at>IT</at>", "mentioned": {"id": "28:it"}},
    ],
)
def test_an_entity_in_any_state_does_no_harm(entity: dict[str, Any]) -> None:
    assert typed_text("<at>IT</at> is down", [entity], "28:it") == "IT is down"


@given(st.text(), st.lists(st.sampled_from([mention(IT), mention(IT_PERSON), mention(BOT)])))
def test_any_text_comes_out_with_nothing_around_it(
    text: str, entities: list[dict[str, Any]]
) -> None:
    typed = typed_text(text, entities, "28:it")
    assert typed == typed.strip()
    assert "\x00" not in typed

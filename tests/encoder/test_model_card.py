"""Which languages a model reads: settings go before its card."""

from pathlib import Path

import pytest

from encoder.model_card import ModelSettings, known_languages
from encoder.reference import DEFAULT_MODEL, model_folder


@pytest.mark.parametrize(
    ("card", "known"),
    [
        ("---\nlanguage: en\n---\n# A model\n", {"en"}),
        ("---\nlanguage: [de, pt-BR]\nlicense: mit\n---\n", {"de", "pt"}),
        ("---\nlanguage:\n- multilingual\n- en\n- de\n---\n", set()),
        ("---\nlicense: mit\n---\n", set()),
        ("# A model\nlanguage: en\n", set()),
        ("---\nlanguage: [en\n---\n", set()),
        ("---\n- en\n---\n", set()),
    ],
)
def test_the_card_says_which(tmp_path: Path, card: str, known: set[str]) -> None:
    (tmp_path / "README.md").write_text(card)
    assert known_languages(tmp_path, ModelSettings()) == known


def test_settings_go_before_the_card(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text("---\nlanguage: en\n---\n")
    assert known_languages(tmp_path, ModelSettings(languages=("de", "fr"))) == {"de", "fr"}
    assert known_languages(tmp_path, ModelSettings(languages=("any",))) == set()


def test_a_model_without_a_card_is_limited_to_none(tmp_path: Path) -> None:
    assert known_languages(tmp_path, ModelSettings()) == set()


def test_the_default_model_reads_english() -> None:
    assert known_languages(model_folder(DEFAULT_MODEL), ModelSettings()) == {"en"}

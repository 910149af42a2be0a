"""The encoder that settings name is loaded in one place, for the server and for every command."""

from __future__ import annotations

from pathlib import Path

import pytest

from encoder import loading
from encoder.exported.making import Sample
from encoder.loading import Loaded, load_encoder, prepare_encoder
from tests.fakes.encoder import WordEncoder

NOTHING = Sample((), (), ())


class Exports:
    """Stands for `ExportedEncoders`: says of each call how it was called."""

    def __init__(self, folder: Path, settings: object, copies: object = None) -> None:
        self._folder = folder

    def load(self, model: str, questions: object) -> Loaded:
        return Loaded(WordEncoder(model), f"load {questions} from {self._folder}")

    def prepare(self, model: str, questions: object, sample: object) -> Loaded:
        return Loaded(WordEncoder(model), f"prepare {questions} in {self._folder}")


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    monkeypatch.setattr(loading, "ExportedEncoders", Exports)
    return []


def test_what_an_operator_should_know_is_told(told: list[str]) -> None:
    loaded = load_encoder(Path("kept"), "m", "auto", told.append)
    prepared = prepare_encoder(Path("kept"), "n", "int8", lambda: NOTHING, told.append)
    assert told == ["load None from kept", "prepare int8 in kept"]
    assert [one.fingerprint.model for one in (loaded, prepared)] == ["m", "n"]


def test_nothing_is_told_if_all_is_as_it_should_be(told: list[str]) -> None:
    assert Loaded(WordEncoder("m")).told(told.append).fingerprint.model == "m"
    assert told == []

"""Whether there is text recognition, by the setting and by what is installed."""

from __future__ import annotations

from importlib.machinery import ModuleSpec

import pytest

from errors import SettingsError
from index.recognition import installed
from index.recognition.installed import RecognitionMode, why_not


def _has(monkeypatch: pytest.MonkeyPatch, *missing: str) -> None:
    def find(name: str) -> ModuleSpec | None:
        return None if name in missing else ModuleSpec(name, None)

    monkeypatch.setattr(installed, "find_spec", find)


@pytest.mark.parametrize(
    ("mode", "missing", "said"),
    [
        ("auto", (), ""),
        ("on", (), ""),
        ("off", (), "SIGNPOST_RECOGNITION is off"),
        ("auto", ("cv2",), "`make install-ocr` installs it"),
        ("off", ("cv2",), "SIGNPOST_RECOGNITION is off"),
    ],
)
def test_the_reason_is_said(
    mode: RecognitionMode, missing: tuple[str, ...], said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    _has(monkeypatch, *missing)
    assert why_not(mode) == said


def test_what_is_to_be_on_and_is_not_there_stops(monkeypatch: pytest.MonkeyPatch) -> None:
    _has(monkeypatch, "rapidocr")
    with pytest.raises(SettingsError, match="SIGNPOST_RECOGNITION=on, and rapidocr is not there"):
        why_not("on")

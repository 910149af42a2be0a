"""Every setting is described for operators, and nothing is described that does not exist."""

import re
from pathlib import Path

import pytest

from settings import Settings

ROOT = Path(__file__).resolve().parent.parent
NAMES = {
    "PORT" if name == "port" else f"SIGNPOST_{name.upper()}"
    for name, field in Settings.model_fields.items()
    if not field.deprecated
}


@pytest.mark.parametrize(
    ("file", "pattern"),
    [
        ("docs/configuration.md", r"^\| `((?:SIGNPOST_\w+|PORT))` \|"),
        (".env.example", r"^(?:# )?((?:SIGNPOST_\w+|PORT))="),
    ],
)
def test_the_page_names_exactly_the_settings_there_are(file: str, pattern: str) -> None:
    named = re.findall(pattern, (ROOT / file).read_text(), flags=re.MULTILINE)
    assert len(named) == len(set(named))
    assert set(named) == NAMES


def test_the_example_copied_as_it_is_changes_nothing() -> None:
    """`make run` goes on with its own address; the server asks for what it needs."""
    copied = Settings(_env_file=ROOT / ".env.example", development=True)
    assert copied == Settings(_env_file=None, development=True)

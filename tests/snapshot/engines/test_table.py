"""An engine is added by a module and a row: all that names engines follows the table."""

from __future__ import annotations

import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from errors import SettingsError, SnapshotError
from settings import load_settings
from snapshot.engines import AUTO, ENGINES, EngineRow, choice, engine
from snapshot.engines.exact import ExactIndex
from tests.conftest import ROOT
from tests.fakes.engine import ROW

VECTORS = np.eye(3, dtype=np.float32)


@pytest.fixture
def added(monkeypatch: pytest.MonkeyPatch) -> EngineRow:
    monkeypatch.setitem(ENGINES, ROW.name, ROW)
    return ROW


def test_the_setting_takes_an_added_engine(
    added: EngineRow, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SIGNPOST_ENGINE", added.name)
    assert load_settings().engine == "added"
    monkeypatch.setenv("SIGNPOST_ENGINE", "annoy")
    *others, last = map(repr, (AUTO, *ENGINES))
    with pytest.raises(SettingsError, match=f"{', '.join(others)} or {last}$"):
        load_settings()
    assert last == "'added'"


def test_a_build_makes_an_added_engine_s_index(added: EngineRow, tmp_path: Path) -> None:
    assert choice.build(added.name, VECTORS, tmp_path) == choice.Chosen("added", {})
    index = engine(added.name).load(tmp_path)
    assert isinstance(index, ExactIndex)
    assert index.search(VECTORS[1:2], 1)[1].tolist() == [[1]]


def test_the_automatic_choice_leaves_an_engine_that_operators_must_ask_for(
    added: EngineRow, tmp_path: Path
) -> None:
    assert choice.build(AUTO, VECTORS, tmp_path).engine == "faiss"


def test_the_automatic_choice_takes_an_engine_from_the_size_that_its_row_says(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setitem(ENGINES, ROW.name, replace(ROW, automatic_from=3))
    assert choice.build(AUTO, VECTORS[:2], tmp_path).engine == "faiss"
    assert choice.build(AUTO, VECTORS, tmp_path).engine == "added"


def test_an_unknown_engine_is_answered_with_the_known_ones(added: EngineRow) -> None:
    with pytest.raises(SnapshotError, match=f"'annoy'.*one of {', '.join(ENGINES)}$"):
        engine("annoy")
    assert [*ENGINES][-1] == "added"


def test_a_missing_package_is_named_with_what_to_install(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "an_engine.py").write_text("import a_package_that_nobody_has\n")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setitem(ENGINES, ROW.name, replace(ROW, module="an_engine"))
    with pytest.raises(SnapshotError) as caught:
        choice.build(ROW.name, VECTORS, tmp_path)
    assert str(caught.value) == (
        "the engine 'added' needs a package that is missing: No module named "
        "'a_package_that_nobody_has'. Run `pip install added-engine`, or set SIGNPOST_ENGINE=exact"
    )


@pytest.mark.parametrize("row", ENGINES.values(), ids=ENGINES)
def test_a_row_names_a_package_that_the_product_requires(row: EngineRow) -> None:
    assert re.search(rf"^{row.package}==", (ROOT / "requirements.txt").read_text(), re.MULTILINE)


def test_the_page_of_settings_names_every_engine_and_when_it_is_taken() -> None:
    page = (ROOT / "docs" / "configuration.md").read_text()
    [row] = [line for line in page.splitlines() if line.startswith("| `SIGNPOST_ENGINE` |")]
    assert set(re.findall(r"`(\w+)`", row)) == {"SIGNPOST_ENGINE", AUTO, *ENGINES}
    taken = {
        f"from {engine.automatic_from:,} passages takes `{engine.name}`"
        for engine in ENGINES.values()
        if engine.automatic_from
    }
    assert set(re.findall(r"from [\d,]+ passages takes `\w+`", row)) == taken


def test_whoever_needs_only_the_table_loads_no_engine() -> None:
    program = (
        "import sys; import snapshot.engines; "
        "print([name for name in ('numpy', 'faiss') if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout == "[]\n"

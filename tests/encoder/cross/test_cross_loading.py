"""A cross-encoder by name: exported once and then the same as itself, or a reason why not."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from encoder.cross import cross_loading, exported_cross_encoder
from encoder.cross.cross_encoder import SentenceTransformersCrossEncoder
from encoder.cross.cross_loading import load_cross_encoder
from encoder.cross.exported_cross_encoder import ExportedCrossEncoder
from encoder.exported import graph
from encoder.reference import DEFAULT_MODEL, model_folder
from errors import EncoderError
from tests.conftest import ROOT
from tests.fakes.cross_encoders import save_tiny_cross_encoder

PAIRS = (
    ("how do I claim mileage", "Expenses > Mileage\nClaim mileage at 45 pence a mile."),
    ("how do I claim mileage", "Leave\n" + "Unused holiday carries over until March. " * 20),
    ("taxi " * 50, "A taxi needs a form."),
    ("leave", ""),
)


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> str:
    return save_tiny_cross_encoder(tmp_path_factory.mktemp("tiny") / "model")


@pytest.fixture(scope="module")
def exports(tiny: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that holds the tiny one's export."""
    folder = tmp_path_factory.mktemp("snapshots") / ".rerankers"
    load_cross_encoder(folder, tiny, "auto", _never)
    return folder


def _never(note: str) -> None:
    raise AssertionError(note)


def test_the_export_gives_the_scores_of_the_model_itself(tiny: str, exports: Path) -> None:
    """Of pairs longer than the window, too, whichever of the two is the long one."""
    exported = load_cross_encoder(exports, tiny, "float32", _never)
    assert isinstance(exported, ExportedCrossEncoder)
    reference = SentenceTransformersCrossEncoder(tiny)
    own, true = ([one.score(*pair) for pair in PAIRS] for one in (exported, reference))
    assert own == pytest.approx(true, abs=1e-4)
    assert max(true) - min(true) > 0.1


def test_an_export_is_made_once_and_found_by_what_the_model_s_files_hold(
    tiny: str, exports: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A copy of the model has the same export; another model has its own."""
    again = save_tiny_cross_encoder(tmp_path / "copy")
    monkeypatch.setattr(cross_loading, "make", None)
    assert isinstance(load_cross_encoder(exports, again, "auto", _never), ExportedCrossEncoder)
    [place] = [path for path in exports.iterdir() if path.is_dir()]
    described = json.loads((place / "reranker.json").read_text())
    assert (described["max_tokens"], described["refusal"]) == (64, "")
    assert described["most_off"]["float32"] < 0.001


def test_a_server_scores_without_torch(tiny: str, exports: Path) -> None:
    code = (
        "import sys; from pathlib import Path\n"
        "from encoder.cross.cross_loading import load_cross_encoder as load\n"
        f"load(Path({str(exports)!r}), {tiny!r}, 'auto', print).score('taxi', 'A taxi.')\n"
        "print(sorted({'torch', 'transformers'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert (done.stdout, done.returncode) == ("[]\n", 0), done.stderr


def test_a_damaged_export_is_made_anew(tiny: str, exports: Path) -> None:
    [place] = [path for path in exports.iterdir() if path.is_dir()]
    (place / "float32.onnx").write_bytes(b"no graph")
    exported = load_cross_encoder(exports, tiny, "float32", _never)
    assert isinstance(exported, ExportedCrossEncoder)


def test_a_model_that_cannot_be_exported_runs_as_it_is_and_that_is_told(
    tiny: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(model: object, path: Path) -> tuple[str, ...]:
        raise RuntimeError("Unsupported operator")

    monkeypatch.setattr(graph, "export_cross_encoder", fail)
    monkeypatch.setattr(cross_loading, "ProcessPoolExecutor", _Here)
    notes: list[str] = []
    for _ in range(2):  # the reason is kept
        loaded = load_cross_encoder(tmp_path, tiny, "auto", notes.append)
        monkeypatch.setattr(cross_loading, "make", None)
    assert isinstance(loaded, SentenceTransformersCrossEncoder)
    assert "slowly and in more memory" in notes[0]
    assert "RuntimeError: Unsupported operator" in notes[0]
    assert notes[1] == notes[0]


def test_an_export_with_other_scores_is_refused(
    tiny: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exported_cross_encoder, "MOST_OFF", {"float32": -1, "bfloat16": -1})
    monkeypatch.setattr(cross_loading, "ProcessPoolExecutor", _Here)
    notes: list[str] = []
    loaded = load_cross_encoder(tmp_path, tiny, "auto", notes.append)
    assert isinstance(loaded, SentenceTransformersCrossEncoder)
    assert "its export gives other scores" in notes[0]
    assert [path.name for path in tmp_path.rglob("*.onnx")] == []


def test_a_folder_that_cannot_be_written_leaves_the_model_as_it_is(
    tiny: str, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("")
    notes: list[str] = []
    loaded = load_cross_encoder(tmp_path / "file" / ".rerankers", tiny, "auto", notes.append)
    assert isinstance(loaded, SentenceTransformersCrossEncoder)
    assert "it cannot be kept in" in notes[0]


class _Here:
    """Stands for a process: runs at once, in this one, where tests can change things."""

    def __init__(self, *given: object) -> None: ...

    def __enter__(self) -> _Here:
        return self

    def __exit__(self, *error: object) -> None: ...

    def submit(self, make, *given: object) -> _Here:  # type: ignore[no-untyped-def]
        make(*given)
        return self

    def result(self) -> None: ...


def test_a_name_without_a_model_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(EncoderError, match="is neither a folder, nor a model that the hub") as told:
        load_cross_encoder(tmp_path, "no such/model", "auto", _never)
    assert str(told.value).startswith("SIGNPOST_RERANKER='no such/model' is ")
    assert "unset it" in str(told.value)


def test_a_model_that_is_no_cross_encoder_is_refused(tmp_path: Path) -> None:
    """The library would load it with a last layer of random numbers, in silence."""
    encoder = str(model_folder(DEFAULT_MODEL))
    with pytest.raises(EncoderError, match=r"no cross-encoder \(config.json .* says 'BertModel'"):
        load_cross_encoder(tmp_path, encoder, "auto", _never)


def test_a_model_of_several_scores_is_refused(tmp_path: Path) -> None:
    three = save_tiny_cross_encoder(tmp_path / "three", labels=3)
    with pytest.raises(EncoderError, match="gives 3 scores for a pair, and only one can be ranked"):
        load_cross_encoder(tmp_path / "exports", three, "auto", _never)


def test_a_model_that_cannot_be_loaded_is_refused_by_name(tmp_path: Path) -> None:
    broken = Path(save_tiny_cross_encoder(tmp_path / "broken"))
    (broken / "model.safetensors").write_bytes(b"no weights")
    with pytest.raises(EncoderError, match=r"SIGNPOST_RERANKER=.* cannot be loaded: "):
        load_cross_encoder(tmp_path / "exports", str(broken), "auto", _never)

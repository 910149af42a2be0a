"""The encoder that settings name: as a build exported it, or else the model itself.

Exports lie beside the snapshots, one folder a model, made once and checked at each load.
"""

from __future__ import annotations

import hashlib
import json
import secrets
import shutil
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from encoder.exported.description import FORMAT, Description, Precision
from encoder.exported.exported_encoder import TOKENIZER, open_encoder
from encoder.exported.making import Sample, make, versions
from encoder.exported.runtimes import WORD_TABLE, can_run
from encoder.files import OwnCopies, file_sha256, opened_from
from encoder.model_card import AS_IN_ITS_FILES, ModelSettings, known_languages
from encoder.protocol import Encoder
from encoder.reference import SentenceTransformerEncoder, find_model, model_folder
from errors import EncoderError

_DESCRIPTION = "encoder.json"
_MAKING = ".making-"
_NAME_DIGITS = 16
_WEIGHTS = (".safetensors", ".bin")


@dataclass(frozen=True, slots=True)
class Loaded:
    """An encoder, and what an operator should know of it; empty if all is as it should be."""

    encoder: Encoder
    note: str = ""

    def told(self, tell: Callable[[str], None]) -> Encoder:
        """The encoder, once the note is told."""
        if self.note:
            tell(self.note)
        return self.encoder


def load_encoder(
    folder: Path,
    model: str,
    precision: str,
    tell: Callable[[str], None],
    settings: ModelSettings = AS_IN_ITS_FILES,
    copies: OwnCopies | None = None,
) -> Encoder:
    """The encoder of whoever asks questions. `folder` holds the exports; `model` and `precision`
    are what SIGNPOST_MODEL and SIGNPOST_PRECISION say, and `settings` what others say of the
    model. `tell` is called with what an operator should know, if there is anything. With `copies`
    the export is opened from a copy. Raises EncoderError if there is no such model."""
    encoders = ExportedEncoders(folder, settings, copies)
    return encoders.load(model, Precision.of_setting(precision)).told(tell)


def prepare_encoder(
    folder: Path,
    model: str,
    precision: str,
    sample: Callable[[], Sample],
    tell: Callable[[str], None],
    settings: ModelSettings = AS_IN_ITS_FILES,
) -> Encoder:
    """As `load_encoder`, for a build: an export that is missing or damaged is made first, and
    proven on `sample`. Call it with the store's lock held."""
    encoders = ExportedEncoders(folder, settings)
    return encoders.prepare(model, Precision.of_setting(precision), sample).told(tell)


class ExportedEncoders:
    """The exports in a folder, one folder a model. `settings` are what is said of the model
    elsewhere than in its files. What is opened of them from `copies` can encode questions alone."""

    def __init__(
        self,
        folder: Path,
        settings: ModelSettings = AS_IN_ITS_FILES,
        copies: OwnCopies | None = None,
    ) -> None:
        self.folder = folder
        self._settings = settings
        self._copies = copies

    def load(self, model: str, questions: Precision | None = None) -> Loaded:
        """The model as a server wants it: exported, or else itself, which takes seconds and
        hundreds of megabytes more. `questions` is the precision to encode questions in; None takes
        the fastest that finds what the model itself finds. Raises EncoderError if there is no such
        model."""
        place = self._place(model)
        description = _read(place)
        if description is None:
            return self._unexported(model, f"no build has exported it into {self.folder}")
        if description.refusal:
            return self._unexported(model, description.refusal)
        try:
            return self._open(model, place, description, questions, passages=False)
        except EncoderError as error:
            problem = error
        if questions is not Precision.FLOAT32:
            with suppress(EncoderError):
                loaded = self._open(model, place, description, Precision.FLOAT32, passages=False)
                return replace(loaded, note=_in_float32(str(problem)))
        return self._unexported(model, str(problem))

    def prepare(
        self, model: str, questions: Precision | None, sample: Callable[[], Sample]
    ) -> Loaded:
        """As `load`, for a build: an export that is missing or damaged is made, and proven on what
        `sample` gives. One that is there is not proven again, nor one that was refused with the
        same packages, even if the folder or its golden questions are others. Raises EncoderError
        if there is no such model; call it with the store's lock held."""
        place = self._place(model)
        description = _read(place)
        if description is not None and not description.refusal:
            with suppress(EncoderError):  # damaged: made anew below
                return self._open(model, place, description, questions)
        elif description is not None and description.made_with == versions():
            return self._unexported(model, description.refusal)
        reference = SentenceTransformerEncoder(model, self._settings)
        try:
            aside = new_aside(self.folder)
        except OSError as error:
            raise EncoderError(f"{self.folder} cannot be written: {error}") from error
        try:
            made = _write(reference, aside, sample)
            shutil.rmtree(place, ignore_errors=True)
            aside.rename(place)
            self._prune()
        except OSError as error:
            raise EncoderError(f"the exported model cannot be kept in {place}: {error}") from error
        finally:
            shutil.rmtree(aside, ignore_errors=True)
        if made.refusal:
            return Loaded(reference, slow(model, made.refusal))
        return self._open(model, place, made, questions)

    def _open(
        self,
        model: str,
        place: Path,
        description: Description,
        questions: Precision | None,
        *,
        passages: bool = True,
    ) -> Loaded:
        """See `_open`."""
        languages = known_languages(model_folder(model), self._settings)
        return _open(
            place, description, questions, languages, passages=passages, copies=self._copies
        )

    def _unexported(self, model: str, reason: str) -> Loaded:
        return Loaded(SentenceTransformerEncoder(model, self._settings), slow(model, reason))

    def _place(self, model: str) -> Path:
        """The folder for a model, by what its files hold."""
        said = (self._settings.question_prompt, self._settings.passage_prompt)
        return self.folder / digest_of_model(*find_model(model), said)

    def _prune(self) -> None:
        """Removes the exports that earlier versions made, 120 MB each: none can be used again."""
        for place in self.folder.iterdir():
            with suppress(OSError, ValueError, KeyError, TypeError):
                text = (place / _DESCRIPTION).read_text(encoding="utf-8")
                if json.loads(text)["format"] < FORMAT:
                    shutil.rmtree(place, ignore_errors=True)


def digest_of_model(source: Path, weights: str, said: tuple[str, ...] = ()) -> str:
    """What names a model's export: its files in `source`, of which the weights have the SHA-256
    `weights`, and what is `said` of it elsewhere."""
    digest = hashlib.sha256(weights.encode())
    if any(said):
        digest.update(json.dumps(said).encode())
    for path in sorted(path for path in source.rglob("*") if path.is_file()):
        if path.parent == source and path.suffix in _WEIGHTS:
            continue  # they are in it already, or another form of them
        digest.update(path.relative_to(source).as_posix().encode())
        digest.update(file_sha256(path).encode())
    return digest.hexdigest()[:_NAME_DIGITS]


def new_aside(folder: Path) -> Path:
    """A new folder within that one, to write an export into; what killed processes left is removed.
    Call it with a lock held. Raises OSError."""
    folder.mkdir(parents=True, exist_ok=True)
    for orphan in folder.glob(f"{_MAKING}*"):
        shutil.rmtree(orphan)
    aside = folder / f"{_MAKING}{secrets.token_hex(4)}"
    aside.mkdir()
    return aside


def _read(place: Path) -> Description | None:
    """None if there is nothing that this version can read."""
    with suppress(OSError, ValueError, KeyError, TypeError):
        return Description.from_json((place / _DESCRIPTION).read_text(encoding="utf-8"))
    return None


def _write(
    reference: SentenceTransformerEncoder, folder: Path, sample: Callable[[], Sample]
) -> Description:
    """Writes the export into the folder, or why there is none. Raises OSError."""
    try:
        made = make(reference, folder, sample())
        made = replace(made, files={path.name: file_sha256(path) for path in folder.iterdir()})
    except EncoderError as error:
        made = Description(reference.fingerprint, versions(), refusal=str(error))
    (folder / _DESCRIPTION).write_text(made.to_json(), encoding="utf-8")
    return made


def _open(
    place: Path,
    description: Description,
    questions: Precision | None,
    languages: frozenset[str],
    *,
    passages: bool,
    copies: OwnCopies | None,
) -> Loaded:
    """With `passages`, to encode those too. Raises EncoderError if a file that is needed is missing
    or changed."""
    questions, note = _possible(description, questions)
    needed = {Path(TOKENIZER).stem, Path(WORD_TABLE).stem, questions}
    if passages:
        needed |= {Precision.FLOAT32, description.fingerprint.precision}
    files = {n: h for n, h in description.files.items() if Path(n).stem in needed}
    with opened_from(copies, place, files) as opened:
        check_files(place, files, opened)
        return Loaded(open_encoder(opened, description, questions, languages), note)


def check_files(place: Path, files: Mapping[str, str], copy: Path | None = None) -> None:
    """Raises EncoderError if one of those files, of the `copy` if there is one, is missing, or has
    another SHA-256 than it says."""
    for name, expected in files.items():
        try:
            actual = file_sha256((copy or place) / name)
        except OSError as error:
            raise EncoderError(f"{place / name} cannot be read: {error}") from error
        if actual != expected:
            raise EncoderError(f"{place / name} has changed since it was written")


def _possible(description: Description, asked: Precision | None) -> tuple[Precision, str]:
    """The precision for questions, and why it is not the one asked for."""
    if asked is None:
        fastest = description.fastest
        return (fastest if can_run(fastest) else Precision.FLOAT32), ""
    if description.has(asked) and can_run(asked):
        return asked, ""
    measured = description.measured.get(asked)
    reason = f"{asked} is not known here, or was of no use where the model was exported"
    if asked is Precision.INT8 and measured:
        reason = (
            f"in {asked} the model loses {measured['ndcg_lost']:.4f} of nDCG@10 on the folder that "
            "it was exported for"
        )
        if "golden_ndcg_lost" in measured:
            reason += f", and {measured['golden_ndcg_lost']:.4f} on its golden questions"
    return Precision.FLOAT32, _in_float32(reason)


def _in_float32(reason: str) -> str:
    return f"questions are encoded in float32, for {reason}"


def slow(model: str, reason: str) -> str:
    """What an operator is told of a model without an export."""
    return (
        f"{model} is run by sentence-transformers, slowly and in more memory, because it has no "
        f"export: {reason}"
    )

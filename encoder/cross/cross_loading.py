"""The cross-encoder that settings name: exported once, in a process of its own, or else itself.

Exports lie beside the snapshots, one folder a model, made by whoever asks first for it.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context
from pathlib import Path

from filelock import FileLock

from encoder.cross.cross_encoder import (
    CrossEncoder,
    SentenceTransformersCrossEncoder,
    find_cross_encoder,
)
from encoder.cross.exported_cross_encoder import (
    MOST_OFF,
    CrossDescription,
    make,
    open_cross_encoder,
)
from encoder.exported.description import Precision
from encoder.exported.making import versions
from encoder.exported.runtimes import can_run
from encoder.files import OwnCopies, opened_from
from encoder.loading import check_files, digest_of_model, new_aside, slow
from encoder.model_card import AS_IN_ITS_FILES, known_languages
from errors import EncoderError


def load_cross_encoder(
    folder: Path,
    name: str,
    precision: str,
    tell: Callable[[str], None],
    copies: OwnCopies | None = None,
) -> CrossEncoder:
    """The cross-encoder of that name: a folder or a name on the model hub. `folder` holds the
    exports; `precision` is what SIGNPOST_PRECISION says. If it is not exported yet, that is done
    first, which takes some seconds. `tell` is called if it cannot be, and the model itself runs.
    With `copies` the export is opened from a copy.

    Raises EncoderError if there is no such model, or it does not rank.
    """
    source, weights = find_cross_encoder(name)
    try:
        place = folder / digest_of_model(source, weights)
        description = _exported(place, name)
        reason = description.refusal
        if not reason:
            languages = known_languages(source, AS_IN_ITS_FILES)
            best = _best(description, precision)
            with opened_from(copies, place) as opened:
                check_files(place, description.files, opened)
                return open_cross_encoder(opened, description, best, languages)
    except BrokenProcessPool:
        reason = "the process that exports it died, perhaps for want of memory"
    except OSError as error:
        reason = f"it cannot be kept in {folder}: {error}"
    tell(slow(name, reason))
    return SentenceTransformersCrossEncoder(name)


def _exported(place: Path, name: str) -> CrossDescription:
    """What lies there, made now if it is missing, damaged, or refused with other packages. Raises
    EncoderError of the model, BrokenProcessPool and OSError."""
    if found := _fit(place):
        return found
    place.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(place.parent / ".lock"):
        if found := _fit(place):  # another process was sooner
            return found
        aside = new_aside(place.parent)
        try:
            # Torch comes into that process, and goes with it.
            with ProcessPoolExecutor(1, get_context("spawn")) as process:
                process.submit(make, name, aside).result()
            shutil.rmtree(place, ignore_errors=True)
            aside.rename(place)
        finally:
            shutil.rmtree(aside, ignore_errors=True)
    made = CrossDescription.read(place)
    if made is None:
        raise OSError(f"{place} does not keep what is written")
    return made


def _fit(place: Path) -> CrossDescription | None:
    found = CrossDescription.read(place)
    if found is None or (found.refusal and found.made_with != versions()):
        return None
    try:
        check_files(place, found.files)
    except EncoderError:
        return None
    return found


def _best(description: CrossDescription, precision: str) -> Precision:
    """In bfloat16 a pair takes half the time."""
    half = Precision.BFLOAT16
    is_proven = description.most_off.get(half, 1.0) <= MOST_OFF[half]
    wanted = precision != Precision.FLOAT32 and is_proven and can_run(half)
    return half if wanted else Precision.FLOAT32

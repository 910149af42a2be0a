"""Whether text recognition can be used here, and which one it is."""

from __future__ import annotations

import hashlib
from functools import cache
from importlib.metadata import PackageNotFoundError
from importlib.util import find_spec
from pathlib import Path
from typing import Literal, Protocol

from errors import SettingsError
from index.readers import scans

_MODULES = ("rapidocr", "onnxruntime", "pypdfium2", "cv2")
_LIBRARIES = ("rapidocr", "onnxruntime", "pypdfium2", "opencv-python-headless", "pillow")
_INSTALL = "`make install-ocr` installs it"


RecognitionMode = Literal["auto", "on", "off"]


class ReadingSettings(Protocol):
    """What is set of reading: what a file may take, a recognised page in the same time; whether
    there is text recognition, and the confidence below which it leaves a page out."""

    @property
    def read_timeout_s(self) -> float: ...

    @property
    def read_memory_mb(self) -> int: ...

    @property
    def recognition(self) -> RecognitionMode: ...

    @property
    def recognition_confidence(self) -> float: ...


def why_not(mode: RecognitionMode) -> str:
    """Why there is no text recognition, as a clause for people; empty if there is. Raises
    SettingsError if it is to be on and is not installed."""
    if mode == "off":
        return "SIGNPOST_RECOGNITION is off"
    missing = [name for name in _MODULES if find_spec(name) is None]
    if missing and mode == "on":
        raise SettingsError(f"SIGNPOST_RECOGNITION=on, and {missing[0]} is not there: {_INSTALL}")
    return _INSTALL if missing else ""


@cache
def version() -> str:
    """Changes whenever a page could be recognised otherwise: with our code and its libraries."""
    from importlib.metadata import version as version_of  # slow, and only recognition needs it

    digest = hashlib.sha256()
    for path in sorted(Path(scans.__file__).parent.glob("*.py")):
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    for library in _LIBRARIES:
        try:
            digest.update(f"{library}={version_of(library)}".encode())
        except PackageNotFoundError:  # such as another build of OpenCV
            digest.update(library.encode())
    return digest.hexdigest()[:16]

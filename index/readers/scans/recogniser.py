"""Text recognition on pixels, by rapidocr: models in its wheel, one thread, no network."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import rapidocr
from numpy.typing import NDArray

from index.readers.scans.straightening import SeenText

_MODELS = Path(rapidocr.__file__).parent / "models"
_LONGEST_SIDE_SEARCHED = 1_280
_SURE = 0.85
_SIDEWAYS = 1.5
_SPECK_PIXELS = 4
_MOST_SPECKS = 1e-3  # of all pixels


class Recogniser:
    """Reads pictures of pages. Sessions of the runtime do not survive a fork: make one after it."""

    def __init__(self) -> None:
        cv2.setNumThreads(1)
        # Named, so that the library looks for no model elsewhere. Its classifier of upside-down
        # lines is off: it turns short lines that stand upright ("7 %") and loses them.
        self._engine: Any = rapidocr.RapidOCR(
            params={
                "Global.log_level": "critical",
                "Global.text_score": 0.0,
                "Global.use_cls": False,
                "Global.max_side_len": 100_000,
                "Det.model_path": str(_model("det")),
                "Det.limit_type": "max",
                "Det.limit_side_len": _LONGEST_SIDE_SEARCHED,
                "Rec.model_path": str(_model("rec")),
                "Rec.rec_batch_num": 1,
                "EngineConfig.onnxruntime.intra_op_num_threads": 1,
                "EngineConfig.onnxruntime.inter_op_num_threads": 1,
            }
        )

    def read(self, pixels: NDArray[np.uint8]) -> tuple[list[SeenText], tuple[int, int]]:
        """What stands on a page (height, width, 3), whichever way up it lies, and the (height,
        width) of the page turned upright, in which the corners are."""
        pixels = without_specks(pixels)
        seen = self._see(pixels)
        if not seen or (confidence(seen) >= _SURE and not is_sideways(seen)):
            return seen, pixels.shape[:2]
        tries = {0: seen}
        turns: tuple[int, ...] = (2,)
        if is_sideways(seen):  # the engine reads such lines from below, and rightly if that is so
            turns = (1, 3) if confidence(tries.pop(0)) >= _SURE else (3, 1)
        for turn in turns:
            tries[turn] = self._see(np.ascontiguousarray(np.rot90(pixels, turn)))
            if confidence(tries[turn]) >= _SURE:
                break
        best = max(tries, key=lambda turn: confidence(tries[turn]))
        return tries[best], np.rot90(pixels, best).shape[:2]

    def _see(self, pixels: NDArray[np.uint8]) -> list[SeenText]:
        found = self._engine(pixels)
        if found.boxes is None or found.txts is None or found.scores is None:
            return []
        return [
            SeenText(text, float(score), np.asarray(corners, np.float32))
            for corners, text, score in zip(found.boxes, found.txts, found.scores, strict=True)
            if text.strip()
        ]


def without_specks(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The page without the specks of a dusty scan or a fax, among which the engine sees no text:
    on a page with 2,000 specks in a million pixels it found 14 % of the words, and 99 % without.
    Clean scans have fewer than 200, grainy ones 500, and stay as they are."""
    grey = cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY)
    _, ink = cv2.threshold(grey, 0, 255, cv2.THRESH_BINARY_INV + cv2.THRESH_OTSU)
    _, _, found, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    specks = int((found[1:, cv2.CC_STAT_AREA] <= _SPECK_PIXELS).sum())
    is_dusty = specks > _MOST_SPECKS * grey.size
    return np.asarray(cv2.medianBlur(pixels, 3), np.uint8) if is_dusty else pixels


def _model(task: str) -> Path:
    return next(_MODELS.glob(f"*_{task}_*.onnx"))


def confidence(seen: Sequence[SeenText]) -> float:
    """The mean over all characters; 0 if there are none."""
    count = sum(len(one.text) for one in seen)
    return sum(len(one.text) * one.confidence for one in seen) / count if count else 0.0


def is_sideways(seen: Sequence[SeenText]) -> bool:
    """Whether most of the text runs up or down the page."""
    long = [one for one in seen if len(one.text) > 2]
    tall = sum(one.height for one in long if one.height > _SIDEWAYS * one.width)
    return tall > sum(one.width for one in long if one.width >= one.height)

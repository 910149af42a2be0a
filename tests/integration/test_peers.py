"""The floor and Signpost as the benchmark of the peers has them, with the real model."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from benchmarks.peers.adapters import PEERS
from benchmarks.peers.peer_process import known_vectors
from encoder.reference import DEFAULT_MODEL, model_folder

TEXTS = (
    "Travel > Mileage\nYou are paid 45 pence for each mile that you drive.",
    "Security > Passwords\nChoose a long one, and tell it to nobody.",
    "Leave > Holiday\nWhat you have not taken by December carries over until March.",
)


@pytest.mark.parametrize("name", ["plain", "signpost"])
def test_a_peer_finds_what_it_indexed(name: str, sample_snapshots: Path, tmp_path: Path) -> None:
    """By its row, in what it shows and in its ranking."""
    peer = PEERS[name].load(model_folder(DEFAULT_MODEL) if name == "plain" else sample_snapshots)
    peer.index(TEXTS, tmp_path)
    opened = peer.open(tmp_path)
    assert opened.ask("how much do I get for driving?", 2)[0] == 0
    assert (opened.rank or opened.ask)("does my holiday carry over?", 3)[0] == 2


def test_a_peers_version_is_that_of_its_package() -> None:
    """Ours has none of its own."""
    assert PEERS["plain"].version().startswith("1.")
    assert PEERS["signpost"].version() == ""


def test_known_texts_are_not_encoded() -> None:
    """However their white space was changed; other texts are, and all of them afterwards."""
    from sentence_transformers import SentenceTransformer

    model = SentenceTransformer(str(model_folder(DEFAULT_MODEL)), device="cpu")
    with known_vectors(TEXTS, np.eye(3, 384, dtype=np.float32)):
        known = model.encode([TEXTS[2].replace("\n", " "), TEXTS[0]])
        other = model.encode("a text that nobody knows")
    assert np.flatnonzero(known).tolist() == [2, 384]
    assert np.count_nonzero(other) == 384
    assert np.count_nonzero(model.encode(TEXTS[0])) == 384

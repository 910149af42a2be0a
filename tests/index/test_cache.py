"""The build cache remembers, forgets what is unused, and is never in the way."""

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from errors import SnapshotError
from index.cache import BuildCache, KeptDocuments, encoded_key
from snapshot.tokens.quantizer import TokenCodes
from tests.fakes.disk import no_file_over

Entry = tuple[bytes, NDArray[np.float32], TokenCodes]


def _entry(key: bytes, vector: list[int], starts: tuple[int, ...] = ()) -> Entry:
    """A text's vector and its tokens, of two bytes each."""
    codes = np.arange(2 * len(starts), dtype=np.uint8).reshape(-1, 2)
    tokens = TokenCodes(codes, np.array(starts, dtype=np.int32))
    return key, np.array(vector, dtype=np.float32), tokens


def test_documents_and_vectors_are_there_for_the_next_build(tmp_path: Path) -> None:
    path = tmp_path / "cache.sqlite"
    first = BuildCache(path)
    key = encoded_key("encoder", "text")
    first.put("doc", b"data")
    first.put_encoded([_entry(key, [1, 2, 3])])
    first.close()
    second = BuildCache(path)
    assert second.get("doc") == b"data"
    assert second.get("other") is None
    assert second.get_vectors([key], 3)[key].tolist() == [1, 2, 3]


def test_tokens_come_back_in_the_order_asked_for(tmp_path: Path) -> None:
    cache = BuildCache(tmp_path / "cache.sqlite")
    cache.put_encoded([_entry(b"long", [1], (0, 4, 9)), _entry(b"empty", [2])])
    keys = [b"empty", b"long", b"empty"]
    assert cache.get_token_counts(keys) == [0, 3, 0]
    found = list(cache.get_tokens(keys, 2))
    assert [tokens.starts.tolist() for tokens in found] == [[], [0, 4, 9], []]
    assert found[1].codes.tolist() == [[0, 1], [2, 3], [4, 5]]


def test_vectors_of_another_width_are_not_given(tmp_path: Path) -> None:
    cache = BuildCache(tmp_path / "cache.sqlite")
    key = encoded_key("encoder", "text")
    cache.put_encoded([_entry(key, [0, 0, 0])])
    assert cache.get_vectors([key], 4) == {}


def test_a_key_holds_for_one_encoder_and_one_text() -> None:
    assert encoded_key("a", "text") != encoded_key("b", "text")
    assert encoded_key("a", "text") != encoded_key("a", "texts")


def test_what_the_last_builds_did_not_use_is_dropped(tmp_path: Path) -> None:
    path = tmp_path / "cache.sqlite"
    for build in range(3):
        cache = BuildCache(path)
        if build == 0:
            cache.put("used once", b"x")
            cache.put("used always", b"y")
        assert cache.get("used always") == b"y"
        dropped = cache.drop_unused(2)
        cache.close()
    assert dropped == 1
    assert BuildCache(path).get("used once") is None


def test_a_damaged_cache_is_begun_anew(tmp_path: Path) -> None:
    path = tmp_path / "cache.sqlite"
    path.write_bytes(b"this is not a database, and long enough to be seen as none" * 20)
    cache = BuildCache(path)
    cache.put("doc", b"data")
    assert cache.get("doc") == b"data"


def test_vectors_stored_by_a_killed_build_are_kept(tmp_path: Path) -> None:
    path = tmp_path / "cache.sqlite"
    killed = BuildCache(path)
    key = encoded_key("encoder", "text")
    killed.put_encoded([_entry(key, [1, 1])])
    # no close: the process is gone
    assert key in BuildCache(path).get_vectors([key], 2)


def test_a_full_disk_is_told_with_the_file_s_path_and_how_much_is_free(tmp_path: Path) -> None:
    cache = BuildCache(tmp_path / "cache.sqlite")
    told = rf"{tmp_path}/cache\.sqlite cannot be used: .*[\d,]+ bytes are free"
    with no_file_over(100_000), pytest.raises(SnapshotError, match=told):
        cache.put_encoded([_entry(b"key", [0] * 100_000)])


def test_who_only_looks_finds_what_a_build_has_kept_so_far(tmp_path: Path) -> None:
    """A document is there as soon as it is stored: a build that is killed later loses none."""
    path = tmp_path / "cache.sqlite"
    cache = BuildCache(path)
    cache.put("doc", b"data")
    kept = KeptDocuments(path)
    kept.put("other", b"data")
    assert (kept.get("doc"), kept.get("other"), cache.get("other")) == (b"data", None, None)


def test_who_only_looks_finds_nothing_in_a_cache_that_is_none(tmp_path: Path) -> None:
    path = tmp_path / "cache.sqlite"
    assert KeptDocuments(path).get("doc") is None
    assert not path.exists()
    path.write_bytes(b"no database")
    assert KeptDocuments(path).get("doc") is None

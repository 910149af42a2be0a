"""Heaps are limited, and what was freed in them goes back to the system."""

from __future__ import annotations

import ctypes
import platform
from pathlib import Path

import pytest

from retrieval.serving.machine import give_back_freed, limit_heaps

pytestmark = pytest.mark.skipif(
    platform.libc_ver()[0] != "glibc", reason="only glibc has heaps to limit"
)
_PIECE = 100_000  # bytes: small enough to lie in a heap
_PIECES = 400


def test_glibc_takes_the_limit() -> None:
    assert limit_heaps()


def test_what_was_freed_between_what_is_used_goes_back_to_the_system() -> None:
    """The last piece of all stays in use, so that the end of the heap cannot move."""
    libc = ctypes.CDLL(None)
    libc.malloc.restype = ctypes.c_void_p
    libc.malloc.argtypes = [ctypes.c_size_t]
    libc.free.argtypes = [ctypes.c_void_p]
    pieces = [libc.malloc(_PIECE) for _ in range(_PIECES)]
    for piece in pieces:
        ctypes.memset(piece, 1, _PIECE)
    full = _resident()
    for piece in pieces[:-1]:
        libc.free(piece)
    assert give_back_freed()
    assert full - _resident() > 0.8 * _PIECE * _PIECES
    libc.free(pieces[-1])


def _resident() -> int:
    """Bytes of this process that lie in memory, and in no file."""
    [line] = [
        line
        for line in Path("/proc/self/status").read_text().splitlines()
        if line.startswith("RssAnon:")
    ]
    return 1024 * int(line.split()[1])

"""What the C library's allocator keeps for itself, kept small. Nothing here does anything with
another C library than glibc."""

from __future__ import annotations

import ctypes
import platform
from functools import lru_cache

_M_ARENA_MAX = -8  # mallopt(3)
_HEAPS = 2


def limit_heaps() -> bool:
    """glibc gives each thread a heap of its own, and each keeps what its largest batch once took:
    70 MB in a server with two workers, which with two heaps in all are no slower. Call it before
    threads are started. Returns whether it was done. Holds for the process."""
    libc = _glibc()
    return libc is not None and bool(libc.mallopt(_M_ARENA_MAX, _HEAPS))


def give_back_freed() -> bool:
    """What was freed within the heaps goes back to the system; glibc itself gives back what lies at
    their ends alone. In a server that answered for a while that is 30 MB. It takes some 10 ms,
    without the interpreter's lock, but with the heaps'. Returns whether anything was given back."""
    libc = _glibc()
    return libc is not None and bool(libc.malloc_trim(0))


@lru_cache(maxsize=1)
def _glibc() -> ctypes.CDLL | None:
    return ctypes.CDLL(None) if platform.libc_ver()[0] == "glibc" else None

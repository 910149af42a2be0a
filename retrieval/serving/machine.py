"""What a process takes of its machine: threads of the numeric libraries, heaps of the allocator.

What is said of heaps holds for glibc's allocator; with another C library nothing is done.
"""

from __future__ import annotations

import ctypes
import platform
from functools import lru_cache

from threadpoolctl import threadpool_limits

_M_ARENA_MAX = -8  # mallopt(3)
_HEAPS = 2


def limit_blas_threads() -> None:
    """NumPy's products are small here, and done by one thread in under a millisecond. OpenBLAS
    would share them out among threads that wait by spinning, beside torch's own threads: on two
    cores that took an answer from 20 to 90 ms. Holds for the process; torch's own are kept."""
    threadpool_limits(limits=1, user_api="blas")


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

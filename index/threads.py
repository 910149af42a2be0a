"""How many threads the numeric libraries may use, and how many heaps all threads."""

from __future__ import annotations

import ctypes
import platform

from threadpoolctl import threadpool_limits

_M_ARENA_MAX = -8  # mallopt(3)
_HEAPS = 2


def limit_heaps() -> bool:
    """glibc gives each thread a heap of its own, and each keeps what its largest batch once took:
    70 MB in a server with two workers, which with two heaps in all are no slower. Call it before
    threads are started. False with another C library. Holds for the process."""
    if platform.libc_ver()[0] != "glibc":
        return False
    return bool(ctypes.CDLL(None).mallopt(_M_ARENA_MAX, _HEAPS))


def limit_blas_threads() -> None:
    """NumPy's products are small here, and done by one thread in under a millisecond. OpenBLAS
    would share them out among threads that wait by spinning, beside torch's own threads: on two
    cores that took an answer from 20 to 90 ms. Holds for the process; torch's own are kept."""
    threadpool_limits(limits=1, user_api="blas")
